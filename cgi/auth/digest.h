/* SHA-256, HMAC and random bytes, by libcrypto and the kernel. */
#ifndef AUTH_DIGEST_H
#define AUTH_DIGEST_H

#include <stdbool.h>
#include <stddef.h>

#define DIGEST_SIZE	32
#define DIGEST_HEX_SIZE	(2 * DIGEST_SIZE + 1)	/* with its NUL */

/* SHA-256 of n bytes. */
void digest_sha256(const void *bytes, size_t n, unsigned char out[DIGEST_SIZE]);

/* HMAC-SHA-256 of a label under a key, both texts. */
void digest_hmac(const char *key, const char *label, unsigned char out[DIGEST_SIZE]);

/* Lower case hexadecimal. */
void digest_hex(const unsigned char bytes[DIGEST_SIZE], char out[DIGEST_HEX_SIZE]);

/* Whether a text is 64 lower case hexadecimal digits, as digest_hex writes. */
bool digest_is_hex(const char *text);

/* SHA-256 of a token as digest_random writes it, for a query.  False where the
 * text (NULL too) is no token: then nobody has it. */
bool digest_token(const char *token, char out[DIGEST_SIZE]);

/* Whether two texts are equal, in a time that depends on their lengths alone.
 * NULL equals nothing. */
bool digest_equal(const char *a, const char *b);

/* 32 bytes of the system's random source, as hexadecimal: a token nobody
 * guesses.  Aborts where the system has none. */
void digest_random(char out[DIGEST_HEX_SIZE]);

#endif
