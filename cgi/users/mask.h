/* An upload's secret cells are masked once it is applied, or has been kept
 * long enough. */
#ifndef USERS_MASK_H
#define USERS_MASK_H

#include "base/err.h"
#include "csv/reader.h"
#include "job/worker.h"

/* Replaces the job's stored upload by a copy with each secret cell masked
 * (written anew: comma, RFC 4180), in the transaction that is open on t->work.
 * With `secrets` false there is nothing to mask and the bytes stay.  An upload
 * that cannot be read as CSV is deleted. */
int mask_upload(struct task *t, enum reader_kind kind, bool secrets, struct err *e);

/* The worker's idle work: masks one failed job's upload that is older than
 * conf->retention_hours.  1 where there was one, 0, or -1. */
int mask_stale(struct task *t, struct err *e);

#endif
