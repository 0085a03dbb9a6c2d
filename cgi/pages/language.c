/* The choice of language: kept with the administrator, before sign-in in a cookie. */
#include <string.h>

#include "auth/session.h"
#include "pages/cookie.h"
#include "pages/pages.h"

#define YEAR (365L * 24 * 3600)

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
