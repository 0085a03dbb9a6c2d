/* The form of crypt(5) password hashes.  Contract: check.h.
 *
 * It is checked here and not by crypt(), which would do all the work that a hostile hash asks
 * for.  Costs must be within what crypt_gensalt makes: memory is 128 * N * r bytes, from 1 MiB
 * (yescrypt cost 1) to 256 MiB (cost 9). */
#include "csv/check.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define MEMORY_MIN ((uint64_t)1 << 20)
#define MEMORY_MAX ((uint64_t)1 << 28)

static const char base64[] =
    "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/* The value of a digit; 64 or more for any other character. */
static unsigned digit(char c)
{
	const char *p = c == '\0' ? NULL : strchr(base64, c);

	return p == NULL ? 64 : (unsigned)(p - base64);
}

/* Whether s is exactly n digits. */
static bool digits_exactly(const char *s, size_t n)
{
	return strspn(s, base64) == n && s[n] == '\0';
}

static bool memory_sane(unsigned log2_n, uint64_t r)
{
	if (log2_n < 1 || log2_n > 24 || r < 1 || r > 1024)
		return false;
	uint64_t memory = ((uint64_t)128 << log2_n) * r;
	return memory >= MEMORY_MIN && memory <= MEMORY_MAX;
}

/* $y$jNr$SALT$HASH: j is the only flavour in use, N and r are one digit each. */
static bool yescrypt(const char *s)
{
	if (s[0] != 'j' || digit(s[1]) > 47 || digit(s[2]) > 47 || s[3] != '$')
		return false;
	if (!memory_sane(digit(s[1]) + 1, digit(s[2]) + 1))
		return false;
	s += 4;
	size_t salt = strspn(s, base64);
	if (salt < 1 || salt > 86 || salt % 4 == 1 || s[salt] != '$')
		return false;
	return digits_exactly(s + salt + 1, 43);
}

/* Reads a number of five digits, the lowest first. */
static bool number30(const char *s, uint64_t *out)
{
	*out = 0;
	for (unsigned i = 0; i < 5; i++) {
		if (digit(s[i]) > 63)
			return false;
		*out |= (uint64_t)digit(s[i]) << (6 * i);
	}
	return true;
}

/* $7$N, r and p in five digits each, SALT$HASH */
static bool scrypt(const char *s)
{
	uint64_t r, p;

	if (digit(s[0]) > 63 || !number30(s + 1, &r) || !number30(s + 6, &p))
		return false;
	if (!memory_sane(digit(s[0]), r) || p < 1 || p > 4)
		return false;
	s += 11;
	size_t salt = strspn(s, base64);
	if (salt < 1 || salt > 86 || s[salt] != '$')
		return false;
	return digits_exactly(s + salt + 1, 43);
}

/* rounds=N$, 1000 to 1000000, without leading zeros.  NULL if it is wrong. */
static const char *rounds(const char *s)
{
	size_t n = strspn(s, "0123456789");
	unsigned long value = 0;

	if (n < 4 || n > 7 || s[0] == '0' || s[n] != '$')
		return NULL;
	for (size_t i = 0; i < n; i++)
		value = value * 10 + (unsigned long)(s[i] - '0');
	return value <= 1000000 ? s + n + 1 : NULL;
}

/* $6$ and $5$: [rounds=N$]SALT$HASH, the hash of `length` digits */
static bool sha_crypt(const char *s, size_t length)
{
	size_t salt = 0;

	if (strncmp(s, "rounds=", 7) == 0) {
		s = rounds(s + 7);
		if (s == NULL)
			return false;
	}
	while (s[salt] > ' ' && s[salt] <= '~' && strchr("$:;*!\\", s[salt]) == NULL)
		salt++;
	if (salt < 1 || salt > 16 || s[salt] != '$')
		return false;
	return digits_exactly(s + salt + 1, length);
}

static bool sha512(const char *s)
{
	return sha_crypt(s, 86);
}

static bool sha256(const char *s)
{
	return sha_crypt(s, 43);
}

/* $2b$COST$, 22 digits of salt and 31 of hash */
static bool bcrypt(const char *s)
{
	unsigned cost = 0;

	for (int i = 0; i < 2; i++) {
		if (s[i] < '0' || s[i] > '9')
			return false;
		cost = cost * 10 + (unsigned)(s[i] - '0');
	}
	return cost >= 4 && cost <= 16 && s[2] == '$' && digits_exactly(s + 3, 53);
}

static const struct method {
	const char *prefix;
	bool (*whole)(const char *rest);
} methods[] = {
	{ "$y$", yescrypt },
	{ "$gy$", yescrypt },	/* yescrypt with another last step */
	{ "$7$", scrypt },
	{ "$6$", sha512 },
	{ "$5$", sha256 },
	{ "$2a$", bcrypt },
	{ "$2b$", bcrypt },
	{ "$2y$", bcrypt },
};

static const struct method *method_of(const char *s)
{
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (strncmp(s, methods[i].prefix, strlen(methods[i].prefix)) == 0)
			return &methods[i];
	}
	return NULL;
}

#define ALNUM "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"

/* Whether the text begins with $id$, as every hash does, or with $id,parameters$. */
static bool has_id(const char *s)
{
	size_t n;

	if (s[0] != '$')
		return false;
	n = strspn(s + 1, ALNUM "-");
	if (n < 1 || n > 16)
		return false;
	return s[1 + n] == '$' || (s[1 + n] == ',' && strchr(s + 1 + n, '$') != NULL);
}

/* Whether the text begins with {SCHEME}, as a directory (LDAP) writes hashes. */
static bool has_scheme(const char *s)
{
	size_t n;

	if (s[0] != '{')
		return false;
	n = strspn(s + 1, ALNUM "-_");
	return n >= 2 && n <= 20 && s[1 + n] == '}' && s[2 + n] != '\0';
}

bool hash_begins(const char *s)
{
	return has_id(s) || has_scheme(s);
}

bool hash_whole(const char *s)
{
	const struct method *m = method_of(s);

	return m != NULL && m->whole(s + strlen(m->prefix));
}
