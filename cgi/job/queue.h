/* The queue of jobs, as the web sees it: store an upload, wait, look. */
#ifndef JOB_QUEUE_H
#define JOB_QUEUE_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/principal.h"
#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "db/db.h"

/* A job as a page shows it.  Texts live in the arena of the call. */
struct job {
	long id;
	long tenant_id;		/* 0: over all tenants */
	const char *tenant_name;
	const char *admin_name;
	const char *kind;	/* "import", "update" */
	const char *file_name;
	const char *state;	/* "queued", "running", "done", "failed", "checked", "cancelled" */
	const char *phase;	/* NULL before it is taken, and at its end */
	long bytes;
	long done, total;	/* of the phase's unit */
	long percent;		/* of the whole job, 0..100, never falls */
	long ahead;		/* jobs before it in the queue; queued only */
	long attempt;		/* from 1 again where what was checked is applied */
	long rows;
	long errors, warnings;
	const char *counts;	/* JSON object */
	const char *created_at, *started_at, *ended_at;	/* ISO 8601 in UTC, or NULL */
	double seconds;		/* from started_at until its end or now, over all attempts */
	double remaining;	/* seconds it is expected to take yet, 0 where that is past; -1: not known */
	bool raw, dry_run;	/* of upload_options */
	const char *applied_by;	/* who asked that what was checked be applied; NULL: nobody */
	const char *cancelled_by;	/* who asked for its cancellation; NULL: nobody */
	const char *plan;	/* JSON object: what a check found that it would do; else NULL */
	const char *plan_digest;	/* another one is another plan */
	bool plan_changed;	/* it was to be applied, but by then its plan was another one: this */
	bool kept_as_sent;	/* its upload still has its secrets: it can be applied */
	bool unattended;	/* waits for a while, and no worker is connected */
};

/* An upload being stored: open, add bytes, then keep or drop.  Everything is
 * one transaction; what is not kept leaves no trace. */
struct upload;

struct upload_options {
	const char *kind;	/* "import" */
	const char *nonce;	/* of the form */
	long long max_bytes;	/* conf->max_upload_mb in bytes */
	bool raw;		/* the values have no formula guard (csv/value.h) to be taken off */
	bool dry_run;		/* to be checked, not applied */
};

/* Begins.  `who` gives tenant, scope and the name in the history, and must live
 * as long.  0, or -1 with nothing to drop. */
int upload_open(struct upload **out, struct db *db, const struct principal *who,
    const struct upload_options *options, struct err *e);

/* Adds bytes; they go to the database as chunks of 256 KiB fill up, so memory
 * does not grow with the upload.  ERR_TOO_LARGE past options->max_bytes.  After
 * an error upload_drop is all that is left. */
int upload_add(struct upload *u, const char *bytes, size_t n, struct err *e);

/* Commits it as a queued job and tells the workers.  *id is the job; *again is
 * true where this administrator sent the same nonce before: then *id is the
 * job of that time and nothing new is stored.  ERR_INVALID where it was sent
 * with other bytes or in another scope.  Ends `u` whatever happens. */
int upload_keep(struct upload *u, const char *file_name, long *id, bool *again,
    struct err *e);
/* Forgets it; NULL is nothing to do. */
void upload_drop(struct upload *u);

/* Waits until the job has ended or `seconds` are over.  *ended says which.
 * Returns after one look where conf->wait_slots others wait already. */
int queue_wait(struct db *db, const struct conf *conf, const struct principal *who,
    long id, long seconds, bool *ended, struct err *e);

/* One job in scope; ERR_NOT_FOUND. */
int queue_find(struct db *db, const struct principal *who, long id,
    struct arena *mem, struct job *out, struct err *e);

/* Whether it was given up: nothing is wrong with its file, but no attempt came to its end. */
bool queue_gave_up(const struct job *j);

/* Within so many seconds a cancelled job has ended, where its worker lives. */
#define QUEUE_CANCEL_SECONDS 3

/* Asks that a job be cancelled: one that waits is at once, one that runs by its
 * worker within two seconds (queue_wait).  *asked is false where it has ended, or
 * was asked before: what became of it is queue_find's to say.  ERR_NOT_FOUND. */
int queue_cancel(struct db *db, const struct principal *who, const char *address, long id,
    bool *asked, struct err *e);

/* Asks that what was checked be applied: the job is queued once more.  `plan` is the
 * digest of the plan that is meant, NULL for whichever it has.  *asked is false where
 * it is not (or no longer) a check with this plan whose upload is kept as it was sent.
 * ERR_NOT_FOUND. */
int queue_apply(struct db *db, const struct principal *who, const char *address, long id,
    const char *plan, bool *asked, struct err *e);

/* The history, newest first: jobs offset..offset+limit of *total. */
int queue_list(struct db *db, const struct principal *who, long offset,
    long limit, struct arena *mem, struct job **out, size_t *n, long *total,
    struct err *e);

#endif
