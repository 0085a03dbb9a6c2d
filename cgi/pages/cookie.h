/* The cookies of the pages.  Over TLS their names begin with __Host-, so that
 * no other site of the domain can set them; over TLS a plain name is not read. */
#ifndef PAGES_COOKIE_H
#define PAGES_COOKIE_H

#include "pages/page.h"

enum cookie {
	COOKIE_SESSION,		/* the session's token */
	COOKIE_LOGIN,		/* random, what the token of forms before sign-in is derived from */
	COOKIE_CODE,		/* a sign-in that waits for its code */
	COOKIE_LANGUAGE,	/* chosen before sign-in */
	COOKIE_SAID		/* what the next page says: page_say_next */
};

/* NULL if the browser sent none. */
const char *cookie_get(const struct page *p, enum cookie cookie);

/* `max_age` in seconds; 0 deletes it, -1 ends it with the browser. */
void cookie_set(struct page *p, enum cookie cookie, const char *value, long max_age);

#endif
