/* errors.csv: the file of a job with a new first column `_errors`, which says what is wrong with
 * each row.  The administrator corrects it and uploads it again. */
#ifndef USERS_ERRORS_CSV_H
#define USERS_ERRORS_CSV_H

#include <stdbool.h>

#include "base/err.h"
#include "csv/issue.h"
#include "job/stored.h"
#include "users/export.h"

struct errors_csv {
	const struct stored_file *file;	/* stored_find has found one */
	char separator;		/* of a workbook; a CSV file keeps its own */
	bool raw;		/* as in struct job */
	bool only_errors;	/* only rows with an error, not those with a warning */
	issue_lookup *find;	/* texts in a language; NULL: English */
	void *find_ctx;
	export_write *write;	/* gets the new file in pieces */
	void *ctx;
};

/* Writes the file, with a byte order mark for spreadsheets.  The stored file and its issues are
 * read side by side, as both are in the same order: memory is bounded by the longest row.
 * Returns 0 or -1. */
int errors_csv_write(const struct errors_csv *to, struct err *e);

#endif
