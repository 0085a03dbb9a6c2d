/* THE route table: every page, with its guards.
 *
 * To add a page: a handler in pages.h and a file of its own, a row here, its
 * template, its texts in every language.  dispatch.c runs the guards of a row
 * in the order in which they stand: method, session, rights, size and token. */
#include "pages/pages.h"

#define PAGE(handler) ((void (*)(void))(handler))
#define SMALL (64 * 1024)
/* Who may make jobs may look at them. */
#define JOBS (RIGHT_USERS_IMPORT | RIGHT_USERS_UPDATE)

static const struct route routes[] = {
	/* methods  path                             login           rights              csrf   body            limit  handler */
	{ HTTP_GET,  "/",                            ROUTE_SESSION, 0,                  false, ROUTE_NO_BODY, 0,     PAGE(page_home) },
	{ HTTP_GET,  "/login",                       ROUTE_PUBLIC,  0,                  false, ROUTE_NO_BODY, 0,     PAGE(page_login) },
	{ HTTP_POST, "/login",                       ROUTE_PUBLIC,  0,                  true,  ROUTE_FORM,    SMALL, PAGE(page_login_post) },
	{ HTTP_GET,  "/logout",                      ROUTE_SESSION, 0,                  false, ROUTE_NO_BODY, 0,     PAGE(page_home) },
	{ HTTP_POST, "/logout",                      ROUTE_SESSION, 0,                  true,  ROUTE_FORM,    SMALL, PAGE(page_logout) },
	{ HTTP_POST, "/language",                    ROUTE_PUBLIC,  0,                  true,  ROUTE_FORM,    SMALL, PAGE(page_language) },
	{ HTTP_POST, "/scope",                       ROUTE_SESSION, 0,                  true,  ROUTE_FORM,    SMALL, PAGE(page_scope) },

	{ HTTP_GET,  "/services/ipbx/users",         ROUTE_SESSION, RIGHT_USERS_READ,   false, ROUTE_NO_BODY, 0,     PAGE(page_users) },
	{ HTTP_GET,  "/services/ipbx/users/delete",  ROUTE_SESSION, RIGHT_USERS_DELETE, false, ROUTE_NO_BODY, 0,     PAGE(page_home) },
	{ HTTP_POST, "/services/ipbx/users/delete",  ROUTE_SESSION, RIGHT_USERS_DELETE, true,  ROUTE_FORM,    SMALL, PAGE(page_users_delete) },
	{ HTTP_GET,  "/services/ipbx/users/import",  ROUTE_SESSION, RIGHT_USERS_IMPORT, false, ROUTE_NO_BODY, 0,     PAGE(page_import) },
	/* The token is the first part of the upload: the handler looks at it before anything is stored. */
	{ HTTP_POST, "/services/ipbx/users/import",  ROUTE_SESSION, RIGHT_USERS_IMPORT, true,  ROUTE_MULTIPART, 0,   PAGE(page_import_post) },
	{ HTTP_GET,  "/services/ipbx/users/import/template.csv", ROUTE_SESSION, RIGHT_USERS_IMPORT, false, ROUTE_NO_BODY, 0, PAGE(page_import_template) },
	{ HTTP_GET,  "/services/ipbx/users/export",  ROUTE_SESSION, RIGHT_USERS_EXPORT, false, ROUTE_NO_BODY, 0,     PAGE(page_export) },
	{ HTTP_GET,  "/services/ipbx/users/export/columns", ROUTE_SESSION, RIGHT_USERS_EXPORT, false, ROUTE_NO_BODY, 0, PAGE(page_export_columns) },
	{ HTTP_GET,  "/services/ipbx/users/update",  ROUTE_SESSION, RIGHT_USERS_UPDATE, false, ROUTE_NO_BODY, 0,     PAGE(page_update) },
	{ HTTP_POST, "/services/ipbx/users/update",  ROUTE_SESSION, RIGHT_USERS_UPDATE, true,  ROUTE_MULTIPART, 0,   PAGE(page_update_post) },
	{ HTTP_GET,  "/services/ipbx/users/update/template.csv", ROUTE_SESSION, RIGHT_USERS_UPDATE, false, ROUTE_NO_BODY, 0, PAGE(page_update_template) },
	{ HTTP_GET,  "/services/ipbx/imports",       ROUTE_SESSION, JOBS,               false, ROUTE_NO_BODY, 0,     PAGE(page_imports) },
	{ HTTP_GET,  "/services/ipbx/imports/{id}",  ROUTE_SESSION, JOBS,               false, ROUTE_NO_BODY, 0,     PAGE(page_job) },
	{ HTTP_GET,  "/services/ipbx/imports/{id}/converted.csv", ROUTE_SESSION, JOBS, false, ROUTE_NO_BODY, 0,      PAGE(page_converted) },
	{ HTTP_GET,  "/services/ipbx/imports/{id}/errors.csv", ROUTE_SESSION, JOBS,    false, ROUTE_NO_BODY, 0,      PAGE(page_job_errors) },
	{ HTTP_GET,  "/services/ipbx/imports/{id}/result.csv", ROUTE_SESSION, JOBS,    false, ROUTE_NO_BODY, 0,      PAGE(page_job_result) },
	{ HTTP_GET,  "/services/ipbx/imports/{id}/original.csv", ROUTE_SESSION, JOBS,  false, ROUTE_NO_BODY, 0,      PAGE(page_job_original) },
	{ HTTP_GET,  "/services/ipbx/imports/{id}/log", ROUTE_SESSION, JOBS,           false, ROUTE_NO_BODY, 0,      PAGE(page_job_log) },
	/* Which of the two rights, the job's kind says. */
	{ HTTP_GET,  "/services/ipbx/imports/{id}/cancel", ROUTE_SESSION, JOBS,        false, ROUTE_NO_BODY, 0,      PAGE(page_job_asked) },
	{ HTTP_POST, "/services/ipbx/imports/{id}/cancel", ROUTE_SESSION, JOBS,        true,  ROUTE_FORM,    SMALL,  PAGE(page_job_cancel) },
	{ HTTP_GET,  "/services/ipbx/imports/{id}/apply", ROUTE_SESSION, JOBS,         false, ROUTE_NO_BODY, 0,      PAGE(page_job_asked) },
	{ HTTP_POST, "/services/ipbx/imports/{id}/apply", ROUTE_SESSION, JOBS,         true,  ROUTE_FORM,    SMALL,  PAGE(page_job_apply) },
	{ HTTP_GET,  "/services/ipbx/users/{uuid}",  ROUTE_SESSION, RIGHT_USERS_READ,   false, ROUTE_NO_BODY, 0,     PAGE(page_user) },
};

const struct route *pages_routes(size_t *n)
{
	*n = sizeof(routes) / sizeof(routes[0]);
	return routes;
}
