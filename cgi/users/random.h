/* Random names, secrets and UUIDs from the system's random source.  It is read 4096 bytes at a
 * time: a system call for each value would take a large part of an import's time. */
#ifndef USERS_RANDOM_H
#define USERS_RANDOM_H

#include <stddef.h>

#include "base/arena.h"

/* Random bytes that are not used yet.  Zero-initialize it; random_end wipes it. */
struct random_pool {
	unsigned char pool[4096];
	size_t left;
};

/* A text in `mem` of `length` characters, each drawn from an alphabet of `size` (at most
 * 256) characters with equal probability. */
const char *random_text(struct random_pool *d, struct arena *mem, const char *alphabet, size_t size,
    size_t length);

/* A UUID of version 4 (RFC 9562), in lower case. */
const char *random_uuid(struct random_pool *d, struct arena *mem);

#define RANDOM_VALUES 4096
#define RANDOM_WIDTH 16		/* bytes of a value */
#define RANDOM_BEGIN 3		/* bytes that the UUIDs of a struct have in common */

/* Values of one kind that are drawn some thousand at a time.  Zero-initialize it. */
struct random_ascending {
	unsigned char values[RANDOM_VALUES][RANDOM_WIDTH];
	unsigned char begin[RANDOM_BEGIN];
	size_t drawn, given;
};

/* The same as random_text, of at most RANDOM_WIDTH characters, and as random_uuid, but most are greater
 * than the one before: their index is written in places that lie side by side, which is faster than all
 * over it.  For that UUIDs also begin alike: those of 10,000 users beside 1,000,000 would else change each page of
 * the index.  98 random bits are left.  One struct has texts of one length, or UUIDs. */
const char *random_text_ascending(struct random_ascending *a, struct random_pool *d, struct arena *mem,
    const char *alphabet, size_t size, size_t length);
const char *random_uuid_ascending(struct random_ascending *a, struct random_pool *d, struct arena *mem);

void random_end(struct random_pool *d);

#endif
