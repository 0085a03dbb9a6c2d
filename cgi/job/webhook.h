/* A webhook: the end of a job is posted to an address that an administrator has set. */
#ifndef JOB_WEBHOOK_H
#define JOB_WEBHOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define WEBHOOK_SAID_SIZE 200

struct webhook {
	const char *url;	/* http or https */
	const char *secret;	/* the key of the signature */
	const char *body;	/* JSON */
	long delivery;		/* its number: the same for each attempt */
	bool may_be_private;	/* the setting webhook_private */
};

/* Posts it with a signature: X-Rollcall-Signature is "sha256=" and the HMAC-SHA-256 of the text
 * of X-Rollcall-Timestamp, a dot, and the body.  Follows no redirect and uses no proxy.  Returns
 * 0 if the answer is 2xx, else -1.  Sets `said`, in English, to the status of the answer, or why
 * there was none; nothing else of the answer is in it. */
int webhook_post(const struct webhook *w, char said[WEBHOOK_SAID_SIZE]);

/* Whether an address belongs to the public internet: not to this machine, a private network or
 * a local link. */
bool webhook_is_public(const struct sockaddr *address);

#endif
