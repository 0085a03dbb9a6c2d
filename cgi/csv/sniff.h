/* What a file is, told from its first bytes. */
#ifndef CSV_SNIFF_H
#define CSV_SNIFF_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that sniff_kind wants to see, where the file has as many. */
#define SNIFF_KIND_BYTES 8

/* The key of the file error where the bytes are no UTF-8 text but something
 * that is known (UTF-16, a spreadsheet, a picture), else NULL. */
const char *sniff_kind(const char *p, size_t n);

/* Bytes of the header that are looked at to choose the separator. */
#define SNIFF_HEADER_BYTES ((size_t)64 * 1024)

enum sniff_from { SNIFF_DEFAULT, SNIFF_GUESSED, SNIFF_TOLD };

/* Chooses the separator from the beginning of the file (without byte order
 * mark).  `final`: no more bytes will be shown.  Returns false where more are
 * needed.  Fills *separator, *from (a first line sep=X told it, or the known
 * names in the header fit it better than the comma), and *skip, the bytes of
 * "sep=X". */
bool sniff_separator(const char *p, size_t n, bool final, char *separator,
    enum sniff_from *from, size_t *skip);

#endif
