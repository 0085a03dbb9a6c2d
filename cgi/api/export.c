/* GET /1.1/users/export: the users as CSV, or the same records as JSON. */
#include "users/export.h"

#include <string.h>
#include <strings.h>

#include "api/result.h"
#include "base/log.h"

/* Whether the client would rather have JSON: of the two types, the one that it
 * names first. */
static bool wants_json(const struct request *req)
{
	const char *accept = request_header(req, "accept");
	const char *json = accept != NULL ? strcasestr(accept, "application/json") : NULL;
	const char *csv = accept != NULL ? strcasestr(accept, "text/csv") : NULL;

	return json != NULL && (csv == NULL || json < csv);
}

/* --- CSV ------------------------------------------------------------------ */

static int begin(struct api *a, const char *type, struct err *e)
{
	char name[EXPORT_NAME_SIZE];

	if (a->res->streaming)
		return 0;
	response_header(a->res, "Content-Type", type);
	if (strcmp(type, "application/json") != 0) {
		export_name(name);
		response_attachment(a->res, name);
	}
	return response_stream_begin(a->res, e);
}

static int send_csv(void *ctx, const char *bytes, size_t n, struct err *e)
{
	struct api *a = ctx;

	if (begin(a, "text/csv; charset=utf-8", e) != 0)
		return -1;
	return response_stream(a->res, bytes, n, e);
}

/* --- JSON ----------------------------------------------------------------- */

/* The export's records (strict RFC 4180, none cut in two) become objects. */
struct objects {
	struct api *a;
	struct emit out;
	const char *names[FIELD__MAX];	/* of the header */
	size_t n_names;
	long records;
};

static int send_json(void *ctx, const char *bytes, size_t n, struct err *e)
{
	struct api *a = ctx;

	if (begin(a, "application/json", e) != 0)
		return -1;
	return response_stream(a->res, bytes, n, e);
}

/* Reads the cell at `s` into `cell`; returns what stands behind it. */
static const char *read_cell(const char *s, const char *end, struct buf *cell)
{
	buf_reset(cell);
	if (s < end && *s == '"') {
		for (s++; s < end; s++) {
			if (*s == '"' && (s + 1 == end || s[1] != '"'))
				return s + 1;
			s += *s == '"';
			buf_addch(cell, *s);
		}
		return s;
	}
	for (; s < end && *s != ',' && *s != '\r'; s++)
		buf_addch(cell, *s);
	return s;
}

static void add_cell(struct objects *o, size_t i, const struct buf *cell)
{
	struct buf *b = &o->out.buf;

	if (o->records == 0) {
		if (i < FIELD__MAX)
			o->names[o->n_names++] = arena_strdup(o->a->mem, buf_str(cell));
		buf_adds(b, i == 0 ? "{\"headers\":[" : ",");
	} else {
		if (i == 0)
			buf_adds(b, o->records > 1 ? ",{" : "{");
		else
			buf_addch(b, ',');
		emit_text(&o->out, i < o->n_names ? o->names[i] : "");
		buf_addch(b, ':');
	}
	emit_text(&o->out, buf_str(cell));
}

static int add_records(void *ctx, const char *bytes, size_t n, struct err *e)
{
	struct objects *o = ctx;
	const char *s = bytes, *end = bytes + n;
	struct buf cell = {0};
	size_t i = 0;
	int rc = 0;

	while (s < end && rc == 0) {
		s = read_cell(s, end, &cell);
		add_cell(o, i++, &cell);
		if (s < end && *s == ',') {
			s++;
			continue;
		}
		s += end - s < 2 ? end - s : 2;	/* CRLF */
		buf_adds(&o->out.buf, o->records++ == 0 ? "],\"content\":[" : "}");
		i = 0;
		rc = emit_some(&o->out, e);
	}
	buf_free(&cell);
	return rc;
}

static int run_json(struct api *a, const struct export_options *options, struct err *e)
{
	struct objects o = { .a = a, .out = { .sink = send_json, .ctx = a } };
	int rc = export_run(a->db, a->who, a->req->remote_addr, options, add_records, &o, NULL, e);

	buf_adds(&o.out.buf, "]}");
	if (rc == 0)
		rc = emit_flush(&o.out, e);
	buf_free(&o.out.buf);
	return rc;
}

/* -------------------------------------------------------------------------- */

int api_export(struct api *a, struct err *e)
{
	static const char *const escapes[] = { "formula", "none", NULL };
	const char *columns = form_get(&a->query, "columns");
	bool json = wants_json(a->req);
	struct export_options o = {
		.search = form_get(&a->query, "search"), .context = form_get(&a->query, "context"),
	};
	char unknown[EXPORT_UNKNOWN_SIZE];
	int escape;

	if (api_query_choice(a, "escape", escapes, &escape, e) != 0)
		return -1;
	if (columns != NULL && !export_columns(&o, columns, unknown))
		return api_problem(a, 400, "columns: %s is not a column that is exported.", unknown);
	/* Nothing runs the values of JSON. */
	o.guard = escape == 0 && !json;
	/* Whoever only asks what would come gets no data and leaves no record. */
	if (a->req->method == HTTP_HEAD)
		return begin(a, json ? "application/json" : "text/csv; charset=utf-8", e);
	return json ? run_json(a, &o, e) : export_run(a->db, a->who, a->req->remote_addr, &o, send_csv, a,
	    NULL, e);
}
