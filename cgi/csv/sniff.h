/* What a file is, told from its first bytes. */
#ifndef CSV_SNIFF_H
#define CSV_SNIFF_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that sniff_kind wants to see, where the file has as many. */
#define SNIFF_KIND_BYTES 64

/* The key of the file error where the bytes are no UTF-8 text of cells but something
 * that is known (UTF-16, a spreadsheet, an archive, a picture, HTML), else NULL.  *what is
 * the key of the text that names it, where the error has one. */
const char *sniff_kind(const char *p, size_t n, const char **what);

/* Bytes of the beginning that are looked at to choose the separator, and records. */
#define SNIFF_HEADER_BYTES ((size_t)64 * 1024)
#define SNIFF_RECORDS 10

enum sniff_from { SNIFF_DEFAULT, SNIFF_GUESSED, SNIFF_TOLD };

struct sniffed {
	char separator;
	enum sniff_from from;	/* SNIFF_GUESSED: it is another one than the comma */
	size_t skip;		/* bytes of a first line sep=X, which told it */
	bool quotes;		/* the header begins with a quote */
	bool wrapped;		/* each record is one cell in quotes that holds a whole record */
};

/* Finds out how the file separates, from its beginning (without byte order mark).  A first
 * line sep=X tells it; else the known names in the header, of which a separator makes
 * more than the comma; else, where none is known, that the first records have one number
 * of cells, more than one.  `final`: no more bytes will be shown.  Returns false if
 * more are needed. */
bool sniff_separator(const char *p, size_t n, bool final, struct sniffed *out);

#endif
