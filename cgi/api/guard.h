/* The guards of the API: its accounts, encryption, types of bodies. */
#ifndef API_GUARD_H
#define API_GUARD_H

#include "api/api.h"
#include "auth/signin.h"

/* Each returns CALL_PASS, 0 if it has answered the request itself, or -1 with `e`. */

/* Finds the account of X-Auth-Token or of Basic, in the scope of Wazo-Tenant,
 * and sets a->who; or answers 401, or 429.  Never the cookie. */
int guard_account(struct api *a, struct err *e);

/* The name and password of Basic alone, for making a token; the same answers.  `action`
 * is signin_check's. */
int guard_basic(struct api *a, const char *action, struct signin *in, struct err *e);

/* The same for a name and a password that came another way. */
int guard_password(struct api *a, const char *name, const char *password, const char *action,
    struct signin *in, struct err *e);

/* Refuses plain HTTP with 403, as others on the network could read the password or the
 * token.  Allowed from this machine, where the settings say so, and for what anybody may
 * read. */
int guard_transport(struct api *a);

/* Whether nobody on the network reads along, or the settings say that it does not matter. */
bool guard_private(const struct api *a);

/* The body's content type and encoding as the route wants them: 415. */
int guard_body_type(struct api *a);

#endif
