/* The first record of a file becomes its columns.  For csv/reader.c. */
#ifndef CSV_HEADER_H
#define CSV_HEADER_H

#include "csv/reader.h"

struct header_job {
	enum reader_kind kind;
	long line;		/* of the header, for the issues */
	struct arena *mem;	/* the header's */
	struct arena *now;	/* for what an issue needs; given to nobody else */
	/* gives an issue of the file (level is set there); false after an error
	 * or where the caller wants no more */
	bool (*give)(void *ctx, struct issue *i);
	void *ctx;
	const struct mapping *mapping;	/* NULL: none */
	bool refuse_unknown;	/* unknown names are an error of the file */
	struct reader_key key;
};

/* Judges n names and fills `h`: a name twice or a required one missing is a
 * file error; unknown, old and ignored names and a guessed separator are
 * warnings.  Returns false after an error or a stop. */
bool header_read(const struct header_job *job, size_t n, const char *const *names,
    char separator, bool guessed, struct header *h);

#endif
