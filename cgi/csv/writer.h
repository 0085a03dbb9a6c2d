/* CSV out: strict RFC 4180 but for the separator, quotes only where needed, CRLF. */
#ifndef CSV_WRITER_H
#define CSV_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* The separators that we write, and their words in options: ',' comma, ';' semicolon, a tab.
 * writer_separator: that of a word, '\0' for another; of NULL the comma. */
char writer_separator(const char *word);

/* `separator` where we write it, else the comma: the separator for a file that is to be read
 * beside another one. */
char writer_like(char separator);

/* Adds one cell, with the separator ('\0': a comma) before it unless it is the `first` of its
 * record.  With `guard`, what a spreadsheet would run or take for an
 * error is guarded (csv/spreadsheet.h). */
void writer_cell(struct buf *out, char separator, bool first, const char *bytes, size_t n, bool guard);

/* The same for a name of the header, which is quoted too where it holds what else could
 * separate: by the header it is found out what does (csv/sniff.c). */
void writer_name(struct buf *out, char separator, bool first, const char *name, bool guard);

/* Ends the record. */
void writer_end(struct buf *out);

/* Joins names to one list cell: `;` between, `\` before `;` and `\`. */
void writer_list(struct buf *out, size_t n, const char *const *items);

#endif
