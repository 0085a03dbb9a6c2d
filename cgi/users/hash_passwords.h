/* The plain passwords of a file become hashes, on all cores. */
#ifndef USERS_HASH_PASSWORDS_H
#define USERS_HASH_PASSWORDS_H

#include "base/err.h"
#include "csv/reader.h"
#include "job/worker.h"

/* Reads the upload once more and fills the table hash of t->work with the
 * yescrypt hash (crypt(5)) of each plain password; `total` of them.  Helpers
 * are forked and do nothing else; a plain password is never in a table.
 * Returns 0 or -1. */
int hash_passwords(struct task *t, enum reader_kind kind, long total, struct err *e);

#endif
