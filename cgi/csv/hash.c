/* The form of crypt(5) password hashes.  Contract: check.h.
 *
 * It is checked here and not by crypt(), which would do all the work that a hostile hash asks
 * for.  Costs must be within what crypt_gensalt makes: memory is 128 * N * r bytes, from 1 MiB
 * (yescrypt cost 1) to 256 MiB (cost 9). */
#include "csv/check.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

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

#define HEX "0123456789abcdefABCDEF"
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

/* Whether the text begins with the name of a method and a sign, as programs store hashes:
 * pbkdf2_sha256$600000$... (Django), scrypt:32768:8:1$... (Werkzeug), SCRAM-SHA-256$4096:... */
static bool has_method(const char *s)
{
	static const char *const names[] = {
		"argon2", "argon2d", "argon2i", "argon2id", "bcrypt", "crypt", "md5", "pbkdf2", "scram", "scrypt",
		"sha", "sha1", "sha224", "sha256", "sha384", "sha512", "ssha",
	};
	size_t n = strspn(s, ALNUM);

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strlen(names[i]) == n && strncasecmp(s, names[i], n) == 0) {
			n += strspn(s + n, ALNUM "-_");
			return (s[n] == '$' || s[n] == ':') && strpbrk(s + n + 1, "$:") != NULL;
		}
	}
	return strncmp(s, "bcrypt_sha256$", 14) == 0 || strncmp(s, "unsalted_", 9) == 0;
}

/* Whether the text is `prefix` and then exactly n hexadecimal digits. */
static bool hex_after(const char *s, const char *prefix, size_t n)
{
	size_t m = strlen(prefix);

	return strncmp(s, prefix, m) == 0 && strspn(s + m, HEX) == n && s[m + n] == '\0';
}

/* Whether the text is a hash as databases write it (MySQL, PostgreSQL), or of the older crypt of
 * BSD: _, four digits of the number of rounds (below 2^18, so the last one is a dot), salt. */
static bool has_form(const char *s)
{
	return hex_after(s, "*", 40) || hex_after(s, "md5", 32)
	    || (s[0] == '_' && digits_exactly(s + 1, 19) && s[4] == '.');
}

bool hash_begins(const char *s)
{
	/* An account that is locked has ! or * before its hash. */
	const char *unlocked = s + strspn(s, "!*");

	return has_id(unlocked) || has_scheme(s) || has_method(s) || has_form(s);
}

bool hash_bare(const char *s)
{
	size_t n = strspn(s, HEX);

	return s[n] == '\0' && (n == 32 || n == 40 || n == 56 || n == 64)
	    && strspn(s, "0123456789") != n;
}

bool hash_whole(const char *s)
{
	const struct method *m = method_of(s);

	return m != NULL && m->whole(s + strlen(m->prefix));
}
