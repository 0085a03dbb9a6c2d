/* Entries of systemd's journal, with priority and fields.
 *
 * A file of its own, as the names of syslog.h are others in base/log.h. */
#ifndef BASE_JOURNAL_H
#define BASE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>

/* Of syslog(3). */
enum journal_priority { JOURNAL_ERR = 3, JOURNAL_WARNING = 4, JOURNAL_INFO = 6, JOURNAL_DEBUG = 7 };

#define JOURNAL_FIELDS_MAX 24

/* A field of an event: a name in lower case, and its text. */
struct log_field {
	const char *name;
	const char *value;	/* NULL: the field is left out */
};

/* Whether standard error goes to the journal. */
bool journal_is_stderr(void);

/* One entry; the fields are ROLLCALL_NAME there.  Returns 0, or -1 with errno. */
int journal_send(enum journal_priority priority, const char *text, const struct log_field *fields,
    size_t n);

#endif
