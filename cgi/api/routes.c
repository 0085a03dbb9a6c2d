/* THE route table of the API: every resource with its guards; and what answers a request
 * by it.
 *
 * To add a resource: a handler in routes.h and a file of its own, a row here, its path in
 * static/openapi.json (tests/unit/test_openapi.c compares them), a test of each status. */
#include "api/routes.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/guard.h"

#define BODY (256 * 1024)	/* bytes of a JSON object */
#define API(handler) ((void (*)(void))(handler))
/* Who may send jobs may see them. */
#define JOBS (RIGHT_USERS_IMPORT | RIGHT_USERS_UPDATE)

/* The parameters of a request with a file: they include the options of options.def for its kind. */
#define NAME_0(name) ""
#define NAME_1(name) " " #name
#define REPEATS_FLAG(name) ""
#define REPEATS_CHOICE(name) ""
#define REPEATS_TEXT(name) ""
#define REPEATS_NUMBER(name) ""
#define REPEATS_LIST(name) " " #name
#define OPTION(name, import, update, type, values) NAME_##import(name)
static const char import_query[] = "dry_run escape"
#include "users/options.def"
;
#undef OPTION
#define OPTION(name, import, update, type, values) NAME_##update(name)
static const char update_query[] = "dry_run escape"
#include "users/options.def"
;
#undef OPTION

/* The parameters of the list of users: its own, and the columns that it can be filtered by. */
static const char users_query[] = "search order direction limit offset view recurse"
    " firstname lastname email username mobile_phone_number uuid exten enabled";

/* Everything that is set up has the same requests (setup/resource.h). */
#define SETUP(path) \
	{ HTTP_GET, path, ROUTE_ACCOUNT, RIGHT_SETUP, false, ROUTE_NO_BODY, 0, \
	  "search limit offset recurse", API(api_setup_list) }, \
	{ HTTP_POST, path, ROUTE_ACCOUNT, RIGHT_SETUP, false, ROUTE_JSON, BODY, \
	  NULL, API(api_setup_add) }, \
	{ HTTP_GET, path "/{id}", ROUTE_ACCOUNT, RIGHT_SETUP, false, ROUTE_NO_BODY, 0, \
	  NULL, API(api_setup_one) }, \
	{ HTTP_PUT, path "/{id}", ROUTE_ACCOUNT, RIGHT_SETUP, false, ROUTE_JSON, BODY, \
	  "force", API(api_setup_change) }, \
	{ HTTP_DELETE, path "/{id}", ROUTE_ACCOUNT, RIGHT_SETUP, false, ROUTE_NO_BODY, 0, \
	  NULL, API(api_setup_delete) }

/* The requests for numbers of each kind (numbers.c). */
#define NUMBERS(path) \
	{ HTTP_GET, path, ROUTE_ACCOUNT, RIGHT_USERS_READ, false, ROUTE_NO_BODY, 0, \
	  "search context state limit offset recurse", API(api_numbers) }, \
	{ HTTP_POST, path, ROUTE_ACCOUNT, RIGHT_SETUP, false, ROUTE_JSON, BODY, \
	  NULL, API(api_number_add) }, \
	{ HTTP_GET, path "/{id}", ROUTE_ACCOUNT, RIGHT_USERS_READ, false, ROUTE_NO_BODY, 0, \
	  NULL, API(api_number) }, \
	{ HTTP_PUT, path "/{id}", ROUTE_ACCOUNT, RIGHT_SETUP, false, ROUTE_JSON, BODY, \
	  NULL, API(api_number_change) }, \
	{ HTTP_DELETE, path "/{id}", ROUTE_ACCOUNT, RIGHT_SETUP, false, ROUTE_NO_BODY, 0, \
	  NULL, API(api_number_delete) }

/* Answers with the description of the API, static/openapi.json. */
static int api_openapi(struct api *a, struct err *e)
{
	const char *path = arena_printf(a->mem, "%s/static/openapi.json", a->conf->share_dir);
	FILE *in = fopen(path, "rb");
	char bytes[8192];
	size_t n;
	int rc = 0;

	if (in == NULL)
		return err_set(e, ERR_IO, path, "cannot open: %s", strerror(errno));
	while ((n = fread(bytes, 1, sizeof(bytes), in)) > 0)
		response_body_add(a->res, bytes, n);
	if (ferror(in) != 0)
		rc = err_set(e, ERR_IO, path, "cannot be read");
	fclose(in);
	response_header(a->res, "Content-Type", "application/json");
	return rc;
}

