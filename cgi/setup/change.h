/* Finding, changing and deleting one thing of the setup, for pages and API.
 *
 * The rules are those of the setup file: a change becomes a document with this one thing, and
 * goes through the document's checks and queries (document.h, apply.h).  All functions work in
 * the scope of `who`, whose rights the caller's route has checked. */
#ifndef SETUP_CHANGE_H
#define SETUP_CHANGE_H

#include <jansson.h>

#include "auth/principal.h"
#include "base/conf.h"
#include "db/db.h"
#include "setup/complaint.h"
#include "setup/resource.h"

/* Takes the lock of a tenant for writing, or with 0 the exclusive lock of all.  The lock ends with
 * the transaction.  ERR_DB_RETRY: a job still runs after a second. */
int setup_lock(struct db *db, long tenant, struct err *e);

struct setup_filter {
	const char *search;	/* in the name; NULL: all */
	long id;		/* 0: all */
	const char *uuid;	/* of a tenant; NULL: all */
	long limit, offset;
};

struct setup_thing {
	long id;
	long tenant_id;		/* 0: of a root administrator */
	const char *tenant, *tenant_uuid;	/* NULL: of a root administrator */
	const char *name;
	const char *version;	/* changes with each change of the thing */
	const char *object;	/* JSON, as in the setup file; secrets are masked */
	long uses;		/* how many others use it */
};

/* The things of a list that match the filter, by entity and name; texts live in `mem`. */
int setup_found(struct db *db, const struct principal *who, const struct setup_resource *r,
	const struct setup_filter *f, struct arena *mem, struct setup_thing **out, size_t *n, long *total,
	struct err *e);

/* The thing with that id.  ERR_NOT_FOUND. */
int setup_one(struct db *db, const struct principal *who, const struct setup_resource *r, long id,
	struct arena *mem, struct setup_thing *out, struct err *e);

struct setup_change {
	const struct setup_resource *resource;
	const struct setup_thing *was;	/* NULL: a new one */
	long tenant_id;			/* of a new one; 0: a root administrator, a new tenant */
	const char *tenant;		/* the name of that tenant */
	const json_t *object;		/* the whole thing, as in the setup file */
	const char *seen;		/* the version that was shown; NULL: any */
	bool force;			/* do it even if numbers will be outside of the ranges */
	const char *address;		/* of the client, for the audit */
};

enum setup_result {
	SETUP_DONE,
	SETUP_WRONG,	/* see the complaints, whose paths are those of the object: "ranges[1].end" */
	SETUP_CHANGED,	/* somebody else has changed it since it was shown */
	SETUP_STRANDS,	/* numbers would be outside of the ranges: a complaint says how many (`force`) */
	SETUP_USED,	/* it is used, and cannot be deleted */
};

/* Adds or changes a thing; *id is its id.  Returns 0 and sets *result, or -1; ERR_DB_RETRY: an
 * import runs. */
int setup_put(struct db *db, const struct conf *conf, const struct principal *who,
	const struct setup_change *change, struct complaints *c, enum setup_result *result, long *id,
	struct err *e);

struct setup_use {
	const char *what;	/* "user", "extension", "incall", "voicemail", "job", or a list of the file */
	const char *ref;	/* a user's uuid, a number, an id */
	const char *name;
	long n;			/* how many uses of this kind there are */
};

/* Where the thing is used: the first 20 uses of each kind. */
int setup_uses(struct db *db, const struct principal *who, const struct setup_resource *r,
	const struct setup_thing *thing, struct arena *mem, struct setup_use **out, size_t *n, struct err *e);

/* Deletes a thing that is not used; with `forget` a tenant together with its jobs that have ended,
 * if nothing else is in it.  Returns 0 and sets *result, or -1; ERR_DB_RETRY: an import runs. */
int setup_delete(struct db *db, const struct principal *who, const struct setup_resource *r,
	const struct setup_thing *thing, bool forget, const char *address, enum setup_result *result, struct err *e);

/* Deletes the jobs of a tenant that have ended.  ERR_DB_RETRY as above. */
int setup_forget(struct db *db, const struct principal *who, const struct setup_resource *r,
	const struct setup_thing *thing, const char *address, struct err *e);

/* Whether `who` may change the thing: not an administrator with more rights. */
bool setup_may_change(const struct principal *who, const struct setup_resource *r, const struct setup_thing *thing);

/* The same for deleting it; administrators cannot delete themselves. */
bool setup_may_delete(const struct principal *who, const struct setup_resource *r, const struct setup_thing *thing);

#endif
