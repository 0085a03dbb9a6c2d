/* The pages: their handlers, their route table, and what answers a request. */
#ifndef PAGES_ROUTES_H
#define PAGES_ROUTES_H

#include "pages/page.h"

/* Answers one request; never fails. */
void pages_answer(const struct conf *conf, struct db *db, struct request *req, struct response *res);

/* --- guard.c ------------------------------------------------------------------ */

/* Sends a browser to TLS if its cookies need that; finds the session, and makes the view in
 * its language; sends the browser to the sign-in page if the route needs a session and there
 * is none.  Returns CALL_PASS, 0 if it has answered, or -1 with `e`. */
int guard_identify(struct page *p, struct err *e);

/* Answers with the error page of a refusal.  0, or -1 with `e` if there is no view. */
int guard_refuse(struct page *p, const struct refusal *why, struct err *e);

/* --- the handlers ------------------------------------------------------------- */

/* Handlers, by the file that they are in. */
page_handler page_home, page_login, page_login_post,		/* session.c */
    page_login_code, page_login_code_post, page_logout, page_language, page_scope;
page_handler page_profile, page_profile_post, page_session_end;	/* profile.c */
page_handler page_password, page_password_post,			/* profile_password.c */
    page_admin_password, page_admin_password_post;
page_handler page_factor, page_factor_post;			/* profile_factor.c */
page_handler page_token_add, page_token_add_post, page_token_end;	/* profile_token.c */
page_handler page_webhook, page_webhook_post, page_webhook_test;			/* webhook.c */
page_handler page_audit, page_audit_csv;				/* audit.c */
page_handler page_users;					/* users.c */
page_handler page_users_actions;				/* users_actions.c */
page_handler page_users_columns;				/* users_columns.c */
page_handler page_user, page_user_secrets;			/* user.c */
page_handler page_user_add, page_user_add_post,			/* user_form.c */
    page_user_edit, page_user_edit_post;
page_handler page_user_set;					/* user_set.c */
page_handler page_user_sheets;					/* user_sheets.c */
page_handler page_users_delete;					/* users_delete.c */
page_handler page_import, page_import_post, page_import_template,	/* import.c */
    page_update, page_update_post, page_update_template;
page_handler page_export, page_export_columns;			/* export.c */
page_handler page_user_history, page_changes;			/* history.c */
page_handler page_imports;					/* imports.c */
page_handler page_job, page_job_asked, page_job_cancel, page_job_apply, page_job_undo;	/* job.c */
page_handler page_job_errors, page_job_result,			/* job_files.c */
    page_job_original, page_job_log;
page_handler page_job_files_delete, page_imports_files_delete,	/* job_files_delete.c */
    page_imports_asked;
page_handler page_phonebook, page_phonebook_add,		/* phonebook.c */
    page_phonebook_asked, page_phonebook_revoke;
page_handler page_converted;					/* job_converted.c */
page_handler page_mapping, page_mapping_post;			/* job_mapping.c */
page_handler page_numbers, page_number_add, page_number_add_post,	/* numbers.c */
    page_number, page_number_post;
page_handler page_setup_list, page_setup_delete, page_setup_delete_post;	/* setup.c */
page_handler page_setup_add, page_setup_add_post,		/* setup_form.c */
    page_setup_edit, page_setup_edit_post;

#endif
