/* Memory by lifetime: everything allocated from an arena is freed together.
 *
 * A request, or a row of a file, has an arena.  Single allocations are never freed.
 * Out of memory aborts the process: the supervisor starts a new one, and the database
 * rolls back the open transaction. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stdarg.h>
#include <stddef.h>

struct arena;

/* A new, empty arena.  The caller owns it and ends it with arena_free. */
struct arena *arena_new(void);
void arena_free(struct arena *a);

/* Frees all that was allocated, but keeps one block for reuse: a loop that resets the arena
 * in each round does not call malloc. */
void arena_reset(struct arena *a);

/* `size` bytes, zeroed, aligned for any type; never NULL. */
void *arena_alloc(struct arena *a, size_t size);

/* Copies, always NUL-terminated.  arena_strdup(a, NULL) is NULL. */
char *arena_strdup(struct arena *a, const char *s);
char *arena_strndup(struct arena *a, const char *s, size_t n);

/* A formatted text in the arena, as printf(3) writes it. */
char *arena_printf(struct arena *a, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
char *arena_vprintf(struct arena *a, const char *fmt, va_list ap)
	__attribute__((format(printf, 2, 0)));

#endif
