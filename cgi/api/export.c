/* GET /1.1/users/export: the users as CSV, as a workbook, or the same records as JSON. */
#include "users/export.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "api/routes.h"
#include "serve/download.h"

static const struct export_format *const formats[] = { &export_csv, &export_xlsx, &export_json };
#define N_FORMATS (sizeof(formats) / sizeof(formats[0]))

/* The first format that the client's Accept names and that there is; CSV if there is none. */
static const struct export_format *accepted(const struct request *req)
{
	const char *accept = request_header(req, "accept"), *first = NULL;
	const struct export_format *format = &export_csv;

	for (size_t i = 0; accept != NULL && i < N_FORMATS; i++) {
		char type[100];
		const char *found;

		snprintf(type, sizeof(type), "%.*s", (int)strcspn(formats[i]->type, ";"), formats[i]->type);
		found = strcasestr(accept, type);
		if (found != NULL && (first == NULL || found < first)) {
			first = found;
			format = formats[i];
		}
	}
	return format;
}

int api_export(struct api *a, struct err *e)
{
	static const char *const escapes[] = { "formula", "none", NULL };
	static const char *const words[] = { "comma", "semicolon", "tab", NULL };
	static const char separators[] = { ',', ';', '\t' };
	static const char *const names[] = { "csv", "xlsx", "json", NULL };
	const char *columns = form_get(&a->query, "columns");
	char unknown[EXPORT_UNKNOWN_SIZE], name[EXPORT_NAME_SIZE];
	struct export_options o = {
		.filter = { .by = {
			[FILTER_SEARCH] = form_get(&a->query, "search"),
			[FILTER_CONTEXT] = form_get(&a->query, "context"),
		} },
	};
	struct download d = { .call = &a->call, .name = name };
	int escape, format, separator;

	if (api_query_choice(a, "escape", escapes, &escape, e) != 0
	    || api_query_choice(a, "format", names, &format, e) != 0
	    || api_query_choice(a, "separator", words, &separator, e) != 0)
		return -1;
	if (columns != NULL && !export_columns(&o, columns, unknown))
		return api_problem(a, 400, "columns: %s is not a column that is exported.", unknown);
	o.guard = escape == 0;
	o.separator = separators[separator];
	o.format = form_get(&a->query, "format") != NULL ? formats[format] : accepted(a->req);
	d.type = o.format->type;
	if (o.format == &export_json)
		d.name = NULL;
	export_name(o.format, name);
	/* HEAD gets no data, so it is not written to the audit. */
	if (a->req->method == HTTP_HEAD)
		return download_send(&d, "", 0, e);
	return download_end(&d, export_run(a->db, a->who, a->req->remote_addr, &o, download_send, &d, NULL, e));
}
