/* The formats of an export: CSV and JSON.  Contract: export.h. */
#include <string.h>

#include "base/json.h"
#include "csv/writer.h"
#include "users/export.h"

/* --- CSV ------------------------------------------------------------------ */

static int csv_begin(struct export_sink *s, struct err *e)
{
	(void)e;
	if (s->options->bom)
		buf_adds(&s->out, "\xef\xbb\xbf");
	for (size_t i = 0; i < s->options->n_columns; i++) {
		const char *name = fields[s->options->columns[i]].name;
		writer_cell(&s->out, i == 0, name, strlen(name), false);
	}
	writer_end(&s->out);
	return 0;
}

static int csv_record(struct export_sink *s, const char *const *cells, const size_t *lengths, struct err *e)
{
	(void)e;
	for (size_t i = 0; i < s->options->n_columns; i++)
		writer_cell(&s->out, i == 0, cells[i] != NULL ? cells[i] : "", cells[i] != NULL ? lengths[i] : 0,
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
	.type = "text/csv; charset=utf-8", .begin = csv_begin, .record = csv_record, .end = csv_end,
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

/* One object a user: memory is bounded by the longest one. */
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
	.type = "application/json", .begin = json_begin, .record = json_record, .end = json_end,
};
