/* The guards of the pages: session, TLS, refusals.  Contract: routes.h. */
#include "pages/routes.h"

#include <string.h>

#include "auth/csrf.h"
#include "auth/session.h"
#include "pages/cookie.h"
#include "pages/paths.h"

/* The seconds after which a page loads again by itself while the database is not reachable. */
#define UNAVAILABLE_SECONDS 10

/* --- the view ---------------------------------------------------------------- */

/* Makes the view, in the administrator's language if that is known. */
static int make_view(struct page *p, struct err *e)
{
	const char *wish = p->who != NULL ? p->who->language : NULL;

	if (wish == NULL)
		wish = cookie_get(p, COOKIE_LANGUAGE);
	p->language = view_language(p->conf, wish, p->req->accept_language);
	return view_new(&p->view, p->conf, p->language, e);
}

/* --- transport ------------------------------------------------------------ */

/* The length of the host's name, without its port. */
static size_t host_name_length(const char *host)
{
	const char *end = host[0] == '[' ? strchr(host, ']') : NULL;

	return end ? (size_t)(end - host) + 1 : strcspn(host, ":");
}

/* Whether browsers accept Secure cookies for this host without TLS. */
static bool loopback(const char *host)
{
	size_t n = host_name_length(host);

	return (n == 9 && strncmp(host, "localhost", n) == 0) ||
	    (n == 5 && strncmp(host, "[::1]", n) == 0) ||
	    (strncmp(host, "127.", 4) == 0 && strspn(host, "0123456789.") >= n);
}

/* Redirects plain HTTP to TLS.  The target is the setting public_url: the Host of a request can be
 * anything. */
static int guard_tls(struct page *p, struct err *e)
{
	const char *host = p->req->host, *port = p->req->tls_port;

	if (!p->conf->secure_cookies || p->req->https || *host == '\0' || loopback(host))
		return CALL_PASS;
	if (strcmp(p->conf->public_url, "none") != 0)
		return page_go(p, "%s%s", p->conf->public_url, p->req->target);
	if (make_view(p, e) != 0)
		return -1;
	if (*port != '\0' && strcmp(port, "443") != 0)
		page_say(p, PAGE_NOTICE, page_text(p, "error.tls.port", "port", port, NULL));
	return page_stop(p, 403, "tls", e);
}

/* --- session and rights --------------------------------------------------- */

/* Finds the session, if there is one, and the token of its forms. */
static int find_session(struct page *p, struct err *e)
{
	const char *token = cookie_get(p, COOKIE_SESSION);
	struct principal *who = arena_alloc(p->mem, sizeof(*who));
	bool found = false;

	if (session_find(p->db, p->conf, token, p->mem, who, &found, e) != 0)
		return -1;
	if (found) {
		p->who = who;
		p->csrf = who->csrf;
	}
	return 0;
}

/* Sets the token of forms before the sign-in.  It is derived from a cookie that is set with the first
 * such form. */
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

/* The address to return to after the sign-in.  For a POST, whose content is lost, it is the page of
 * the form. */
static const char *way_back(const struct page *p)
{
	if (p->req->method != HTTP_POST)
		return p->req->target;
	if (route_id(&p->route) != 0)
		return arena_printf(p->mem, PATH_JOB, route_id(&p->route));
	return p->route.route->body == ROUTE_MULTIPART ? p->req->path : "/";
}

/* Makes the sign-in page say that the session has ended, and that what was sent is lost. */
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
	const struct route *row = p->route.route;
	struct buf query = {0};

	if (p->who != NULL || row == NULL || row->login == ROUTE_PUBLIC)
		return CALL_PASS;
	form_encode(&query, "go", way_back(p));
	/* A browser does not send a cookie with SameSite=Strict when it follows a link of another site.
	 * So the answer is a page of this site that loads the same address again. */
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

/* Redirects to the page for a new password if somebody else has set the password, and to that of the
 * second factor if the settings require one.  No other page is shown before. */
static int guard_first(struct page *p)
{
	const struct route *row = p->route.route;
	const char *first;

	if (p->who == NULL || row == NULL || row->login == ROUTE_PUBLIC || strcmp(row->pattern, "/logout") == 0)
		return CALL_PASS;
	first = p->who->password_due ? PATH_PASSWORD : page_factor_due(p) ? PATH_FACTOR : row->pattern;
	return strcmp(row->pattern, first) == 0 ? CALL_PASS : page_go(p, "%s", first);
}

/* --- identity ------------------------------------------------------------- */

int guard_identify(struct page *p, struct err *e)
{
	int rc = guard_tls(p, e);

	if (rc != CALL_PASS)
		return rc;
	if (find_session(p, e) != 0 || make_view(p, e) != 0)
		return -1;
	if (p->who == NULL)
		token_before_login(p);
	rc = guard_session(p, e);
	return rc == CALL_PASS ? guard_first(p) : rc;
}

/* --- refusals ------------------------------------------------------------- */

static void name_parameter(struct page *p, const struct refusal *why)
{
	page_say(p, PAGE_ERROR, why->near == NULL
	    ? page_text(p, "error.parameter.unknown", "name", why->parameter, NULL)
	    : page_text(p, "error.parameter.near", "name", why->parameter, "near", why->near, NULL));
}

int guard_refuse(struct page *p, const struct refusal *why, struct err *e)
{
	/* There is no view yet if the session could not be read. */
	if (p->view == NULL && make_view(p, e) != 0)
		return -1;
	if (why->parameter != NULL)
		name_parameter(p, why);
	/* A page that follows a job without scripts continues when the database is back. */
	if (strcmp(why->name, "unavailable") == 0 && p->req->method == HTTP_GET)
		page_refresh(p, UNAVAILABLE_SECONDS);
	return page_stop(p, why->status, why->name, e);
}
