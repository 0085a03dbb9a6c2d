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
	return memcmp(a, b, 16);
}

const char *random_uuid_ascending(struct random_uuids *u, struct random_pool *d, struct arena *mem)
{
	if (u->given == u->drawn) {
		/* A file of a few rows needs a few. */
		u->drawn = u->drawn == 0 ? 16 : u->drawn * 4 < RANDOM_UUIDS ? u->drawn * 4 : RANDOM_UUIDS;
		for (size_t i = 0; i < u->drawn; i++)
			draw_uuid(d, u->uuids[i]);
		qsort(u->uuids, u->drawn, sizeof(u->uuids[0]), in_order);
		u->given = 0;
	}
	return uuid_text(u->uuids[u->given++], mem);
}

void random_end(struct random_pool *d)
{
	explicit_bzero(d, sizeof(*d));
}
