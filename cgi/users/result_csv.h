/* result.csv: the rows of a done job with the values that its users got: uuid, provisioning code
 * and SIP credentials, as they are in the database now. */
#ifndef USERS_RESULT_CSV_H
#define USERS_RESULT_CSV_H

#include <stdbool.h>

#include "base/err.h"
#include "job/stored.h"
#include "users/export.h"

struct result_csv {
	const struct stored_file *file;	/* stored_find has found one */
	char separator;		/* of a workbook; a CSV file keeps its own */
	bool raw;		/* as in struct job */
	bool update;		/* the job is an update, so its rows name their users */
	bool secrets;		/* false: ******** in place of sip_secret */
	export_write *write;	/* gets the new file in pieces */
	void *ctx;
};

/* Writes the file, with a byte order mark for spreadsheets.  Columns that the file has already are
 * replaced at their place.  The new cells of a deleted user are empty.  Memory is bounded by some
 * hundred rows.  Returns 0 or -1. */
int result_csv_write(const struct result_csv *o, struct err *e);

#endif
