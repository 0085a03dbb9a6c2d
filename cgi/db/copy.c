/* COPY IN.  Contract: copy.h; control flow after what libpq needs: say once
 * what is wrong, then read results until there are none. */
#include "db/copy.h"

#include <stdlib.h>
#include <string.h>

#define COPY_BLOCK 65536

int copy_begin(struct db *db, const char *name, struct err *e)
{
	return db_copy(db, name, PGRES_COPY_IN, e);
}

int copy_end(struct db *db, const char *reason, long *rows, struct err *e)
{
	PGconn *conn = db_conn(db);
	PGresult *res;
	int rc = 0;

	if (PQputCopyEnd(conn, reason) != 1)
		rc = db_fail(db, NULL, "COPY", e);
	while ((res = PQgetResult(conn)) != NULL) {
		/* A broken connection stays in COPY_IN for ever. */
		if (PQresultStatus(res) == PGRES_COPY_IN) {
			PQclear(res);
			rc = db_fail(db, NULL, "COPY", e);
			break;
		}
		if (PQresultStatus(res) != PGRES_COMMAND_OK && rc == 0)
			rc = db_fail(db, res, "COPY", e);
		else if (rows != NULL)
			*rows = strtol(PQcmdTuples(res), NULL, 10);
		PQclear(res);
	}
	return rc;
}

int copy_send(struct db *db, struct buf *b, bool flush, struct err *e)
{
	if (b->len == 0 || (b->len < COPY_BLOCK && !flush))
		return 0;
	while (b->len > 0) {
		/* PQputCopyData queues what the socket does not take: blocks of a
		 * bounded size keep that queue small. */
		int n = b->len > COPY_BLOCK * 4 ? COPY_BLOCK * 4 : (int)b->len;
		if (PQputCopyData(db_conn(db), b->data, n) != 1)
			return db_fail(db, NULL, "COPY", e);
		if ((size_t)n == b->len)
			break;
		memmove(b->data, b->data + n, b->len - (size_t)n);
		b->len -= (size_t)n;
	}
	buf_reset(b);
	return 0;
}

/* Adds bytes with the four that the text format gives a meaning escaped. */
static void add_escaped(struct buf *b, const char *s)
{
	while (*s != '\0') {
		size_t plain = strcspn(s, "\\\t\n\r");
		buf_add(b, s, plain);
		s += plain;
		switch (*s) {
		case '\\': buf_adds(b, "\\\\"); break;
		case '\t': buf_adds(b, "\\t"); break;
		case '\n': buf_adds(b, "\\n"); break;
		case '\r': buf_adds(b, "\\r"); break;
		default: return;
		}
		s++;
	}
}

static void separate(struct buf *b, bool first)
{
	if (!first)
		buf_addch(b, '\t');
}

void copy_text(struct buf *b, bool first, const char *s)
{
	separate(b, first);
	if (s == NULL)
		buf_adds(b, "\\N");
	else
		add_escaped(b, s);
}

void copy_long(struct buf *b, bool first, long n)
{
	separate(b, first);
	buf_addf(b, "%ld", n);
}

/* Inside an array literal `"` and `\` are escaped with `\`, which COPY's own
 * escaping then doubles. */
static void add_item(struct buf *b, const char *s)
{
	buf_addch(b, '"');
	for (; *s != '\0'; s++) {
		char one[2] = { *s, '\0' };
		if (*s == '"')
			buf_adds(b, "\\\\\"");
		else if (*s == '\\')
			buf_adds(b, "\\\\\\\\");
		else
			add_escaped(b, one);
	}
	buf_addch(b, '"');
}

void copy_array(struct buf *b, bool first, size_t n, const char *const *items)
{
	separate(b, first);
	buf_addch(b, '{');
	for (size_t i = 0; i < n; i++) {
		if (i > 0)
			buf_addch(b, ',');
		if (items[i] == NULL)
			buf_adds(b, "NULL");
		else
			add_item(b, items[i]);
	}
	buf_addch(b, '}');
}

void copy_row(struct buf *b)
{
	buf_addch(b, '\n');
}
