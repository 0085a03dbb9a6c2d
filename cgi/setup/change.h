/* One thing of the setup, for pages and API: found, changed, deleted, by the rules of the
 * setup file: what is changed goes through the document's checks and queries (document.h,
 * apply.h) as a document that has this one thing.  In the scope of who asks, whose rights
 * the caller's route has checked. */
#ifndef SETUP_CHANGE_H
#define SETUP_CHANGE_H

#include <jansson.h>

#include "auth/principal.h"
#include "base/conf.h"
#include "db/db.h"
#include "setup/complaint.h"
#include "setup/resource.h"

/* The lock of whatever writes in the tenant, 0: of what must be alone; without waiting.  Inside
 * a transaction, and ended with it.  ERR_DB_RETRY: an import runs. */
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
	const char *version;	/* another one after each change */
	const char *object;	/* JSON, as the setup file has it; secrets are masked */
	long uses;		/* how many others need it */
};

/* Those of a list, by entity and name; texts in `mem`. */
int setup_found(struct db *db, const struct principal *who, const struct setup_resource *r,
	const struct setup_filter *f, struct arena *mem, struct setup_thing **out, size_t *n, long *total,
	struct err *e);

/* The one of that id.  ERR_NOT_FOUND. */
int setup_one(struct db *db, const struct principal *who, const struct setup_resource *r, long id,
	struct arena *mem, struct setup_thing *out, struct err *e);

struct setup_change {
	const struct setup_resource *resource;
	const struct setup_thing *was;	/* NULL: a new one */
	long tenant_id;			/* of a new one; 0: a root administrator, a new tenant */
	const char *tenant;		/* its name */
	const json_t *object;		/* the whole of it, as the setup file has it */
	const char *seen;		/* the version that was shown; NULL: any */
	bool force;			/* although numbers will be outside of the ranges */
	const char *address;		/* of who asks, for the audit */
};

enum setup_result {
	SETUP_DONE,
	SETUP_WRONG,	/* see the complaints, whose paths are those of the object: "ranges[1].end" */
	SETUP_CHANGED,	/* somebody else has changed it since it was shown */
	SETUP_STRANDS,	/* numbers would be outside: a complaint says how many; `force` does it */
	SETUP_USED,	/* cannot be deleted */
};

/* Makes or changes one.  *id becomes that of the thing.  ERR_DB_RETRY: an import runs. */
int setup_put(struct db *db, const struct conf *conf, const struct principal *who,
	const struct setup_change *change, struct complaints *c, enum setup_result *result, long *id,
	struct err *e);

struct setup_use {
	const char *what;	/* "user", "extension", "incall", "voicemail", "job", or a list of the file */
	const char *ref;	/* a user's uuid, a number, an id */
	const char *name;
	long n;			/* how many of this kind there are */
};

/* What needs it: the first 20 of each kind. */
int setup_uses(struct db *db, const struct principal *who, const struct setup_resource *r,
	const struct setup_thing *thing, struct arena *mem, struct setup_use **out, size_t *n, struct err *e);

/* Deletes it, where nothing needs it.  ERR_DB_RETRY: an import runs. */
int setup_delete(struct db *db, const struct principal *who, const struct setup_resource *r,
	const struct setup_thing *thing, const char *address, enum setup_result *result, struct err *e);

/* Whether `who` may change or delete an administrator: not one who has more rights. */
bool setup_may_change(const struct principal *who, const struct setup_resource *r, const struct setup_thing *thing);

/* The same of deleting: nobody deletes himself. */
bool setup_may_delete(const struct principal *who, const struct setup_resource *r, const struct setup_thing *thing);

#endif
