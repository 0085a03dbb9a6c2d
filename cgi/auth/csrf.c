/* Tokens that prove that a form came from this site.  Contract: csrf.h. */
#include "auth/csrf.h"

/* Different labels make the two kinds differ from each other and from the session's hash. */
static void derive(const char *key, const char *label, char out[CSRF_SIZE])
{
	unsigned char sum[DIGEST_SIZE];

	digest_hmac(key, label, sum);
	digest_hex(sum, out);
}

void csrf_of_session(const char *token, char out[CSRF_SIZE])
{
	derive(token, "rollcall csrf session", out);
}

void csrf_login_cookie(char out[CSRF_SIZE])
{
	digest_random(out);
}

void csrf_of_login(const char *cookie, char out[CSRF_SIZE])
{
	derive(cookie, "rollcall csrf login", out);
}

bool csrf_check(const char *expected, const char *field)
{
	return digest_equal(expected, field);
}
