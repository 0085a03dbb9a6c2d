/* THE route table of the API: every resource, with its guards.
 *
 * To add one: a handler in api.h and a file of its own, a row here, its path in
 * static/openapi.json (tests/unit/test_openapi.c compares them), a test of each
 * status.  dispatch.c runs the guards in this order: method, account, rights,
 * content type and size. */
#include "api/api.h"

#define API(handler) ((void (*)(void))(handler))
/* Who may make jobs may look at them. */
#define JOBS (RIGHT_USERS_IMPORT | RIGHT_USERS_UPDATE)

static const struct route routes[] = {
	/* methods    path                           login          rights              csrf   body           limit  handler */
	{ HTTP_POST,   "/1.1/users/import",          ROUTE_ACCOUNT, RIGHT_USERS_IMPORT, false, ROUTE_CSV,     0,     API(api_import) },
	{ HTTP_PUT,    "/1.1/users/import",          ROUTE_ACCOUNT, RIGHT_USERS_UPDATE, false, ROUTE_CSV,     0,     API(api_update) },
	{ HTTP_GET,    "/1.1/users",                 ROUTE_ACCOUNT, RIGHT_USERS_READ,   false, ROUTE_NO_BODY, 0,     API(api_users) },
	{ HTTP_GET,    "/1.1/users/export",          ROUTE_ACCOUNT, RIGHT_USERS_EXPORT, false, ROUTE_NO_BODY, 0,     API(api_export) },
	{ HTTP_GET,    "/1.1/users/{uuid}",          ROUTE_ACCOUNT, RIGHT_USERS_READ,   false, ROUTE_NO_BODY, 0,     API(api_user) },
	{ HTTP_DELETE, "/1.1/users/{uuid}",          ROUTE_ACCOUNT, RIGHT_USERS_DELETE, false, ROUTE_NO_BODY, 0,     API(api_user_delete) },
	{ HTTP_GET,    "/1.1/imports",               ROUTE_ACCOUNT, JOBS,               false, ROUTE_NO_BODY, 0,     API(api_imports) },
	{ HTTP_GET,    "/1.1/imports/{id}",          ROUTE_ACCOUNT, JOBS,               false, ROUTE_NO_BODY, 0,     API(api_job) },
	{ HTTP_GET,    "/1.1/imports/{id}/result",   ROUTE_ACCOUNT, JOBS,               false, ROUTE_NO_BODY, 0,     API(api_job_result) },
	/* The handlers ask for the right of the job's own kind. */
	{ HTTP_POST,   "/1.1/imports/{id}/apply",    ROUTE_ACCOUNT, JOBS,               false, ROUTE_NO_BODY, 0,     API(api_job_apply) },
	{ HTTP_POST,   "/1.1/imports/{id}/cancel",   ROUTE_ACCOUNT, JOBS,               false, ROUTE_NO_BODY, 0,     API(api_job_cancel) },
	{ HTTP_GET,    "/1.1/openapi.json",          ROUTE_PUBLIC,  0,                  false, ROUTE_NO_BODY, 0,     API(api_openapi) },
	/* These ask for name and password themselves, or are a secret by themselves. */
	{ HTTP_POST,   "/api/auth/0.1/token",        ROUTE_PUBLIC,  0,                  false, ROUTE_NO_BODY, 0,     API(api_token_open) },
	{ HTTP_DELETE, "/api/auth/0.1/token/{token}", ROUTE_PUBLIC, 0,                  false, ROUTE_NO_BODY, 0,     API(api_token_close) },
	{ HTTP_GET,    "/status",                    ROUTE_PUBLIC,  0,                  false, ROUTE_NO_BODY, 0,     API(api_status) },
	{ HTTP_GET,    "/metrics",                   ROUTE_PUBLIC,  0,                  false, ROUTE_NO_BODY, 0,     API(api_metrics) },
};

const struct route *api_routes(size_t *n)
{
	*n = sizeof(routes) / sizeof(routes[0]);
	return routes;
}
