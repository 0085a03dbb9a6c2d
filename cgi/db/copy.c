/* COPY.  Contract: copy.h. */
#include "db/copy.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "db/db_internal.h"

#define BLOCK 65536

/* --- ending --------------------------------------------------------------- */

/* Takes all results that are left: else the connection could not be used again.  Returns 0 and
 * sets *rows (may be NULL), or -1 with the first error. */
static int take_results(struct db *db, const char *name, long *rows, struct err *e)
{
	PGconn *conn = db_conn(db);
	PGresult *res;
	int rc = 0;

	while ((res = db_next_result(db)) != NULL) {
		ExecStatusType status = PQresultStatus(res);
		if (status != PGRES_COMMAND_OK && rc == 0)
			rc = db_fail(db, res, name, e);
		else if (status == PGRES_COMMAND_OK && rows != NULL)
			*rows = strtol(PQcmdTuples(res), NULL, 10);
		PQclear(res);
		/* A broken connection would return COPY_IN endlessly. */
		if (status == PGRES_COPY_IN || PQstatus(conn) != CONNECTION_OK)
			break;
	}
	return rc;
}

/* Ends a COPY OUT before its last row; rows that arrive yet are dropped. */
static void stop_rows(struct db *db, const char *name)
{
	char *line = NULL;

	db_cancel(db);
	while (db_next_row(db, &line) > 0)
		PQfreemem(line);
	take_results(db, name, NULL, NULL);
}

/* --- in ------------------------------------------------------------------- */

int copy_begin(struct db *db, const char *name, struct err *e)
{
	return db_copy(db, name, NULL, PGRES_COPY_IN, e);
}

int copy_begin_columns(struct db *db, const char *name, const char *columns, struct err *e)
{
	return db_copy(db, name, columns, PGRES_COPY_IN, e);
}

int copy_end(struct db *db, const char *reason, long *rows, struct err *e)
{
	db_sent(db);
	if (PQputCopyEnd(db_conn(db), reason) != 1) {
		db_fail(db, NULL, "COPY", e);
		take_results(db, "COPY", NULL, NULL);
		return -1;
	}
	return take_results(db, "COPY", rows, e);
}

int copy_send(struct db *db, struct buf *b, bool flush, struct err *e)
{
	if (b->len == 0 || (b->len < BLOCK && !flush))
		return 0;
	while (b->len > 0) {
		/* PQputCopyData buffers what the socket does not take at once.  Blocks of limited
		 * size keep that buffer small. */
		int n = b->len > BLOCK * 4 ? BLOCK * 4 : (int)b->len;
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

/* Adds a text with the four bytes escaped that have a meaning in the text format. */
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

/* --- out ------------------------------------------------------------------ */

int copy_out_begin(struct db *db, const char *name, struct err *e)
{
	return db_copy(db, name, NULL, PGRES_COPY_OUT, e);
}

static void add_cell(struct copy_out *row, const char *cell, size_t n)
{
	if (row->n == row->room) {
		row->room = row->room == 0 ? 64 : row->room * 2;
		row->cells = reallocarray(row->cells, row->room, sizeof(*row->cells));
		row->lengths = reallocarray(row->lengths, row->room, sizeof(*row->lengths));
		if (row->cells == NULL || row->lengths == NULL)
			abort();
	}
	row->cells[row->n] = cell;
	row->lengths[row->n++] = n;
}

/* The character for the letter after a backslash.  The server writes only these letters, never
 * an octal or hexadecimal code. */
static char escaped(char c)
{
	switch (c) {
	case 'b': return '\b';
	case 'f': return '\f';
	case 'n': return '\n';
	case 'r': return '\r';
	case 't': return '\t';
	case 'v': return '\v';
	default: return c;
	}
}

/* Replaces the escapes in the n bytes at s, in place; returns how many bytes are left. */
static size_t unescape(char *s, size_t n)
{
	char *from = memchr(s, '\\', n);
	char *to = from;

	if (from == NULL)
		return n;
	while (from < s + n) {
		if (*from == '\\' && from + 1 < s + n) {
			*to++ = escaped(from[1]);
			from += 2;
		} else {
			*to++ = *from++;
		}
	}
	return (size_t)(to - s);
}

void copy_out_split(struct copy_out *row, char *line, size_t n)
{
	char *cell = line;

	row->n = 0;
	for (;;) {
		size_t left = n - (size_t)(cell - line);
		char *tab = memchr(cell, '\t', left);
		size_t length = tab != NULL ? (size_t)(tab - cell) : left;

		if (length == 2 && cell[0] == '\\' && cell[1] == 'N') {
			add_cell(row, NULL, 0);
		} else {
			length = unescape(cell, length);
			cell[length] = '\0';
			add_cell(row, cell, length);
		}
		if (tab == NULL)
			return;
		cell = tab + 1;
	}
}

int copy_out_row(struct db *db, struct copy_out *row, struct err *e)
{
	int n;

	PQfreemem(row->line);
	row->line = NULL;
	n = db_next_row(db, &row->line);
	if (n == -1)
		return take_results(db, "COPY", NULL, e);
	if (n < 0)
		return db_fail(db, NULL, "COPY", e);
	if (n > 0 && row->line[n - 1] == '\n')
		n--;
	copy_out_split(row, row->line, (size_t)n);
	return 1;
}

void copy_out_end(struct db *db, struct copy_out *row)
{
	PQfreemem(row->line);
	free(row->cells);
	free(row->lengths);
	*row = (struct copy_out){0};
	if (PQtransactionStatus(db_conn(db)) == PQTRANS_ACTIVE)
		stop_rows(db, "COPY");
}

/* --- to a file and back --------------------------------------------------- */

/* Saves one row.  Returns 1, 0 after the last row, or -1. */
static int take_row(struct db *db, FILE *file, const char *name, struct err *e)
{
	char *line = NULL;
	int n;
	int rc = 1;

	n = db_next_row(db, &line);
	if (n == -1)
		return 0;
	if (n <= 0)
		return db_fail(db, NULL, name, e);
	if (fwrite(line, 1, (size_t)n, file) != (size_t)n)
		rc = err_set(e, ERR_IO, "temporary file", "cannot be written: %s", strerror(errno));
	PQfreemem(line);
	return rc;
}

int copy_save(struct db *db, const char *name, FILE *file, struct err *e)
{
	int got;

	if (db_copy(db, name, NULL, PGRES_COPY_OUT, e) != 0)
		return -1;
	while ((got = take_row(db, file, name, e)) == 1)
		;
	if (got == 0)
		return take_results(db, name, NULL, e);
	stop_rows(db, name);
	return -1;
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
