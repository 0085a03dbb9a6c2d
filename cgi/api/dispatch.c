/* From a request to its resource: the route's guards in the order that clients
 * rely on (404 and 405, 401, 403, 415 and 413, body), then the handler, then a
 * problem for whatever went wrong. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "api/guard.h"
#include "base/log.h"
#include "http/problem.h"

/* Where clients of the older service look for it. */
static const char confd_prefix[] = "/api/confd";

static const char *bare_path(const char *path)
{
	size_t n = sizeof(confd_prefix) - 1;

	return strncmp(path, confd_prefix, n) == 0 && strncmp(path + n, "/1.1", 4) == 0 ? path + n : path;
}

static bool below(const char *path, const char *root)
{
	size_t n = strlen(root);

	return strncmp(path, root, n) == 0 && (path[n] == '\0' || path[n] == '/' || path[n] == '?');
}

bool api_owns(const struct request *req)
{
	/* A path that makes no sense is answered by whom it was meant for. */
	const char *path = *req->path != '\0' ? req->path : req->target;

	return below(path, "/1.1") || below(path, "/api") || below(path, "/status")
	    || below(path, "/metrics");
}

/* --- answers -------------------------------------------------------------- */

int api_problem(struct api *a, int status, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	problem_write(a->res, status, arena_vprintf(a->mem, fmt, ap), a->req->id);
	va_end(ap);
	return 0;
}

int api_json(struct api *a, int status, json_t *value)
{
	char *text = value != NULL ? json_dumps(value, JSON_COMPACT) : NULL;

	if (text == NULL)
		abort();
	a->res->status = status;
	buf_reset(&a->res->body);
	buf_adds(&a->res->body, text);
	response_header(a->res, "Content-Type", "application/json");
	free(text);
	json_decref(value);
	return 0;
}

void api_retry(struct api *a, long seconds)
{
	response_header(a->res, "Retry-After", arena_printf(a->mem, "%ld", seconds));
}

static int busy(struct api *a, const char *why)
{
	api_retry(a, 2);
	return api_problem(a, 503, "%s", why);
}

/* The problem that an error's code means. */
static int problem_for(struct api *a, const struct err *why)
{
	switch (why->code) {
	case ERR_INVALID:
	case ERR_USAGE:
		return api_problem(a, 400, "%s", why->message);
	case ERR_NOT_FOUND:
		return api_problem(a, 404, "%s", why->message);
	case ERR_TOO_LARGE:
		return api_problem(a, 413, "%s", why->message);
	case ERR_DB_LOST:
		return busy(a, "The database does not answer.");
	case ERR_DB_SCHEMA:
		return busy(a, "Rollcall is being upgraded, or its upgrade was not finished.");
	case ERR_DB_RETRY:
	case ERR_DB_CANCELED:
		return busy(a, "Something else changes the same data, as a running import does. "
		    "Nothing was done: try again.");
	case ERR_DB_FULL:
		return api_problem(a, 507, "The database has no space left for this: nothing was stored or changed. "
		    "Whoever looks after this system has to make room; then send it again.");
	default:
		return api_problem(a, 500, "Something failed; the program's log has it under the request_id.");
	}
}

static void answer_error(struct api *a, const struct err *why)
{
	char what[64];

	snprintf(what, sizeof(what), "request %.32s", a->req->id);
	if (why->code != ERR_NOT_FOUND && why->code != ERR_INVALID && why->code != ERR_TOO_LARGE)
		log_err(what, why);
	if (response_restart(a->res) != 0)
		response_abort(a->res);
	else
		problem_for(a, why);
}

/* --- input ---------------------------------------------------------------- */

const char *api_param(const struct api *a, const char *name)
{
	return route_param(a->route, name);
}

int api_query_number(struct api *a, const char *name, long low, long high, long otherwise,
    long *out, struct err *e)
{
	const char *text = form_get(&a->query, name);

	*out = text == NULL ? otherwise : form_number(text, low, high, -1);
	if (*out >= 0)
		return 0;
	return err_set(e, ERR_INVALID, name, "%s must be a number from %ld to %ld", name, low, high);
}

int api_query_choice(struct api *a, const char *name, const char *const *list,
    int *out, struct err *e)
{
	const char *text = form_get(&a->query, name);
	struct buf all = {0};

	*out = 0;
	if (text == NULL)
		return 0;
	for (int i = 0; list[i] != NULL; i++) {
		if (strcmp(list[i], text) == 0) {
			*out = i;
			buf_free(&all);
			return 0;
		}
		buf_addf(&all, "%s%s", i > 0 ? ", " : "", list[i]);
	}
	err_set(e, ERR_INVALID, name, "%s must be one of: %s", name, buf_str(&all));
	buf_free(&all);
	return -1;
}

/* --- the guards ----------------------------------------------------------- */

static int find_route(struct api *a, struct route_match *match)
{
	size_t n;
	const struct route *table = api_routes(&n);

	switch (route_find(table, n, a->req->method, bare_path(a->req->path), a->mem, match)) {
	case ROUTE_NOT_FOUND:
		return api_problem(a, 404, "There is no such resource; GET /1.1/openapi.json lists them.");
	case ROUTE_METHOD_NOT_ALLOWED:
		response_header(a->res, "Allow", match->allow);
		return api_problem(a, 405, "This resource has: %s.", match->allow);
	case ROUTE_FOUND:
	default:
		return API_PASS;
	}
}

/* A browser that knows the password would send it along for any page. */
static int guard_rights(struct api *a)
{
	const struct route *row = a->route->route;

	if ((row->methods & HTTP_GET) == 0 && request_cross_site(a->req))
		return api_problem(a, 403, "Another site made the browser send this.");
	if (row->rights == 0 || (a->who != NULL && (a->who->rights & row->rights) != 0))
		return API_PASS;
	return api_problem(a, 403, "The account lacks the right for this.");
}

static int run(struct api *a, struct route_match *match, struct err *e)
{
	int rc;

	if (a->req->error.code != ERR_NONE) {
		*e = a->req->error;
		return -1;
	}
	if ((rc = find_route(a, match)) != API_PASS || (rc = guard_transport(a)) != API_PASS)
		return rc;
	if (match->route->login != ROUTE_PUBLIC && (rc = guard_account(a, e)) != API_PASS)
		return rc;
	if ((rc = guard_rights(a)) != API_PASS || (rc = guard_body(a)) != API_PASS)
		return rc;
	if (form_parse(&a->query, a->req->query, strlen(a->req->query), e) != 0)
		return -1;
	return ((api_handler *)match->route->handler)(a, e);
}

void api_answer(const struct api_server *server, struct request *req, struct response *res)
{
	struct route_match match = {0};
	struct err e = {0};
	struct api a = {
		.req = req, .res = res, .conf = server->conf, .db = server->db, .mem = req->mem,
		.route = &match,
	};

	form_init(&a.query, a.mem);
	if (run(&a, &match, &e) != 0)
		answer_error(&a, &e);
	db_rollback(a.db);
}
