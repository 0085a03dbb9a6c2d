/* Log lines as text, as JSON objects or as entries of the journal.  A line is built in memory
 * and written by one write(2). */
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/journal.h"
#include "base/process.h"
#include "base/utf8.h"

/* What log_open returns for the journal, which has no descriptor. */
#define JOURNAL INT_MAX

/* The arguments of log_setup and log_context; one set for the process. */
static const char *log_process = "rollcall";
static bool log_as_json;
static enum log_level log_least = LOG_INFO;
static const struct log_field *context;
static size_t n_context;

static const char *const level_names[] = {
	[LOG_ERROR] = "error",
	[LOG_WARNING] = "warning",
	[LOG_INFO] = "info",
	[LOG_DEBUG] = "debug",
};

static const enum journal_priority priorities[] = {
	[LOG_ERROR] = JOURNAL_ERR,
	[LOG_WARNING] = JOURNAL_WARNING,
	[LOG_INFO] = JOURNAL_INFO,
	[LOG_DEBUG] = JOURNAL_DEBUG,
};

void log_setup(const char *process, bool json, enum log_level level)
{
	log_process = process;
	log_as_json = json;
	log_least = level;
}

void log_context(const struct log_field *fields, size_t n)
{
	context = fields;
	n_context = n;
}

/* Adds the text as one line, with escapes: `\n`, `\\`, `\x1b` (also for a byte that is not
 * UTF-8), `\u2028`; in quotes also `\"`. */
static void add_text(struct buf *b, const char *s, bool quoted)
{
	size_t len, left = strlen(s);

	for (; left > 0; s += len, left -= len) {
		int32_t c = utf8_decode(s, left, &len);
		if (c == '\n')
			buf_adds(b, "\\n");
		else if (c == '\r')
			buf_adds(b, "\\r");
		else if (c == '\t')
			buf_adds(b, "\\t");
		else if (c == '\\' || (c == '"' && quoted))
			buf_addf(b, "\\%c", (char)c);
		else if (c < 0x20 || c == 0x7F)
			buf_addf(b, "\\x%02x", (unsigned)(unsigned char)*s);
		else if (utf8_unprintable(c))
			buf_addf(b, "\\u%04x", (unsigned)c);
		else
			buf_add(b, s, len);
	}
}

static void add_json(struct buf *b, const char *s)
{
	size_t len, left = strlen(s);

	buf_addch(b, '"');
	for (; left > 0; s += len, left -= len) {
		int32_t c = utf8_decode(s, left, &len);
		if (c < 0)
			buf_adds(b, "\\ufffd");
		else if (utf8_unprintable(c))
			buf_addf(b, "\\u%04x", (unsigned)c);
		else {
			if (c == '"' || c == '\\')
				buf_addch(b, '\\');
			buf_add(b, s, len);
		}
	}
	buf_addch(b, '"');
}

/* Adds `name=value`.  The value is in quotes if it could be misread without them. */
static void add_pair(struct buf *b, const char *name, const char *value)
{
	const char *quote = value[0] == '\0' || strpbrk(value, " \"=") != NULL ? "\"" : "";

	buf_addf(b, " %s=%s", name, quote);
	add_text(b, value, quote[0] != '\0');
	buf_adds(b, quote);
}

static void add_json_pair(struct buf *b, const char *name, const char *value)
{
	buf_addf(b, ", \"%s\": ", name);
	add_json(b, value);
}

/* Adds the start of a line: the time and the name of the process. */
static void add_head(struct buf *b)
{
	struct timespec now;
	struct tm tm;
	char when[32];

	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_addf(b, log_as_json
	    ? "{\"time\": \"%s.%03ldZ\", \"host\": \"%s\", \"process\": \"%s\", \"pid\": %ld"
	    : "%s.%03ldZ %s %s[%ld]", when, now.tv_nsec / 1000000, process_host(), log_process,
	    (long)getpid());
}

