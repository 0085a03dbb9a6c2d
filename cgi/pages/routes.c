/* THE route table: every page with its guards; and what answers a request by it.
 *
 * To add a page: a row here, a handler in routes.h and in a file of its own, its template,
 * its texts in every language. */
#include "pages/routes.h"

#include "pages/paths.h"
#include "pages/users_filter.h"

#define PAGE(handler) ((void (*)(void))(handler))
#define SMALL (64 * 1024)
/* Who may send jobs may see them. */
#define JOBS (RIGHT_USERS_IMPORT | RIGHT_USERS_UPDATE)

/* Everything that is set up has the same pages (setup/resource.h). */
#define SETUP(path) \
	{ HTTP_GET, path, ROUTE_SESSION, RIGHT_SETUP, false, ROUTE_NO_BODY, 0, \
	  "q page", PAGE(page_setup_list) }, \
	{ HTTP_GET, path "/add", ROUTE_SESSION, RIGHT_SETUP, false, ROUTE_NO_BODY, 0, \
	  NULL, PAGE(page_setup_add) }, \
	{ HTTP_POST, path "/add", ROUTE_SESSION, RIGHT_SETUP, true, ROUTE_FORM, FORM_MAX_BYTES, \
	  NULL, PAGE(page_setup_add_post) }, \
	{ HTTP_GET, path "/{id}", ROUTE_SESSION, RIGHT_SETUP, false, ROUTE_NO_BODY, 0, \
	  NULL, PAGE(page_setup_edit) }, \
	{ HTTP_POST, path "/{id}", ROUTE_SESSION, RIGHT_SETUP, true, ROUTE_FORM, FORM_MAX_BYTES, \
	  NULL, PAGE(page_setup_edit_post) }, \
	{ HTTP_GET, path "/{id}/delete", ROUTE_SESSION, RIGHT_SETUP, false, ROUTE_NO_BODY, 0, \
	  NULL, PAGE(page_setup_delete) }, \
	{ HTTP_POST, path "/{id}/delete", ROUTE_SESSION, RIGHT_SETUP, true, ROUTE_FORM, SMALL, \
	  NULL, PAGE(page_setup_delete_post) }

/* Numbers of each kind have the same pages (numbers.c). */
#define NUMBERS(path) \
	{ HTTP_GET, path, ROUTE_SESSION, RIGHT_USERS_READ, false, ROUTE_NO_BODY, 0, \
	  "q context state page", PAGE(page_numbers) }, \
	{ HTTP_GET, path "/add", ROUTE_SESSION, RIGHT_SETUP, false, ROUTE_NO_BODY, 0, \
	  "context number", PAGE(page_number_add) }, \
	{ HTTP_POST, path "/add", ROUTE_SESSION, RIGHT_SETUP, true, ROUTE_FORM, SMALL, \
	  NULL, PAGE(page_number_add_post) }, \
	{ HTTP_GET, path "/{id}", ROUTE_SESSION, RIGHT_USERS_READ, false, ROUTE_NO_BODY, 0, \
	  NULL, PAGE(page_number) }, \
	{ HTTP_POST, path "/{id}", ROUTE_SESSION, RIGHT_SETUP, true, ROUTE_FORM, SMALL, \
	  NULL, PAGE(page_number_post) }

