/* Converts an older file to today's form: UTF-8, commas, today's column names, strict
 * RFC 4180.
 *
 * Cells are not changed.  Columns without a counterpart today are left out.  Unknown columns
 * are kept: they may only be misspelt.  The file is read twice: first by a probe, which finds
 * out whether it is UTF-8, then to be converted.  Memory is bounded by the longest record. */
#ifndef CSV_CONVERT_H
#define CSV_CONVERT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/utf8.h"
#include "csv/issue.h"
#include "csv/sniff.h"

enum convert_encoding { CONVERT_UTF8, CONVERT_WINDOWS_1252 };

/* The first reading.  Zero-initialize it, push all bytes, then ask for the encoding. */
struct convert_probe {
	struct utf8 utf8;
	char first[SNIFF_KIND_BYTES];
	size_t n_first;
	bool wrong;		/* some bytes are not UTF-8 */
	bool undefined;		/* some bytes are not Windows-1252 either */
};
void convert_probe_push(struct convert_probe *p, const char *bytes, size_t n);

/* The encoding to read the file in.  A file with the byte order mark of UTF-8, and one that is
 * no text at all, is read as UTF-8 even if it is not: the conversion reports what is wrong. */
enum convert_encoding convert_probe_end(const struct convert_probe *p);

/* Whether the file is not UTF-8 but can be Windows-1252. */
bool convert_probe_1252(const struct convert_probe *p);

/* The caller's callbacks; one that returns false stops the conversion. */
struct convert_sink {
	void *ctx;
	/* the new file in pieces; NULL: only the faults are wanted */
	bool (*write)(void *ctx, const char *bytes, size_t n);
	/* what was changed or left out, in English, without secrets; may be NULL */
	bool (*note)(void *ctx, const char *text);
	/* an error of the file, which ends the conversion; or a row with a wrong number of
	 * cells ("cells"), which is written as it is */
	bool (*issue)(void *ctx, const struct issue *i);
};

struct convert;

/* Begins the second reading.  With `bom` the new file begins with a byte order mark.
 * convert_free ends it. */
struct convert *convert_new(enum convert_encoding encoding, bool bom, const struct convert_sink *sink);

/* Push the bytes, then say that they are complete.  Return 0, or -1 after an error of the file
 * or a stop. */
int convert_push(struct convert *c, const char *bytes, size_t n);
int convert_end(struct convert *c);
void convert_free(struct convert *c);

#endif
