/* The first record of a file becomes its columns.  For csv/reader.c. */
#ifndef CSV_HEADER_H
#define CSV_HEADER_H

#include "csv/reader.h"

struct header_job {
	enum reader_kind kind;
	long line;		/* of the header, for the issues */
	struct arena *mem;	/* the header's */
	struct arena *now;	/* memory for one issue */
	/* gives an issue of the file, and sets its level; false after an error, or if the
	 * caller has stopped the reading */
	bool (*give)(void *ctx, struct issue *i);
	void *ctx;
	const struct mapping *mapping;	/* NULL: none */
	bool refuse_unknown;	/* unknown names are an error of the file */
	struct reader_key key;
	const char *below;	/* the row of a record that has names of columns, for the error; NULL: none */
};

/* How many of the names are columns, by their own names or by others (csv/synonym.h). */
size_t header_known(size_t n, const char *const *names);

/* Checks n names and fills `h`.  A name that appears twice and a required name that is missing
 * are errors of the file; unknown, old and ignored names and a guessed separator are warnings.
 * `guessed`: the separator was not told.  Returns false after an error or a stop. */
bool header_read(const struct header_job *job, size_t n, const char *const *names,
    char separator, bool guessed, struct header *h);

/* Whether a record of n cells repeats the header, which happens if files were joined; in the `first`
 * record below the header also in other words: labels below our own names. */
bool header_again(const struct header *h, bool first, size_t n, const char *const *cells, const size_t *lengths);

#endif
