/* A job's upload read once more, after its first reading has told its issues. */
#ifndef USERS_REREAD_H
#define USERS_REREAD_H

#include <stdbool.h>

#include "base/err.h"
#include "csv/reader.h"
#include "job/stored.h"
#include "job/worker.h"

/* What the reading gives, as struct reader_sink has it; `header` may be NULL. */
struct reread {
	void *ctx;
	bool (*header)(void *ctx, const struct header *h);
	bool (*record)(void *ctx, const struct header *h, const struct record *r);
};

/* Reads it all, or until a callback returns false.  *whole (may be NULL) is false
 * after such a stop, and where the file cannot be read to its end.  Returns 0, or
 * -1 where the upload cannot be had. */
int reread_upload(struct task *t, enum reader_kind kind, const struct reread *to, bool *whole,
    struct err *e);

/* The same for the file of a job that has ended, by the largest limits that
 * settings allow: the job was read under those of its time. */
int reread_stored(const struct stored_file *f, const struct reread *to, bool *whole, struct err *e);

#endif
