/* The program's own log (standard error) and the import log (the setting log_file).  Each event
 * is one line.  Control characters and the line separators of Unicode are escaped, so that the
 * content of a cell cannot forge a line.  If standard error goes to systemd's journal, entries
 * have a priority and fields (ROLLCALL_JOB, ...).  Callers never pass a secret. */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "base/journal.h"

struct err;

enum log_level { LOG_ERROR, LOG_WARNING, LOG_INFO, LOG_DEBUG };

/* Sets the name of the process for every line ("web", "worker", ...; not copied), the form
 * (`json`: one JSON object a line, else text), and the least urgent level that is written. */
void log_setup(const char *process, bool json, enum log_level level);

/* Writes one line. */
void log_line(enum log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* Writes an error: `what` was done, then the error's place, message and hint. */
void log_err(const char *what, const struct err *e);

/* Sets fields (job, tenant, attempt, request) that are added to every journal entry until the
 * next call.  `fields` must live until then; n = 0 removes them. */
void log_context(const struct log_field *fields, size_t n);

/* Opens the import log for log_event: a file to append to, or the journal if `path` is
 * "journal".  Returns a descriptor for log_event and log_close, or -1 with errno.  log_close
 * ignores -1. */
int log_open(const char *path);
void log_close(int fd);

/* Adds ` name=value` for each field to `out`, as log_event writes them in text form. */
struct buf;
void log_pairs(struct buf *out, const struct log_field *fields, size_t n);

/* Writes one line, `event` and its fields, to the import log.  It is one write(2), so the lines
 * of two workers do not mix.  Returns 0, or -1 with errno. */
int log_event(int fd, const char *event, const struct log_field *fields, size_t n);

#endif
