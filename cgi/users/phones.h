/* Where the phones of users are: what Kamailio has registered (docs/telephone.md). */
#ifndef USERS_PHONES_H
#define USERS_PHONES_H

#include <stddef.h>

#include "auth/principal.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"

struct phone {
	const char *address;	/* host:port that it is reached at; NULL where its contact has none */
	const char *transport;	/* udp, tcp, tls, ws */
	const char *user_agent;
	const char *since;	/* ISO 8601, UTC */
};

/* The phones of a user in scope, the newest first; none where there is no such user.
 * `uuid` is one.  Texts live in `mem`. */
int phones_of_user(struct db *db, const struct principal *who, const char *uuid,
    struct arena *mem, struct phone **out, size_t *n, struct err *e);

#endif
