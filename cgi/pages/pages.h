/* The pages: their handlers, their routes, and what answers a request. */
#ifndef PAGES_PAGES_H
#define PAGES_PAGES_H

#include "pages/page.h"

/* Answers one request; never fails. */
struct pages {
	const struct conf *conf;
	struct db *db;
};
void pages_answer(void *pages, struct request *req, struct response *res);

/* The route table. */
const struct route *pages_routes(size_t *n);

/* Handlers, by the file that they are in. */
page_handler page_home, page_login, page_login_post;		/* login.c */
page_handler page_logout;					/* logout.c */
page_handler page_scope;					/* scope.c */
page_handler page_language;					/* language.c */
page_handler page_users;					/* users.c */
page_handler page_user;						/* user.c */
page_handler page_users_delete;					/* users_delete.c */
page_handler page_import, page_import_post;			/* import.c */
page_handler page_update, page_update_post;
page_handler page_import_template, page_update_template;	/* template.c */
page_handler page_export, page_export_columns;			/* export.c */
page_handler page_imports;					/* imports.c */
page_handler page_converted;					/* converted.c */
page_handler page_job;						/* job.c */
page_handler page_job_cancel, page_job_apply, page_job_asked;	/* job_ask.c */
page_handler page_job_errors, page_job_result;			/* downloads.c */
page_handler page_job_original, page_job_log;

/* The search of the users' pages: q of the URL, without blanks around it, not
 * too long; "" for none. */
const char *users_search(struct page *p);			/* users.c */

/* Sets Job.converted, where the job's file was refused for its encoding and who
 * asks is who sent it: where it can be had as UTF-8.  0, or -1 with `e`. */
int page_offer_converted(struct page *p, long job, struct err *e);	/* converted.c */

/* Sets Job.files: where there is what an ended job leaves to be downloaded, as far
 * as who asks may have it.  0, or -1 with `e`. */
struct job;
int page_offer_downloads(struct page *p, const struct job *j, struct err *e);	/* downloads.c */

/* Sets Users.N of a list's template. */
struct list_user;
void page_fill_users(struct page *p, const struct list_user *users, size_t n);	/* users.c */

#endif
