/* Random texts.  Contract: random.h. */
#include "users/random.h"

#include <stdbool.h>
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

static void draw_text(struct random_pool *d, unsigned char *text, const char *alphabet, size_t size, size_t length)
{
	size_t n = 0;

	while (n < length) {
		unsigned char byte = next(d);
		/* Bytes above the largest multiple of the size are skipped: they would
		 * favour some characters. */
		if (byte < 256 / size * size)
			text[n++] = (unsigned char)alphabet[byte % size];
	}
}

const char *random_text(struct random_pool *d, struct arena *mem, const char *alphabet, size_t size,
    size_t length)
{
	char *text = arena_alloc(mem, length + 1);

	draw_text(d, (unsigned char *)text, alphabet, size, length);
	text[length] = '\0';
	return text;
}

static void draw_uuid(struct random_pool *d, unsigned char uuid[16])
{
	for (int i = 0; i < 16; i++)
		uuid[i] = next(d);
	uuid[6] = (unsigned char)(0x40 | (uuid[6] & 0x0f));	/* the version */
	uuid[8] = (unsigned char)(0x80 | (uuid[8] & 0x3f));	/* the variant */
}

static const char *uuid_text(const unsigned char uuid[16], struct arena *mem)
{
	static const char digits[] = "0123456789abcdef";
	char *text = arena_alloc(mem, sizeof("xxxxxxxx-xxxx-4xxx-vxxx-xxxxxxxxxxxx"));
	char *c = text;

	for (int i = 0; i < 16; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			*c++ = '-';
		*c++ = digits[uuid[i] >> 4];
		*c++ = digits[uuid[i] & 15];
	}
	*c = '\0';
	return text;
}

const char *random_uuid(struct random_pool *d, struct arena *mem)
{
	unsigned char uuid[16];

	draw_uuid(d, uuid);
	return uuid_text(uuid, mem);
}

static int in_order(const void *a, const void *b)
{
	return memcmp(a, b, RANDOM_WIDTH);
}

/* How many values are drawn next, if all are given; else 0.  A file of a few rows needs a few. */
static size_t to_draw(struct random_ascending *a)
{
	if (a->given < a->drawn)
		return 0;
	a->given = 0;
	a->drawn = a->drawn == 0 ? 16 : a->drawn * 4 < RANDOM_VALUES ? a->drawn * 4 : RANDOM_VALUES;
	return a->drawn;
}

const char *random_text_ascending(struct random_ascending *a, struct random_pool *d, struct arena *mem,
    const char *alphabet, size_t size, size_t length)
{
	size_t n = to_draw(a);

	for (size_t i = 0; i < n; i++)
		draw_text(d, a->values[i], alphabet, size, length);
	qsort(a->values, n, RANDOM_WIDTH, in_order);
	return arena_strndup(mem, (const char *)a->values[a->given++], length);
}

const char *random_uuid_ascending(struct random_ascending *a, struct random_pool *d, struct arena *mem)
{
	bool first = a->drawn == 0;
	size_t n = to_draw(a);

	for (size_t i = 0; i < n; i++)
		draw_uuid(d, a->values[i]);
	if (first)
		memcpy(a->begin, a->values[0], RANDOM_BEGIN);
	for (size_t i = 0; i < n; i++)
		memcpy(a->values[i], a->begin, RANDOM_BEGIN);
	qsort(a->values, n, RANDOM_WIDTH, in_order);
	return uuid_text(a->values[a->given++], mem);
}

void random_end(struct random_pool *d)
{
	explicit_bzero(d, sizeof(*d));
}
