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
	.begin = xlsx_begin, .record = xlsx_record, .end = xlsx_finish, .drop = xlsx_drop,
};

/* --- JSON ----------------------------------------------------------------- */

static int json_begin(struct export_sink *s, struct err *e)
{
	json_t *names = json_array();

	(void)e;
	for (size_t i = 0; i < s->options->n_columns; i++)
		json_array_append_new(names, json_string(fields[s->options->columns[i]].name));
	buf_adds(&s->out, "{\"headers\":");
	json_add(&s->out, names);
	buf_adds(&s->out, ",\"content\":[");
	return 0;
}

/* Writes one object for each user: memory is bounded by the longest one. */
static int json_record(struct export_sink *s, const char *const *cells, const size_t *lengths, struct err *e)
{
	json_t *record = json_object();

	(void)e;
	for (size_t i = 0; i < s->options->n_columns; i++)
		json_object_set_new(record, fields[s->options->columns[i]].name,
		    cells[i] != NULL ? json_stringn(cells[i], lengths[i]) : json_string(""));
	if (s->state != NULL)
		buf_addch(&s->out, ',');
	s->state = s;	/* a record was written */
	json_add(&s->out, record);
	return 0;
}

static int json_end(struct export_sink *s, struct err *e)
{
	(void)e;
	buf_adds(&s->out, "]}");
	return 0;
}

const struct export_format export_json = {
	.type = "application/json", .suffix = "json", .begin = json_begin, .record = json_record, .end = json_end,
};
