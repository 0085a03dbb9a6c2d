/* The guards of the API: its accounts, encryption, types of bodies. */
#ifndef API_GUARD_H
#define API_GUARD_H

#include "api/api.h"
#include "auth/signin.h"

/* Each returns CALL_PASS, 0 if it has answered the request itself, or -1 with `e`. */

/* Finds the account by X-Auth-Token or HTTP Basic, in the scope of Wazo-Tenant, and sets a->who; or
 * answers 401 or 429.  The cookie is never used. */
int guard_account(struct api *a, struct err *e);

/* Checks name and password of HTTP Basic, to make a token; the same answers.  `action` as in
 * signin_check. */
int guard_basic(struct api *a, const char *action, struct signin *in, struct err *e);

/* The same for a name and a password from another place. */
int guard_password(struct api *a, const char *name, const char *password, const char *action,
    struct signin *in, struct err *e);

/* Refuses plain HTTP with 403, because others on the network could read the password or the token.
 * Allowed are requests from this machine, routes without a secret, and all if the settings say so. */
int guard_transport(struct api *a);

/* Whether nobody on the network can read the request, or the settings allow it. */
bool guard_private(const struct api *a);

/* Checks content type and encoding of the body; answers 415. */
int guard_body_type(struct api *a);

#endif
