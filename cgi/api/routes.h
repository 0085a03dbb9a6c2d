/* The API: its handlers, its route table, and what answers a request. */
#ifndef API_ROUTES_H
#define API_ROUTES_H

#include "api/api.h"

/* Whether the API answers a request, by its path. */
bool api_owns(const struct request *req);

/* Whether it is one of those that watch the service, which are answered at once. */
bool api_is_health(const struct request *req);

/* Answers one request; never fails. */
void api_answer(const struct conf *conf, struct db *db, struct request *req, struct response *res);

/* The route table; its paths are without the prefix /api/confd. */
const struct route *api_routes(size_t *n);

/* Answers with one user, by uuid or number.  ERR_NOT_FOUND. */
int api_user_show(struct api *a, const char *name, struct err *e);

/* The uuid of the user that the path names by uuid or number.  ERR_NOT_FOUND. */
int api_user_uuid(struct api *a, const char **uuid, struct err *e);

/* Handlers, by the file that they are in. */
api_handler api_import, api_update;				/* import.c */
api_handler api_imports, api_job, api_job_result,		/* imports.c */
    api_job_apply, api_job_undo, api_job_cancel, api_job_files_delete;
api_handler api_users, api_user, api_user_delete;		/* users.c */
api_handler api_user_add, api_user_change;			/* user_write.c */
api_handler api_user_history, api_history;			/* history.c */
api_handler api_export;						/* export.c */
api_handler api_token_open, api_token, api_token_close;		/* token.c */
api_handler api_status, api_live, api_ready, api_metrics, api_infos;	/* status.c */
api_handler api_phonebooks, api_phonebook_add,			/* phonebooks.c */
    api_phonebook_revoke, api_phonebook_file;

api_handler api_numbers, api_number, api_number_add,		/* numbers.c */
    api_number_change, api_number_delete;

/* setup.c */
api_handler api_setup_list, api_setup_one, api_setup_add, api_setup_change, api_setup_delete,
    api_setup_forget;

#endif
