/* Applies a setup document, whose form has been checked, to the database. */
#ifndef SETUP_APPLY_H
#define SETUP_APPLY_H

#include <jansson.h>

#include "base/buf.h"
#include "db/db.h"
#include "setup/complaint.h"

struct setup_report {
	struct buf lines;	/* one line for each thing that was changed; buf_free ends it */
	long changes;
};

/* Adds what is missing in the database and changes what differs, in one transaction, under the
 * exclusive lock of all tenants.  `db` is a connection of the owner; `waiting` is called before
 * the function waits for jobs.  The document is changed: tenants get their numbers, and
 * passwords are removed.  Returns 0 or -1; with complaints it is 0 and nothing is done. */
int setup_apply(struct db *db, json_t *doc, void (*waiting)(void), struct complaints *c,
	struct setup_report *report, struct err *e);

/* The parts, for one thing of the setup (setup/change.c).  `doc` is the document as text, each
 * tenant with its number as "id".  Called inside a transaction. */

/* Adds complaints about what only the database knows. */
int setup_check_stored(struct db *db, const char *doc, struct complaints *c, struct err *e);

/* Runs the queries of a list that ends with NULL.  Numbers that are now outside of their
 * context's ranges, and were not before, become a line of the report and are counted in
 * *stranded. */
int setup_run(struct db *db, const char *const *queries, const char *doc, struct setup_report *report,
	long *stranded, struct err *e);

#endif
