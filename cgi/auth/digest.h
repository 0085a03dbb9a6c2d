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

/* SHA-256 of a token that digest_random has made, for a query.  False if the text (or NULL) is
 * not such a token. */
bool digest_token(const char *token, char out[DIGEST_SIZE]);

/* Whether two texts are equal, in a time that depends on their lengths alone.
 * NULL equals nothing. */
bool digest_equal(const char *a, const char *b);

/* 32 bytes of the system's random source in hexadecimal, for a token that nobody can guess.
 * Aborts if the system has no random source. */
void digest_random(char out[DIGEST_HEX_SIZE]);

#endif
