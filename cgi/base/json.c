/* JSON text.  Contract: json.h. */
#include "base/json.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static int add(const char *bytes, size_t n, void *out)
{
	buf_add(out, bytes, n);
	return 0;
}

void json_add(struct buf *out, json_t *value)
{
	/* 15 digits are enough for any number of milliseconds, and do not show the error of
	 * binary fractions. */
	if (json_dump_callback(value, add, out, JSON_COMPACT | JSON_ENCODE_ANY | JSON_REAL_PRECISION(15)) != 0)
		abort();
	json_decref(value);
}

/* Whether the byte stands in a text as it is. */
static bool is_plain(unsigned char c)
{
	return c >= ' ' && c != '"' && c != '\\';
}

static void add_escape(struct buf *out, char c)
{
	static const char plain[] = "\"\\\b\f\n\r\t", letters[] = "\"\\bfnrt";
	const char *found = memchr(plain, c, sizeof(plain) - 1);

	if (found != NULL)
		buf_add(out, (char[]){ '\\', letters[found - plain] }, 2);
	else
		buf_addf(out, "\\u%04X", (unsigned)(unsigned char)c);
}

void json_add_text(struct buf *out, const char *text, size_t n)
{
	const char *end = text + n;

	buf_addch(out, '"');
	while (text < end) {
		const char *plain = text;

		while (text < end && is_plain((unsigned char)*text))
			text++;
		buf_add(out, plain, (size_t)(text - plain));
		if (text < end)
			add_escape(out, *text++);
	}
	buf_addch(out, '"');
}

json_t *json_parsed(const char *text)
{
	json_t *value = text != NULL ? json_loads(text, JSON_DECODE_ANY, NULL) : json_null();

	if (value == NULL)
		abort();
	return value;
}
