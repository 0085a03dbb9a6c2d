/* Memory by lifetime: a list of blocks, each handed out from its front. */
#include "base/arena.h"

#include <stdalign.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BLOCK_FIRST	((size_t)16 * 1024)
#define BLOCK_MAX	((size_t)1024 * 1024)	/* bytes of the largest block that a reset keeps */

struct block {
	struct block *next;
	size_t size;	/* of bytes[] */
	size_t used;
	alignas(max_align_t) unsigned char bytes[];
};

struct arena {
	struct block *head;	/* the block that memory is taken from now; then the older ones */
};

static void *must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

static struct block *block_new(size_t size, struct block *next)
{
	if (size > SIZE_MAX - sizeof(struct block))
		abort();
	struct block *b = must(malloc(sizeof(*b) + size));
	b->next = next;
	b->size = size;
	b->used = 0;
	return b;
}

struct arena *arena_new(void)
{
	struct arena *a = must(malloc(sizeof(*a)));
	a->head = NULL;
	return a;
}

void arena_free(struct arena *a)
{
	if (a == NULL)
		return;
	for (struct block *b = a->head, *next; b != NULL; b = next) {
		next = b->next;
		free(b);
	}
	free(a);
}

/* Each block is twice as large as the one before.  If the largest is kept, malloc is no longer
 * called after a few rounds.  A block above BLOCK_MAX is freed: one huge allocation must not
 * stay for the life of the process. */
void arena_reset(struct arena *a)
{
	struct block *keep = NULL;

	for (struct block *b = a->head, *next; b != NULL; b = next) {
		next = b->next;
		if (b->size > BLOCK_MAX || (keep != NULL && b->size <= keep->size)) {
			free(b);
			continue;
		}
		free(keep);
		keep = b;
	}
	if (keep != NULL) {
		keep->next = NULL;
		keep->used = 0;
	}
	a->head = keep;
}

static void *take(struct arena *a, size_t size)
{
	const size_t align = alignof(max_align_t);

	if (size > SIZE_MAX - align)
		abort();
	size_t need = (size + align - 1) / align * align;
	struct block *b = a->head;
	if (b == NULL || need > b->size - b->used) {
		size_t grow = b == NULL ? BLOCK_FIRST : b->size * 2;
		if (grow > BLOCK_MAX)
			grow = BLOCK_MAX;
		b = a->head = block_new(need > grow ? need : grow, b);
	}
	void *p = b->bytes + b->used;
	b->used += need;
	return p;
}

void *arena_alloc(struct arena *a, size_t size)
{
	return memset(take(a, size), 0, size);
}

char *arena_strndup(struct arena *a, const char *s, size_t n)
{
	if (n == SIZE_MAX)
		abort();
	char *copy = take(a, n + 1);
	if (n > 0)
		memcpy(copy, s, n);
	copy[n] = '\0';
	return copy;
}

char *arena_strdup(struct arena *a, const char *s)
{
	return s == NULL ? NULL : arena_strndup(a, s, strlen(s));
}

char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
{
	va_list again;

	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, fmt, again);
	va_end(again);
	if (n < 0)
		abort();
	char *s = take(a, (size_t)n + 1);
	vsnprintf(s, (size_t)n + 1, fmt, ap);
	return s;
}

char *arena_printf(struct arena *a, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	char *s = arena_vprintf(a, fmt, ap);
	va_end(ap);
	return s;
}
