/* Reading a job's upload again, after the first reading has reported its issues. */
#ifndef USERS_REREAD_H
#define USERS_REREAD_H

#include <stdbool.h>

#include "base/err.h"
#include "csv/reader.h"
#include "job/stored.h"
#include "job/worker.h"

/* Callbacks for header and records, as in struct reader_sink; `header` may be NULL. */
struct reread {
	void *ctx;
	bool (*header)(void *ctx, const struct header *h);
	bool (*record)(void *ctx, const struct header *h, const struct record *r);
};

/* Reads the upload to its end, or until a callback returns false.  *whole (may be NULL) is
 * false after such a stop, and if the file has an error that ends the reading.  Returns 0,
 * or -1 if the bytes cannot be fetched. */
int reread_upload(struct task *t, enum reader_kind kind, const struct reread *to, bool *whole,
    struct err *e);

/* The same for the file of a job that has ended.  The limits are the largest that settings allow,
 * as the settings may have been others when the job ran. */
int reread_stored(const struct stored_file *f, const struct reread *to, bool *whole, struct err *e);

#endif
