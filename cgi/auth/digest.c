/* SHA-256, HMAC and random bytes.  Contract: digest.h. */
#include "auth/digest.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

void digest_sha256(const void *bytes, size_t n, unsigned char out[DIGEST_SIZE])
{
	if (EVP_Digest(bytes, n, out, NULL, EVP_sha256(), NULL) != 1)
		abort();
}

void digest_hmac(const char *key, const char *label, unsigned char out[DIGEST_SIZE])
{
	if (HMAC(EVP_sha256(), key, (int)strlen(key), (const unsigned char *)label,
	    strlen(label), out, NULL) == NULL)
		abort();
}

void digest_hex(const unsigned char bytes[DIGEST_SIZE], char out[DIGEST_HEX_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < DIGEST_SIZE; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * DIGEST_SIZE] = '\0';
}

bool digest_is_hex(const char *text)
{
	return strlen(text) == 2 * DIGEST_SIZE &&
	    strspn(text, "0123456789abcdef") == 2 * DIGEST_SIZE;
}

bool digest_token(const char *token, char out[DIGEST_SIZE])
{
	unsigned char sum[DIGEST_SIZE];

	if (token == NULL || !digest_is_hex(token))
		return false;
	digest_sha256(token, strlen(token), sum);
	memcpy(out, sum, DIGEST_SIZE);
	return true;
}

bool digest_equal(const char *a, const char *b)
{
	if (a == NULL || b == NULL)
		return false;
	size_t n = strlen(a);
	return n == strlen(b) && CRYPTO_memcmp(a, b, n) == 0;
}

void digest_random(char out[DIGEST_HEX_SIZE])
{
	unsigned char bytes[DIGEST_SIZE];

	/* getrandom(2) returns up to 256 bytes at once and is not interrupted. */
	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		abort();
	digest_hex(bytes, out);
	explicit_bzero(bytes, sizeof(bytes));
}
