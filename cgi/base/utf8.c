/* UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing above
 * U+10FFFF. */
#include "base/utf8.h"

#include <string.h>

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

/* Bytes from p that are plain ASCII without NUL, whole words only: most files are
 * little else, and go eight bytes at a time. */
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

/* The first byte of a character.  Returns false where none can be. */
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

size_t utf8_trim(const char **s, size_t n)
{
	const char *p = *s;

	for (;;) {
		if (n >= 1 && (*p == ' ' || *p == '\t')) {
			p++;
			n--;
		} else if (n >= 2 && p[0] == '\xc2' && p[1] == '\xa0') {
			p += 2;
			n -= 2;
		} else {
			break;
		}
	}
	for (;;) {
		if (n >= 1 && (p[n - 1] == ' ' || p[n - 1] == '\t'))
			n--;
		else if (n >= 2 && p[n - 2] == '\xc2' && p[n - 1] == '\xa0')
			n -= 2;
		else
			break;
	}
	*s = p;
	return n;
}
