/* The rows that a report shows beside its errors and warnings. */
#ifndef USERS_ISSUE_ROWS_H
#define USERS_ISSUE_ROWS_H

#include "base/err.h"
#include "csv/reader.h"
#include "job/worker.h"

/* Reads the upload once more and writes each row that has an issue (job_issue)
 * to job_issue_row, in the transaction that is open on t->work: a JSON object of
 * its cells under the columns' new names, long ones cut.  Secret cells are
 * masked; so is a whole row whose cells do not fit a header with secrets, as
 * they may stand under another column.  Nothing is read where there is no such
 * row.  Returns 0 or -1. */
int issue_rows_write(struct task *t, enum reader_kind kind, struct err *e);

#endif
