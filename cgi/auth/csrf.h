/* Tokens that prove a form was ours.
 *
 * Both kinds are derived and not stored: a session's from its token, the login
 * form's from a random cookie that is set when the form is shown. */
#ifndef AUTH_CSRF_H
#define AUTH_CSRF_H

#include <stdbool.h>

#include "auth/digest.h"

#define CSRF_SIZE DIGEST_HEX_SIZE	/* 64 hexadecimal digits and NUL */

/* The hidden field of a session's forms; principal.csrf holds it already. */
void csrf_of_session(const char *token, char out[CSRF_SIZE]);

/* The login form: the value of a new pre-session cookie ... */
void csrf_login_cookie(char out[CSRF_SIZE]);

/* ... and the hidden field that belongs to such a cookie. */
void csrf_of_login(const char *cookie, char out[CSRF_SIZE]);

/* Whether a form's field (NULL: false) is the expected token; in constant time. */
bool csrf_check(const char *expected, const char *field);

#endif
