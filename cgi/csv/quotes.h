/* Quotes of CSV cells: those that are written twice, and those around a cell. */
#ifndef CSV_QUOTES_H
#define CSV_QUOTES_H

#include <stdbool.h>

#include "base/buf.h"

/* Whether the n bytes are a cell in quotes as RFC 4180 has it, from quote to quote. */
bool quotes_whole(const char *s, size_t n);

/* Whether the n bytes stand in single or typographic quotes, which CSV does not know. */
bool quotes_around(const char *s, size_t n);

/* Adds the n bytes with each quote written twice. */
void quotes_double(struct buf *out, const char *s, size_t n);

/* Adds the n bytes with each "" written as ". */
void quotes_halve(struct buf *out, const char *s, size_t n);

#endif
