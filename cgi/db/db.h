/* One connection to PostgreSQL, its named queries and transactions.
 *
 * SQL text is in sql/, never in C.  A query is called by the name above it in the files of
 * sql/queries (`-- name: session_find`).  Each connection prepares a statement when it first
 * uses it. */
#ifndef DB_DB_H
#define DB_DB_H

#include <stdbool.h>
#include <stddef.h>

#include <libpq-fe.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"

struct db;

enum db_role { DB_OWNER, DB_WEB, DB_WORKER };

/* Connects as the role; `application` is the connection's name on the server.  The first call
 * of the process reads conf->share_dir/sql.  Returns 0 and sets *out (db_close ends it), or -1. */
int db_open(struct db **out, const struct conf *conf, enum db_role role,
    const char *application, struct err *e);
void db_close(struct db *db);

/* The same, but does not connect: db_ensure does it, or goes on with it if it was begun `ahead`, so that
 * the server makes its part of the connection while the caller does something else.  That must not take
 * long: a server ends a connection that was begun and does not go on.  Returns 0, or -1 if the files of
 * sql/ cannot be read. */
int db_make(struct db **out, const struct conf *conf, enum db_role role, const char *application, bool ahead,
    struct err *e);

/* Checks that the server answers, and connects again if it does not.  Called before each
 * request and each look at the queue.  Waits some seconds at most.  Returns 0 or -1. */
int db_ensure(struct db *db, struct err *e);

/* From now on db_ensure calls `check` after each new connection and every few seconds, and
 * returns its error. */
typedef int db_check(struct db *db, const void *ctx, struct err *e);
void db_watch(struct db *db, db_check *check, const void *ctx);

/* The connection for queries that only read and may take long.  It is one to a replica
 * (conf->database_read) that has everything that was committed before this call; waits at most
 * conf->database_read_lag milliseconds for that.  Else it is `db` itself, also while a
 * transaction is open in `db`, whose changes no other connection sees.  Never NULL; owned by
 * `db`. */
struct db *db_reader(struct db *db);

/* The number of the connection.  A new number means that the connection was lost, and with it
 * the state of its session, such as LISTEN. */
unsigned db_session(const struct db *db);

/* The arguments $1, $2, ... of a named query, each with its type; the compiler counts them:
 *
 *	db_query(db, "kept_chunk", ARGS(arg_long(job), arg_long(seq)), &res, e)
 *
 * Texts and bytes are not copied: they must live until the call returns. */
#define ARGS_MAX 16
struct db_arg {
	enum { ARG_END, ARG_TEXT, ARG_LONG, ARG_DOUBLE, ARG_BOOL, ARG_BYTES } type;
	int n;			/* of bytes */
	long number;		/* of long and bool */
	double real;
	const char *text;	/* of text and bytes; NULL: SQL null */
};
struct db_args {
	struct db_arg at[ARGS_MAX + 1];	/* the first ARG_END ends them */
};
#define ARGS(...) (&(const struct db_args){ .at = { __VA_ARGS__ } })
#define NO_ARGS NULL

static inline struct db_arg arg_text(const char *s)
{
	return (struct db_arg){ .type = ARG_TEXT, .text = s };
}

static inline struct db_arg arg_null(void)
{
	return arg_text(NULL);
}

static inline struct db_arg arg_long(long n)
{
	return (struct db_arg){ .type = ARG_LONG, .number = n };
}

/* An id; 0 is SQL null. */
static inline struct db_arg arg_id(long id)
{
	return id != 0 ? arg_long(id) : arg_null();
}

static inline struct db_arg arg_double(double n)
{
	return (struct db_arg){ .type = ARG_DOUBLE, .real = n };
}

static inline struct db_arg arg_bool(bool is)
{
	return (struct db_arg){ .type = ARG_BOOL, .number = is };
}

/* Bytes, for a parameter of type bytea. */
static inline struct db_arg arg_bytes(const void *bytes, size_t n)
{
	return (struct db_arg){ .type = ARG_BYTES, .text = bytes, .n = (int)n };
}

/* Runs a named query.  On success *res is set and the caller owns it (PQclear); with res NULL
 * the rows are dropped.  After a failure *res is NULL.  Returns 0, or -1 with `e`:
 * ERR_DB_UNIQUE, ERR_DB_RETRY, ERR_DB_LOST, ERR_DB_CANCELED, ERR_DB_FULL or ERR_DB.  The error
 * never has the values of the server's DETAIL. */
int db_query(struct db *db, const char *name, const struct db_args *args, PGresult **res,
    struct err *e);

/* Several named queries, one after the other, that are sent at once: one wait for the server in place of
 * many.  Each as for db_query; the first that fails ends them, with `e`, and all their results are dropped.
 * If the last one is transaction_commit (sql/queries/db.sql), db_interrupt does not affect them. */
