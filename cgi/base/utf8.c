/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above
 * U+10FFFF. */
#include "base/utf8.h"

#include <stdlib.h>
#include <string.h>

#include <unictype.h>
#include <uninorm.h>

int32_t utf8_decode(const char *s, size_t n, size_t *len)
{
	static const int32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char *p = (const unsigned char *)s;

	*len = 1;
	if (p[0] < 0x80)
		return p[0];
	size_t want = p[0] >= 0xF0 && p[0] < 0xF8 ? 4 : p[0] >= 0xE0 && p[0] < 0xF0 ? 3 :
	    p[0] >= 0xC0 && p[0] < 0xE0 ? 2 : 0;
	if (want == 0 || want > n)
		return -1;
	int32_t c = p[0] & (0xFF >> (want + 1));
	for (size_t i = 1; i < want; i++) {
		if ((p[i] & 0xC0) != 0x80)
			return -1;
		c = c << 6 | (p[i] & 0x3F);
	}
	if (c < least[want] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
		return -1;
	*len = want;
	return c;
}

bool utf8_valid(const char *s, size_t n)
{
	size_t len;

	for (size_t i = 0; i < n; i += len)
		if (utf8_decode(s + i, n - i, &len) < 0)
			return false;
	return true;
}

bool utf8_unprintable(int32_t c)
{
	return c < 0x20 || (c >= 0x7F && c < 0xA0) || c == 0x2028 || c == 0x2029 ||
	    c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
	    (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

bool utf8_printable(const char *s, size_t n)
{
	size_t step;

	for (size_t i = 0; i < n; i += step) {
		int32_t c = utf8_decode(s + i, n - i, &step);
		if (c < 0 || utf8_unprintable(c))
			return false;
	}
	return true;
}

/* --- bytes as they come --------------------------------------------------- */

/* How many bytes from p are ASCII without NUL, in steps of eight: most files are nearly all
 * ASCII, and this is the fastest way over it. */
static size_t ascii_run(const char *p, size_t n)
{
	const uint64_t high = 0x8080808080808080u, ones = 0x0101010101010101u;
	size_t i = 0;
	uint64_t w;

	for (; n - i >= sizeof(w); i += sizeof(w)) {
		memcpy(&w, p + i, sizeof(w));
		if ((w & high) != 0 || ((w - ones) & ~w & high) != 0)
			break;
	}
	return i;
}

/* Takes the first byte of a character.  Returns false if no character begins with it. */
static bool lead(struct utf8 *u, unsigned char c)
{
	u->low = 0x80;
	u->high = 0xbf;
	if (c < 0x80)
		return c != 0;
	if (c >= 0xc2 && c <= 0xdf) {
		u->need = 1;
	} else if (c >= 0xe0 && c <= 0xef) {
		u->need = 2;
		if (c == 0xe0)
			u->low = 0xa0;
		if (c == 0xed)
			u->high = 0x9f;
	} else if (c >= 0xf0 && c <= 0xf4) {
		u->need = 3;
		if (c == 0xf0)
			u->low = 0x90;
		if (c == 0xf4)
			u->high = 0x8f;
	} else {
		return false;
	}
	u->seen = 1;
	return true;
}

size_t utf8_check(struct utf8 *u, const char *p, size_t n)
{
	size_t i = 0;

	while (i < n) {
		if (u->need == 0) {
			i += ascii_run(p + i, n - i);
			if (i == n)
				break;
			if (!lead(u, (unsigned char)p[i]))
				return i;
		} else {
			unsigned char c = (unsigned char)p[i];
			if (c < u->low || c > u->high)
				return i;
			u->low = 0x80;
			u->high = 0xbf;
			u->seen++;
			if (--u->need == 0)
				u->seen = 0;
		}
		i++;
	}
	return n;
}

bool utf8_whole(const struct utf8 *u)
{
	return u->need == 0;
}

/* --- lengths and cuts ----------------------------------------------------- */

/* Whether a character begins with the byte. */
static bool starts(char c)
{
	return ((unsigned char)c & 0xc0) != 0x80;
}

size_t utf8_length(const char *s, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += starts(s[i]);
	return count;
}

size_t utf8_cut(const char *s, size_t n, size_t max)
{
	size_t count = 0, i = 0;

	for (; i < n; i++) {
		if (starts(s[i]) && count++ == max)
			break;
	}
	return i;
}

/* --- blanks and what is invisible ----------------------------------------- */

bool utf8_space(int32_t c)
{
	if (c < 0x80)
		return c == ' ' || (c >= '\t' && c <= '\r');
	return uc_is_general_category_withtable((ucs4_t)c, UC_CATEGORY_MASK_Z);
}

/* Tag characters are in Cf, but are not removed: the flags of regions are written with them. */
static bool is_tag(int32_t c)
{
	return c >= 0xE0020 && c <= 0xE007F;
}

static bool invisible(int32_t c)
{
	if (c < 0x80)
		return (c > 0 && c < ' ') || c == 0x7f;
	return uc_is_general_category_withtable((ucs4_t)c, UC_CATEGORY_MASK_Cc | UC_CATEGORY_MASK_Cf) && !is_tag(c);
}

static bool space_or_invisible(int32_t c)
{
	return utf8_space(c) || invisible(c);
}

static bool invisible_in_text(int32_t c)
{
	return invisible(c) && c != '\t' && c != '\r' && c != '\n';
}

/* Characters outside Cf and Cc that show nothing: fillers, variation selectors, the blank of
 * Braille. */
static bool shows_nothing(int32_t c)
{
	return space_or_invisible(c) || (c >= 0x80 && (c == 0x2800
	    || uc_is_property_default_ignorable_code_point((ucs4_t)c)));
}

/* The last character of n bytes, and its length. */
static int32_t decode_last(const char *s, size_t n, size_t *len)
{
	size_t back = 1;

	while (back < n && back < 4 && !starts(s[n - back]))
		back++;
	int32_t c = utf8_decode(s + n - back, back, len);
	if (*len != back) {
		*len = 1;
		c = -1;
	}
	return c;
}

static size_t trim(const char **s, size_t n, bool (*off)(int32_t c))
{
	const char *p = *s;
	size_t len;

	while (n > 0 && off(utf8_decode(p, n, &len))) {
		p += len;
		n -= len;
	}
	while (n > 0 && off(decode_last(p, n, &len)))
		n -= len;
	*s = p;
	return n;
}

size_t utf8_trim(const char **s, size_t n)
{
	return trim(s, n, space_or_invisible);
}

size_t utf8_trim_invisible(const char **s, size_t n)
{
	return trim(s, n, invisible_in_text);
}

bool utf8_blank(const char *s, size_t n)
{
	size_t len;

	for (size_t i = 0; i < n; i += len)
		if (!shows_nothing(utf8_decode(s + i, n - i, &len)))
			return false;
	return true;
}

int32_t utf8_find_invisible(const char *s, size_t n)
{
	size_t len;

	for (size_t i = 0; i < n; i += len) {
		int32_t c = utf8_decode(s + i, n - i, &len);
		if (invisible(c))
			return c;
	}
	return -1;
}

/* --- normal form ---------------------------------------------------------- */

const char *utf8_nfc(struct arena *mem, const char *s)
{
	size_t n = strlen(s), length = 0;

	/* As many characters as bytes: the text is ASCII. */
	if (utf8_length(s, n) == n)
		return s;
	uint8_t *nfc = u8_normalize(UNINORM_NFC, (const uint8_t *)s, n, NULL, &length);
	if (nfc == NULL)
		return s;	/* not valid UTF-8 */
	const char *copy = arena_strndup(mem, (const char *)nfc, length);
	free(nfc);
	return copy;
}
