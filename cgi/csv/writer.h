/* Writes CSV: strict RFC 4180 except for the separator; quotes only if needed; CRLF. */
#ifndef CSV_WRITER_H
#define CSV_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* The separator for a word of the options: "comma", "semicolon" or "tab"; '\0' for any other
 * word; the comma for NULL. */
char writer_separator(const char *word);

/* The separator of a new file that belongs to one with `separator`: the same if it is one of
 * these three, else the comma. */
char writer_like(char separator);

/* Adds one cell, with the separator ('\0': a comma) before it unless it is the `first` of its
 * record.  With `guard` the guards of csv/spreadsheet.h are set. */
void writer_cell(struct buf *out, char separator, bool first, const char *bytes, size_t n, bool guard);

/* The same for a name of the header.  It is quoted too if it holds any other separator: the
 * separator of a file is found by its header (csv/sniff.c). */
void writer_name(struct buf *out, char separator, bool first, const char *name, bool guard);

/* Ends the record. */
void writer_end(struct buf *out);

/* Joins names to one list cell: `;` between, `\` before `;` and `\`. */
void writer_list(struct buf *out, size_t n, const char *const *items);

#endif
