/* Percent-encoding (RFC 3986). */
#include "http/percent.h"

#include <ctype.h>
#include <string.h>

static int hex(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 :
	    c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

int percent_decode(char *out, const char *s, size_t n, bool plus, size_t *len)
{
	*len = 0;
	for (size_t i = 0; i < n; i++) {
		char c = plus && s[i] == '+' ? ' ' : s[i];
		if (c == '%') {
			if (n - i < 3 || hex(s[i + 1]) < 0 || hex(s[i + 2]) < 0)
				return -1;
			c = (char)(hex(s[i + 1]) << 4 | hex(s[i + 2]));
			i += 2;
		}
		out[(*len)++] = c;
	}
	out[*len] = '\0';
	return 0;
}

void percent_encode(struct buf *out, const char *s, const char *plain)
{
	for (; *s != '\0'; s++) {
		unsigned char c = (unsigned char)*s;
		if (isalnum(c) || strchr(plain, c) != NULL)
			buf_addch(out, *s);
		else
			buf_addf(out, "%%%02X", c);
	}
}
