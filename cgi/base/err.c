/* Filling a struct err: one line, never half a character at its end. */
#include "base/err.h"

#undef err_set	/* the macro for the analyzer, in err.h */
#undef err_hint

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* Makes `text` one line.  If the field is full, snprintf may have cut a character of several
 * bytes: removes what is left of it. */
static void tidy(char *text, size_t size)
{
	size_t len = strlen(text);

	if (len == size - 1) {
		size_t lead = len;
		while (lead > 0 && len - lead < 3 && ((unsigned char)text[lead - 1] & 0xC0) == 0x80)
			lead--;
		unsigned char c = lead > 0 ? (unsigned char)text[lead - 1] : 0;
		size_t want = c >= 0xF0 ? 4 : c >= 0xE0 ? 3 : c >= 0xC0 ? 2 : 1;
		if (lead > 0 && len - (lead - 1) < want)
			len = lead - 1;
	}
	for (size_t i = 0; i < len; i++)
		if (text[i] == '\n' || text[i] == '\r' || text[i] == '\t')
			text[i] = ' ';
	while (len > 0 && text[len - 1] == ' ')
		len--;
	text[len] = '\0';
}

int err_set(struct err *e, enum err_code code, const char *place, const char *fmt, ...)
{
	if (e == NULL)
		return -1;

	/* The arguments may point into `e`, so `e` is written last. */
	struct err new = { .code = code };
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(new.message, sizeof(new.message), fmt, ap);
	va_end(ap);
	if (place != NULL)
		snprintf(new.place, sizeof(new.place), "%s", place);
	tidy(new.message, sizeof(new.message));
	tidy(new.place, sizeof(new.place));
	*e = new;
	return -1;
}

int err_hint(struct err *e, const char *fmt, ...)
{
	if (e == NULL)
		return -1;
	char hint[sizeof(e->hint)];
	va_list ap;
	va_start(ap, fmt);
	vsnprintf(hint, sizeof(hint), fmt, ap);
	va_end(ap);
	tidy(hint, sizeof(hint));
	memcpy(e->hint, hint, sizeof(hint));
	return -1;
}
