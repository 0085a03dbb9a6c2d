/* One change of many users.  It becomes an update whose file has the uuids of the users, so it
 * has a check, plan, report and undo like any other update. */
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
	const char *label;	/* for ACTION_LABEL_ADD and ACTION_LABEL_REMOVE */
	struct users_filter filter;	/* the users; those who need no change are left out */
	bool check;		/* only checked, not applied */
	const char *nonce;	/* the same nonce twice makes one job */
	const char *address;	/* for the audit */
};

/* Stores the update; *job is its id, *n the number of users.  If nobody needs a change, *n is 0
 * and there is no job.  Returns 0, or -1 with an error of filter_json or upload_keep. */
int action_send(struct db *db, const struct conf *conf, const struct principal *who,
    const struct action *a, struct arena *mem, long *job, long *n, struct err *e);

#endif
