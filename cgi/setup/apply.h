/* From a setup document whose form is right to the database. */
#ifndef SETUP_APPLY_H
#define SETUP_APPLY_H

#include <jansson.h>

#include "base/buf.h"
#include "db/db.h"
#include "setup/complaint.h"

struct setup_report {
	struct buf lines;	/* a line for each thing that was touched; buf_free ends it */
	long changes;
};

/* Makes what the document has and is missing, changes what differs, in one transaction
 * under the lock that no job shares.  `db` is the owner's; `waiting` is called before it
 * waits for jobs.  The document is changed: tenants get their numbers, passwords go.
 * 0 also where there are complaints: then nothing is done. */
int setup_apply(struct db *db, json_t *doc, void (*waiting)(void), struct complaints *c,
	struct setup_report *report, struct err *e);

/* The pieces, for one thing of the setup (setup/change.c).  `doc` is the document as text,
 * each tenant with its number as "id"; inside a transaction. */

/* Complains of what only the database knows. */
int setup_check_stored(struct db *db, const char *doc, struct complaints *c, struct err *e);

/* Runs the queries of a list that NULL ends.  Numbers that lie outside of their context's
 * ranges and did not before become a line of the report, and are counted in *stranded. */
int setup_run(struct db *db, const char *const *queries, const char *doc, struct setup_report *report,
	long *stranded, struct err *e);

#endif
