/* The sheet of paper that a user gets: number, code, login, and what to type into the phone. */
#ifndef USERS_USER_SHEETS_H
#define USERS_USER_SHEETS_H

#include <stdbool.h>

#include "auth/principal.h"
#include "base/arena.h"
#include "base/err.h"
#include "db/db.h"
#include "users/filter.h"

struct user_sheet {
	const char *name, *entity;
	const char *exten, *incalls, *username, *provisioning_code;	/* NULL: none */
	const char *realm, *sip_username, *sip_secret;	/* NULL: no SIP phone; the secret only if asked for */
	const char *voicemail_number, *voicemail_password;	/* NULL: none; the password only if asked for */
	bool has_pin;		/* the voicemail has a password */
};

struct user_sheets_request {
	struct users_filter filter;
	bool secrets;		/* with secrets, if `who` has the right users.secrets */
	long limit, offset;
	const char *address;	/* for the audit */
};

/* The sheets of the users of the scope that match the filter, by name; *total counts all.  If
 * secrets are shown, their users are written to the audit (user.secrets).  Texts live in `mem`.
 * ERR_INVALID if a uuid of the filter is not valid. */
int user_sheets(struct db *db, const struct principal *who, const struct user_sheets_request *r,
    struct arena *mem, struct user_sheet **out, size_t *n, long *total, struct err *e);

#endif
