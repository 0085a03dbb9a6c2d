/* GET /1.1/users/export: the users as CSV, or the same records as JSON. */
#include "users/export.h"

#include <string.h>
#include <strings.h>

#include "api/result.h"
#include "api/routes.h"
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

/* An answer under way. */
struct answer {
	struct api *a;
	const struct export_format *format;
};

static int send(void *ctx, const char *bytes, size_t n, struct err *e)
{
	const struct answer *answer = ctx;
	struct response *res = answer->a->res;
	char name[EXPORT_NAME_SIZE];

	if (!res->streaming) {
		response_header(res, "Content-Type", answer->format->type);
		if (answer->format != &export_json) {
			export_name(name);
			response_attachment(res, name);
		}
		if (response_stream_begin(res, e) != 0)
			return -1;
	}
	return n == 0 ? 0 : response_stream(res, bytes, n, e);
}

int api_export(struct api *a, struct err *e)
{
	static const char *const escapes[] = { "formula", "none", NULL };
	const char *columns = form_get(&a->query, "columns");
	struct answer answer = { a, wants_json(a->req) ? &export_json : &export_csv };
	struct export_options o = {
		.format = answer.format,
		.search = form_get(&a->query, "search"), .context = form_get(&a->query, "context"),
	};
	char unknown[EXPORT_UNKNOWN_SIZE];
	int escape;

	if (api_query_choice(a, "escape", escapes, &escape, e) != 0)
		return -1;
	if (columns != NULL && !export_columns(&o, columns, unknown))
		return api_problem(a, 400, "columns: %s is not a column that is exported.", unknown);
	o.guard = escape == 0;
	/* HEAD gets no data and leaves no record. */
	if (a->req->method == HTTP_HEAD)
		return send(&answer, "", 0, e);
	return export_run(a->db, a->who, a->req->remote_addr, &o, send, &answer, NULL, e);
}
