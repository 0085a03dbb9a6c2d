/* Shared texts.  Contract: texts.h. */
#include "sheet/texts.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"

#define IN_MEMORY ((size_t)8 * 1024 * 1024)

struct texts {
	struct buf memory;
	FILE *file;		/* what comes after those in memory; NULL: nothing */
	uint32_t *ends;		/* where each ends, of all bytes */
	size_t n, room;
	long long bytes;
	struct buf read;	/* the last one that came from the file */
	bool flushed;
};

struct texts *texts_new(void)
{
	struct texts *t = calloc(1, sizeof(*t));

	if (t == NULL)
		abort();
	return t;
}

void texts_free(struct texts *t)
{
	if (t == NULL)
		return;
	if (t->file != NULL)
		fclose(t->file);
	buf_free(&t->memory);
	buf_free(&t->read);
	free(t->ends);
	free(t);
}

static bool add_to_file(struct texts *t, const char *bytes, size_t n)
{
	if (t->file == NULL)
		t->file = tmpfile();
	return t->file != NULL && fwrite(bytes, 1, n, t->file) == n;
}

bool texts_add(struct texts *t, const char *bytes, size_t n)
{
	if (t->n == t->room) {
		t->room = t->room == 0 ? 1024 : t->room * 2;
		t->ends = realloc(t->ends, t->room * sizeof(*t->ends));
		if (t->ends == NULL)
			abort();
	}
	/* Once one is in the file, so are all that follow. */
	if (t->file == NULL && t->memory.len + n <= IN_MEMORY)
		buf_add(&t->memory, bytes, n);
	else if (!add_to_file(t, bytes, n))
		return false;
	t->bytes += (long long)n;
	t->ends[t->n++] = (uint32_t)t->bytes;
	return true;
}

size_t texts_count(const struct texts *t)
{
	return t->n;
}

long long texts_bytes(const struct texts *t)
{
	return t->bytes;
}

const char *texts_get(struct texts *t, size_t i, size_t *n)
{
	size_t from = i == 0 ? 0 : t->ends[i - 1];

	*n = t->ends[i] - from;
	if (*n == 0)
		return "";
	if (t->ends[i] <= t->memory.len)
		return t->memory.data + from;
	if (!t->flushed && fflush(t->file) != 0)
		return NULL;
	t->flushed = true;
	buf_reset(&t->read);
	while (t->read.len < *n) {
		char piece[4096];
		size_t want = *n - t->read.len;
		ssize_t got = pread(fileno(t->file), piece, want < sizeof(piece) ? want : sizeof(piece),
		    (off_t)(from - t->memory.len + t->read.len));

		if (got <= 0)
			return NULL;
		buf_add(&t->read, piece, (size_t)got);
	}
	return t->read.data;
}
