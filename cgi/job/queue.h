/* The queue of jobs, for web and command line: store an upload, wait for its job, read
 * jobs. */
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
	double remaining;	/* seconds it is expected to take yet, 0 if that is past; -1: not known */
	bool raw, dry_run;	/* of upload_options */
	const char *options;	/* JSON object: what was asked for beside the file */
	const char *applied_by;	/* who asked that what was checked be applied; NULL: nobody */
	const char *cancelled_by;	/* who asked for its cancellation; NULL: nobody */
	const char *plan;	/* JSON object: what a check found that it would do; else NULL */
	const char *plan_digest;	/* another one is another plan */
	bool plan_changed;	/* it was to be applied, but by then its plan was another one: this */
	bool kept_as_sent;	/* its upload still has its secrets: it can be applied */
	long undoes;		/* of kind undo, the job that it takes back; 0: that is gone.  queue_find alone */
	const char *undoes_kind, *undoes_counts;	/* its kind and counts; NULL: that is gone */
	long undone_by;		/* the job that has taken it back; 0: none.  queue_find alone */
	bool unattended;	/* waits for a while, and no worker is connected */
};

/* An upload being stored: open, add bytes, then keep or drop.  Everything is
 * one transaction; what is not kept leaves no trace. */
struct upload;

struct upload_options {
	const char *kind;	/* "import" */
	const char *nonce;	/* of the form */
	const char *address;	/* for the audit; NULL: the command line */
	long long max_bytes;	/* conf->max_upload_mb in bytes */
	bool raw;		/* the values have no formula guard (csv/value.h) to be taken off */
	bool dry_run;		/* to be checked, not applied */
	const struct conf *quota;	/* whose quotas hold; NULL: none */
	const char *options;	/* JSON object: what is asked for beside the file; needed by upload_keep
				 * only, so that fields behind the file may still set it */
};

/* Begins an upload.  `who` gives tenant, scope and the name in the history; it and the
 * options must live until the upload ends.  Returns 0, or -1 and *out is NULL; ERR_QUOTA,
 * with place "waiting", "daily" or "stored", where the account or its tenant has too much under
 * way, has sent too much, or has too much stored.  Uploads at the same time may pass a quota by their number. */
int upload_open(struct upload **out, struct db *db, const struct principal *who,
    const struct upload_options *options, struct err *e);

/* Adds bytes.  Each full chunk of 256 KiB is sent to the database, so memory does not grow
 * with the upload.  ERR_TOO_LARGE past options->max_bytes.  After an error only upload_drop
 * may be called. */
int upload_add(struct upload *u, const char *bytes, size_t n, struct err *e);

/* Commits it as a queued job and notifies the workers.  *id is the job.  Where this
 * administrator has sent the same nonce before, *id is that earlier job and nothing is
 * stored; ERR_INVALID if it was sent with other bytes or options, or in another scope.
 * Always frees `u`. */
int upload_keep(struct upload *u, const char *file_name, long *id, struct err *e);
/* Undoes and frees an upload; does nothing for NULL. */
void upload_drop(struct upload *u);

/* Waits until the job has ended (*ended is true) or `seconds` are over.  Does not wait if
 * conf->wait_slots others wait already. */
int queue_wait(struct db *db, const struct conf *conf, const struct principal *who,
    long id, long seconds, bool *ended, struct err *e);

/* Reads one job in the scope of `who`.  ERR_NOT_FOUND. */
int queue_find(struct db *db, const struct principal *who, long id,
    struct arena *mem, struct job *out, struct err *e);

/* Whether the job was given up: its file has no errors, but no attempt has succeeded. */
bool queue_gave_up(const struct job *j);

/* A cancelled job ends within this many seconds, if its worker is alive. */
#define QUEUE_CANCEL_SECONDS 3

/* Cancels a job: a waiting one at once, a running one by its worker within two seconds
 * (queue_wait).  *asked is false if it has ended, or somebody has cancelled it before;
 * queue_find says which.  `address` is for the audit.  ERR_NOT_FOUND. */
int queue_cancel(struct db *db, const struct principal *who, const char *address, long id,
    bool *asked, struct err *e);

/* Queues a checked job again, to be applied.  `plan` is the digest of the plan to apply,
 * NULL for the one the job has.  *asked is false if the job is not checked, has another
 * plan, or its upload is no longer kept as it was sent.  `address` is for the audit.
 * ERR_NOT_FOUND. */
int queue_apply(struct db *db, const struct principal *who, const char *address, long id,
    const char *plan, bool *asked, struct err *e);

/* Makes a job that takes back what the job `id` did: checked only with `dry_run`; with
 * `force` also what was changed since.  *made is its id, 0 if the job is not done.
 * `address` is for the audit.  ERR_NOT_FOUND. */
int queue_undo(struct db *db, const struct principal *who, const char *address, long id,
    bool dry_run, bool force, long *made, struct err *e);

/* The history, newest first: `limit` jobs after the first `offset`; *total counts all. */
int queue_list(struct db *db, const struct principal *who, long offset,
    long limit, struct arena *mem, struct job **out, size_t *n, long *total,
    struct err *e);

/* What an administrator has not been told yet. */
struct queue_news {
	long under_way;		/* jobs of the scope that wait or run */
	long ended;		/* his jobs that have ended since he was told, or looked at them */
	long id;		/* the latest of those; 0: there is none */
	const char *file_name, *state;	/* of it */
};

/* Fills `out`.  With `tell`, what has ended counts as told from now on; else it is not asked
 * for.  0 or -1. */
int queue_news(struct db *db, const struct principal *who, bool tell, struct arena *mem,
    struct queue_news *out, struct err *e);

/* The administrator has seen how the job ended.  Failures are logged and otherwise mean
 * nothing: it is told once too often. */
void queue_seen(struct db *db, const struct principal *who, long id);

#endif
