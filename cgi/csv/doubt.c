/* Texts that can be stored but are probably not what was meant.  Contract: check.h. */
#include "csv/check.h"

#include <ctype.h>
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/utf8.h"

bool doubt_nothing(const char *s, size_t n)
{
	/* As databases, spreadsheets and programs write an absent value; case counts where the
	 * word may be a name. */
	static const char *const words[] = {
		"null", "(null)", "<null>", "[null]", "\\N", "n/a", "(vide)", "vide", "(blank)", "(empty)", "(none)",
		"none", "(leer)", "nil", "undefined", "aucun", "aucune", "n\303\251ant",
	};

	if (n > 10)
		return false;
	if (strspn(s, "-?./") == n || strcmp(s, "NaN") == 0 || strcmp(s, "nan") == 0
	    || strcmp(s, "\xe2\x80\x93") == 0 || strcmp(s, "\xe2\x80\x94") == 0)
		return true;
	/* Written like a name: there are people called Null, Nil and Vide. */
	if (isupper((unsigned char)s[0]) && islower((unsigned char)s[1]))
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (strcasecmp(s, words[i]) == 0)
			return true;
	return false;
}

/* --- encodings -------------------------------------------------------------- */

/* The text decoded once more, if it is UTF-8 that was read as Windows-1252; else NULL. */
static const char *read_twice(struct arena *mem, const char *s, size_t n)
{
	iconv_t to_bytes = iconv_open("WINDOWS-1252", "UTF-8");
	char *bytes = arena_alloc(mem, n + 1), *to = bytes;
	char *from = (char *)(size_t)s;	/* iconv(3) does not write to its input. */
	size_t left = n, room = n;
	bool ok;

	if (to_bytes == (iconv_t)-1)
		abort();	/* the C library always has this encoding */
	/* Programs pass the five bytes that Windows-1252 does not define as U+0081 and so on. */
	while ((ok = iconv(to_bytes, &from, &left, &to, &room) != (size_t)-1) == false
	    && errno == EILSEQ && left >= 2 && from[0] == '\xc2' && (from[1] & 0xe0) == 0x80) {
		*to++ = from[1];
		from += 2;
		left -= 2;
		room--;
	}
	iconv_close(to_bytes);
	*to = '\0';
	return ok && utf8_valid(bytes, (size_t)(to - bytes)) ? bytes : NULL;
}

/* Whether a character that begins a sequence of UTF-8, read as Latin-1, stands before another
 * that is not ASCII.  Few words have this. */
static bool may_be_read_twice(const char *s, size_t n)
{
	for (const char *p = s; (p = memchr(p, '\xc3', n - (size_t)(p - s))) != NULL; p++)
		if ((p[1] & 0xe0) == 0x80 && (p[2] & 0x80) != 0)
			return true;
	return false;
}

static int hex_digit(char c)
{
	static const char digits[] = "0123456789ABCDEF";
	const char *p = c == '\0' ? NULL : strchr(digits, c);

	return p == NULL ? -1 : (int)(p - digits);
}

/* The text without quoted-printable (Ren=C3=A9), as mail programs write it; NULL if it has none. */
static const char *quoted_printable(struct arena *mem, const char *s, size_t n)
{
	char *text = arena_alloc(mem, n + 1), *to = text;
	size_t decoded = 0;

	for (size_t i = 0; i < n; i++) {
		int high = s[i] == '=' ? hex_digit(s[i + 1]) : -1;
		int low = high >= 8 ? hex_digit(s[i + 2]) : -1;
		*to++ = low < 0 ? s[i] : (char)(high * 16 + low);
		i += low < 0 ? 0 : 2;
		decoded += low >= 0;
	}
	*to = '\0';
	return decoded >= 2 && utf8_valid(text, (size_t)(to - text)) ? text : NULL;
}

/* The text without UTF-7 (Ren+AOk-); NULL if it has none.  Only letters of U+00C0 to
 * U+017F count: other texts with a + could be decoded by chance. */
static const char *utf7(struct arena *mem, const char *s, size_t n)
{
	iconv_t decode = iconv_open("UTF-8", "UTF-7");
	char *text = arena_alloc(mem, 2 * n + 1), *to = text;
	char *from = (char *)(size_t)s;	/* iconv(3) does not write to its input. */
	size_t left = n, room = 2 * n, letters = 0, len;
	bool ok;

	if (decode == (iconv_t)-1)
		abort();	/* the C library always has this encoding */
	ok = iconv(decode, &from, &left, &to, &room) != (size_t)-1;
	iconv_close(decode);
	*to = '\0';
	for (const char *p = text; ok && p < to; p += len) {
		int32_t c = utf8_decode(p, (size_t)(to - p), &len);
		ok = c < 0x80 || (c >= 0xc0 && c < 0x180);
		letters += c >= 0x80;
	}
	return ok && letters > 0 ? text : NULL;
}

/* Whether the text has a character reference of HTML: &eacute; &#233; &amp; */
static bool has_reference(const char *s)
{
	for (const char *p = s; (p = strchr(p, '&')) != NULL; p++) {
		const char *end = p + 1 + (p[1] == '#');
		size_t n = strspn(end, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789");
		if (n >= 2 && n <= 8 && end[n] == ';')
			return true;
	}
	return false;
}

/* Whether the text was read in a wrong encoding; *meant is then the right text, if it is known. */
static bool garbled(struct arena *mem, const char *s, size_t n, const char **meant)
{
	*meant = NULL;
	if (may_be_read_twice(s, n))
		*meant = read_twice(mem, s, n);
	if (*meant == NULL && memchr(s, '=', n) != NULL)
		*meant = quoted_printable(mem, s, n);
	if (*meant == NULL && n > 3 && memchr(s, '+', n) != NULL)
		*meant = utf7(mem, s, n);
	return *meant != NULL || (memchr(s, '&', n) != NULL && has_reference(s));
}

/* --- rows that are no users --------------------------------------------------- */

/* Whether a first name is a comment, a line of signs, or the words before a total. */
static bool no_user(const char *s, size_t n)
{
	static const char *const totals[] = { "total", "totaux", "sous-total", "sub-total", "subtotal", "grand total",
		"sum", "summe", "gesamt", "suma", "somme" };

	if (s[0] == '#' || s[n - 1] == ':' || strspn(s, "-=_*+~|:. ") == n)
		return true;
	for (size_t i = 0; i < sizeof(totals) / sizeof(totals[0]); i++) {
		size_t m = strlen(totals[i]);
		if (n >= m && strncasecmp(s, totals[i], m) == 0 && strspn(s + m, " :0123456789") == n - m)
			return true;
	}
	return false;
}

/* ------------------------------------------------------------------------------ */

void check_doubt(struct check *c)
{
	struct value *v = c->out;
	size_t n = strlen(v->text);

	if (c->type->secret)
		v->doubt = doubt_nothing(v->text, n) || strspn(v->text, "*") == n ? "doubtful.nothing_secret"
		    : hash_bare(v->text) ? "doubtful.hash" : NULL;
	else if (c->field->required == REQUIRED_ALWAYS && n > 1 && no_user(v->text, n))
		v->doubt = "doubtful.no_user";
	else if (doubt_nothing(v->text, n))
		v->doubt = "doubtful.nothing";
	else if (strstr(v->text, "\xef\xbf\xbd") != NULL)
		v->doubt = "doubtful.lost";
	else if (garbled(c->mem, v->text, n, &v->meant))
		v->doubt = "doubtful.garbled";
}
