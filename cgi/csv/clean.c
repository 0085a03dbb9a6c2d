/* What people and spreadsheets put between the digits of a number.  Contract: check.h. */
#include "csv/check.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"

#define DIGITS "0123456789"

/* Whether s begins with the name of a month, or its beginning, in a European language. */
static bool month(const char *s, size_t n)
{
	static const char *const names[] = { "jan", "gen", "ene", "feb", "fev", "f\xc3\xa9v", "mar",
		"m\xc3\xa4r", "mrt", "apr", "avr", "abr", "may", "mai", "mag", "maj", "mei", "jun", "jui", "giu",
		"jul", "lug", "aug", "aou", "ao\xc3\xbb", "ago", "sep", "set", "oct", "okt", "ott", "out", "nov",
		"dec", "d\303\251c", "dez", "dic" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t m = strlen(names[i]);
		if (n >= m && n <= 10 && strncasecmp(s, names[i], m) == 0)
			return true;
	}
	return false;
}

bool check_date(const char *s)
{
	size_t parts = 0, numbers = 0, words = 0, years = 0, n;
	bool blank = strchr(s, ' ') != NULL, inner_year = false;

	for (; *s != '\0' && parts < 4; parts++, s += n) {
		n = strcspn(s, " ./-");
		if (n > 0 && n == strspn(s, DIGITS)) {
			bool year = n == 4 && (strncmp(s, "19", 2) == 0 || strncmp(s, "20", 2) == 0);
			years += year;
			inner_year = inner_year || (year && parts == 1);
			numbers += n <= 2;
		} else if (month(s, n)) {
			words++;
		} else {
			return false;
		}
		n += strspn(s + n, " ./-");
	}
	if (*s != '\0' || numbers + years + words != parts)
		return false;
	return words == 1 ? parts == 2 || parts == 3 : parts == 3 && years == 1 && !inner_year && !blank;
}

/* Hyphens of all kinds, and the minus sign. */
static bool hyphen(int32_t c)
{
	return c == '-' || (c >= 0x2010 && c <= 0x2013) || c == 0x2212 || c == 0xfe63 || c == 0xff0d;
}

/* Whether the one dot in s begins the decimals of a number: 1000.0, 1.000, 12.5. */
static bool decimals(const char *s, size_t n)
{
	size_t whole = strspn(s, DIGITS), rest = n - whole;

	if (whole == 0 || rest < 2 || s[whole] != '.')
		return false;
	return rest == 2 ? strspn(s + whole + 1, DIGITS) == 1 : strspn(s + whole + 1, "0") == rest - 1;
}

size_t check_clean(char *s, size_t n)
{
	size_t kept = 0, len;

	if (decimals(s, n) || check_date(s))
		return n;
	for (size_t i = 0; i < n; i += len) {
		int32_t c = utf8_decode(s + i, n - i, &len);
		if (c == '.' || hyphen(c) || utf8_space(c))
			continue;
		memmove(s + kept, s + i, len);
		kept += len;
	}
	s[kept] = '\0';
	return kept;
}