static const struct route routes[] = {
	/* methods    path                           login          rights              csrf   body           limit  query  handler */
	{ HTTP_POST,   "/1.1/users/import",          ROUTE_ACCOUNT, RIGHT_USERS_IMPORT, false, ROUTE_CSV,     0, import_query, API(api_import) },
	{ HTTP_PUT,    "/1.1/users/import",          ROUTE_ACCOUNT, RIGHT_USERS_UPDATE, false, ROUTE_CSV,     0, update_query, API(api_update) },
	{ HTTP_GET,    "/1.1/users",                 ROUTE_ACCOUNT, RIGHT_USERS_READ,   false, ROUTE_NO_BODY, 0, users_query, API(api_users) },
	{ HTTP_POST,   "/1.1/users",                 ROUTE_ACCOUNT, RIGHT_USERS_IMPORT, false, ROUTE_JSON,    BODY, NULL, API(api_user_add) },
	{ HTTP_GET,    "/1.1/users/export",          ROUTE_ACCOUNT, RIGHT_USERS_EXPORT, false, ROUTE_NO_BODY, 0, "search context columns escape format separator", API(api_export) },
	{ HTTP_GET,    "/1.1/users/history",         ROUTE_ACCOUNT, RIGHT_USERS_READ,   false, ROUTE_NO_BODY, 0, "day limit offset", API(api_history) },
	{ HTTP_GET,    "/1.1/users/{uuid}/history",  ROUTE_ACCOUNT, RIGHT_USERS_READ,   false, ROUTE_NO_BODY, 0, "limit offset", API(api_user_history) },
	{ HTTP_GET,    "/1.1/users/{uuid}",          ROUTE_ACCOUNT, RIGHT_USERS_READ,   false, ROUTE_NO_BODY, 0, NULL, API(api_user) },
	{ HTTP_PUT,    "/1.1/users/{uuid}",          ROUTE_ACCOUNT, RIGHT_USERS_UPDATE, false, ROUTE_JSON,    BODY, NULL, API(api_user_change) },
	{ HTTP_DELETE, "/1.1/users/{uuid}",          ROUTE_ACCOUNT, RIGHT_USERS_DELETE, false, ROUTE_NO_BODY, 0, "voicemail", API(api_user_delete) },
	{ HTTP_GET,    "/1.1/imports",               ROUTE_ACCOUNT, JOBS,               false, ROUTE_NO_BODY, 0, "limit offset", API(api_imports) },
	{ HTTP_GET,    "/1.1/imports/{id}",          ROUTE_ACCOUNT, JOBS,               false, ROUTE_NO_BODY, 0, NULL, API(api_job) },
	{ HTTP_GET,    "/1.1/imports/{id}/result",   ROUTE_ACCOUNT, JOBS,               false, ROUTE_NO_BODY, 0, NULL, API(api_job_result) },
	/* The handlers check the right for the job's kind. */
	{ HTTP_POST,   "/1.1/imports/{id}/apply",    ROUTE_ACCOUNT, JOBS,               false, ROUTE_NO_BODY, 0, "plan", API(api_job_apply) },
	{ HTTP_POST,   "/1.1/imports/{id}/undo",     ROUTE_ACCOUNT, RIGHT_USERS_UPDATE, false, ROUTE_NO_BODY, 0, "dry_run force", API(api_job_undo) },
	{ HTTP_POST,   "/1.1/imports/{id}/cancel",   ROUTE_ACCOUNT, JOBS,               false, ROUTE_NO_BODY, 0, NULL, API(api_job_cancel) },
	{ HTTP_DELETE, "/1.1/imports/{id}/files",    ROUTE_ACCOUNT, JOBS,               false, ROUTE_NO_BODY, 0, NULL, API(api_job_files_delete) },
	{ HTTP_GET,    "/1.1/phonebooks",            ROUTE_ACCOUNT, RIGHT_SETUP,        false, ROUTE_NO_BODY, 0, NULL, API(api_phonebooks) },
	{ HTTP_POST,   "/1.1/phonebooks",            ROUTE_ACCOUNT, RIGHT_SETUP,        false, ROUTE_JSON,    BODY, NULL, API(api_phonebook_add) },
	{ HTTP_DELETE, "/1.1/phonebooks/{id}",       ROUTE_ACCOUNT, RIGHT_SETUP,        false, ROUTE_NO_BODY, 0, NULL, API(api_phonebook_revoke) },
	{ HTTP_GET,    "/1.1/infos",                 ROUTE_ACCOUNT, 0,                  false, ROUTE_NO_BODY, 0, NULL, API(api_infos) },
	{ HTTP_GET,    "/1.1/status",                ROUTE_PUBLIC,  0,                  false, ROUTE_NO_BODY, 0, NULL, API(api_status) },
	{ HTTP_GET,    "/1.1/openapi.json",          ROUTE_PUBLIC,  0,                  false, ROUTE_NO_BODY, 0, NULL, API(api_openapi) },
	/* These check name and password themselves, or the path itself is the secret. */
	{ HTTP_POST,   "/api/auth/0.1/token",        ROUTE_PUBLIC,  0,                  false, ROUTE_NO_BODY, 0, NULL, API(api_token_open) },
	{ HTTP_GET,    "/api/auth/0.1/token/{token}", ROUTE_PUBLIC, 0,                  false, ROUTE_NO_BODY, 0, "scope tenant", API(api_token) },
	{ HTTP_DELETE, "/api/auth/0.1/token",        ROUTE_PUBLIC,  0,                  false, ROUTE_NO_BODY, 0, NULL, API(api_token_close) },
	{ HTTP_DELETE, "/api/auth/0.1/token/{token}", ROUTE_PUBLIC, 0,                  false, ROUTE_NO_BODY, 0, NULL, API(api_token_close) },
	{ HTTP_GET,    "/phonebook/{token}/{file}",  ROUTE_PUBLIC,  0,                  false, ROUTE_NO_BODY, 0, "q page", API(api_phonebook_file) },
	{ HTTP_GET,    "/status",                    ROUTE_PUBLIC,  0,                  false, ROUTE_NO_BODY, 0, NULL, API(api_status) },
	{ HTTP_GET,    "/status/live",               ROUTE_PUBLIC,  0,                  false, ROUTE_NO_BODY, 0, NULL, API(api_live) },
	{ HTTP_GET,    "/status/ready",              ROUTE_PUBLIC,  0,                  false, ROUTE_NO_BODY, 0, NULL, API(api_ready) },
	{ HTTP_GET,    "/metrics",                   ROUTE_PUBLIC,  0,                  false, ROUTE_NO_BODY, 0, NULL, API(api_metrics) },

	NUMBERS("/1.1/extensions"),
	NUMBERS("/1.1/incalls"),
	NUMBERS("/1.1/voicemails"),

	SETUP("/1.1/contexts"),
	SETUP("/1.1/callpermissions"),
	SETUP("/1.1/users/labels"),
	SETUP("/1.1/lines/templates"),
	SETUP("/1.1/cti_profiles"),
	SETUP("/1.1/trunks"),
	SETUP("/1.1/tenants"),
	SETUP("/1.1/administrators"),
	{ HTTP_DELETE, "/1.1/tenants/{id}/history",  ROUTE_ACCOUNT, RIGHT_SETUP,        false, ROUTE_NO_BODY, 0, NULL, API(api_setup_forget) },
	{ HTTP_GET,    "/1.1/telephony",             ROUTE_ACCOUNT, RIGHT_SETUP,        false, ROUTE_NO_BODY, 0, NULL, API(api_setup_one) },
	{ HTTP_PUT,    "/1.1/telephony",             ROUTE_ACCOUNT, RIGHT_SETUP,        false, ROUTE_JSON,    BODY, NULL, API(api_setup_change) },
};

