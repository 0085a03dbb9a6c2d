/* What the files of db/ share, and nobody else uses. */
#ifndef DB_DB_INTERNAL_H
#define DB_DB_INTERNAL_H

#include <stdint.h>

#include "db/db.h"

struct db {
	PGconn *conn;		/* NULL before the first connection */
	const struct conf *conf;
	enum db_role role;
	const char *application;
	struct db *reader;	/* db_reader's connection; NULL before the first */
	bool replica;		/* this is one of those */
	int64_t avoided_until;	/* clock_ms until which no replica is asked */
	unsigned session;	/* counts the connections that there were */
	db_check *check;	/* db_watch; NULL: nothing is asked */
	const void *check_ctx;
	unsigned checked_session;
	int64_t checked_ms;	/* clock_ms of the last time that it was well */
	char **prepared;	/* names of the statements that the connection knows */
	size_t n_prepared;
	struct db *notices;	/* db_interrupt; NULL: nobody interrupts */
	db_stop *stop;
	void *stop_ctx;
	bool stopped;		/* the statement that runs was cancelled by `stop` */
	int64_t cancelled_ms;	/* clock_ms of its last cancellation */
	int64_t heard_ms;	/* clock_ms when the server was last heard of */
	int64_t begun_ms;	/* clock_ms when the statement that runs was sent */
};

/* libpq's message is one or more lines that end with a newline: the first. */
void db_first_line(const char *message, char *out, size_t size);

/* Forgets the prepared statements, which a new connection does not know. */
void db_forget_prepared(struct db *db);

/* The bare connection. */
PGconn *db_conn(struct db *db);

/* Waits for the server's next message, or until the statement was interrupted. */
void db_await(struct db *db);

/* Prepares a named query on the connection, once. */
int db_prepare(struct db *db, const char *name, struct err *e);

/* Starts a named COPY, which must then be in `status`. */
int db_copy(struct db *db, const char *name, ExecStatusType status, struct err *e);

/* Cancels the running statement; its results are still to be taken. */
void db_cancel(struct db *db);

/* Fills `e` from a result or the connection by its SQLSTATE; returns -1. */
int db_fail(struct db *db, const PGresult *res, const char *what, struct err *e);

/* A statement was sent: the server's silence counts from now. */
void db_sent(struct db *db);

/* Of a statement that runs for a while without a word of the server: gives the
 * connection up where the server does not answer others either, or where a page has
 * waited too long.  Whoever waits for it then finds it lost. */
void db_doubt(struct db *db);

/* The next result of the running statement, as PQgetResult, but never waits for ever. */
PGresult *db_next_result(struct db *db);

/* The next row of a COPY TO, as PQgetCopyData (blocking), but never waits for ever. */
int db_next_row(struct db *db, char **line);

/* A statement without values, which nobody interrupts; its one result. */
PGresult *db_exec(struct db *db, const char *text);

#endif
