/* Whole files.  Contract: file.h. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

int file_read(const char *path, struct buf *out, struct err *e)
{
	char chunk[16384];
	size_t n;
	FILE *f = fopen(path, "re");

	if (f == NULL)
		return err_set(e, ERR_IO, path, "cannot open: %s", strerror(errno));
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(out, chunk, n);
	if (ferror(f)) {
		fclose(f);
		return err_set(e, ERR_IO, path, "cannot read: %s", strerror(errno));
	}
	fclose(f);
	return 0;
}

FILE *file_temporary(struct err *e)
{
	FILE *f = tmpfile();

	if (f == NULL)
		err_set(e, ERR_IO, "temporary file", "cannot be made: %s", strerror(errno));
	else
		fcntl(fileno(f), F_SETFD, FD_CLOEXEC);
	return f;
}
