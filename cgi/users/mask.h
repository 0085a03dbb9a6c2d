/* The copy of an upload with its secret cells masked.  It replaces the upload when the job is
 * applied, or after the setting retention_hours (users/retention.h). */
#ifndef USERS_MASK_H
#define USERS_MASK_H

#include <stdbool.h>

#include "base/err.h"
#include "csv/reader.h"
#include "job/worker.h"

/* A masked copy that is being written to a temporary file.  mask_free ends it. */
struct mask;

struct mask *mask_new(void);
void mask_free(struct mask *m);

/* Adds the header, then each record: as RFC 4180 with commas, or for a workbook as an .xlsx with
 * the sheet that was read, each row at its place.  Returns 0, or -1 if the disk is full. */
int mask_header(struct mask *m, const struct header *h, struct err *e);
int mask_record(struct mask *m, const struct header *h, const struct record *r, struct err *e);

/* Replaces the job's upload with the copy, in the transaction that is open on t->work.  A CSV
 * file without secret columns stays as it was sent.  Returns 0 or -1. */
int mask_store(struct mask *m, struct task *t, struct err *e);

/* Stores the copy and keeps the job's upload as it was sent, in the transaction that is open on
 * t->work.  Returns 0 or -1. */
int mask_keep(struct mask *m, struct task *t, struct err *e);

#endif
