/* COPY to a file and back.  Contract: copy_file.h. */
#include "db/copy_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "db/copy.h"

/* One row: 1, 0 after the last one, or -1. */
static int take_row(struct db *db, FILE *file, const char *name, struct err *e)
{
	char *line = NULL;
	int n;
	int rc = 1;

	/* Of a connection that is gone there is no more to come, nor an error. */
	while ((n = PQgetCopyData(db_conn(db), &line, 1)) == 0 && PQstatus(db_conn(db)) == CONNECTION_OK)
		db_await(db);
	if (n == -1)
		return 0;
	if (n <= 0)
		return db_fail(db, NULL, name, e);
	if (fwrite(line, 1, (size_t)n, file) != (size_t)n)
		rc = err_set(e, ERR_IO, "temporary file", "cannot be written: %s", strerror(errno));
	PQfreemem(line);
	return rc;
}

/* The server's last word; what it still sends is thrown away. */
static int finish(struct db *db, const char *name, bool failed, struct err *e)
{
	PGconn *conn = db_conn(db);
	PGresult *res;
	char *line = NULL;
	int rc = failed ? -1 : 0;

	if (failed) {
		db_cancel(db);
		while (PQgetCopyData(conn, &line, 0) > 0)
			PQfreemem(line);
	}
	while ((res = PQgetResult(conn)) != NULL) {
		if (rc == 0 && PQresultStatus(res) != PGRES_COMMAND_OK)
			rc = db_fail(db, res, name, e);
		PQclear(res);
		if (PQstatus(conn) != CONNECTION_OK)
			break;
	}
	return rc;
}

int copy_save(struct db *db, const char *name, FILE *file, struct err *e)
{
	int got;

	if (db_copy(db, name, PGRES_COPY_OUT, e) != 0)
		return -1;
	while ((got = take_row(db, file, name, e)) == 1)
		;
	return finish(db, name, got < 0, e);
}

int copy_load(struct db *db, const char *name, FILE *file, struct err *e)
{
	struct buf piece = {0};
	char bytes[65536];
	size_t n;
	int rc = 0;

	if (fflush(file) != 0 || fseek(file, 0, SEEK_SET) != 0)
		return err_set(e, ERR_IO, "temporary file", "cannot be read: %s", strerror(errno));
	if (copy_begin(db, name, e) != 0)
		return -1;
	while (rc == 0 && (n = fread(bytes, 1, sizeof(bytes), file)) > 0) {
		buf_add(&piece, bytes, n);
		rc = db_stopped(db) ? err_set(e, ERR_DB_CANCELED, name, "it was cancelled")
		    : copy_send(db, &piece, false, e);
	}
	if (rc == 0 && ferror(file))
		rc = err_set(e, ERR_IO, "temporary file", "cannot be read: %s", strerror(errno));
	if (rc == 0)
		rc = copy_send(db, &piece, true, e);
	buf_free(&piece);
	if (rc != 0) {
		copy_end(db, "the rows could not be sent", NULL, NULL);
		return -1;
	}
	return copy_end(db, NULL, NULL, e);
}
