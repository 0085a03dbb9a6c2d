/* Shared texts.  Contract: texts.h. */
#include "sheet/texts.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"

#define IN_MEMORY ((size_t)8 * 1024 * 1024)
#define WINDOW ((size_t)16 * 1024)

struct texts {
	struct buf memory;
	FILE *file;		/* the texts after those in memory; NULL: none */
	uint32_t *ends;		/* where each text ends, counted over memory and file */
	size_t n, room;
	long long bytes;
	struct buf window;	/* the part of the file that was read last */
	size_t window_from;	/* where the window begins, counted over memory and file */
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
	buf_free(&t->window);
	free(t->ends);
	free(t);
}

static bool add_to_file(struct texts *t, const char *bytes, size_t n)
{
	if (t->file == NULL)
		t->file = file_temporary(NULL);
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
	/* After the first text in the file, all others go there too. */
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

/* Reads a window of the file from this text on: neighbouring cells mostly use neighbouring
 * texts. */
static bool read_window(struct texts *t, size_t from, size_t n)
{
	size_t want = n > WINDOW ? n : WINDOW, left = (size_t)t->bytes - from;

	if (!t->flushed && fflush(t->file) != 0)
		return false;
	t->flushed = true;
	t->window_from = from;
	buf_reset(&t->window);
	if (want > left)
		want = left;
	while (t->window.len < want) {
		char piece[4096];
		size_t more = want - t->window.len;
		ssize_t got = pread(fileno(t->file), piece, more < sizeof(piece) ? more : sizeof(piece),
		    (off_t)(from - t->memory.len + t->window.len));

		if (got <= 0)
			return false;
		buf_add(&t->window, piece, (size_t)got);
	}
	return true;
}

const char *texts_get(struct texts *t, size_t i, size_t *n)
{
	size_t from = i == 0 ? 0 : t->ends[i - 1], to = t->ends[i];

	*n = to - from;
	if (*n == 0)
		return "";
	if (to <= t->memory.len)
		return t->memory.data + from;
	if ((from < t->window_from || to > t->window_from + t->window.len) && !read_window(t, from, *n))
		return NULL;
	return t->window.data + (from - t->window_from);
}
