/* A mail, handed to the machine's own program for that. */
#ifndef JOB_MAIL_H
#define JOB_MAIL_H

#include "base/err.h"

struct mail {
	const char *to;		/* as the database checks it: no blank, comma or control character */
	const char *subject, *text;	/* UTF-8; whatever they hold becomes no header */
};

/* Writes it to the standard input of `command` (the setting sendmail: a path and arguments,
 * separated by blanks; it takes the recipients from the headers), which is run without a
 * shell.  Waits at most 30 seconds for its end.  0, or -1 with `e`. */
int mail_send(const char *command, const struct mail *mail, struct err *e);

#endif
