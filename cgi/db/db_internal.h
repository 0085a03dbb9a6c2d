/* What the files of db/ share, and nobody else uses. */
#ifndef DB_DB_INTERNAL_H
#define DB_DB_INTERNAL_H

#include "db/db.h"

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

#endif
