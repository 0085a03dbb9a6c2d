/* Root's choice of scope: one tenant, or all. */
#include <string.h>

#include "auth/session.h"
#include "pages/cookie.h"
#include "pages/pages.h"

/* A page of one user or one job need not exist in another scope: its list does.
 * The forms are there in each. */
static const char *page_in_any_scope(const char *go)
{
	static const char imports[] = "/services/ipbx/imports";

	if (strcmp(go, "/services/ipbx/users/import") == 0 || strcmp(go, "/services/ipbx/users/update") == 0)
		return go;
	return strncmp(go, imports, strlen(imports)) == 0 ? imports : "/services/ipbx/users";
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
