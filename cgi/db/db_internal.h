/* Declarations that only the files of db/ use. */
#ifndef DB_DB_INTERNAL_H
#define DB_DB_INTERNAL_H

#include <stdint.h>

#include "db/db.h"

struct db {
	PGconn *conn;		/* NULL before the first connection */
	PostgresPollingStatusType begun;	/* what a connection made ahead waits for; _FAILED: nothing */
	const struct conf *conf;
	enum db_role role;
	const char *application;
	struct db *reader;	/* db_reader's connection; NULL before the first */
	bool replica;		/* this is such a connection */
	int64_t avoided_until;	/* clock_ms until which no replica is used */
	unsigned session;	/* number of connections made so far */
	db_check *check;	/* db_watch; NULL: none */
	const void *check_ctx;
	unsigned checked_session;
	int64_t checked_ms;	/* clock_ms when `check` last succeeded */
	char **prepared;	/* names of the statements that the connection knows */
	size_t n_prepared;
	struct db *notices;	/* db_interrupt; NULL: nobody interrupts */
	db_stop *stop;
	void *stop_ctx;
	db_idle *idle;		/* db_while_idle; NULL: nobody is called */
	void *idle_ctx;
	bool stopped;		/* `stop` or `idle` asked to cancel the running statement */
	int64_t cancelled_ms;	/* clock_ms of its last cancellation */
	int64_t heard_ms;	/* clock_ms when the server last sent anything */
	int64_t begun_ms;	/* clock_ms when the running statement was sent */
	const char *posted;	/* db_post: the query whose answer db_answer has not taken; NULL: none */
	bool waits;		/* its answer has not been read from the connection */
	PGresult *answer;	/* it has; NULL if there was none */
};

/* Copies the first line of a message of libpq, which has one or more lines. */
void db_first_line(const char *message, char *out, size_t size);

/* Forgets the prepared statements, which a new connection does not know. */
void db_forget_prepared(struct db *db);

/* The bare connection. */
PGconn *db_conn(struct db *db);

/* Starts a named COPY; `columns` stand in the place of its {columns}, NULL where it has none.
 * Returns 0 if its result has that `status`, else -1. */
int db_copy(struct db *db, const char *name, const char *columns, ExecStatusType status, struct err *e);

/* Cancels the running statement.  The caller must still take its results. */
void db_cancel(struct db *db);

/* Fills `e` from a result or the connection by its SQLSTATE; returns -1. */
int db_fail(struct db *db, const PGresult *res, const char *what, struct err *e);

/* Notes that a statement was sent: the time without an answer counts from now (db_doubt). */
void db_sent(struct db *db);

/* Called while a statement runs.  If the server has sent nothing for a while, closes the
 * connection if the server does not answer other connections either, or if a page has waited
 * too long.  The caller then finds the connection lost. */
void db_doubt(struct db *db);

/* The next result of the running statement, as PQgetResult, but never blocks endlessly. */
PGresult *db_next_result(struct db *db);

/* The next row of a COPY TO, as PQgetCopyData, but never blocks endlessly. */
int db_next_row(struct db *db, char **line);

/* Prepares a named query on the connection, once.  Returns 0 or -1. */
int db_prepare(struct db *db, const char *name, struct err *e);

/* Sends a prepared query; false if it could not be sent. */
bool db_send(struct db *db, const char *name, const struct db_args *args);

/* Reads the answer of a posted query (db_post), so that another statement can be sent. */
void db_settle(struct db *db);

/* Runs a statement without values, which db_interrupt does not affect; returns its result. */
PGresult *db_exec(struct db *db, const char *text);

#endif
