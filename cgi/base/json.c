/* JSON text.  Contract: json.h. */
#include "base/json.h"

#include <stdlib.h>

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

json_t *json_parsed(const char *text)
{
	json_t *value = text != NULL ? json_loads(text, JSON_DECODE_ANY, NULL) : json_null();

	if (value == NULL)
		abort();
	return value;
}
