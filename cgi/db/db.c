/* One connection, its named queries and transactions.  Contract: db.h. */
#include "db/db.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "db/db_internal.h"
#include "db/query.h"

/* The pause between two cancellations of one statement. */
#define CANCEL_MS 200

/* How often db_doubt is called while a statement runs. */
#define LOOK_MS 1000

void db_forget_prepared(struct db *db)
{
	for (size_t i = 0; i < db->n_prepared; i++)
		free(db->prepared[i]);
	db->n_prepared = 0;
}

static void remember_prepared(struct db *db, const char *name)
{
	char **grown = reallocarray(db->prepared, db->n_prepared + 1, sizeof(*grown));
	char *copy = strdup(name);

	if (grown == NULL || copy == NULL)
		abort();
	db->prepared = grown;
	db->prepared[db->n_prepared++] = copy;
}

static bool is_prepared(const struct db *db, const char *name)
{
	for (size_t i = 0; i < db->n_prepared; i++)
		if (strcmp(db->prepared[i], name) == 0)
			return true;
	return false;
}

/* A message of libpq has one or more lines, each with a newline. */
void db_first_line(const char *message, char *out, size_t size)
{
	snprintf(out, size, "%.*s", (int)strcspn(message, "\n"), message);
}

/* Error codes for SQLSTATEs, or for classes of them (two characters); the first match counts. */
static const struct {
	const char *state;
	enum err_code code;
} states[] = {
	{ "23505", ERR_DB_UNIQUE },
	{ "23P01", ERR_DB_UNIQUE },	/* of an exclusion constraint */
	{ "40001", ERR_DB_RETRY },
	{ "40P01", ERR_DB_RETRY },
	{ "55P03", ERR_DB_RETRY },
	{ "55000", ERR_DB_RETRY },	/* a parallel worker could not begin, or died */
	{ "57014", ERR_DB_CANCELED },
	{ "57P", ERR_DB_LOST },
	{ "25006", ERR_DB_LOST },	/* read only: another server is the primary one now */
	{ "53100", ERR_DB_FULL },
	{ "08", ERR_DB_LOST },
};

/* Whether the server closes the connection after this error. */
static bool ends_session(const PGresult *res)
{
	const char *severity = PQresultErrorField(res, PG_DIAG_SEVERITY_NONLOCALIZED);

	return severity != NULL && (strcmp(severity, "FATAL") == 0 || strcmp(severity, "PANIC") == 0);
}

int db_fail(struct db *db, const PGresult *res, const char *what, struct err *e)
{
	const char *state = res != NULL ? PQresultErrorField(res, PG_DIAG_SQLSTATE) : NULL;
	const char *primary = res != NULL ? PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY) : NULL;
	enum err_code code = ERR_DB;

	for (size_t i = 0; state != NULL && code == ERR_DB && i < sizeof(states) / sizeof(*states); i++)
		if (strncmp(state, states[i].state, strlen(states[i].state)) == 0)
			code = states[i].code;
	if (PQstatus(db->conn) != CONNECTION_OK || state == NULL || ends_session(res))
		code = ERR_DB_LOST;
	if (primary == NULL) {
		char line[400];
		db_first_line(PQerrorMessage(db->conn), line, sizeof(line));
		return err_set(e, code, what, "%s", line[0] != '\0' ? line : "the database did not answer");
	}
	/* Only the primary message: DETAIL may hold values of users. */
	return err_set(e, code, what, "%s (SQLSTATE %s)", primary, state != NULL ? state : "unknown");
}

#define COLUMNS "{columns}"

int db_copy(struct db *db, const char *name, const char *columns, ExecStatusType status, struct err *e)
{
	const char *text = query_text(name);
	const char *place = text != NULL ? strstr(text, COLUMNS) : NULL;
	struct buf whole = {0};
	PGresult *res;
	int rc = 0;

	if (text == NULL || (columns != NULL) != (place != NULL))
		return err_set(e, ERR_DB, name, "there is no such query");
	if (place != NULL) {
		buf_addf(&whole, "%.*s%s%s", (int)(place - text), text, columns, place + strlen(COLUMNS));
		text = buf_str(&whole);
	}
	db_settle(db);
	db->stopped = false;
	db->cancelled_ms = 0;
	db_sent(db);
	res = PQsendQuery(db->conn, text) == 1 ? db_next_result(db) : NULL;
	if (PQresultStatus(res) != status)
		rc = db_fail(db, res, name, e);
	while (rc != 0 && res != NULL) {
		PQclear(res);
		res = db_next_result(db);
	}
	PQclear(res);
	buf_free(&whole);
	return rc;
}

void db_interrupt(struct db *db, struct db *notices, db_stop *stop, void *ctx)
{
	db->notices = notices;
	db->stop = stop;
	db->stop_ctx = ctx;
}

void db_while_idle(struct db *db, db_idle *idle, void *ctx)
{
	db->idle = idle;
	db->idle_ctx = ctx;
}

