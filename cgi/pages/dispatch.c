/* From a request to its page: the route's guards, then the handler, then the
 * error page for whatever went wrong.  Nothing here knows what a page is for. */
#include <stdio.h>
#include <string.h>

#include "auth/csrf.h"
#include "auth/session.h"
#include "base/log.h"
#include "pages/cookie.h"
#include "pages/pages.h"

/* How often a page that the database cannot be reached for is asked for again. */
#define UNAVAILABLE_SECONDS 10

/* Guards return PASS, or what page_go and page_stop return: then it is over. */
enum { PASS = 1 };

/* --- transport ------------------------------------------------------------ */

/* Bytes of the host's name, without its port. */
static size_t host_name_length(const char *host)
{
	const char *end = host[0] == '[' ? strchr(host, ']') : NULL;

	return end ? (size_t)(end - host) + 1 : strcspn(host, ":");
}

/* The names for which browsers keep Secure cookies and the like off TLS. */
static bool loopback(const char *host)
{
	size_t n = host_name_length(host);

	return (n == 9 && strncmp(host, "localhost", n) == 0) ||
	    (n == 5 && strncmp(host, "[::1]", n) == 0) ||
	    (strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") >= n);
}

static int guard_tls(struct page *p)
{
	const char *host = p->req->host, *port = p->req->tls_port;
	bool usual = *port == '\0' || strcmp(port, "443") == 0;

	if (!p->conf->secure_cookies || p->req->https || *host == '\0' || loopback(host))
		return PASS;
	return page_go(p, "https://%.*s%s%s%s", (int)host_name_length(host), host,
	    usual ? "" : ":", usual ? "" : port, p->req->target);
}

/* --- session and rights --------------------------------------------------- */

/* The session, where there is one, and the token that forms carry. */
static int find_session(struct page *p, struct err *e)
{
	const char *token = cookie_get(p, COOKIE_SESSION);
	struct principal *who = arena_alloc(p->mem, sizeof(*who));
	bool found = false;

	if (db_ensure(p->db, e) != 0 || session_find(p->db, p->conf, token, p->mem, who, &found, e) != 0)
		return -1;
	if (found) {
		p->who = who;
		p->csrf = who->csrf;
	}
	return 0;
}

/* Forms that are shown before sign-in have a token too, of a cookie that is
 * set with the first of them. */
static void token_before_login(struct page *p)
{
	char *token = arena_alloc(p->mem, CSRF_SIZE);
	const char *cookie = cookie_get(p, COOKIE_LOGIN);

	if (cookie == NULL || !digest_is_hex(cookie)) {
		char *fresh = arena_alloc(p->mem, CSRF_SIZE);
		csrf_login_cookie(fresh);
		cookie_set(p, COOKIE_LOGIN, fresh, -1);
		cookie = fresh;
	}
	csrf_of_login(cookie, token);
	p->csrf = token;
}

/* Where to come back to: what was to be posted is lost, the page of its form is a
 * way on. */
static const char *way_back(const struct page *p)
{
	const char *job = page_param(p, "id");

	if (p->req->method != HTTP_POST)
		return p->req->target;
	if (job != NULL)
		return arena_printf(p->mem, "/services/ipbx/imports/%ld", form_number(job, 1, 999999999, 0));
	return p->route->route->body == ROUTE_MULTIPART ? p->req->path : "/";
}

/* On the page of the sign-in, whoever was signed in hears why it is there. */
static void say_ended(struct page *p)
{
	const char *token = cookie_get(p, COOKIE_SESSION);

	if (request_cross_site(p->req))
		return;
	if (p->req->method == HTTP_POST)
		page_say_next(p, PAGE_WARNING, "login.lost", 0);
	else if (p->req->method == HTTP_GET && token != NULL && *token != '\0')
		page_say_next(p, PAGE_NOTICE, "login.ended", 0);
}

static int guard_session(struct page *p, struct err *e)
{
	const struct route *row = p->route->route;
	struct buf query = {0};

	if (p->who != NULL || row->login == ROUTE_PUBLIC)
		return PASS;
	form_encode(&query, "go", way_back(p));
	/* A cookie that is kept to this site does not come along with a link from
	 * elsewhere: the browser goes there once more, now from here. */
	const char *site = request_header(p->req, "sec-fetch-site");
	const char *login = arena_printf(p->mem, "/login?%s", buf_str(&query));
	int rc;
	if (p->req->method == HTTP_GET && site != NULL && strcmp(site, "cross-site") == 0) {
		view_set(p->view, login, "Page.onward");
		rc = page_stop(p, 200, "elsewhere", e);
	} else {
		say_ended(p);
		rc = page_go(p, "%s", login);
	}
	buf_free(&query);
	return rc;
}

static int guard_rights(struct page *p, struct err *e)
{
	unsigned rights = p->route->route->rights;

	if (rights == 0 || (p->who != NULL && (p->who->rights & rights) != 0))
		return PASS;
	return page_stop(p, 403, "forbidden", e);
}

/* --- what is sent --------------------------------------------------------- */

static int guard_body(struct page *p, struct err *e)
{
	const struct route *row = p->route->route;
	long long limit = row->body_limit;

	if ((p->req->method & (HTTP_GET | HTTP_HEAD)) != 0)
		return PASS;
	if (request_cross_site(p->req))
		return page_stop(p, 403, "cross_site", e);
	if (limit == 0)	/* one more for what is around a file */
		limit = (p->conf->max_upload_mb + 1) * 1024LL * 1024;
	if (p->req->content_length > limit)
		return page_stop(p, 413, "too_large", e);
	if (row->body == ROUTE_FORM && form_read(&p->form, p->req, e) != 0)
		return -1;
	if (row->csrf && row->body == ROUTE_FORM && !page_csrf(p, form_get(&p->form, "csrf")))
		return page_stop(p, 403, "form", e);
	return PASS;
}

/* --- answers -------------------------------------------------------------- */

/* The error page that an error's code means. */
static int stop_for(struct page *p, const struct err *why, struct err *e)
{
	switch (why->code) {
	case ERR_INVALID:
	case ERR_USAGE:
		return page_stop(p, 400, "bad_request", e);
	case ERR_NOT_FOUND:
		return page_stop(p, 404, "not_found", e);
	case ERR_TOO_LARGE:
		return page_stop(p, 413, "too_large", e);
	case ERR_DB_LOST:
	case ERR_DB_SCHEMA:
		/* Whoever follows a job without scripts goes on once it is back. */
		if (p->req->method == HTTP_GET)
			page_refresh(p, UNAVAILABLE_SECONDS);
		return page_stop(p, 503, "unavailable", e);
	case ERR_DB_RETRY:
	case ERR_DB_CANCELED:
		return page_stop(p, 503, "busy", e);
	case ERR_DB_FULL:
		return page_stop(p, 507, "full", e);
	default:
		return page_stop(p, 500, "internal", e);
	}
}

static void log_failure(const struct page *p, const struct err *why)
{
	char what[64];

	snprintf(what, sizeof(what), "request %.32s", p->req->id);
	if (why->code != ERR_NOT_FOUND && why->code != ERR_INVALID && why->code != ERR_TOO_LARGE)
		log_err(what, why);
}

/* A page for an error; where even that cannot be made, plain words. */
static void answer_error(struct page *p, const struct err *why)
{
	struct err e = {0};

	log_failure(p, why);
	if (response_restart(p->res) != 0) {
		response_abort(p->res);
		return;
	}
	if (p->view != NULL && stop_for(p, why, &e) == 0)
		return;
	log_err("error page", &e);
	p->res->status = 500;
	p->res->body.len = 0;
	response_header(p->res, "Content-Type", "text/plain; charset=utf-8");
	buf_addf(&p->res->body, "Something failed. Request %s.\n", p->req->id);
}

/* Makes the view anew once it is known who asks, hence in which language. */
static int choose_language(struct page *p, struct err *e)
{
	const char *wish = p->who != NULL ? p->who->language : NULL;

	if (wish == NULL)
		wish = cookie_get(p, COOKIE_LANGUAGE);
	p->language = view_language(p->conf, wish, p->req->accept_language);
	view_free(p->view);
	p->view = NULL;
	return view_new(&p->view, p->conf, p->language, e);
}

static int find_route(struct page *p, struct route_match *match, struct err *e)
{
	size_t n;
	const struct route *table = pages_routes(&n);

	p->route = match;
	switch (route_find(table, n, p->req->method, p->req->path, p->mem, match)) {
	case ROUTE_NOT_FOUND:
		return page_stop(p, 404, "not_found", e);
	case ROUTE_METHOD_NOT_ALLOWED:
		response_header(p->res, "Allow", match->allow);
		return page_stop(p, 405, "method", e);
	case ROUTE_FOUND:
	default:
		return PASS;
	}
}

static int run(struct page *p, struct route_match *match, struct err *e)
{
	int rc;

	if (p->req->error.code != ERR_NONE) {
		*e = p->req->error;
		return -1;
	}
	if (form_parse(&p->query, p->req->query, strlen(p->req->query), e) != 0)
		return -1;
	if ((rc = guard_tls(p)) != PASS)
		return rc;
	/* The session first, so that an error page has the frame of who asks. */
	if (find_session(p, e) != 0 || choose_language(p, e) != 0)
		return -1;
	if (p->who == NULL)
		token_before_login(p);
	if ((rc = find_route(p, match, e)) != PASS || (rc = guard_session(p, e)) != PASS ||
	    (rc = guard_rights(p, e)) != PASS || (rc = guard_body(p, e)) != PASS)
		return rc;
	return ((page_handler *)match->route->handler)(p, e);
}

void pages_answer(void *ctx, struct request *req, struct response *res)
{
	struct pages *pages = ctx;
	struct route_match match = {0};
	struct err e = {0};
	struct page p = {
		.req = req, .res = res, .conf = pages->conf, .db = pages->db, .mem = req->mem,
		.route = &match,
	};

	form_init(&p.query, p.mem);
	form_init(&p.form, p.mem);
	/* What goes wrong before the session is found is said in the browser's language. */
	if (choose_language(&p, &e) != 0 || run(&p, &match, &e) != 0)
		answer_error(&p, &e);
	db_rollback(p.db);
	view_free(p.view);
}
