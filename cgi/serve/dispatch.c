/* From a request to its handler.  Contract: dispatch.h. */
#include "serve/dispatch.h"

#include <stdio.h>
#include <string.h>

#include "auth/audit.h"
#include "auth/csrf.h"
#include "base/clock.h"
#include "base/counter.h"
#include "base/log.h"
#include "base/nearest.h"
#include "http/header.h"
#include "http/percent.h"

/* Retry-After when another change or a lost database was the reason. */
#define RETRY_SECONDS "2"
/* Retry-After when the account has too many jobs. */
#define QUOTA_SECONDS "60"

#define MEGABYTE (1024LL * 1024)

static bool reads(const struct call *c)
{
	return (c->req->method & (HTTP_GET | HTTP_HEAD)) != 0;
}

static int refuse(const struct side *side, struct call *c, int status, const char *name,
    const char *detail, struct err *e)
{
	const struct refusal why = { .status = status, .name = name, .detail = detail };

	c->refused = name;
	return side->refuse(c, &why, e);
}

/* --- errors --------------------------------------------------------------- */

/* The refusal for an error's code. */
static struct refusal refusal_of(const struct err *why)
{
	switch (why->code) {
	case ERR_INVALID:
	case ERR_USAGE:
		return (struct refusal){ 400, "bad_request", why->message, NULL, NULL };
	case ERR_NOT_FOUND:
		return (struct refusal){ 404, "not_found", why->message, NULL, NULL };
	case ERR_TOO_LARGE:
		return (struct refusal){ 413, "too_large", why->message, NULL, NULL };
	case ERR_QUOTA:
		return (struct refusal){ 429, REFUSED_QUOTA, why->message, NULL, NULL };
	case ERR_DB_LOST:
		return (struct refusal){ 503, "unavailable", "The database does not answer.", NULL, NULL };
	case ERR_DB_SCHEMA:
		return (struct refusal){ 503, "unavailable",
		    "Rollcall is being upgraded, or its upgrade was not finished.", NULL, NULL };
	case ERR_DB_RETRY:
	case ERR_DB_CANCELED:
		return (struct refusal){ 503, "busy", "Something else changes the same data, as a running "
		    "import does. Nothing was done: try again.", NULL, NULL };
	case ERR_DB_FULL:
		return (struct refusal){ 507, "full", "The database has no space left for this: nothing was "
		    "stored or changed. Ask the system administrator to make room; then send it again.",
		    NULL, NULL };
	default:
		return (struct refusal){ 500, "internal",
		    "Something failed; the program's log has it under the request_id.", NULL, NULL };
	}
}

/* Logs an error, unless it is the client's. */
static void log_failure(const struct call *c, const struct err *why)
{
	char what[64];

	snprintf(what, sizeof(what), "request %.32s", c->req->id);
	if (why->code != ERR_NOT_FOUND && why->code != ERR_INVALID && why->code != ERR_TOO_LARGE
	    && why->code != ERR_QUOTA)
		log_err(what, why);
}

/* Answers with the refusal; if even that fails, with plain text. */
static void answer_error(const struct side *side, struct call *c, const struct err *why)
{
	struct refusal refusal = refusal_of(why);
	struct err e = {0};

	c->refused = refusal.name;
	log_failure(c, why);
	if (response_restart(c->res) != 0) {
		response_abort(c->res);
		return;
	}
	if (refusal.status == 503)
		response_header(c->res, "Retry-After", RETRY_SECONDS);
	if (why->code == ERR_QUOTA)
		response_header(c->res, "Retry-After", QUOTA_SECONDS);
	if (side->refuse(c, &refusal, &e) == 0)
		return;
	log_err("error page", &e);
	c->res->status = 500;
	buf_reset(&c->res->body);
	response_header(c->res, "Content-Type", "text/plain; charset=utf-8");
	buf_addf(&c->res->body, "Something failed. Request %s.\n", c->req->id);
}

/* --- the route ------------------------------------------------------------ */

static enum route_result look_up(const struct side *side, struct call *c, const char *path)
{
	size_t n;
	const struct route *table = side->routes(&n);

	return route_find(table, n, c->req->method, path, c->mem, &c->route);
}

/* Whether there is a route for `path` without the slash at its end. */
static bool without_slash(const struct side *side, struct call *c, const char *path)
{
	size_t n = strlen(path);

	return n > 1 && path[n - 1] == '/'
	    && look_up(side, c, arena_strndup(c->mem, path, n - 1)) == ROUTE_FOUND;
}