/* Whether one of the notices that have arrived asks to cancel the statement. */
static bool is_stopped(struct db *db)
{
	struct db *notices = db->notices;
	PGnotify *note;
	bool stop = false;

	/* Notices come behind the answer to what was posted. */
	if (notices->waits && PQisBusy(notices->conn) == 0)
		db_settle(notices);
	while ((note = PQnotifies(notices->conn)) != NULL) {
		stop = db->stop(db->stop_ctx, note->relname, note->extra) || stop;
		PQfreemem(note);
	}
	return stop;
}

bool db_stopped(struct db *db)
{
	if (db->notices != NULL && !db->stopped)
		db->stopped = is_stopped(db);
	return db->stopped;
}

/* Waits for the server's next message, or until the statement was interrupted. */
static void await_message(struct db *db)
{
	struct pollfd fds[2] = { { .fd = PQsocket(db->conn), .events = POLLIN }, { .fd = -1 } };
	int ready;

	/* A cancellation that arrives before its statement has no effect, so it is sent
	 * again after a while. */
	if (db_stopped(db) && clock_ms() - db->cancelled_ms >= CANCEL_MS) {
		db_cancel(db);
		db->cancelled_ms = clock_ms();
	}
	struct db *notices = db->stopped ? NULL : db->notices;
	if (notices != NULL)
		fds[1] = (struct pollfd){ .fd = PQsocket(notices->conn), .events = POLLIN };
	ready = poll(fds, 2, db->stopped ? CANCEL_MS : LOOK_MS);
	if (ready == 0) {
		db_doubt(db);
		if (db->idle != NULL && !db->stopped)
			db->stopped = !db->idle(db->idle_ctx);
	}
	if (ready <= 0)
		return;
	/* If the connection of the notices is lost, its own next statement fails. */
	if (notices != NULL && fds[1].revents != 0 && PQconsumeInput(notices->conn) == 0)
		db->notices = NULL;
	if (fds[0].revents != 0) {
		PQconsumeInput(db->conn);
		db->heard_ms = clock_ms();
	}
}

PGresult *db_next_result(struct db *db)
{
	while (PQisBusy(db->conn) && PQstatus(db->conn) == CONNECTION_OK)
		await_message(db);
	return PQgetResult(db->conn);
}

int db_next_row(struct db *db, char **line)
{
	int n;

	/* After the connection is lost PQgetCopyData returns neither rows nor an error. */
	while ((n = PQgetCopyData(db->conn, line, 1)) == 0 && PQstatus(db->conn) == CONNECTION_OK)
		await_message(db);
	return n == 0 ? -2 : n;
}

/* Takes all results of what was sent; returns the last one, or the first error.  NULL if
 * nothing could be sent. */
static PGresult *take_result(struct db *db, int sent)
{
	PGresult *last = NULL, *res;

	db->stopped = false;
	db->cancelled_ms = 0;
	db_sent(db);
	while (sent == 1) {
		if ((res = db_next_result(db)) == NULL)
			break;
		if (last != NULL && PQresultStatus(last) == PGRES_FATAL_ERROR) {
			PQclear(res);
			continue;
		}
		PQclear(last);
		last = res;
	}
	return last;
}

/* The same for a statement that db_interrupt does not affect. */
static PGresult *take_unstopped(struct db *db, int sent)
{
	struct db *notices = db->notices;
	PGresult *res;

	db->notices = NULL;
	res = take_result(db, sent);
	db->notices = notices;
	return res;
}

void db_settle(struct db *db)
{
	if (!db->waits)
		return;
	db->waits = false;
	db->answer = take_unstopped(db, 1);
}

PGresult *db_exec(struct db *db, const char *text)
{
	db_settle(db);
	return take_unstopped(db, PQsendQuery(db->conn, text));
}

int db_prepare(struct db *db, const char *name, struct err *e)
{
	const char *text = query_text(name);
	PGresult *res;
	int rc = 0;

	db_settle(db);
	if (is_prepared(db, name))
		return 0;
	if (text == NULL)
		return err_set(e, ERR_DB, name, "there is no such query");
	res = take_unstopped(db, PQsendPrepare(db->conn, name, text, 0, NULL));
	if (PQresultStatus(res) == PGRES_COMMAND_OK)
		remember_prepared(db, name);
	else
		rc = db_fail(db, res, name, e);
	PQclear(res);
	return rc;
}

/* 0, or -1 with `e`; also -1 if the statement was cancelled too late to fail. */
static int check_result(struct db *db, const PGresult *res, const char *what, struct err *e)
{
	ExecStatusType status = PQresultStatus(res);

	if (db->stopped)
		return err_set(e, ERR_DB_CANCELED, what, "it was cancelled");
	if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK)
		return db_fail(db, res, what, e);
	return 0;
}

/* Arguments in the form that libpq needs. */
struct bound {
	int n;
	const char *values[ARGS_MAX];
	int lengths[ARGS_MAX];
	int formats[ARGS_MAX];	/* 1: bytes, 0: text */
	char numbers[ARGS_MAX][32];
};

