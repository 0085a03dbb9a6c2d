/* GET /1.1/users/export: the users as CSV, or the same records as JSON. */
#include "users/export.h"

#include <string.h>
#include <strings.h>

#include "api/routes.h"
#include "serve/download.h"

/* Whether the client would rather have JSON: of the two types, the one that it
 * names first. */
static bool wants_json(const struct request *req)
{
	const char *accept = request_header(req, "accept");
	const char *json = accept != NULL ? strcasestr(accept, "application/json") : NULL;
	const char *csv = accept != NULL ? strcasestr(accept, "text/csv") : NULL;

	return json != NULL && (csv == NULL || json < csv);
}

int api_export(struct api *a, struct err *e)
{
	static const char *const escapes[] = { "formula", "none", NULL };
	const char *columns = form_get(&a->query, "columns");
	char unknown[EXPORT_UNKNOWN_SIZE], name[EXPORT_NAME_SIZE];
	bool json = wants_json(a->req);
	struct export_options o = {
		.format = json ? &export_json : &export_csv,
		.search = form_get(&a->query, "search"), .context = form_get(&a->query, "context"),
	};
	struct download d = { .call = &a->call, .type = o.format->type, .name = json ? NULL : name };
	int escape;

	if (api_query_choice(a, "escape", escapes, &escape, e) != 0)
		return -1;
	if (columns != NULL && !export_columns(&o, columns, unknown))
		return api_problem(a, 400, "columns: %s is not a column that is exported.", unknown);
	o.guard = escape == 0;
	export_name(name);
	/* HEAD gets no data and leaves no record. */
	if (a->req->method == HTTP_HEAD)
		return download_send(&d, "", 0, e);
	return download_end(&d, export_run(a->db, a->who, a->req->remote_addr, &o, download_send, &d, NULL, e));
}
