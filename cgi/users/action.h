/* One change of many users: a file of their uuids is written for an update, whose job
 * carries it out, with the check, plan, report and undo of any other. */
#ifndef USERS_ACTION_H
#define USERS_ACTION_H

#include "auth/principal.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "users/filter.h"

enum action_kind {
	ACTION_ENABLE, ACTION_DISABLE, ACTION_LABEL_ADD, ACTION_LABEL_REMOVE, ACTION_DELETE, ACTION__MAX
};

/* "enable", "disable", "label_add", "label_remove", "delete". */
extern const char *const action_names[ACTION__MAX];

struct action {
	enum action_kind kind;
	const char *label;	/* of the labels' actions */
	struct users_filter filter;	/* whom it is for; those who are so already are left out */
	bool check;		/* to be checked, not applied */
	const char *nonce;	/* the same twice is one job */
	const char *address;	/* for the audit */
};

/* Stores the update that does it; *job is its id, and *n the number of users.  Nobody to
 * change: *n is 0, and there is no job.  Errors as of filter_json and upload_keep. */
int action_send(struct db *db, const struct conf *conf, const struct principal *who,
    const struct action *a, struct arena *mem, long *job, long *n, struct err *e);

#endif
