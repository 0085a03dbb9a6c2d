/* Values of headers with parameters. */
#include "http/header.h"

#include <stddef.h>
#include <string.h>
#include <strings.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static const char *skip_blanks(const char *s)
{
	while (is_blank(*s))
		s++;
	return s;
}

bool header_is(const char *value, const char *word)
{
	size_t n = strlen(word);

	value = skip_blanks(value);
	if (strncasecmp(value, word, n) != 0)
		return false;
	value = skip_blanks(value + n);
	return *value == '\0' || *value == ';';
}

/* Reads the value at `s` into `out`.  Returns its end, NULL if it is malformed. */
static const char *read_value(const char *s, struct buf *out)
{
	if (*s != '"') {
		size_t n = strcspn(s, "; \t\"");
		if (n == 0)
			return NULL;
		buf_add(out, s, n);
		return s + n;
	}
	for (s++; *s != '"'; s++) {
		if (*s == '\0')
			return NULL;
		if (*s == '\\' && (s[1] == '"' || s[1] == '\\'))
			s++;
		buf_addch(out, *s);
	}
	return s + 1;
}

int header_param(const char *value, const char *name, struct buf *out)
{
	int result = 0;
	struct buf other = {0};

	buf_reset(out);
	const char *s = strchr(value, ';');
	while (s != NULL && *s == ';') {
		s = skip_blanks(s + 1);
		if (*s == ';' || *s == '\0')	/* an empty one */
			continue;
		size_t n = strcspn(s, "=; \t\"");
		const char *at = s;
		s = skip_blanks(s + n);
		if (n == 0 || *s != '=') {
			result = -1;
			break;
		}
		bool wanted = strlen(name) == n && strncasecmp(at, name, n) == 0;
		if (wanted && result == 1) {
			result = -1;
			break;
		}
		buf_reset(&other);
		s = read_value(skip_blanks(s + 1), wanted ? out : &other);
		if (s == NULL || (*(s = skip_blanks(s)) != ';' && *s != '\0')) {
			result = -1;
			break;
		}
		if (wanted)
			result = 1;
	}
	buf_free(&other);
	if (result != 1)
		buf_reset(out);
	return result;
}
