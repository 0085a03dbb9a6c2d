/* Values and spreadsheets.  Contract: spreadsheet.h. */
#include "csv/spreadsheet.h"

#include <string.h>

#include <unictype.h>
#include <unistr.h>

/* The classes of a byte, looked up for each byte that is exported. */
enum {
	START = 1,	/* begins a formula at the beginning of a value */
	SIGN = 2,	/* begins a formula inside a value */
	END = 4,	/* ends a cell in some locale */
	QUOTE = 8,	/* may stand between END and SIGN */
};
static const unsigned char kinds[256] = {
	['='] = START | SIGN, ['-'] = START | SIGN, ['@'] = START | SIGN, ['+'] = START | SIGN,
	['\t'] = START | END, ['\r'] = START | END, ['\n'] = END, [','] = END, [';'] = END, ['|'] = END,
	['\''] = QUOTE, ['"'] = QUOTE,
};

static bool is(char c, int kind)
{
	return (kinds[(unsigned char)c] & kind) != 0;
}

/* Whether the n bytes begin with a sign that begins a formula: of ASCII, or one of the full width that
 * Japanese and Chinese keyboards write (＝ ＋ － ＠), which spreadsheets there take for it. */
static bool sign(const char *s, size_t n)
{
	return is(s[0], SIGN) || (n >= 3 && s[0] == '\xef' && s[1] == '\xbc'
	    && (s[2] == '\x9d' || s[2] == '\x8b' || s[2] == '\x8d' || s[2] == '\xa0'));
}

static bool any_of(char c, const char *set)
{
	return c != '\0' && strchr(set, c) != NULL;
}

/* Whether the n bytes can be the name of an error: #REF!, #DIV/0!, #¡REF!, #ÜBERLAUF!. */
static bool error_name(const char *s, size_t n)
{
	ucs4_t c;

	for (size_t i = 0; i < n; i += (size_t)u8_mbtouc(&c, (const uint8_t *)s + i, n - i)) {
		if ((unsigned char)s[i] < 0x80) {
			if (!any_of(s[i], "ABCDEFGHIJKLMNOPQRSTUVWXYZ/0_"))
				return false;
		} else if (u8_mbtouc(&c, (const uint8_t *)s + i, n - i) <= 0
		    || !(uc_is_upper(c) || c == 0xa1 || c == 0xbf)) {
			return false;
		}
	}
	return true;
}

enum damage spreadsheet_damage(const char *s, size_t n)
{
	static const char *const errors[] = { "#N/A", "#NV", "#ND", "#N/D", "#I/T", "#YOK", "#GETTING_DATA",
	    "#HI\xc3\x81NYZIK", "#\xd0\x9d/\xd0\x94" };

	if (n < 3 || (s[0] != '#' && s[0] != 'E'))
		return DAMAGE_NONE;
	if (s[0] == '#' && (s[n - 1] == '!' || s[n - 1] == '?') && error_name(s + 1, n - 2))
		return DAMAGE_ERROR;
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strlen(errors[i]) == n && memcmp(s, errors[i], n) == 0)
			return DAMAGE_ERROR;
	if (n == 7 && memcmp(s, "Err:5", 5) == 0 && any_of(s[5], "0123456789") && any_of(s[6], "0123456789"))
		return DAMAGE_ERROR;
	for (size_t i = 0; i < n; i++)
		if (s[i] != '#')
			return DAMAGE_NONE;
	return DAMAGE_HASHES;
}

/* --- the places of guards ------------------------------------------------- */

/* Whether the n bytes are a + and then only digits, * and #: that is not a formula. */
static bool phone_number(const char *s, size_t n)
{
	if (n < 2 || s[0] != '+')
		return false;
	for (size_t i = 1; i < n; i++)
		if (!any_of(s[i], "0123456789*#"))
			return false;
	return true;
}

/* How many bytes come before one that ends a cell. */
static size_t piece(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && !is(s[i], END))
		i++;
	return i;
}

/* Whether a value of n bytes needs a guard at its beginning, after its apostrophes. */
static bool at_start(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i] == '\'')
		i++;
	return i < n && (is(s[i], START) || sign(s + i, n - i) || spreadsheet_damage(s + i, n - i) != DAMAGE_NONE);
}

/* The same for the n bytes after an END. */
static bool inside(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && is(s[i], QUOTE))
		i++;
	return i < n && sign(s + i, n - i);
}

/* How many apostrophes, and then tabs and CRs, a value begins with: the guard at its beginning
 * covers them. */
static size_t opening(const char *s, size_t n)
{
	size_t i = 0;

	while (i < n && s[i] == '\'')
		i++;
	while (i < n && any_of(s[i], "\t\r"))
		i++;
	return i;
}

/* The next place inside a value, not before `from`, where an apostrophe must be inserted (with
 * `put`) or removed; n if there is none. */
static size_t next(const char *s, size_t n, size_t from, bool put)
{
	for (size_t i = from; i < n; i++) {
		if (!is(s[i - 1], END))
			continue;
		if (put ? inside(s + i, n - i) && !phone_number(s + i, piece(s + i, n - i))
		    : s[i] == '\'' && inside(s + i, n - i))
			return i;
	}
	return n;
}

/* -------------------------------------------------------------------------- */

bool spreadsheet_unsafe(const char *s, size_t n)
{
	return n > 0 && ((at_start(s, n) && !phone_number(s, n)) || next(s, n, opening(s, n) + 1, true) < n);
}

bool spreadsheet_guarded(const char *s, size_t n)
{
	return n > 0 && s[0] == '\'' && (at_start(s, n) || next(s, n, opening(s, n) + 1, false) < n);
}

void spreadsheet_guard(struct buf *out, const char *s, size_t n)
{
	size_t done = 0, at;

	if (spreadsheet_unsafe(s, n)) {
		buf_addch(out, '\'');
		for (size_t from = opening(s, n) + 1; (at = next(s, n, from, true)) < n; from = at + 1) {
			buf_add(out, s + done, at - done);
			buf_addch(out, '\'');
			done = at;
		}
	}
	buf_add(out, s + done, n - done);
}

void spreadsheet_unguard(struct buf *out, const char *s, size_t n)
{
	size_t done = 0, at;

	if (spreadsheet_guarded(s, n)) {
		done = 1;
		for (size_t from = opening(s, n) + 1; (at = next(s, n, from, false)) < n; from = at + 1) {
			buf_add(out, s + done, at - done);
			done = at + 1;
		}
	}
	buf_add(out, s + done, n - done);
}