/* Redirects to the same address without its last slash, by 308, which keeps the method. */
static int drop_slash(struct call *c)
{
	struct buf to = {0};

	percent_encode(&to, arena_strndup(c->mem, c->req->path, strlen(c->req->path) - 1), PERCENT_PATH);
	if (*c->req->query != '\0')
		buf_addf(&to, "?%s", c->req->query);
	response_redirect(c->res, reads(c) ? 301 : 308, buf_str(&to));
	buf_free(&to);
	return 0;
}

/* Answers a request without a route: 404, 405 or a redirect. */
static int no_route(const struct side *side, struct call *c, enum route_result result,
    const char *path, struct err *e)
{
	if (result == ROUTE_METHOD_NOT_ALLOWED) {
		response_header(c->res, "Allow", c->route.allow);
		return refuse(side, c, 405, "method",
		    arena_printf(c->mem, "This resource has: %s.", c->route.allow), e);
	}
	if (without_slash(side, c, path))
		return drop_slash(c);
	return refuse(side, c, 404, "not_found",
	    "There is no such resource; GET /1.1/openapi.json lists them.", e);
}

/* --- the guards ----------------------------------------------------------- */

/* Refuses requests that another site made the browser send: the browser adds its cookie or
 * password to them.  Then checks the rights of the row. */
static int guard_rights(const struct side *side, struct call *c, struct err *e)
{
	unsigned rights = c->route.route->rights;

	if (!reads(c) && request_cross_site(c->req))
		return refuse(side, c, 403, "cross_site", "Another site made the browser send this.", e);
	if (rights == 0 || (c->who != NULL && (c->who->rights & rights) != 0))
		return CALL_PASS;
	return refuse(side, c, 403, "forbidden", "The account lacks the right for this.", e);
}

static bool is_multipart(const struct call *c)
{
	enum route_body body = c->route.route->body;

	return body == ROUTE_MULTIPART
	    || (body == ROUTE_CSV && header_is(c->req->content_type, "multipart/form-data"));
}

/* The limit for the body.  The other parts of a multipart body may take a megabyte. */
static long long body_limit(const struct call *c)
{
	long long limit = c->route.route->body_limit;

	return limit != 0 ? limit : (c->conf->max_upload_mb + (is_multipart(c) ? 1 : 0)) * MEGABYTE;
}

static int guard_body(const struct side *side, struct call *c, struct err *e)
{
	int rc;

	if (c->route.route->body == ROUTE_NO_BODY)
		return CALL_PASS;
	if (side->body_type != NULL && (rc = side->body_type(c, e)) != CALL_PASS)
		return rc;
	if (c->req->content_length <= body_limit(c))
		return CALL_PASS;
	return refuse(side, c, 413, "too_large", arena_printf(c->mem,
	    "The body is larger than %lld bytes: split the file.", body_limit(c)), e);
}

/* Reads the form (of a multipart body the fields before its first file) and compares the token.
 * If the token is right, the handler answers an upload that is broken before its first file:
 * form_data_files returns the same error again. */
static int guard_form(const struct side *side, struct call *c, struct err *e)
{
	const struct route *row = c->route.route;
	struct err broken = {0};

	if (row->body == ROUTE_FORM && form_read(&c->form, c->req, e) != 0)
		return -1;
	if (is_multipart(c)) {
		c->files = form_data_open(c->req, &c->form, body_limit(c));
		form_data_fields(c->files, &broken);
	}
	if (!row->csrf || csrf_check(c->csrf, form_get(&c->form, "csrf")))
		return CALL_PASS;
	if (broken.code != ERR_NONE) {
		*e = broken;
		return -1;
	}
	return refuse(side, c, 403, "form", "The form does not carry the token of the session.", e);
}

/* --- the parameters of the URL -------------------------------------------- */

static int unknown_parameter(const struct side *side, struct call *c, const char *list,
    const char *name, struct err *e)
{
	const char *near = nearest_name(c->mem, list, name);
	const struct refusal why = {
		.status = 400, .name = "parameter", .parameter = name, .near = near,
		.detail = near == NULL ? arena_printf(c->mem, "unknown parameter \"%s\"", name)
		    : arena_printf(c->mem, "unknown parameter \"%s\"; did you mean \"%s\"?", name, near),
	};

	return side->refuse(c, &why, e);
}

