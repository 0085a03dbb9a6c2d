/* Tokens that prove that a form came from this site (CSRF protection).
 *
 * Both kinds are derived and not stored: the token of a session's forms from the session's
 * token, that of the login form from a random cookie that is set when the form is shown. */
#ifndef AUTH_CSRF_H
#define AUTH_CSRF_H

#include <stdbool.h>

#include "auth/digest.h"

#define CSRF_SIZE DIGEST_HEX_SIZE	/* 64 hexadecimal digits and NUL */

/* The hidden field of a session's forms; principal.csrf holds it already. */
void csrf_of_session(const char *token, char out[CSRF_SIZE]);

/* A random value for the cookie of a new login form. */
void csrf_login_cookie(char out[CSRF_SIZE]);

/* The hidden field of the login form with such a cookie. */
void csrf_of_login(const char *cookie, char out[CSRF_SIZE]);

/* Whether a form's field (NULL: no) is the expected token; compares in constant time. */
bool csrf_check(const char *expected, const char *field);

#endif
