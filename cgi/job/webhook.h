/* A webhook: the end of a job, posted to an address that an administrator has chosen. */
#ifndef JOB_WEBHOOK_H
#define JOB_WEBHOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#define WEBHOOK_WHY_SIZE 200

struct webhook {
	const char *url;	/* http or https */
	const char *secret;	/* the key of its signature */
	const char *body;	/* JSON */
	long delivery;		/* its number: the same for each attempt */
	bool may_be_private;	/* the setting webhook_private */
};

/* Posts it, signed: X-Rollcall-Signature is "sha256=" and the HMAC-SHA-256 of the text of
 * X-Rollcall-Timestamp, a point, and the body.  Follows no redirect, asks no proxy.  0 if
 * the answer is 2xx; else -1 with `why` in English, which has nothing of the answer. */
int webhook_post(const struct webhook *w, char why[WEBHOOK_WHY_SIZE]);

/* Whether an address is one of the public internet: not of this machine, of a private
 * network, nor of a link. */
bool webhook_is_public(const struct sockaddr *address);

#endif