static const struct route routes[] = {
	/* method   path                                      login          rights              csrf   body             limit  query                                  handler */
	{ HTTP_GET,  "/",                                      ROUTE_SESSION, 0,                  false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_home) },
	{ HTTP_GET,  "/login",                                 ROUTE_PUBLIC,  0,                  false, ROUTE_NO_BODY,   0,     "go",                                  PAGE(page_login) },
	{ HTTP_POST, "/login",                                 ROUTE_PUBLIC,  0,                  true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_login_post) },
	{ HTTP_GET,  "/login/code",                            ROUTE_PUBLIC,  0,                  false, ROUTE_NO_BODY,   0,     "go",                                  PAGE(page_login_code) },
	{ HTTP_POST, "/login/code",                            ROUTE_PUBLIC,  0,                  true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_login_code_post) },
	{ HTTP_GET,  "/logout",                                ROUTE_SESSION, 0,                  false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_home) },
	{ HTTP_POST, "/logout",                                ROUTE_SESSION, 0,                  true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_logout) },
	{ HTTP_POST, "/language",                              ROUTE_PUBLIC,  0,                  true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_language) },
	{ HTTP_POST, "/scope",                                 ROUTE_SESSION, 0,                  true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_scope) },

	{ HTTP_GET,  PATH_PROFILE,                             ROUTE_SESSION, 0,                  false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_profile) },
	{ HTTP_POST, PATH_PROFILE,                             ROUTE_SESSION, 0,                  true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_profile_post) },
	{ HTTP_GET,  PATH_PASSWORD,                            ROUTE_SESSION, 0,                  false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_password) },
	{ HTTP_POST, PATH_PASSWORD,                            ROUTE_SESSION, 0,                  true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_password_post) },
	{ HTTP_GET,  PATH_FACTOR,                              ROUTE_SESSION, 0,                  false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_factor) },
	{ HTTP_POST, PATH_FACTOR,                              ROUTE_SESSION, 0,                  true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_factor_post) },
	{ HTTP_POST, PATH_PROFILE "/sessions/end",             ROUTE_SESSION, 0,                  true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_session_end) },
	{ HTTP_GET,  PATH_TOKENS "/add",                       ROUTE_SESSION, 0,                  false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_token_add) },
	{ HTTP_POST, PATH_TOKENS "/add",                       ROUTE_SESSION, 0,                  true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_token_add_post) },
	{ HTTP_POST, PATH_TOKENS "/end",                       ROUTE_SESSION, 0,                  true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_token_end) },
	{ HTTP_GET,  PATH_AUDIT,                               ROUTE_SESSION, RIGHT_SETUP,        false, ROUTE_NO_BODY,   0,     "who what from to page",               PAGE(page_audit) },
	{ HTTP_GET,  PATH_AUDIT "/audit.csv",                  ROUTE_SESSION, RIGHT_SETUP,        false, ROUTE_NO_BODY,   0,     "who what from to separator",          PAGE(page_audit_csv) },
	{ HTTP_GET,  PATH_WEBHOOK,                             ROUTE_SESSION, RIGHT_SETUP,        false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_webhook) },
	{ HTTP_POST, PATH_WEBHOOK,                             ROUTE_SESSION, RIGHT_SETUP,        true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_webhook_post) },
	{ HTTP_POST, PATH_WEBHOOK "/test",                     ROUTE_SESSION, RIGHT_SETUP,        true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_webhook_test) },
	/* The database checks whose password may be set. */
	{ HTTP_GET,  PATH_ADMINISTRATORS "/{id}/password",     ROUTE_SESSION, RIGHT_SETUP,        false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_admin_password) },
	{ HTTP_POST, PATH_ADMINISTRATORS "/{id}/password",     ROUTE_SESSION, RIGHT_SETUP,        true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_admin_password_post) },

	{ HTTP_GET,  PATH_USERS,                               ROUTE_SESSION, RIGHT_USERS_READ,   false, ROUTE_NO_BODY,   0,     USERS_FILTER_PARAMS " sort dir size page", PAGE(page_users) },
	{ HTTP_GET,  PATH_USERS "/delete",                     ROUTE_SESSION, RIGHT_USERS_DELETE, false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_home) },
	{ HTTP_POST, PATH_USERS "/delete",                     ROUTE_SESSION, RIGHT_USERS_DELETE, true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_users_delete) },
	/* The handler checks the right of the action. */
	{ HTTP_GET,  PATH_USERS "/actions",                    ROUTE_SESSION, RIGHT_USERS_READ,   false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_home) },
	{ HTTP_POST, PATH_USERS "/actions",                    ROUTE_SESSION, RIGHT_USERS_READ,   true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_users_actions) },
	{ HTTP_GET,  PATH_USERS "/sheets",                     ROUTE_SESSION, RIGHT_USERS_READ,   false, ROUTE_NO_BODY,   0,     USERS_FILTER_PARAMS " users page",     PAGE(page_user_sheets) },
	{ HTTP_POST, PATH_USERS "/sheets",                     ROUTE_SESSION, RIGHT_USERS_READ,   true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_user_sheets) },
	{ HTTP_POST, PATH_USERS "/columns",                    ROUTE_SESSION, RIGHT_USERS_READ,   true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_users_columns) },
	{ HTTP_GET,  PATH_USERS "/add",                        ROUTE_SESSION, RIGHT_USERS_IMPORT, false, ROUTE_NO_BODY,   0,     "line_protocol context exten incall_context incall_exten voicemail_context voicemail_number voicemail_name", PAGE(page_user_add) },
	{ HTTP_POST, PATH_USERS "/add",                        ROUTE_SESSION, RIGHT_USERS_IMPORT, true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_user_add_post) },
	{ HTTP_GET,  PATH_USERS "/import",                     ROUTE_SESSION, RIGHT_USERS_IMPORT, false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_import) },
	{ HTTP_POST, PATH_USERS "/import",                     ROUTE_SESSION, RIGHT_USERS_IMPORT, true,  ROUTE_MULTIPART, 0,     "check",                               PAGE(page_import_post) },
	{ HTTP_GET,  PATH_USERS "/import/template.csv",        ROUTE_SESSION, RIGHT_USERS_IMPORT, false, ROUTE_NO_BODY,   0,     "examples",                            PAGE(page_import_template) },
	{ HTTP_GET,  PATH_USERS "/export",                     ROUTE_SESSION, RIGHT_USERS_EXPORT, false, ROUTE_NO_BODY,   0,     USERS_FILTER_PARAMS " users columns format separator", PAGE(page_export) },
	{ HTTP_GET,  PATH_USERS "/export/columns",             ROUTE_SESSION, RIGHT_USERS_EXPORT, false, ROUTE_NO_BODY,   0,     USERS_FILTER_PARAMS " users columns tick separator", PAGE(page_export_columns) },
	{ HTTP_GET,  PATH_USERS "/update",                     ROUTE_SESSION, RIGHT_USERS_UPDATE, false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_update) },
	{ HTTP_POST, PATH_USERS "/update",                     ROUTE_SESSION, RIGHT_USERS_UPDATE, true,  ROUTE_MULTIPART, 0,     "check",                               PAGE(page_update_post) },
	{ HTTP_GET,  PATH_USERS "/update/template.csv",        ROUTE_SESSION, RIGHT_USERS_UPDATE, false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_update_template) },
	{ HTTP_GET,  PATH_PHONEBOOK,                           ROUTE_SESSION, RIGHT_SETUP,        false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_phonebook) },
	{ HTTP_POST, PATH_PHONEBOOK,                           ROUTE_SESSION, RIGHT_SETUP,        true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_phonebook_add) },
	{ HTTP_GET,  PATH_PHONEBOOK "/{id}/revoke",            ROUTE_SESSION, RIGHT_SETUP,        false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_phonebook_asked) },
	{ HTTP_POST, PATH_PHONEBOOK "/{id}/revoke",            ROUTE_SESSION, RIGHT_SETUP,        true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_phonebook_revoke) },
	{ HTTP_GET,  PATH_IMPORTS,                             ROUTE_SESSION, JOBS,               false, ROUTE_NO_BODY,   0,     "page",                                PAGE(page_imports) },
	{ HTTP_GET,  PATH_CHANGES,                             ROUTE_SESSION, RIGHT_USERS_READ,   false, ROUTE_NO_BODY,   0,     "day page",                            PAGE(page_changes) },
	{ HTTP_GET,  PATH_IMPORTS "/{id}",                     ROUTE_SESSION, JOBS,               false, ROUTE_NO_BODY,   0,     "show level column rows cause page follow late",  PAGE(page_job) },
	{ HTTP_GET,  PATH_IMPORTS "/{id}/converted.csv",       ROUTE_SESSION, JOBS,               false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_converted) },
	{ HTTP_GET,  PATH_IMPORTS "/{id}/errors.csv",          ROUTE_SESSION, JOBS,               false, ROUTE_NO_BODY,   0,     "only",                                PAGE(page_job_errors) },
	{ HTTP_GET,  PATH_IMPORTS "/{id}/result.csv",          ROUTE_SESSION, JOBS,               false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_job_result) },
	{ HTTP_GET,  PATH_IMPORTS "/{id}/original.csv",        ROUTE_SESSION, JOBS,               false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_job_original) },
	{ HTTP_GET,  PATH_IMPORTS "/{id}/log",                 ROUTE_SESSION, JOBS,               false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_job_log) },
	/* The handler checks which of the two rights the job's kind needs. */
	{ HTTP_GET,  PATH_IMPORTS "/{id}/mapping",             ROUTE_SESSION, JOBS,               false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_mapping) },
	{ HTTP_POST, PATH_IMPORTS "/{id}/mapping",             ROUTE_SESSION, JOBS,               true,  ROUTE_FORM,      256 * 1024, NULL,                             PAGE(page_mapping_post) },
	{ HTTP_GET,  PATH_IMPORTS "/{id}/cancel",              ROUTE_SESSION, JOBS,               false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_job_asked) },
	{ HTTP_POST, PATH_IMPORTS "/{id}/cancel",              ROUTE_SESSION, JOBS,               true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_job_cancel) },
	{ HTTP_GET,  PATH_IMPORTS "/{id}/apply",               ROUTE_SESSION, JOBS,               false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_job_asked) },
	{ HTTP_POST, PATH_IMPORTS "/{id}/apply",               ROUTE_SESSION, JOBS,               true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_job_apply) },
	{ HTTP_GET,  PATH_IMPORTS "/files",                    ROUTE_SESSION, JOBS,               false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_imports_asked) },
	{ HTTP_POST, PATH_IMPORTS "/files",                    ROUTE_SESSION, JOBS,               true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_imports_files_delete) },
	{ HTTP_GET,  PATH_IMPORTS "/{id}/files",               ROUTE_SESSION, JOBS,               false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_job_asked) },
	{ HTTP_POST, PATH_IMPORTS "/{id}/files",               ROUTE_SESSION, JOBS,               true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_job_files_delete) },
	{ HTTP_POST, PATH_IMPORTS "/{id}/undo",                ROUTE_SESSION, RIGHT_USERS_UPDATE, true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_job_undo) },
	{ HTTP_GET,  PATH_USERS "/{uuid}",                     ROUTE_SESSION, RIGHT_USERS_READ,   false, ROUTE_NO_BODY,   0,     "job",                                 PAGE(page_user) },
	{ HTTP_GET,  PATH_USERS "/{uuid}/history",             ROUTE_SESSION, RIGHT_USERS_READ,   false, ROUTE_NO_BODY,   0,     "page",                                PAGE(page_user_history) },
	{ HTTP_GET,  PATH_USERS "/{uuid}/edit",                ROUTE_SESSION, RIGHT_USERS_UPDATE, false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_user_edit) },
	{ HTTP_GET,  PATH_USERS "/{uuid}/secrets",             ROUTE_SESSION, RIGHT_USERS_SECRETS, false, ROUTE_NO_BODY,  0,     NULL,                                  PAGE(page_user_secrets) },
	{ HTTP_POST, PATH_USERS "/{uuid}/secrets",             ROUTE_SESSION, RIGHT_USERS_SECRETS, true, ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_user_secrets) },
	{ HTTP_POST, PATH_USERS "/{uuid}/set",                 ROUTE_SESSION, RIGHT_USERS_UPDATE, true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_user_set) },
	{ HTTP_POST, PATH_USERS "/{uuid}/edit",                ROUTE_SESSION, RIGHT_USERS_UPDATE, true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_user_edit_post) },

	NUMBERS(ROUTE_IPBX "/extensions"),
	NUMBERS(ROUTE_IPBX "/incalls"),
	NUMBERS(ROUTE_IPBX "/voicemails"),

	SETUP(ROUTE_IPBX "/contexts"),
	SETUP(ROUTE_IPBX "/call_permissions"),
	SETUP(ROUTE_IPBX "/labels"),
	SETUP(ROUTE_IPBX "/template_lines"),
	SETUP(ROUTE_IPBX "/trunks"),
	SETUP("/services/cti/profiles"),
	SETUP("/configuration/entities"),
	SETUP("/configuration/administrators"),
	{ HTTP_GET,  ROUTE_IPBX "/telephony",               ROUTE_SESSION, RIGHT_SETUP,        false, ROUTE_NO_BODY,   0,     NULL,                                  PAGE(page_setup_edit) },
	{ HTTP_POST, ROUTE_IPBX "/telephony",               ROUTE_SESSION, RIGHT_SETUP,        true,  ROUTE_FORM,      SMALL, NULL,                                  PAGE(page_setup_edit_post) },
};

static const struct route *table(size_t *n)
{
	*n = sizeof(routes) / sizeof(routes[0]);
	return routes;
}

/* The page of a call that dispatch passes back. */
static struct page *page_of(struct call *c)
{
	return (struct page *)c;
}

static int identify(struct call *c, struct err *e)
{
	return guard_identify(page_of(c), e);
}

static int refuse(struct call *c, const struct refusal *why, struct err *e)
{
	return guard_refuse(page_of(c), why, e);
}

static int handle(struct call *c, struct err *e)
{
	return ((page_handler *)c->route.route->handler)(page_of(c), e);
}

void pages_answer(const struct conf *conf, struct db *db, struct request *req, struct response *res)
{
	static const struct side side = {
		.routes = table, .identify = identify, .refuse = refuse, .handle = handle,
	};
	struct page p = { .req = req, .res = res, .conf = conf, .db = db, .mem = req->mem };

	dispatch(&side, &p.call);
	view_free(p.view);
}
