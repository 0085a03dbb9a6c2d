/* Quotes of CSV cells: those that are written twice, and those around a cell. */
#ifndef CSV_QUOTES_H
#define CSV_QUOTES_H

#include <stdbool.h>

#include "base/buf.h"

/* Whether the n bytes, with their quotes, are a quoted cell of RFC 4180. */
bool quotes_whole(const char *s, size_t n);

/* Whether the n bytes begin and end with single or typographic quotes, which have no meaning
 * in CSV. */
bool quotes_around(const char *s, size_t n);

/* Adds the n bytes with each quote written twice. */
void quotes_double(struct buf *out, const char *s, size_t n);

/* Adds the n bytes with each "" written as ". */
void quotes_halve(struct buf *out, const char *s, size_t n);

#endif
