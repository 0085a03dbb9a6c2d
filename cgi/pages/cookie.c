/* The cookies of the pages: names and flags. */
#include "pages/cookie.h"

static const struct {
	const char *tls, *plain;
	unsigned flags;
} cookies[] = {
	[COOKIE_SESSION] = {"__Host-rollcall", "rollcall", COOKIE_STRICT},
	[COOKIE_LOGIN] = {"__Host-rollcall-form", "rollcall-form", COOKIE_STRICT},
	[COOKIE_CODE] = {"__Host-rollcall-code", "rollcall-code", COOKIE_STRICT},
	[COOKIE_LANGUAGE] = {"__Host-rollcall-language", "rollcall-language", 0},
	[COOKIE_SAID] = {"__Host-rollcall-said", "rollcall-said", COOKIE_STRICT},
};

static bool secure(const struct page *p)
{
	return p->conf->secure_cookies && p->req->https;
}

const char *cookie_get(const struct page *p, enum cookie cookie)
{
	return request_cookie(p->req, secure(p) ? cookies[cookie].tls : cookies[cookie].plain);
}

void cookie_set(struct page *p, enum cookie cookie, const char *value, long max_age)
{
	bool tls = secure(p);

	response_cookie(p->res, tls ? cookies[cookie].tls : cookies[cookie].plain, value,
	    max_age, cookies[cookie].flags | (tls ? COOKIE_SECURE : 0));
}
