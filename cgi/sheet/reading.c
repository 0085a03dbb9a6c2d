/* Rows and faults of a workbook.  Contract: reading.h. */
#include "sheet/reading.h"

#include <string.h>

#include "base/utf8.h"

/* --- faults --------------------------------------------------------------- */

bool sheet_fault(struct sheet *s, const struct sheet_fault *f)
{
	if (!s->over)
		s->sink.fault(s->sink.ctx, f);
	s->over = true;
	return false;
}

bool sheet_damaged(struct sheet *s, const char *part)
{
	const struct sheet_fault f = { .key = "file.sheet_damaged", .name = part, .row = s->row };

	return sheet_fault(s, &f);
}

bool sheet_limit(struct sheet *s, const char *what, long long limit)
{
	const struct sheet_fault f = {
		.key = "file.sheet_limit", .what = what, .row = s->row, .limit = limit,
	};

	return sheet_fault(s, &f);
}

/* A limit that a CSV file has too. */
static bool cell_limit(struct sheet *s, const char *key, long long limit)
{
	const struct sheet_fault f = { .key = key, .row = s->row, .limit = limit };

	return sheet_fault(s, &f);
}

void sheet_name_add(struct buf *names, const char *name)
{
	size_t n = strlen(name);

	if (names->len > 0)
		buf_adds(names, ", ");
	buf_add(names, name, utf8_cut(name, n, 60));
}

/* --- rows ----------------------------------------------------------------- */

bool sheet_row_begin(struct sheet *s, long number)
{
	if (number <= s->row || number > SHEET_MAX_ROWS)
		return sheet_damaged(s, NULL);
	s->row = number;
	s->n_cells = 0;
	buf_reset(&s->texts);
	return true;
}

bool sheet_cell(struct sheet *s, long column, enum cell_kind kind, const char *text, size_t n)
{
	if (column < 0 || column >= SHEET_MAX_COLUMNS)
		return sheet_damaged(s, NULL);
	if (n == 0 && kind != CELL_FORMULA)
		return true;
	if (column >= s->limits.max_columns)
		return cell_limit(s, "file.limit_columns", s->limits.max_columns);
	if (n > s->limits.max_cell)
		return cell_limit(s, "file.limit_cell", (long long)s->limits.max_cell);
	while (s->n_cells <= (size_t)column)
		s->cells[s->n_cells++] = (struct cell){0};
	s->cells[column] = (struct cell){ s->texts.len, n, (unsigned char)kind };
	/* The text of empty cells is the NUL at the beginning of the buffer. */
	if (s->texts.len == 0) {
		buf_addch(&s->texts, '\0');
		s->cells[column].at = 1;
	}
	buf_add(&s->texts, text, n);
	buf_addch(&s->texts, '\0');
	return true;
}

bool sheet_row_end(struct sheet *s)
{
	struct sheet_row row = { .number = s->row, .n = s->n_cells };

	if (s->n_cells == 0)
		return true;
	for (size_t i = 0; i < s->n_cells; i++) {
		s->shown[i] = s->texts.data + s->cells[i].at;
		s->lengths[i] = s->cells[i].length;
		s->kinds[i] = s->cells[i].kind;
		s->given += (long long)s->cells[i].length;
	}
	if (s->limits.max_bytes > 0 && s->given > s->limits.max_bytes)
		return cell_limit(s, "file.limit_size", s->limits.max_bytes);
	row.cells = s->shown;
	row.lengths = s->lengths;
	row.kinds = s->kinds;
	if (!s->sink.row(s->sink.ctx, &row))
		s->over = true;
	return !s->over;
}

bool sheet_row_again(struct sheet *s, long number)
{
	if (number > SHEET_MAX_ROWS)
		return sheet_damaged(s, NULL);
	s->row = number;
	return sheet_row_end(s);
}
