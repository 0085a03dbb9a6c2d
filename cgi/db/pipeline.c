/* Several statements that are sent at once.  Contract: db.h. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "db/db_internal.h"

#define COMMIT_QUERY "transaction_commit"

/* Takes the results of the next statement of a pipeline: the last one, or the first error. */
static PGresult *take_piped(struct db *db)
{
	PGresult *last = NULL, *res;

	while ((res = db_next_result(db)) != NULL) {
		PQclear(last);
		last = res;
	}
	return last;
}

/* 0 if the statement was executed, else -1 with `e`. */
static int check_piped(struct db *db, const PGresult *res, const char *name, struct err *e)
{
	ExecStatusType status = PQresultStatus(res);

	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
		return db_fail(db, res, name, e);
	/* The server answers the COMMIT of a failed transaction with ROLLBACK. */
	if (strcmp(name, COMMIT_QUERY) == 0 && strcmp(PQcmdStatus((PGresult *)res), "COMMIT") != 0)
		return err_set(e, ERR_DB, name, "the transaction had failed and was rolled back");
	return 0;
}

static bool send_all(struct db *db, const struct db_call *calls, size_t n)
{
	bool sent = true;

	for (size_t i = 0; sent && i < n; i++)
		sent = db_send(db, calls[i].name, calls[i].args);
	return sent && PQpipelineSync(db->conn) == 1;
}

/* Takes all answers.  Only the first failure counts: what comes after it was not executed. */
static int take_all(struct db *db, const struct db_call *calls, size_t n, struct err *e)
{
	PGresult *res;
	int rc = 0;

	for (size_t i = 0; i < n; i++) {
		res = take_piped(db);
		if (rc == 0)
			rc = check_piped(db, res, calls[i].name, e);
		if (rc == 0 && calls[i].res != NULL)
			*calls[i].res = res;
		else
			PQclear(res);
	}
	res = db_next_result(db);
	if (rc == 0 && PQresultStatus(res) != PGRES_PIPELINE_SYNC)
		rc = db_fail(db, res, calls[n - 1].name, e);
	PQclear(res);
	if (rc == 0 && db->stopped)
		rc = err_set(e, ERR_DB_CANCELED, calls[n - 1].name, "it was cancelled");
	return rc;
}

static void drop_results(const struct db_call *calls, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (calls[i].res != NULL) {
			PQclear(*calls[i].res);
			*calls[i].res = NULL;
		}
}

int db_query_all(struct db *db, const struct db_call *calls, size_t n, struct err *e)
{
	struct db *notices = db->notices;
	int rc = 0;

	for (size_t i = 0; i < n; i++)
		if (calls[i].res != NULL)
			*calls[i].res = NULL;
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = db_prepare(db, calls[i].name, e);
	if (rc != 0 || n == 0)
		return rc;
	if (PQenterPipelineMode(db->conn) != 1)
		return db_fail(db, NULL, calls[0].name, e);
	if (strcmp(calls[n - 1].name, COMMIT_QUERY) == 0)
		db->notices = NULL;
	db->stopped = false;
	db->cancelled_ms = 0;
	db_sent(db);
	rc = send_all(db, calls, n) ? take_all(db, calls, n, e) : db_fail(db, NULL, calls[0].name, e);
	/* A connection whose answers cannot be read to their end is of no use: db_ensure makes another. */
	if (PQexitPipelineMode(db->conn) != 1 && PQsocket(db->conn) >= 0)
		shutdown(PQsocket(db->conn), SHUT_RDWR);
	db->notices = notices;
	if (rc != 0)
		drop_results(calls, n);
	return rc;
}

/* --- transactions ----------------------------------------------------------- */

/* Of a pipeline: a beginning of two statements, `calls`, and a commit or none. */
static int begin_all(struct db *db, const char *begin, const char *scope, bool root, const struct db_call *calls,
    size_t n, bool commit, struct err *e)
{
	struct db_call all[CALLS_MAX + 3] = {
		{ begin, NO_ARGS, NULL },
		{ "scope_set", ARGS(arg_text(scope), arg_text(root ? "on" : "off")), NULL },
	};
	size_t n_all = 2;

	if (n > CALLS_MAX)
		abort();
	for (size_t i = 0; i < n; i++)
		all[n_all++] = calls[i];
	if (commit)
		all[n_all++] = (struct db_call){ COMMIT_QUERY, NO_ARGS, NULL };
	if (db_query_all(db, all, n_all, e) == 0)
		return 0;
	db_rollback(db);
	return -1;
}

int db_begin(struct db *db, const char *scope, bool root, struct err *e)
{
	return begin_all(db, "transaction_begin", scope, root, NULL, 0, false, e);
}

int db_begin_snapshot(struct db *db, const char *scope, bool root, struct err *e)
{
	return begin_all(db, "transaction_begin_snapshot", scope, root, NULL, 0, false, e);
}

int db_begin_all(struct db *db, const char *scope, bool root, const struct db_call *calls, size_t n, struct err *e)
{
	return begin_all(db, "transaction_begin", scope, root, calls, n, false, e);
}

int db_query_scoped(struct db *db, const char *scope, bool root, const char *name, const struct db_args *args,
    PGresult **res, struct err *e)
{
	return begin_all(db, "transaction_begin", scope, root, CALLS({ name, args, res }), true, e);
}

int db_commit(struct db *db, struct err *e)
{
	return db_query_all(db, CALLS({ COMMIT_QUERY, NO_ARGS, NULL }), e);
}
