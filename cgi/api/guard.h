/* Who asks, by what the request carries. */
#ifndef API_GUARD_H
#define API_GUARD_H

#include "api/api.h"
#include "auth/signin.h"

/* A guard passed (1), or answered the request itself (0); -1 with `e`. */
enum { API_PASS = 1 };

/* Finds the account of X-Auth-Token or of Basic, in the scope of Wazo-Tenant,
 * and sets a->who; or answers 401, or 429.  Never the cookie. */
int guard_account(struct api *a, struct err *e);

/* The name and password of Basic alone, for making a token; the same answers.  `action`
 * is signin_check's. */
int guard_basic(struct api *a, const char *action, struct signin *in, struct err *e);

/* Plain HTTP would show password or token to the network: 403, but on this
 * machine, where the settings allow it, and for what anybody may read. */
int guard_transport(struct api *a);

/* The body's content type, encoding and size as the route wants them: 415, 413. */
int guard_body(struct api *a);

#endif
