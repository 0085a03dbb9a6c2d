/* The shared texts of an .xlsx: cells refer to them by number.  The first megabytes are in
 * memory, the others in a temporary file. */
#ifndef SHEET_TEXTS_H
#define SHEET_TEXTS_H

#include <stdbool.h>
#include <stddef.h>

struct texts;

struct texts *texts_new(void);
void texts_free(struct texts *t);

/* Adds the next text.  false: the disk is full. */
bool texts_add(struct texts *t, const char *bytes, size_t n);

/* How many there are, and their bytes. */
size_t texts_count(const struct texts *t);
long long texts_bytes(const struct texts *t);

/* Text i (from 0) in the order in which they were added, *n bytes; valid until the next call.
 * NULL if the temporary file cannot be read. */
const char *texts_get(struct texts *t, size_t i, size_t *n);

#endif
