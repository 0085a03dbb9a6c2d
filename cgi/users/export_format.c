/* The formats of an export: CSV, a workbook, JSON.  Contract: export.h. */
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "csv/spreadsheet.h"
#include "csv/writer.h"
#include "sheet/xlsx_writer.h"
#include "users/export.h"

/* --- CSV ------------------------------------------------------------------ */

static int csv_begin(struct export_sink *s, struct err *e)
{
	(void)e;
	if (s->options->bom)
		buf_adds(&s->out, "\xef\xbb\xbf");
	for (size_t i = 0; i < s->options->n_columns; i++) {
		const char *name = fields[s->options->columns[i]].name;
		writer_cell(&s->out, s->options->separator, i == 0, name, strlen(name), false);
	}
	writer_end(&s->out);
	return 0;
}

static int csv_record(struct export_sink *s, const char *const *cells, const size_t *lengths, struct err *e)
{
	(void)e;
	for (size_t i = 0; i < s->options->n_columns; i++)
		writer_cell(&s->out, s->options->separator, i == 0,
		    cells[i] != NULL ? cells[i] : "", cells[i] != NULL ? lengths[i] : 0,
		    s->options->guard);
	writer_end(&s->out);
	return 0;
}

static int csv_end(struct export_sink *s, struct err *e)
{
	(void)s;
	(void)e;
	return 0;
}

const struct export_format export_csv = {
	.type = "text/csv; charset=utf-8", .suffix = "csv", .begin = csv_begin, .record = csv_record, .end = csv_end,
};

/* --- a workbook ----------------------------------------------------------- */

struct sheet_state {
	struct xlsx_writer *writer;
	long row;
	struct buf cell;	/* a cell with its guard */
};

static bool keep(void *ctx, const char *bytes, size_t n)
{
	buf_add(ctx, bytes, n);
	return true;
}

/* Ends a row.  The writer only fails if the archive becomes too large. */
static int end_row(struct sheet_state *st, struct err *e)
{
	return xlsx_flush(st->writer) ? 0
	    : err_set(e, ERR_TOO_LARGE, NULL, "the workbook would be larger than 4 GiB: export it as CSV");
}

static int xlsx_begin(struct export_sink *s, struct err *e)
{
	struct sheet_state *st = calloc(1, sizeof(*st));

	if (st == NULL)
		abort();
	s->state = st;
	st->writer = xlsx_writer_new("Users", keep, &s->out);
	st->row = 1;
	xlsx_row(st->writer, st->row);
	for (size_t i = 0; i < s->options->n_columns; i++) {
		const char *name = fields[s->options->columns[i]].name;
		xlsx_cell(st->writer, CELL_TEXT, name, strlen(name));
	}
	return end_row(st, e);
}

static int xlsx_record(struct export_sink *s, const char *const *cells, const size_t *lengths, struct err *e)
{
	struct sheet_state *st = s->state;

	if (st->row == XLSX_MAX_ROWS)
		return err_set(e, ERR_TOO_LARGE, NULL, "a workbook has at most %ld rows: export them as CSV",
		    XLSX_MAX_ROWS);
	xlsx_row(st->writer, ++st->row);
	for (size_t i = 0; i < s->options->n_columns; i++) {
		const char *cell = cells[i] != NULL ? cells[i] : "";
		size_t n = cells[i] != NULL ? lengths[i] : 0;

		/* A spreadsheet does not run texts of a workbook, but somebody may save it as CSV. */
		if (s->options->guard && spreadsheet_unsafe(cell, n)) {
			buf_reset(&st->cell);
			spreadsheet_guard(&st->cell, cell, n);
			xlsx_cell(st->writer, CELL_TEXT, st->cell.data, st->cell.len);
		} else {
			xlsx_cell(st->writer, CELL_TEXT, cell, n);
		}
	}
	return end_row(st, e);
}

static int xlsx_pass_rows(struct export_sink *s, struct err *e)
{
	struct sheet_state *st = s->state;

	return xlsx_pass(st->writer) ? 0 : end_row(st, e);
}

static int xlsx_finish(struct export_sink *s, struct err *e)
{
	struct sheet_state *st = s->state;

	return xlsx_end(st->writer) ? 0 : end_row(st, e);
}

static void xlsx_drop(struct export_sink *s)
{
	struct sheet_state *st = s->state;

	if (st == NULL)
		return;
	xlsx_writer_free(st->writer);
	buf_free(&st->cell);
	free(st);
}

const struct export_format export_xlsx = {
	.type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", .suffix = "xlsx",
	.begin = xlsx_begin, .record = xlsx_record, .pass = xlsx_pass_rows, .end = xlsx_finish,
	.drop = xlsx_drop,
};

/* --- JSON ----------------------------------------------------------------- */

struct json_state {
	struct buf names;		/* `{"uuid":,"entity_id":` and so on */
	size_t ends[FIELD__MAX];	/* of each column in it */
	bool later;			/* a record was written */
};

static int json_begin(struct export_sink *s, struct err *e)
{
	struct json_state *st = calloc(1, sizeof(*st));

	(void)e;
	if (st == NULL)
		abort();
	s->state = st;
	buf_adds(&s->out, "{\"headers\":[");
	for (size_t i = 0; i < s->options->n_columns; i++) {
		const char *name = fields[s->options->columns[i]].name;
		if (i > 0)
			buf_addch(&s->out, ',');
		json_add_text(&s->out, name, strlen(name));
		buf_addch(&st->names, i > 0 ? ',' : '{');
		json_add_text(&st->names, name, strlen(name));
		buf_addch(&st->names, ':');
		st->ends[i] = st->names.len;
	}
	buf_adds(&s->out, "],\"content\":[");
	return 0;
}

/* Writes one object for each user: memory is bounded by the longest one. */
static int json_record(struct export_sink *s, const char *const *cells, const size_t *lengths, struct err *e)
{
	struct json_state *st = s->state;
	size_t begin = 0;

	(void)e;
	if (st->later)
		buf_addch(&s->out, ',');
	st->later = true;
	for (size_t i = 0; i < s->options->n_columns; i++) {
		buf_add(&s->out, st->names.data + begin, st->ends[i] - begin);
		json_add_text(&s->out, cells[i] != NULL ? cells[i] : "", cells[i] != NULL ? lengths[i] : 0);
		begin = st->ends[i];
	}
	buf_addch(&s->out, '}');
	return 0;
}

static int json_end(struct export_sink *s, struct err *e)
{
	(void)e;
	buf_adds(&s->out, "]}");
	return 0;
}

static void json_drop(struct export_sink *s)
{
	struct json_state *st = s->state;

	if (st == NULL)
		return;
	buf_free(&st->names);
	free(st);
}

const struct export_format export_json = {
	.type = "application/json", .suffix = "json", .begin = json_begin, .record = json_record, .end = json_end,
	.drop = json_drop,
};
