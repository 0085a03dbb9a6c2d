/* The cookies of the pages.  With TLS their names begin with __Host-, so that no other site of the
 * domain can set them; cookies without that prefix are not read then. */
#ifndef PAGES_COOKIE_H
#define PAGES_COOKIE_H

#include "pages/page.h"

enum cookie {
	COOKIE_SESSION,		/* the session's token */
	COOKIE_LOGIN,		/* a random value: the token of forms before the sign-in is derived from it */
	COOKIE_CODE,		/* the token of a sign-in that waits for its code */
	COOKIE_LANGUAGE,	/* chosen before sign-in */
	COOKIE_SAID		/* the message of the next page: page_say_next */
};

/* The value of a cookie; NULL if the browser sent none. */
const char *cookie_get(const struct page *p, enum cookie cookie);

/* Sets a cookie for `max_age` seconds; 0 deletes it, -1 keeps it until the browser is closed. */
void cookie_set(struct page *p, enum cookie cookie, const char *value, long max_age);

#endif
