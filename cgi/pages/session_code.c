/* The second page of signing in: the code of the telephone, or a recovery code. */
#include "auth/session.h"

#include "pages/cookie.h"
#include "pages/paths.h"
#include "pages/routes.h"

static int show(struct page *p, struct err *e)
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
	return cookie_get(p, COOKIE_CODE) != NULL ? show(p, e) : to_login(p);
}

int page_login_code_post(struct page *p, struct err *e)
{
	const char *code = form_get(&p->form, "code");
	char token[SESSION_TOKEN_SIZE];
	enum session_login state;
	long wait = 0;

	if (session_code(p->db, p->conf, cookie_get(p, COOKIE_CODE), code != NULL ? code : "", p->req->remote_addr,
	    page_agent(p), cookie_get(p, COOKIE_SESSION), token, &state, &wait, e) != 0)
		return -1;
	if (state == SESSION_OPEN)
		return page_signed_in(p, token);
	if (state == SESSION_GONE) {
		cookie_set(p, COOKIE_CODE, "", 0);
		page_say_next(p, PAGE_NOTICE, "login.code.gone", 1);
		return to_login(p);
	}
	page_login_refused(p, wait, "login.code.wrong");
	return show(p, e);
}
