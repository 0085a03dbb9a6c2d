/* The file of a job that has ended, as who asks may have it: as it was sent for
 * the very administrator who sent it, while it is kept so; else with its secret
 * cells masked. */
#ifndef JOB_KEPT_H
#define JOB_KEPT_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/principal.h"
#include "base/conf.h"
#include "base/err.h"
#include "db/db.h"

enum kept { KEPT_NOTHING, KEPT_MASKED, KEPT_SENT };

struct kept_file {
	struct db *db;
	const struct conf *conf;
	const struct principal *who;
	const char *token;	/* of the session, as its cookie came */
	long job;
	long bytes;		/* of the upload */
	enum kept what;		/* kept_find's answer */
};

/* Sets f->what from the rest.  Returns 0 or -1. */
int kept_find(struct kept_file *f, struct err *e);

/* Gives the bytes in order to `feed` until there are no more, or it returns
 * false.  No transaction is open between two pieces, so that whoever reads
 * slowly holds nothing up.  Returns 0, or -1; ERR_NOT_FOUND where the file went
 * away meanwhile. */
int kept_each(const struct kept_file *f, bool (*feed)(void *ctx, const char *bytes, size_t n),
    void *ctx, struct err *e);

#endif
