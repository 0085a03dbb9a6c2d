/* Random texts.  Contract: random.h. */
#include "users/random.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

static unsigned char next(struct random_pool *d)
{
	size_t got = 0;

	if (d->left == 0) {
		/* getrandom may return less than asked for above 256 bytes. */
		while (got < sizeof(d->pool)) {
			ssize_t n = getrandom(d->pool + got, sizeof(d->pool) - got, 0);
			if (n < 0)
				abort();
			got += (size_t)n;
		}
		d->left = sizeof(d->pool);
	}
	return d->pool[--d->left];
}

const char *random_text(struct random_pool *d, struct arena *mem, const char *alphabet, size_t size,
    size_t length)
{
	char *text = arena_alloc(mem, length + 1);
	size_t n = 0;

	while (n < length) {
		unsigned char byte = next(d);
		/* Bytes above the largest multiple of the size are skipped: they would
		 * favour some characters. */
		if (byte < 256 / size * size)
			text[n++] = alphabet[byte % size];
	}
	return text;
}

const char *random_uuid(struct random_pool *d, struct arena *mem)
{
	static const char digits[] = "0123456789abcdef";
	static const char form[] = "xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx";
	char *text = arena_strndup(mem, form, sizeof(form) - 1);

	for (char *c = text; *c != '\0'; c++) {
		if (*c == 'x')
			*c = digits[next(d) & 15];
		else if (*c == 'v')
			*c = digits[8 | (next(d) & 3)];
	}
	return text;
}

void random_end(struct random_pool *d)
{
	explicit_bzero(d, sizeof(*d));
}
