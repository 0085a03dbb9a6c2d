/* Entries of systemd's journal.  Contract: journal.h. */
#include "base/journal.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-journal.h>

#include "base/buf.h"

bool journal_is_stderr(void)
{
	/* systemd sets it to the device and inode of the stream that it made. */
	const char *stream = getenv("JOURNAL_STREAM");
	unsigned long long dev, ino;
	struct stat st;

	return stream != NULL && sscanf(stream, "%llu:%llu", &dev, &ino) == 2
	    && fstat(STDERR_FILENO, &st) == 0 && st.st_dev == dev && st.st_ino == ino;
}

static void add_field(struct buf *b, const struct log_field *field)
{
	buf_adds(b, "ROLLCALL_");
	for (const char *s = field->name; *s != '\0'; s++)
		buf_addch(b, isalnum((unsigned char)*s) ? (char)toupper((unsigned char)*s) : '_');
	buf_addf(b, "=%s", log_value(field));
}

int journal_send(enum journal_priority priority, const char *text, const struct log_field *fields,
    size_t n)
{
	struct buf entries[JOURNAL_FIELDS_MAX + 2] = {0};
	struct iovec iov[JOURNAL_FIELDS_MAX + 2];
	size_t count = 2;
	int rc;

	buf_addf(&entries[0], "PRIORITY=%d", (int)priority);
	buf_addf(&entries[1], "MESSAGE=%s", text);
	for (size_t i = 0; i < n && count < JOURNAL_FIELDS_MAX + 2; i++)
		if (log_value(&fields[i]) != NULL)
			add_field(&entries[count++], &fields[i]);
	for (size_t i = 0; i < count; i++)
		iov[i] = (struct iovec){ entries[i].data, entries[i].len };
	rc = sd_journal_sendv(iov, (int)count);
	for (size_t i = 0; i < count; i++)
		buf_free(&entries[i]);
	if (rc >= 0)
		return 0;
	errno = -rc;
	return -1;
}