#define CALLS_MAX 8
struct db_call {
	const char *name;
	const struct db_args *args;
	PGresult **res;
};
#define CALLS(...) (const struct db_call[]){ __VA_ARGS__ }, \
	sizeof((const struct db_call[]){ __VA_ARGS__ }) / sizeof(struct db_call)	/* not evaluated again */
int db_query_all(struct db *db, const struct db_call *calls, size_t n, struct err *e);

/* Sends a named query and does not wait for its answer, which db_answer takes: *res as for db_query, NULL
 * too if nothing was posted.  Any other use of the connection waits for the answer first, and keeps it; a
 * new post drops it.  `name` must be static. */
int db_post(struct db *db, const char *name, const struct db_args *args, struct err *e);
int db_answer(struct db *db, PGresult **res, struct err *e);

/* db_ensure and db_query in one, outside a transaction: the query itself shows whether the server answers.  If
 * not, it is sent again on a new connection; so it must do no harm when it runs twice.  `e` is not NULL. */
int db_query_first(struct db *db, const char *name, const struct db_args *args, PGresult **res, struct err *e);

/* Runs a named query and calls `row` for each row as it arrives; `res` has only that row, as
 * row 0.  So memory does not grow with the number of rows.  If `row` returns -1, the query is
 * cancelled and db_each returns -1 with its error. */
typedef int db_row(void *ctx, const PGresult *res, struct err *e);
int db_each(struct db *db, const char *name, const struct db_args *args, db_row *row, void *ctx,
    struct err *e);

/* From now on, while a statement of `db` runs, each notice that arrives on the connection
 * `notices` is passed to `stop`; the caller has sent LISTEN there.  If `stop` returns true, the
 * statement is cancelled and fails with ERR_DB_CANCELED.  A COMMIT is never cancelled. */
typedef bool db_stop(void *ctx, const char *channel, const char *payload);
void db_interrupt(struct db *db, struct db *notices, db_stop *stop, void *ctx);

/* Whether `stop` has asked to cancel the running statement; reads the notices that
 * have arrived. */
bool db_stopped(struct db *db);

/* From now on `idle` is called each second while a statement of `db` runs and the server sends nothing; NULL
 * ends that.  If it returns false, the statement is cancelled and fails with ERR_DB_CANCELED. */
typedef bool db_idle(void *ctx);
void db_while_idle(struct db *db, db_idle *idle, void *ctx);

/* Begins a transaction with a scope: `scope` is an array literal of tenant ids such as "{1,2}".
 * Row level security hides all other tenants; "" hides all.  `root` also shows the jobs over
 * all tenants. */
int db_begin(struct db *db, const char *scope, bool root, struct err *e);
/* The same; all its queries see the database as it was at its beginning. */
int db_begin_snapshot(struct db *db, const char *scope, bool root, struct err *e);
/* The same as db_begin, with what follows sent at once (db_query_all), at most CALLS_MAX queries.  After a
 * failure no transaction is open. */
int db_begin_all(struct db *db, const char *scope, bool root, const struct db_call *calls, size_t n, struct err *e);
int db_commit(struct db *db, struct err *e);
/* The last calls of db_query_all: a commit that returns only when the transaction is on disk, and on the standby
 * if there is a synchronous one, whatever the settings of the role and the server are.  For changes that are
 * then acknowledged to somebody. */
#define COMMIT_DURABLY { "commit_durably", NO_ARGS, NULL }, { "transaction_commit", NO_ARGS, NULL }
void db_rollback(struct db *db);	/* does nothing if no transaction is open */

/* db_begin, db_query of one query and db_commit, sent at once.  *res is set only after the commit.  After a
 * failure no transaction is open. */
int db_query_scoped(struct db *db, const char *scope, bool root, const char *name, const struct db_args *args,
    PGresult **res, struct err *e);

/* Runs a file below sql/ ("import/check/10_context.sql"), which may have several statements. */
int db_run_file(struct db *db, const char *path, struct err *e);

/* The same of such a text; `place` names it in an error. */
int db_run(struct db *db, const char *place, const char *text, struct err *e);

/* A column of a row as a text, number or boolean.  SQL null is NULL, 0 or false. */
const char *db_get(const PGresult *res, int row, const char *column);
long db_get_long(const PGresult *res, int row, const char *column);
bool db_get_bool(const PGresult *res, int row, const char *column);

/* Waits for a NOTIFY, at most `ms` milliseconds.  Returns 1 if one arrived, 0 if none, -1 if the
 * connection is lost. */
int db_wait_notify(struct db *db, int ms);

#endif
