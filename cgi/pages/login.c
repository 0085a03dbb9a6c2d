/* Signing in, and the way from / to the first page. */
#include "auth/session.h"
#include "pages/cookie.h"
#include "pages/pages.h"

#define FIRST_PAGE "/services/ipbx/users"

int page_home(struct page *p, struct err *e)
{
	(void)e;
	return page_go(p, "%s", FIRST_PAGE);
}

static int show(struct page *p, struct err *e)
{
	view_set(p->view, page_back(p, "/"), "Login.go");
	return page_show(p, "login", page_text(p, "login.title", NULL), e);
}

int page_login(struct page *p, struct err *e)
{
	if (p->who != NULL)
		return page_go(p, "%s", page_back(p, FIRST_PAGE));
	return show(p, e);
}

int page_login_post(struct page *p, struct err *e)
{
	const char *username = form_get(&p->form, "username");
	const char *password = form_get(&p->form, "password");
	char token[SESSION_TOKEN_SIZE];
	long wait = 0;
	bool ok = false;

	/* An empty field takes the same way as a wrong one: one answer for all. */
	if (session_login(p->db, p->conf, username ? username : "", password ? password : "",
	    p->req->remote_addr, cookie_get(p, COOKIE_SESSION), token, &ok, &wait, e) != 0)
		return -1;
	if (ok) {
		cookie_set(p, COOKIE_SESSION, token, -1);
		cookie_set(p, COOKIE_LOGIN, "", 0);
		return page_go(p, "%s", page_back(p, FIRST_PAGE));
	}
	p->res->status = wait > 0 ? 429 : 403;
	if (wait > 0)
		response_header(p->res, "Retry-After", arena_printf(p->mem, "%ld", wait));
	view_set(p->view, username, "Login.username");
	page_say(p, PAGE_ERROR, wait > 0 ? page_count(p, "login.wait", wait)
	    : page_text(p, "login.wrong", NULL));
	return show(p, e);
}