/* Sends an entry to the journal with the event's fields and those of log_context. */
static int send_entry(enum journal_priority priority, const char *text, const struct log_field *fields,
    size_t n)
{
	struct log_field all[JOURNAL_FIELDS_MAX] = { log_text("process", log_process) };
	size_t count = 1;

	for (size_t i = 0; i < n + n_context && count < JOURNAL_FIELDS_MAX; i++)
		all[count++] = i < n ? fields[i] : context[i - n];
	return journal_send(priority, text, all, count);
}

int log_open(const char *path)
{
	return strcmp(path, "journal") == 0 ? JOURNAL
	    : open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
}

void log_close(int fd)
{
	if (fd >= 0 && fd != JOURNAL)
		close(fd);
}

static int write_all(int fd, const char *data, size_t n)
{
	while (n > 0) {
		ssize_t did = write(fd, data, n);
		if (did < 0 && errno == EINTR)
			continue;
		if (did < 0)
			return -1;
		data += did;
		n -= (size_t)did;
	}
	return 0;
}

static void write_message(enum log_level level, const char *text)
{
	struct buf b = {0};
	int saved = errno;

	if (level > log_least)
		return;
	if (journal_is_stderr()) {
		add_text(&b, text, false);
		send_entry(priorities[level], buf_str(&b), NULL, 0);
		buf_free(&b);
		errno = saved;
		return;
	}
	add_head(&b);
	if (log_as_json) {
		add_json_pair(&b, "level", level_names[level]);
		add_json_pair(&b, "message", text);
		for (size_t i = 0; i < n_context; i++)
			if (log_value(&context[i]) != NULL)
				add_json_pair(&b, context[i].name, log_value(&context[i]));
		buf_addch(&b, '}');
	} else {
		buf_addf(&b, " %s: ", level_names[level]);
		add_text(&b, text, false);
	}
	buf_addch(&b, '\n');
	write_all(STDERR_FILENO, b.data, b.len);
	buf_free(&b);
	errno = saved;
}

void log_line(enum log_level level, const char *fmt, ...)
{
	char *text = NULL;
	va_list ap;

	va_start(ap, fmt);
	int n = vasprintf(&text, fmt, ap);
	va_end(ap);
	if (n < 0)
		return;
	write_message(level, text);
	free(text);
}

void log_err(const char *what, const struct err *e)
{
	struct buf b = {0};

	buf_adds(&b, what);
	if (e->place[0] != '\0')
		buf_addf(&b, ": %s", e->place);
	buf_addf(&b, ": %s", e->message);
	if (e->hint[0] != '\0')
		buf_addf(&b, " (%s)", e->hint);
	write_message(LOG_ERROR, buf_str(&b));
	buf_free(&b);
}

void log_pairs(struct buf *out, const struct log_field *fields, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (log_value(&fields[i]) != NULL)
			add_pair(out, fields[i].name, log_value(&fields[i]));
}

int log_event(int fd, const char *event, const struct log_field *fields, size_t n)
{
	struct buf b = {0};

	if (fd == JOURNAL) {
		buf_adds(&b, event);
		log_pairs(&b, fields, n);
		int sent = send_entry(priorities[LOG_INFO], buf_str(&b), fields, n);
		buf_free(&b);
		return sent;
	}
	add_head(&b);
	if (log_as_json)
		add_json_pair(&b, "event", event);
	else
		buf_addf(&b, " %s", event);
	for (size_t i = 0; i < n; i++) {
		const char *value = log_value(&fields[i]);
		if (value == NULL)
			continue;
		if (log_as_json)
			add_json_pair(&b, fields[i].name, value);
		else
			add_pair(&b, fields[i].name, value);
	}
	buf_adds(&b, log_as_json ? "}\n" : "\n");
	int result = write_all(fd, b.data, b.len);
	int saved = errno;
	buf_free(&b);
	errno = saved;
	return result;
}
