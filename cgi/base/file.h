/* Whole files, and temporary ones. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include <stdio.h>

#include "base/buf.h"
#include "base/err.h"

/* Adds the file's bytes to `out`.  Returns 0, or -1 with place = the path. */
int file_read(const char *path, struct buf *out, struct err *e);

/* A new file to write and read, without a name: it ends with its fclose, or with the process;
 * programs that are started do not have it.
 * NULL with `e` (ERR_IO). */
FILE *file_temporary(struct err *e);

#endif
