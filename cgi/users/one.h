/* Adding or changing one user: the values of a form or a JSON body become a file of one row.  So
 * rules, messages, log and history are the same as for any file. */
#ifndef USERS_ONE_H
#define USERS_ONE_H

#include "auth/principal.h"
#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "csv/field.h"
#include "csv/issue.h"
#include "db/db.h"

struct one {
	const char *kind;	/* "import": a new user; "update": the one of `uuid` */
	const char *uuid;
	const char *name;	/* of the user; the history shows it in place of a file's name */
	const char *nonce;	/* the same nonce twice makes one job */
	const char *address;	/* of the client, for the audit */
	const char *seen;	/* the version (users/list.h) of the user that was edited; NULL: any */
	const char *cells[FIELD__MAX];	/* as in a file; NULL: without the column */
};

/* Stores it as a job, *id.  One context for several incoming numbers is that of each of them.
 * Returns as upload_keep does. */
int one_send(struct db *db, const struct conf *conf, const struct principal *who,
    const struct one *o, struct arena *mem, long *id, struct err *e);

/* The result of such a job. */
struct one_result {
	bool ended;		/* false: it continues in the background */
	bool done;		/* it was applied; false: nothing was changed */
	const char *uuid;	/* of the user that it made; NULL: none */
	size_t n;
	struct issue *issues;	/* errors and warnings, in `mem` */
};

/* Waits for the job, at most `seconds`, and reads its result.  Returns 0 or -1. */
int one_wait(struct db *db, const struct conf *conf, const struct principal *who, long id,
    long seconds, struct arena *mem, struct one_result *out, struct err *e);

/* Whether an issue says that somebody else has changed the user meanwhile. */
bool one_is_changed_since(const struct issue *i);

#endif
