/* The JSON API: what its handlers have, and the few words in which they answer.
 *
 * A handler reads input (a->query, api_param), calls a room above and answers by
 * one of api_json, api_problem, result_answer.  By then the guards of its row in
 * routes.c have passed: it never asks for account, rights or content type itself.
 *
 * Returns 0, or -1 with `e`: dispatch.c makes a problem (RFC 9457) of it. */
#ifndef API_API_H
#define API_API_H

#include <stdbool.h>

#include <jansson.h>

#include "auth/principal.h"
#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "db/db.h"
#include "http/form.h"
#include "http/request.h"
#include "http/response.h"
#include "http/route.h"

struct api {
	struct request *req;
	struct response *res;		/* status 200 unless the handler says otherwise */
	const struct conf *conf;
	struct db *db;
	struct arena *mem;		/* of the request */
	const struct principal *who;	/* NULL on public routes */
	const struct route_match *route;
	struct form query;		/* of the URL */
};

typedef int api_handler(struct api *a, struct err *e);

/* What every request shares. */
struct api_server {
	const struct conf *conf;
	struct db *db;
};

/* Whether a request is the API's to answer, by its path. */
bool api_owns(const struct request *req);

/* Answers one request; never fails. */
void api_answer(const struct api_server *server, struct request *req, struct response *res);

/* The route table; its paths are those without the prefix /api/confd. */
const struct route *api_routes(size_t *n);

/* --- answers -------------------------------------------------------------- */

/* application/problem+json with one sentence.  Returns 0. */
int api_problem(struct api *a, int status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* application/json; takes the reference of `value`.  Returns 0. */
int api_json(struct api *a, int status, json_t *value);

/* Retry-After, in seconds. */
void api_retry(struct api *a, long seconds);

/* --- input ---------------------------------------------------------------- */

/* A parameter of the route's pattern. */
const char *api_param(const struct api *a, const char *name);

/* A number of the query; absent: `otherwise`.  ERR_INVALID names it. */
int api_query_number(struct api *a, const char *name, long low, long high, long otherwise,
    long *out, struct err *e);

/* One of a list (NULL ends it) of the query; *out is its place, 0 where absent.
 * ERR_INVALID names it. */
int api_query_choice(struct api *a, const char *name, const char *const *list,
    int *out, struct err *e);

/* --- handlers, by the file that they are in -------------------------------- */

api_handler api_import, api_update;				/* import.c */
api_handler api_imports, api_job, api_job_result,		/* imports.c */
    api_job_apply, api_job_cancel;
api_handler api_users, api_user, api_user_delete;		/* users.c */
api_handler api_export;						/* export.c */
api_handler api_token_open, api_token_close;			/* token.c */
api_handler api_status, api_metrics;				/* status.c */
api_handler api_openapi;					/* openapi.c */

#endif
