/* The guards of the pages that the API has otherwise: who asks, and the page that says why
 * a request is not served. */
#ifndef PAGES_GUARD_H
#define PAGES_GUARD_H

#include "pages/page.h"

/* Sends a browser to TLS where its cookies need that; finds the session and makes the view
 * in its language; leads to the sign-in where the route needs a session and there is none.
 * CALL_PASS, 0 where it has answered, or -1 with `e`. */
int guard_identify(struct page *p, struct err *e);

/* Answers with the error page of a refusal.  0, or -1 with `e` where there is no view. */
int guard_refuse(struct page *p, const struct refusal *why, struct err *e);

#endif