/* One of `dry_run=0&dry_run=1` would be ignored. */
static int repeated_parameter(const struct side *side, struct call *c, const char *name, struct err *e)
{
	return refuse(side, c, 400, "bad_request",
	    arena_printf(c->mem, "the parameter \"%s\" is there more than once", name), e);
}

/* Refuses unknown parameters.  One may be misspelt (`dry_ru=1`), and ignoring it would do what
 * it should have prevented. */
static int guard_query(const struct side *side, struct call *c, struct err *e)
{
	const char *list = c->route.route->query != NULL ? c->route.route->query : "";

	if (form_parse(&c->query, c->req->query, strlen(c->req->query), e) != 0)
		return -1;
	for (size_t i = 0; i < c->query.n; i++) {
		const char *name = c->query.pairs[i].name;
		if (!nearest_has(list, name))
			return unknown_parameter(side, c, list, name, e);
		if (side->repeatable != NULL && form_nth(&c->query, name, 1) != NULL
		    && !nearest_has(side->repeatable, name))
			return repeated_parameter(side, c, name, e);
	}
	return CALL_PASS;
}

/* -------------------------------------------------------------------------- */

static int run(const struct side *side, struct call *c, struct err *e)
{
	const char *path = side->path != NULL ? side->path(c->req) : c->req->path;
	enum route_result found;
	int rc;

	if (c->req->error.code != ERR_NONE) {
		*e = c->req->error;
		return -1;
	}
	found = look_up(side, c, path);
	if ((rc = side->identify(c, e)) != CALL_PASS)
		return rc;
	if (found != ROUTE_FOUND)
		return no_route(side, c, found, path, e);
	if ((rc = guard_rights(side, c, e)) != CALL_PASS || (rc = guard_body(side, c, e)) != CALL_PASS)
		return rc;
	if (c->req->beforehand) {
		c->res->status = 204;
		return 0;
	}
	/* nginx was told no, but now the request passes: the rights have changed meanwhile. */
	if (c->req->refused)
		return refuse(side, c, 503, "busy", "Try again.", e);
	if ((rc = guard_query(side, c, e)) != CALL_PASS || (rc = guard_form(side, c, e)) != CALL_PASS)
		return rc;
	return side->handle(c, e);
}

static const char *method_name(enum http_method method)
{
	switch (method) {
	case HTTP_GET: return "GET";
	case HTTP_HEAD: return "HEAD";
	case HTTP_POST: return "POST";
	case HTTP_PUT: return "PUT";
	case HTTP_DELETE: return "DELETE";
	default: return "other";
	}
}

/* Whether the answer is one of those that the audit keeps. */
static bool kept_in_audit(const struct call *c)
{
	switch (c->res->status) {
	case 403:
	case 429:
		return true;
	case 401:
		return c->refused != NULL;
	default:
		return c->refused != NULL && strcmp(c->refused, REFUSED_QUOTA) == 0;
	}
}

/* Writes a refusal to the audit: an account lacked a right or has reached a limit, or a form
 * lacked its token.  If that fails, the request is answered all the same. */
static void audit(const struct call *c)
{
	struct err e = {0};
	char request[128];
	const char *reason = c->refused;

	if (c->who == NULL || c->who->proof.kind == PROOF_NONE || c->route.route == NULL || c->req->beforehand
	    || !kept_in_audit(c))
		return;
	if (reason == NULL)
		reason = c->res->status == 429 ? "wait" : "forbidden";
	snprintf(request, sizeof(request), "%s %s", method_name(c->req->method), c->route.route->pattern);
	if (audit_refused(c->db, c->who, c->req->remote_addr, request, reason, &e) != 0)
		log_err("audit", &e);
}

void dispatch(const struct side *side, struct call *c)
{
	struct err e = {0};
	int64_t begun = clock_ms();

	form_init(&c->query, c->mem);
	form_init(&c->form, c->mem);
	if (run(side, c, &e) != 0)
		answer_error(side, c, &e);
	audit(c);
	/* nginx sends the request again, without its body, to get the answer itself. */
	if (c->req->beforehand && c->res->status != 204 && c->res->status < 500
	    && response_restart(c->res) == 0)
		c->res->status = 401;
	form_data_close(c->files);
	counter_request(method_name(c->req->method), c->route.route != NULL ? c->route.route->pattern : "none",
	    c->res->status, clock_ms() - begun);
}
