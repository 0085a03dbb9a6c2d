/* How the options of a job change the reading of its file: which sheet, and what its columns mean
 * (csv/mapping.h).  If a job has no mapping, and the header has unknown names, the mapping is
 * used that the tenant has stored for these names. */
#ifndef USERS_MAPPED_H
#define USERS_MAPPED_H

#include "base/err.h"
#include "csv/reader.h"
#include "job/worker.h"

/* A file that is read with a mapping.  mapped_end ends it, after the reader. */
struct mapped {
	struct task *task;
	struct arena *mem;
	struct mapping mapping;
	bool first;
	const char *used;	/* describes the stored mapping that is used, for people; NULL: none */
	struct err *err;
	bool failed;		/* err is set */
};

/* Sets a reader to the sheet, the encoding and the key of a job's options.  The texts live in
 * `mem`, which must live as long as the reader. */
void mapped_choose(struct reader *r, const char *options, struct arena *mem);

/* Sets the reader to the task's options.  The `first` reading also looks for a stored mapping,
 * and adds it to the task's options, so that later readings are the same. */
void mapped_begin(struct mapped *m, struct task *t, struct reader *r, bool first, struct err *e);
void mapped_end(struct mapped *m);

/* Reads the header of the task's file as Windows-1252 and looks for a stored mapping for its
 * names that was made for a file in that encoding.  *told: there is one, and the encoding is now
 * one of the task's options.  Returns 0 or -1. */
int mapped_encoding(struct task *t, bool *told, struct err *e);

#endif