static const char *bind_one(const struct db_arg *arg, char number[32])
{
	switch (arg->type) {
	case ARG_LONG:
		snprintf(number, 32, "%ld", arg->number);
		return number;
	case ARG_DOUBLE:
		snprintf(number, 32, "%.17g", arg->real);
		return number;
	case ARG_BOOL:
		return arg->number != 0 ? "t" : "f";
	case ARG_TEXT:
	case ARG_BYTES:
	case ARG_END:
		break;
	}
	return arg->text;
}

static void bind_args(struct bound *b, const struct db_args *args)
{
	b->n = 0;
	for (; args != NULL && b->n < ARGS_MAX && args->at[b->n].type != ARG_END; b->n++) {
		const struct db_arg *arg = &args->at[b->n];
		b->values[b->n] = bind_one(arg, b->numbers[b->n]);
		b->lengths[b->n] = arg->n;
		b->formats[b->n] = arg->type == ARG_BYTES;
	}
}

bool db_send(struct db *db, const char *name, const struct db_args *args)
{
	struct bound b;

	bind_args(&b, args);
	return PQsendQueryPrepared(db->conn, name, b.n, b.values, b.lengths, b.formats, 0) == 1;
}

int db_query(struct db *db, const char *name, const struct db_args *args, PGresult **res,
    struct err *e)
{
	PGresult *got;

	if (res != NULL)
		*res = NULL;
	if (db_prepare(db, name, e) != 0)
		return -1;
	got = take_result(db, db_send(db, name, args));
	if (check_result(db, got, name, e) != 0) {
		PQclear(got);
		return -1;
	}
	if (res != NULL)
		*res = got;
	else
		PQclear(got);
	return 0;
}

int db_post(struct db *db, const char *name, const struct db_args *args, struct err *e)
{
	if (db_prepare(db, name, e) != 0)
		return -1;
	PQclear(db->answer);
	db->answer = NULL;
	if (!db_send(db, name, args))
		return db_fail(db, NULL, name, e);
	db_sent(db);
	db->posted = name;
	db->waits = true;
	return 0;
}

int db_answer(struct db *db, PGresult **res, struct err *e)
{
	const char *name = db->posted;

	*res = NULL;
	db_settle(db);
	if (name == NULL)
		return 0;
	db->posted = NULL;
	if (db->answer == NULL || PQresultStatus(db->answer) == PGRES_FATAL_ERROR) {
		db_fail(db, db->answer, name, e);
		PQclear(db->answer);
		db->answer = NULL;
		return -1;
	}
	*res = db->answer;
	db->answer = NULL;
	return 0;
}

int db_each(struct db *db, const char *name, const struct db_args *args, db_row *row, void *ctx,
    struct err *e)
{
	PGresult *res;
	int rc = 0;

	if (db_prepare(db, name, e) != 0)
		return -1;
	if (!db_send(db, name, args) || PQsetSingleRowMode(db->conn) != 1)
		return db_fail(db, NULL, name, e);
	db_sent(db);
	/* All results must be taken: else the connection could not be used again. */
	while ((res = db_next_result(db)) != NULL) {
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

void db_rollback(struct db *db)
{
	db_settle(db);
	if (PQtransactionStatus(db->conn) != PQTRANS_IDLE)
		PQclear(db_exec(db, "ROLLBACK"));
}

int db_run(struct db *db, const char *place, const char *text, struct err *e)
{
	PGresult *res;
	int rc;

	db_settle(db);
	res = take_result(db, PQsendQuery(db->conn, text));
	rc = check_result(db, res, place, e);
	PQclear(res);
	return rc;
}

int db_run_file(struct db *db, const char *path, struct err *e)
{
	const char *text = query_file(db->conf, path, e);

	return text == NULL ? -1 : db_run(db, path, text, e);
}

const char *db_get(const PGresult *res, int row, const char *column)
{
	int i = PQfnumber(res, column);

	return i < 0 || PQgetisnull(res, row, i) ? NULL : PQgetvalue(res, row, i);
}

long db_get_long(const PGresult *res, int row, const char *column)
{
	const char *text = db_get(res, row, column);

	return text != NULL ? strtol(text, NULL, 10) : 0;
}

bool db_get_bool(const PGresult *res, int row, const char *column)
{
	const char *text = db_get(res, row, column);

	return text != NULL && text[0] == 't';
}

int db_wait_notify(struct db *db, int ms)
{
	int64_t end = clock_ms() + ms;

	db_settle(db);
	for (;;) {
		PGnotify *note = PQnotifies(db->conn);
		struct pollfd p = { .fd = PQsocket(db->conn), .events = POLLIN };
		int64_t left = end - clock_ms();

		if (note != NULL) {
			/* One notice is enough, as the caller reads the table then: the
			 * others are dropped. */
			while (note != NULL) {
				PQfreemem(note);
				note = PQnotifies(db->conn);
			}
			return 1;
		}
		if (left <= 0)
			return 0;
		if (p.fd < 0)
			return -1;
		if (poll(&p, 1, left > INT_MAX ? INT_MAX : (int)left) < 0)
			return errno == EINTR ? 0 : -1;
		if (p.revents != 0 && PQconsumeInput(db->conn) == 0)
			return -1;
	}
}
