/* COPY OUT.  Contract: copy_out.h. */
#include "db/copy_out.h"

#include <stdlib.h>
#include <string.h>

int copy_out_begin(struct db *db, const char *name, struct err *e)
{
	return db_copy(db, name, PGRES_COPY_OUT, e);
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

/* What stands behind a backslash.  The server writes these letters and never
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

/* Takes the escapes out of the n bytes at s; returns how many are left. */
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

/* After the last row: how it ended. */
static int result(struct db *db, struct err *e)
{
	PGresult *res;
	int rc = 0;

	while ((res = PQgetResult(db_conn(db))) != NULL) {
		if (PQresultStatus(res) != PGRES_COMMAND_OK && rc == 0)
			rc = db_fail(db, res, "COPY", e);
		PQclear(res);
	}
	return rc;
}

int copy_out_row(struct db *db, struct copy_out *row, struct err *e)
{
	int n;

	PQfreemem(row->line);
	row->line = NULL;
	n = PQgetCopyData(db_conn(db), &row->line, 0);
	if (n == -1)
		return result(db, e);
	if (n < 0)
		return db_fail(db, NULL, "COPY", e);
	if (n > 0 && row->line[n - 1] == '\n')
		n--;
	copy_out_split(row, row->line, (size_t)n);
	return 1;
}

void copy_out_end(struct db *db, struct copy_out *row)
{
	PGconn *conn = db_conn(db);
	PGresult *res;

	PQfreemem(row->line);
	free(row->cells);
	free(row->lengths);
	*row = (struct copy_out){0};
	if (PQtransactionStatus(conn) != PQTRANS_ACTIVE)
		return;
	db_cancel(db);
	while (PQgetCopyData(conn, &row->line, 0) > 0)
		PQfreemem(row->line);
	row->line = NULL;
	while ((res = PQgetResult(conn)) != NULL)
		PQclear(res);
}
