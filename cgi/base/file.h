/* Whole files, and temporary ones. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"

/* Adds the file's bytes to `out`.  Returns 0, or -1 with place = the path. */
int file_read(const char *path, struct buf *out, struct err *e);

/* A new temporary file without a name, open for writing and reading.  It is gone after its
 * fclose or at the end of the process.  Programs that this one starts do not inherit it.
 * NULL with `e` (ERR_IO) on failure. */
FILE *file_temporary(struct err *e);

#endif
