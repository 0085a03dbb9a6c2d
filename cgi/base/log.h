/* The program's own log (standard error, for the journal) and the import log
 * (the file of the settings).  One line an event; control characters and the
 * line separators of Unicode are escaped, so that a cell cannot forge a line.
 * No secret is ever passed here. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

struct err;

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Names the process in every line ("web", "worker", ...) and chooses the
 * form: text, or one JSON object a line. */
void log_setup(const char *process, bool json);

void log_line(enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* The error with its place and hint, behind `what`. */
void log_err(const char *what, const struct err *e);

/* A field of a structured line. */
struct log_field {
	const char *name;
	const char *value;	/* NULL: the field is left out */
};

/* Adds ` name=value` of each field, as log_event writes them as text. */
struct buf;
void log_pairs(struct buf *out, const struct log_field *fields, size_t n);

/* One line of `event` and its fields to the descriptor `fd` (opened with
 * O_APPEND; one write(2), so lines of two workers do not mix).
 * Returns 0, or -1 with errno set. */
int log_event(int fd, const char *event, const struct log_field *fields, size_t n);

#endif
