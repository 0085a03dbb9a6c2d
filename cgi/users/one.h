/* One user through the engine: what a form or a JSON body says, as a file of one row.  Rules,
 * messages, log and history are those of any file. */
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
	const char *name;	/* of the user, for the history in place of a file's name */
	const char *nonce;	/* the same twice is one job */
	const char *address;	/* where the request came from, for the audit */
	const char *seen;	/* the user's version (users/list.h) that was changed; NULL: any */
	const char *cells[FIELD__MAX];	/* as a file has them; NULL: the column is not there */
};

/* Stores it as a job; *id is the job.  As upload_keep otherwise. */
int one_send(struct db *db, const struct conf *conf, const struct principal *who,
    const struct one *o, struct arena *mem, long *id, struct err *e);

/* What a job of one row came to. */
struct one_result {
	bool ended;		/* false: it goes on in the background */
	bool done;		/* it was applied; else nothing was */
	const char *uuid;	/* of the user it made; NULL: none */
	size_t n;
	struct issue *issues;	/* errors and warnings, in `mem` */
};

/* Waits for the job at most `seconds`, and reads its end. */
int one_wait(struct db *db, const struct conf *conf, const struct principal *who, long id,
    long seconds, struct arena *mem, struct one_result *out, struct err *e);

/* Whether an issue says that somebody else has changed the user meanwhile. */
bool one_is_changed_since(const struct issue *i);

#endif
