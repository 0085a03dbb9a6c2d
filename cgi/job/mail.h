/* Sends a mail with the machine's own program (the setting sendmail). */
#ifndef JOB_MAIL_H
#define JOB_MAIL_H

#include "base/err.h"

struct mail {
	const char *to;		/* without blanks, commas and control characters: the database checks it */
	const char *subject, *text;	/* any UTF-8; nothing in them becomes a header */
};

/* Runs `command` (a path and arguments, separated by blanks) without a shell and writes the mail
 * to its standard input; the command takes the recipients from the headers.  Waits at most 30
 * seconds for its end.  Returns 0, or -1 with `e`. */
int mail_send(const char *command, const struct mail *mail, struct err *e);

#endif
