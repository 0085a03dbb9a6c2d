/* Memory by lifetime: everything allocated from an arena is freed together.
 *
 * A request, or a row of a file, has an arena; nothing taken from it is freed
 * alone.  Running out of memory aborts the process: its supervisor starts a
 * new one, and the database undoes what was half done. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* A new, empty arena.  The caller owns it and ends it with arena_free. */
struct arena *arena_new(void);
void arena_free(struct arena *a);

/* Forgets all that was allocated and keeps one block for reuse, so that a
 * loop that resets does not call malloc. */
void arena_reset(struct arena *a);

/* `size` bytes, zeroed, aligned for any type; never NULL. */
void *arena_alloc(struct arena *a, size_t size);

/* Copies, always NUL-terminated.  arena_strdup(a, NULL) is NULL. */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);

/* printf into the arena. */
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

#endif
