/* Making connections, and detecting that a server is gone.  Contract: db.h.
 *
 * A server can be gone in four ways.  It closes the connection, as its process died.  It cannot
 * be reached: TCP's keepalives and time limit detect that.  It is frozen, so that its kernel
 * answers but PostgreSQL does not, on no connection (silent.c).  Or it is no longer the primary
 * server, and refuses to write. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/counter.h"
#include "db/db_internal.h"
#include "db/query.h"

/* The interval of db_watch's check. */
#define CHECK_MS 5000

/* How long a connection that was begun ahead is waited for. */
#define AHEAD_MS 1000

static const char *const role_names[] = {
	[DB_OWNER] = "rollcall_owner",
	[DB_WEB] = "rollcall_web",
	[DB_WORKER] = "rollcall_worker",
};

/* Defaults, which the connection string can override.  With them a cut network or a machine that
 * is switched off is detected within 15 seconds.  The options override settings of the role or
 * the server that could prevent session_settings (db.sql) from running. */
#define DEFAULTS_KEYWORDS "connect_timeout", "keepalives", "keepalives_idle", "keepalives_interval", \
	"keepalives_count", "tcp_user_timeout", "options"
#define DEFAULTS_VALUES "3", "1", "5", "2", "3", "15000", \
	"-c statement_timeout=0 -c default_transaction_read_only=off"

static int connection_failed(struct db *db, struct err *e)
{
	char line[400];

	db_first_line(db->conn != NULL ? PQerrorMessage(db->conn) : "out of memory", line, sizeof(line));
	err_set(e, ERR_DB_LOST, "database", "no connection: %s", line);
	if (e != NULL && strstr(line, "eer authentication failed") != NULL)
		err_hint(e, "run it as the system user %s: sudo -u %s rollcall ...",
		    role_names[db->role], role_names[db->role]);
	return -1;
}

static void ignore_notice(void *ctx, const PGresult *res)
{
	(void)ctx;
	(void)res;
}

/* Connects; `ahead` only begins to. */
static PGconn *connect_as(const struct db *db, bool ahead)
{
	/* libpq expands the connection string in place of dbname: it overrides what is before it,
	 * and is overridden by what comes after it. */
	const char *const keywords[] = { DEFAULTS_KEYWORDS, "dbname", "user",
		"fallback_application_name", "client_encoding", "target_session_attrs", NULL };
	const char *const values[] = { DEFAULTS_VALUES,
		db->replica ? db->conf->database_read : db->conf->database, role_names[db->role],
		db->application, "UTF8", db->replica ? "prefer-standby" : "read-write", NULL };

	return ahead ? PQconnectStartParams(keywords, values, 1) : PQconnectdbParams(keywords, values, 1);
}

/* Goes on with a connection that was begun, for `ms` at most. */
static void go_on(struct db *db, int ms)
{
	int64_t end = clock_ms() + ms, left = ms;

	while (db->begun == PGRES_POLLING_READING || db->begun == PGRES_POLLING_WRITING) {
		struct pollfd fd = { .fd = PQsocket(db->conn),
			.events = db->begun == PGRES_POLLING_READING ? POLLIN : POLLOUT };
		if (poll(&fd, 1, left > 0 ? (int)left : 0) <= 0)
			return;
		db->begun = PQconnectPoll(db->conn);
		left = end - clock_ms();
	}
}

/* Begins to connect, and waits for nothing but the look-up of the server's name. */
static void connect_ahead(struct db *db)
{
	db->conn = connect_as(db, true);
	db->begun = PQstatus(db->conn) == CONNECTION_BAD ? PGRES_POLLING_FAILED : PGRES_POLLING_WRITING;
	go_on(db, 0);
}

/* A new connection, or the one that was begun, unless it takes too long: libpq then tries all
 * servers again, each within its own time. */
static void connect_now(struct db *db)
{
	go_on(db, AHEAD_MS);
	bool made = db->begun == PGRES_POLLING_OK;
	db->begun = PGRES_POLLING_FAILED;
	if (made)
		return;
	PQfinish(db->conn);
	db->conn = connect_as(db, false);
}

int db_make(struct db **out, const struct conf *conf, enum db_role role, const char *application, bool ahead,
    struct err *e)
{
	struct db *db = calloc(1, sizeof(*db));

	if (db == NULL)
		abort();
	db->conf = conf;
	db->role = role;
	db->application = application;
	if (ahead)
		connect_ahead(db);
	*out = NULL;
	/* Pages need the queries only. */
	if (query_load(conf, role != DB_WEB, e) != 0) {
		db_close(db);
		return -1;
	}
	*out = db;
	return 0;
}

