/* How a file is read by the options of its job: which sheet, and what its columns mean
 * (csv/mapping.h).  A file without a mapping, whose header has names that are not ours, is
 * read with the one that its tenant has for these names. */
#ifndef USERS_MAPPED_H
#define USERS_MAPPED_H

#include "base/err.h"
#include "csv/reader.h"
#include "job/worker.h"

/* A file being read with a mapping.  mapped_end ends it, after the reader. */
struct mapped {
	struct task *task;
	struct arena *mem;
	struct mapping mapping;
	bool first;
	const char *used;	/* whose mapping of earlier was found: for people; NULL: none */
	struct err *err;
	bool failed;		/* err is set */
};

/* Makes a reader read the sheet, in the encoding and with the key of a job's options, whose
 * texts live in `mem` as long as the reader. */
void mapped_choose(struct reader *r, const char *options, struct arena *mem);

/* Makes the reader read as the task's options say.  At the `first` reading a mapping of
 * earlier is looked for; it becomes one of them, so that the file is read alike later. */
void mapped_begin(struct mapped *m, struct task *t, struct reader *r, bool first, struct err *e);
void mapped_end(struct mapped *m);

/* Whether the tenant has a mapping for the names of the task's file, read as Windows-1252,
 * that was made for a file in that encoding: *told, and the encoding is an option of the job
 * from then on.  Returns 0 or -1. */
int mapped_encoding(struct task *t, bool *told, struct err *e);

#endif
