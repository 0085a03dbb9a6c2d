/* Finds out what a file is from its first bytes. */
#ifndef CSV_SNIFF_H
#define CSV_SNIFF_H

#include <stdbool.h>
#include <stddef.h>

/* The number of bytes that sniff_kind needs; fewer only if the file is shorter. */
#define SNIFF_KIND_BYTES 64

/* The key of the file's error if the bytes are something known that is not CSV (UTF-16, an old
 * spreadsheet, an archive, a picture, HTML), else NULL.  *what is the key of the text that
 * names it, for an error with such a parameter. */
const char *sniff_kind(const char *p, size_t n, const char **what);

/* How many bytes and records of the beginning are looked at to choose the separator. */
#define SNIFF_HEADER_BYTES ((size_t)64 * 1024)
#define SNIFF_RECORDS 10

enum sniff_from { SNIFF_DEFAULT, SNIFF_GUESSED, SNIFF_TOLD };

struct sniffed {
	char separator;
	enum sniff_from from;	/* SNIFF_GUESSED: it is not the comma, and no line sep=X names it */
	size_t skip;		/* bytes of a first line sep=X, or of PowerShell's #TYPE, without its end */
	bool quotes;		/* the header begins with a quote */
	bool wrapped;		/* each record is one cell in quotes that holds a whole record */
};

/* Finds the separator from the beginning of the file (without byte order mark).  A first line
 * sep=X names it.  Else the separator that gives more known names in the header than the comma
 * does; else, if no name is known, the one that gives two names or more in another of the first
 * records; else the one with which these all have the same number of cells, and more than one.
 * `final`: there are no more bytes.  Returns false if more are needed. */
bool sniff_separator(const char *p, size_t n, bool final, struct sniffed *out);

#endif
