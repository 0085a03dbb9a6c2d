/* An older file becomes one of today: UTF-8, commas, today's column names,
 * strict RFC 4180.
 *
 * Cells stay as they are.  Columns that nothing corresponds to are left out;
 * unknown ones are kept, so that nothing is lost that has only a wrong name.
 * The file goes through twice: first a probe looks whether it is UTF-8, then
 * it is converted.  Memory is bounded by the longest record. */
#ifndef CSV_CONVERT_H
#define CSV_CONVERT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/utf8.h"
#include "csv/issue.h"
#include "csv/sniff.h"

enum convert_encoding { CONVERT_UTF8, CONVERT_WINDOWS_1252 };

/* Zero-initialize it, feed it all bytes, ask. */
struct convert_probe {
	struct utf8 utf8;
	char first[SNIFF_KIND_BYTES];
	size_t n_first;
	bool wrong;		/* there were bytes that are no UTF-8 */
	bool undefined;		/* ... and such as are no text in Windows-1252 */
};
void convert_probe_push(struct convert_probe *p, const char *bytes, size_t n);

/* How to read it.  What claims to be UTF-8 (a byte order mark) or is no text at
 * all is read as UTF-8 too: the conversion then says what is wrong with it. */
enum convert_encoding convert_probe_end(const struct convert_probe *p);

/* Whether it is no UTF-8, but may well be Windows-1252. */
bool convert_probe_1252(const struct convert_probe *p);

/* The caller's ends; one that returns false stops the conversion. */
struct convert_sink {
	void *ctx;
	/* the new file in pieces; NULL: only the faults are wanted */
	bool (*write)(void *ctx, const char *bytes, size_t n);
	/* what was changed or left out, in English, without secrets; may be NULL */
	bool (*note)(void *ctx, const char *text);
	/* an error: of the file, which ends the conversion, or a row whose count
	 * of cells is wrong ("cells"), which goes on as it is */
	bool (*issue)(void *ctx, const struct issue *i);
};

struct convert;

/* `bom`: the new file begins with a byte order mark.  convert_free ends it. */
struct convert *convert_new(enum convert_encoding encoding, bool bom, const struct convert_sink *sink);

/* Feeds it, and ends it.  Return 0, or -1 after an error of the file or a stop. */
int convert_push(struct convert *c, const char *bytes, size_t n);
int convert_end(struct convert *c);
void convert_free(struct convert *c);

#endif
