/* Entries of systemd's journal, with priority and fields.
 *
 * This is a file of its own because syslog.h defines names (LOG_INFO, ...) that base/log.h
 * defines otherwise. */
#ifndef BASE_JOURNAL_H
#define BASE_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* The priorities of syslog(3). */
enum journal_priority { JOURNAL_ERR = 3, JOURNAL_WARNING = 4, JOURNAL_INFO = 6, JOURNAL_DEBUG = 7 };

#define JOURNAL_FIELDS_MAX 24

/* A field of an event: a name in lower case, and a text or a number. */
struct log_field {
	const char *name;
	const char *text;	/* the text; NULL: none, and without digits the field is left out */
	char digits[24];	/* the number; "" for a text */
};

static inline struct log_field log_text(const char *name, const char *text)
{
	return (struct log_field){ .name = name, .text = text };
}

static inline struct log_field log_number(const char *name, long n)
{
	struct log_field field = { .name = name };

	snprintf(field.digits, sizeof(field.digits), "%ld", n);
	return field;
}

/* The text or the digits of the field; NULL: the field is left out. */
static inline const char *log_value(const struct log_field *field)
{
	return field->digits[0] != '\0' ? field->digits : field->text;
}

/* Whether standard error goes to the journal. */
bool journal_is_stderr(void);

/* Sends one entry of `text` and n fields; a field `name` becomes ROLLCALL_NAME in the journal.
 * Returns 0, or -1 with errno. */
int journal_send(enum journal_priority priority, const char *text, const struct log_field *fields,
    size_t n);

#endif