const struct route *api_routes(size_t *n)
{
	*n = sizeof(routes) / sizeof(routes[0]);
	return routes;
}

static bool below(const char *path, const char *root)
{
	size_t n = strlen(root);

	return strncmp(path, root, n) == 0 && (path[n] == '\0' || path[n] == '/' || path[n] == '?');
}

bool api_owns(const struct request *req)
{
	/* An invalid path is "": then the address as it was sent shows whether it was for the API. */
	const char *path = *req->path != '\0' ? req->path : req->target;

	return below(path, "/1.1") || below(path, "/api") || below(path, "/status")
	    || below(path, "/metrics") || below(path, "/phonebook");
}

bool api_is_health(const struct request *req)
{
	return below(req->path, "/status") || below(req->path, "/metrics");
}

/* The struct api of a call that dispatch passes back. */
static struct api *api_of(struct call *c)
{
	return (struct api *)c;
}

static int identify(struct call *c, struct err *e)
{
	const struct route *row = c->route.route;
	int rc = row != NULL ? guard_transport(api_of(c)) : CALL_PASS;

	return rc == CALL_PASS && row != NULL && row->login != ROUTE_PUBLIC
	    ? guard_account(api_of(c), e) : rc;
}

static int body_type(struct call *c, struct err *e)
{
	(void)e;
	return guard_body_type(api_of(c));
}

static int refuse(struct call *c, const struct refusal *why, struct err *e)
{
	(void)e;
	return api_problem(api_of(c), why->status, "%s", why->detail);
}

static int handle(struct call *c, struct err *e)
{
	return ((api_handler *)c->route.route->handler)(api_of(c), e);
}

void api_answer(const struct conf *conf, struct db *db, struct request *req, struct response *res)
{
	/* The options that are lists may be repeated. */
#define OPTION(name, import, update, type, values) REPEATS_##type(name)
	static const struct side side = {
		.routes = api_routes, .path = api_bare_path, .identify = identify, .body_type = body_type,
		.refuse = refuse, .handle = handle, .repeatable = ""
#include "users/options.def"
	};
#undef OPTION
	struct api a = { .req = req, .res = res, .conf = conf, .db = db, .mem = req->mem };

	dispatch(&side, &a.call);
}
