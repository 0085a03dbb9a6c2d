/* Quotes of CSV cells.  Contract: quotes.h. */
#include "csv/quotes.h"

#include <string.h>

bool quotes_whole(const char *s, size_t n)
{
	if (n < 2 || s[0] != '"' || s[n - 1] != '"')
		return false;
	for (size_t i = 1; i < n - 1; i++)
		if (s[i] == '"' && (++i == n - 1 || s[i] != '"'))
			return false;
	return true;
}

static bool ends_with(const char *s, size_t n, const char *end)
{
	size_t m = strlen(end);

	return n >= m && memcmp(s + n - m, end, m) == 0;
}

bool quotes_around(const char *s, size_t n)
{
	static const char *const quotes[][2] = {
		{ "'", "'" }, { "\xe2\x80\x98", "\xe2\x80\x99" }, { "\xe2\x80\x9c", "\xe2\x80\x9d" },
		{ "\xe2\x80\x9e", "\xe2\x80\x9c" }, { "\xe2\x80\x9e", "\xe2\x80\x9d" },
		{ "\xe2\x80\x9a", "\xe2\x80\x98" }, { "\xe2\x80\xb9", "\xe2\x80\xba" },
		{ "\xc2\xab", "\xc2\xbb" }, { "\xc2\xbb", "\xc2\xab" }, { "`", "`" }, { "`", "'" }, { "`", "\xc2\xb4" },
	};

	/* Almost no cell begins like one of them. */
	if (n < 3 || (s[0] != '\'' && s[0] != '\xe2' && s[0] != '\xc2' && s[0] != '`'))
		return false;
	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		size_t m = strlen(quotes[i][0]);
		if (n > 2 * m && memcmp(s, quotes[i][0], m) == 0 && ends_with(s, n, quotes[i][1]))
			return true;
	}
	return false;
}

void quotes_double(struct buf *out, const char *s, size_t n)
{
	while (n > 0) {
		const char *quote = memchr(s, '"', n);
		size_t run = quote == NULL ? n : (size_t)(quote - s) + 1;
		buf_add(out, s, run);
		if (quote != NULL)
			buf_addch(out, '"');
		s += run;
		n -= run;
	}
}

void quotes_halve(struct buf *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		buf_addch(out, s[i]);
		if (s[i] == '"' && i + 1 < n && s[i + 1] == '"')
			i++;
	}
}
