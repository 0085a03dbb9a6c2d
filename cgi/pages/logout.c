/* Signing out. */
#include "auth/session.h"
#include "pages/cookie.h"
#include "pages/pages.h"

int page_logout(struct page *p, struct err *e)
{
	if (session_close(p->db, cookie_get(p, COOKIE_SESSION), p->req->remote_addr, e) != 0)
		return -1;
	cookie_set(p, COOKIE_SESSION, "", 0);
	/* Nothing of what was seen stays in the browser. */
	response_header(p->res, "Clear-Site-Data", "\"cache\"");
	return page_go(p, "/login");
}
