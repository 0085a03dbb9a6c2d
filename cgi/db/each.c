/* A query's rows one at a time.  Contract: db.h. */
#include "db/db.h"

int db_each(struct db *db, const char *name, int n, const char *const *params,
    db_row *row, void *ctx, struct err *e)
{
	PGconn *conn = db_conn(db);
	PGresult *res;
	int rc = 0;

	if (db_prepare(db, name, e) != 0)
		return -1;
	if (PQsendQueryPrepared(conn, name, n, params, NULL, NULL, 0) != 1
	    || PQsetSingleRowMode(conn) != 1)
		return db_fail(db, NULL, name, e);
	/* Every result is taken, else the connection could not be used again. */
	while ((res = PQgetResult(conn)) != NULL) {
		ExecStatusType status = PQresultStatus(res);
		if (status == PGRES_SINGLE_TUPLE && rc == 0) {
			rc = row(ctx, res, e);
			if (rc != 0)
				db_cancel(db);
		} else if (status != PGRES_SINGLE_TUPLE && status != PGRES_TUPLES_OK && rc == 0) {
			rc = db_fail(db, res, name, e);
		}
		PQclear(res);
	}
	return rc;
}