int db_open(struct db **out, const struct conf *conf, enum db_role role,
    const char *application, struct err *e)
{
	if (db_make(out, conf, role, application, true, e) != 0)
		return -1;
	if (db_ensure(*out, e) == 0)
		return 0;
	db_close(*out);
	*out = NULL;
	return -1;
}

void db_close(struct db *db)
{
	if (db == NULL)
		return;
	db_close(db->reader);
	PQclear(db->answer);
	PQfinish(db->conn);
	db_forget_prepared(db);
	free(db->prepared);
	free(db);
}

void db_watch(struct db *db, db_check *check, const void *ctx)
{
	db->check = check;
	db->check_ctx = ctx;
}

/* Whether there is a connection that can be asked, as far as this side knows.  One that was made ahead
 * is not ready before connect_anew has looked at it. */
static bool is_open(struct db *db)
{
	db_settle(db);
	return db->begun == PGRES_POLLING_FAILED && PQstatus(db->conn) == CONNECTION_OK
	    && PQtransactionStatus(db->conn) == PQTRANS_IDLE;
}

/* Whether the server answers on the connection. */
static bool answers(struct db *db)
{
	PGresult *res;
	bool is;

	if (!is_open(db))
		return false;
	res = db_exec(db, "");
	is = PQresultStatus(res) == PGRES_EMPTY_QUERY;
	PQclear(res);
	return is;
}

/* Asks for the process id of the server's backend on a connection by the query `name`; 0 if it
 * does not answer. */
static int backend_of(PGconn *conn, const char *name)
{
	PGresult *res = PQexec(conn, query_text(name));
	int pid = PQresultStatus(res) == PGRES_TUPLES_OK ? (int)db_get_long(res, 0, "pid") : 0;

	PQclear(res);
	return pid;
}

/* Whether a pooler gives the session of this connection, whose backend is `pid`, to other clients
 * after each transaction.  If so, a second connection gets the same backend while this one is
 * idle.  Without a pooler the backend's process id is that of the connection's start. */
static bool shares_sessions(struct db *db, int pid)
{
	int other = 0;
	PGconn *second;

	if (pid == PQbackendPID(db->conn))
		return false;
	second = connect_as(db, false);
	if (PQstatus(second) == CONNECTION_OK)
		other = backend_of(second, "session_backend");
	/* Another client may have got the session meanwhile: then this backend is another one. */
	bool is = other == pid || backend_of(db->conn, "session_backend") != pid;
	PQfinish(second);
	return is;
}

static int connect_anew(struct db *db, struct err *e)
{
	int pid;

	PQclear(db->answer);
	db->answer = NULL;
	db->posted = NULL;
	connect_now(db);
	if (db->session++ > 0)
		counter_add("reconnects");
	db_forget_prepared(db);
	if (PQstatus(db->conn) != CONNECTION_OK)
		return connection_failed(db, e);
	PQsetNoticeReceiver(db->conn, ignore_notice, NULL);
	pid = backend_of(db->conn, db->role == DB_WEB ? "session_settings" : "session_backend");
	if (pid == 0) {
		db_fail(db, NULL, "session", e);
	} else if (shares_sessions(db, pid)) {
		err_set(e, ERR_DB_LOST, "database", "a pooler in between gives each transaction another session");
		err_hint(e, "pool_mode = session of PgBouncer is needed for Rollcall's database");
	} else {
		return 0;
	}
	/* It must not be found open later, and used as it is. */
	PQfinish(db->conn);
	db->conn = NULL;
	return -1;
}

/* Calls db_watch's check after each new connection and at its interval. */
static int check(struct db *db, struct err *e)
{
	if (db->check == NULL
	    || (db->checked_session == db->session && clock_ms() - db->checked_ms < CHECK_MS))
		return 0;
	if (db->check(db, db->check_ctx, e) != 0)
		return -1;
	db->checked_session = db->session;
	db->checked_ms = clock_ms();
	return 0;
}

int db_query_first(struct db *db, const char *name, const struct db_args *args, PGresult **res, struct err *e)
{
	*res = NULL;
	if (is_open(db)) {
		if (check(db, e) == 0 && db_query(db, name, args, res, e) == 0)
			return 0;
		if (e->code != ERR_DB_LOST)
			return -1;
		*e = (struct err){0};
	}
	return connect_anew(db, e) != 0 || check(db, e) != 0 ? -1 : db_query(db, name, args, res, e);
}

int db_ensure(struct db *db, struct err *e)
{
	if (!answers(db) && connect_anew(db, e) != 0)
		return -1;
	return check(db, e);
}

PGconn *db_conn(struct db *db)
{
	return db->conn;
}

unsigned db_session(const struct db *db)
{
	return db->session;
}
