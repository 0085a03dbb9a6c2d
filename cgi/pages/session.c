/* Signing in and out, choosing the language, and choosing the entity (root). */
#include "auth/session.h"

#include <string.h>

#include "base/utf8.h"
#include "pages/cookie.h"
#include "pages/paths.h"
#include "pages/routes.h"

#define FIRST_PAGE PATH_USERS
#define YEAR (365L * 24 * 3600)
#define CODE_SECONDS 600	/* the same time as the database keeps a sign-in that waits for its code */

int page_home(struct page *p, struct err *e)
{
	(void)e;
	return page_go(p, "%s", FIRST_PAGE);
}

static int show(struct page *p, struct err *e)
{
	view_set(p->view, page_back(p, "/"), "Login.go");
	view_set(p->view, strcmp(p->conf->password_contact, "none") != 0 ? p->conf->password_contact
	    : page_text(p, "login.contact", NULL), "Login.contact");
	return page_show(p, "login", page_text(p, "login.title", NULL), e);
}

int page_login(struct page *p, struct err *e)
{
	if (p->who != NULL)
		return page_go(p, "%s", page_back(p, FIRST_PAGE));
	return show(p, e);
}

/* The User-Agent of the browser; NULL if there is none, or it is not UTF-8. */
static const char *agent_of(const struct page *p)
{
	const char *agent = request_header(p->req, "user-agent");

	return agent != NULL && utf8_valid(agent, strlen(agent)) ? agent : NULL;
}

/* Sets the session's cookie, and redirects to the page that was asked for before. */
static int sign_in(struct page *p, const char *token)
{
	cookie_set(p, COOKIE_SESSION, token, -1);
	cookie_set(p, COOKIE_LOGIN, "", 0);
	if (cookie_get(p, COOKIE_CODE) != NULL)
		cookie_set(p, COOKIE_CODE, "", 0);
	return page_go(p, "%s", page_back(p, FIRST_PAGE));
}

/* Sets 403 and the message `wrong` (a key); with `wait` above 0, 429 and the seconds to wait. */
static void refuse(struct page *p, long wait, const char *wrong)
{
	p->res->status = wait > 0 ? 429 : 403;
	if (wait > 0)
		response_header(p->res, "Retry-After", arena_printf(p->mem, "%ld", wait));
	page_say(p, PAGE_ERROR, wait > 0 ? page_count(p, "login.wait", wait) : page_text(p, wrong, NULL));
}

/* Redirects to the page that asks for the code, and keeps the address that was asked for. */
static int ask_code(struct page *p, const char *token)
{
	struct buf query = {0};

	cookie_set(p, COOKIE_CODE, token, CODE_SECONDS);
	form_encode(&query, "go", page_back(p, "/"));
	page_go(p, "/login/code?%s", buf_str(&query));
	buf_free(&query);
	return 0;
}

int page_login_post(struct page *p, struct err *e)
{
	const char *username = form_get(&p->form, "username");
	const char *password = form_get(&p->form, "password");
	char token[SESSION_TOKEN_SIZE];
	enum session_login state;
	long wait = 0;

	/* An empty field is checked like a wrong one, so that the answer is the same. */
	if (session_login(p->db, p->conf, username ? username : "", password ? password : "",
	    p->req->remote_addr, agent_of(p), cookie_get(p, COOKIE_SESSION), token, &state, &wait, e) != 0)
		return -1;
	if (state == SESSION_OPEN)
		return sign_in(p, token);
	if (state == SESSION_CODE)
		return ask_code(p, token);
	view_set(p->view, username, "Login.username");
	refuse(p, wait, "login.wrong");
	return show(p, e);
}

int page_logout(struct page *p, struct err *e)
{
	if (session_close(p->db, cookie_get(p, COOKIE_SESSION), p->req->remote_addr, e) != 0)
		return -1;
	cookie_set(p, COOKIE_SESSION, "", 0);
	/* The browser deletes the pages in its cache. */
	response_header(p->res, "Clear-Site-Data", "\"cache\"");
	return page_go(p, "/login");
}

int page_language(struct page *p, struct err *e)
{
	const char *wish = form_get(&p->form, "language"), *code = NULL;

	for (size_t i = 0; (code = view_language_nth(p->conf, i)) != NULL; i++)
		if (wish != NULL && strcmp(wish, code) == 0)
			break;
	if (code == NULL)
		return page_stop(p, 400, "bad_request", e);
	if (p->who != NULL && session_language(p->db, p->conf, cookie_get(p, COOKIE_SESSION), code, e) != 0)
		return -1;
	cookie_set(p, COOKIE_LANGUAGE, code, YEAR);
	return page_go(p, "%s", page_back(p, "/"));
}

/* The page to show after another scope was chosen.  A user or a job may not exist in it, so the list
 * is shown instead; the upload forms exist in each scope. */
static const char *page_in_any_scope(const char *go)
{
	if (strcmp(go, PATH_USERS_IMPORT) == 0 || strcmp(go, PATH_USERS_UPDATE) == 0)
		return go;
	return strncmp(go, PATH_IMPORTS, strlen(PATH_IMPORTS)) == 0 ? PATH_IMPORTS : PATH_USERS;
}

int page_scope(struct page *p, struct err *e)
{
	long tenant = form_number(form_get(&p->form, "tenant"), 0, 999999999, -1);

	if (!p->who->root)
		return page_stop(p, 403, "forbidden", e);
	if (tenant < 0)
		return page_stop(p, 400, "bad_request", e);
	if (session_scope(p->db, p->conf, cookie_get(p, COOKIE_SESSION), tenant,
	    p->req->remote_addr, e) != 0)
		return -1;
	return page_go(p, "%s", page_in_any_scope(page_back(p, "/")));
}

/* --- the second page of signing in: the code of the telephone, or a recovery code --- */

static int show_code(struct page *p, struct err *e)
{
	view_set(p->view, page_back(p, "/"), "Login.go");
	return page_show(p, "login_code", page_text(p, "login.code.title", NULL), e);
}

static int to_login(struct page *p)
{
	struct buf query = {0};

	form_encode(&query, "go", page_back(p, "/"));
	page_go(p, "/login?%s", buf_str(&query));
	buf_free(&query);
	return 0;
}

int page_login_code(struct page *p, struct err *e)
{
	return cookie_get(p, COOKIE_CODE) != NULL ? show_code(p, e) : to_login(p);
}

int page_login_code_post(struct page *p, struct err *e)
{
	const char *code = form_get(&p->form, "code");
	char token[SESSION_TOKEN_SIZE];
	enum session_login state;
	long wait = 0;

	if (session_code(p->db, p->conf, cookie_get(p, COOKIE_CODE), code != NULL ? code : "", p->req->remote_addr,
	    agent_of(p), cookie_get(p, COOKIE_SESSION), token, &state, &wait, e) != 0)
		return -1;
	if (state == SESSION_OPEN)
		return sign_in(p, token);
	if (state == SESSION_GONE) {
		cookie_set(p, COOKIE_CODE, "", 0);
		page_say_next(p, PAGE_NOTICE, "login.code.gone", 1);
		return to_login(p);
	}
	refuse(p, wait, "login.code.wrong");
	return show_code(p, e);
}
