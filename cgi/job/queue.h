/* The queue of jobs, for web and command line: storing an upload, waiting for its job, reading
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
	const char *phase;	/* NULL before a worker has taken it, and after its end */
	long bytes;
	long done, total;	/* of the phase's unit */
	long percent;		/* of the whole job, 0..100; falls only if the database server crashes */
	long ahead;		/* jobs before it in the queue; queued only */
	long attempt;		/* begins at 1 again when a checked job is applied */
	long rows;
	long errors, warnings;
	const char *counts;	/* JSON object */
	const char *created_at, *started_at, *ended_at;	/* ISO 8601 in UTC, or NULL */
	double seconds;		/* from started_at until its end or now, over all attempts */
	double remaining;	/* expected seconds to its end, 0 if they are over; -1: not known */
	bool raw, dry_run;	/* as in upload_options */
	const char *options;	/* JSON object: the job's options (users/options.h) */
	const char *applied_by;	/* who asked to apply the checked job; NULL: nobody */
	const char *cancelled_by;	/* who asked to cancel it; NULL: nobody */
	const char *plan;	/* JSON object: what a check would do; else NULL */
	const char *plan_digest;	/* differs if the plan differs in any cell */
	bool plan_changed;	/* it should be applied, but its plan had changed: `plan` is the new one */
	bool kept_as_sent;	/* its upload still has its secrets: it can be applied */
	bool files;		/* its upload is still stored, with secrets or without */
	const char *files_deleted_by;	/* who deleted its upload; NULL: nobody */
	long undoes;		/* the job that this one undoes; 0: none, or deleted.  Only from queue_find */
	const char *undoes_kind, *undoes_counts;	/* kind and counts of that job; NULL: deleted */
	long undone_by;		/* the job that has undone it; 0: none.  Only from queue_find */
	bool unattended;	/* it has waited for a while, and no worker is connected */
};

/* An upload that is being stored: open, add bytes, then keep or drop.  All of it is one
 * transaction; a dropped upload leaves nothing in the database. */
struct upload;

struct upload_options {
	const char *kind;	/* "import" */
	const char *nonce;	/* of the form */
	const char *address;	/* for the audit; NULL: the command line */
	long long max_bytes;	/* conf->max_upload_mb in bytes */
	bool raw;		/* the values have no formula guard (csv/spreadsheet.h) to remove */
	bool dry_run;		/* the job is only checked */
	const struct conf *quota;	/* the settings with the quotas; NULL: no quota */
	const char *options;	/* JSON object: the job's options.  Only read by upload_keep, so that
				 * fields after the file can set it */
};

/* Begins an upload.  `who` gives tenant, scope and the name in the history; it and the options
 * must live until the upload ends.  Returns 0, or -1 and *out is NULL.  ERR_QUOTA, with place
 * "waiting", "daily" or "stored", if the account or its tenant has too many jobs, has sent too
 * much today, or has too much stored.  Uploads at the same time can exceed a quota together. */
int upload_open(struct upload **out, struct db *db, const struct principal *who,
    const struct upload_options *options, struct err *e);

/* Adds bytes.  Each full chunk of 256 KiB is sent to the database, so memory does not grow
 * with the upload.  ERR_TOO_LARGE past options->max_bytes.  After an error only upload_drop
 * may be called. */
int upload_add(struct upload *u, const char *bytes, size_t n, struct err *e);

/* Commits the upload as a queued job, *id, and notifies the workers.  If this administrator has
 * sent the same nonce before, *id is that earlier job and nothing is stored; ERR_INVALID if it
 * was sent with other bytes or options, or in another scope.  Always frees `u`. */
int upload_keep(struct upload *u, const char *file_name, long *id, struct err *e);
/* Rolls an upload back and frees it; does nothing for NULL. */
void upload_drop(struct upload *u);

/* Waits until the job has ended (*ended is true) or `seconds` are over.  Does not wait if
 * conf->wait_slots others wait already. */
int queue_wait(struct db *db, const struct conf *conf, const struct principal *who,
    long id, long seconds, bool *ended, struct err *e);

/* Reads one job in the scope of `who`.  ERR_NOT_FOUND. */
int queue_find(struct db *db, const struct principal *who, long id,
    struct arena *mem, struct job *out, struct err *e);

/* Whether the job was given up: its file has no errors, but all attempts failed. */
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

/* Makes a job that undoes the job `id`.  With `dry_run` it is only checked; with `force` users
 * that have changed since are undone too.  *made is its id, 0 if the job `id` is not done.
 * `address` is for the audit.  ERR_NOT_FOUND. */
int queue_undo(struct db *db, const struct principal *who, const char *address, long id,
    bool dry_run, bool force, long *made, struct err *e);

/* The history, newest first: `limit` jobs after the first `offset`; *total counts all. */
int queue_list(struct db *db, const struct principal *who, long offset,
    long limit, struct arena *mem, struct job **out, size_t *n, long *total,
    struct err *e);

/* News for an administrator. */
struct queue_news {
	long under_way;		/* jobs of the scope that wait or run */
	long ended;		/* own jobs that ended and were neither announced nor looked at */
	long id;		/* the latest of these; 0: there is none */
	const char *file_name, *state;	/* of that job */
};

/* Fills `out`.  With `tell` the ended jobs count as announced from now on; without it only
 * under_way is read.  Returns 0 or -1. */
int queue_news(struct db *db, const struct principal *who, bool tell, struct arena *mem,
    struct queue_news *out, struct err *e);

/* Notes that the administrator has seen the end of the job.  A failure is only logged: the job
 * is then announced once more. */
void queue_seen(struct db *db, const struct principal *who, long id);

#endif
