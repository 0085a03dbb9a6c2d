/* Whole files. */
#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/buf.h"
#include "base/err.h"

/* Adds the file's bytes to `out`.  Returns 0, or -1 with place = the path. */
int file_read(const char *path, struct buf *out, struct err *e);

#endif
