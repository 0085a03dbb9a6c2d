/* errors.csv: the file of a job with a first column `_errors` that says what is wrong with
 * each row.  The administrator corrects it and sends it again as it is. */
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
	bool raw;		/* of the job */
	bool only_errors;	/* rows with an error alone */
	issue_lookup *find;	/* texts in a language; NULL: English */
	void *find_ctx;
	export_write *write;	/* gets the new file in pieces */
	void *ctx;
};

/* Writes it, with a byte order mark for spreadsheets.  The file and the issues,
 * which are in its order, are read side by side: memory is bounded by the longest
 * row.  Returns 0 or -1. */
int errors_csv_write(const struct errors_csv *to, struct err *e);

#endif
