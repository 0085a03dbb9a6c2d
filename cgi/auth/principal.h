/* The principal of a request: who sends it, in which scope, with which rights. */
#ifndef AUTH_PRINCIPAL_H
#define AUTH_PRINCIPAL_H

#include <stdbool.h>

#include "auth/digest.h"

enum right {
	RIGHT_USERS_READ = 1 << 0,
	RIGHT_USERS_IMPORT = 1 << 1,
	RIGHT_USERS_UPDATE = 1 << 2,
	RIGHT_USERS_DELETE = 1 << 3,
	RIGHT_USERS_EXPORT = 1 << 4,
	RIGHT_USERS_SECRETS = 1 << 5,
	RIGHT_SETUP = 1 << 6,
	RIGHT_ALL = (1 << 7) - 1
};

/* The proof for the database of who acts, for the audit: the SHA-256 of the secret of a session
 * or token, or the password's proof (auth/password.h). */
struct proof {
	enum { PROOF_NONE, PROOF_SESSION, PROOF_TOKEN, PROOF_PASSWORD } kind;
	unsigned char digest[DIGEST_SIZE];
};

/* The name of the proof's kind in the database; NULL for PROOF_NONE. */
const char *proof_kind(const struct proof *proof);

struct principal {
	long admin_id;
	const char *username;
	const char *language;	/* "en", "fr", or NULL: the browser's */
	bool root;
	unsigned rights;	/* enum right bits; root has all */
	long tenant_id;		/* the chosen tenant; 0: all tenants (root only) */
	const char *tenant_name;/* NULL for all tenants */
	const char *scope;	/* array literal of the tenant ids in scope, "{1,2}" */
	bool password_due;	/* another administrator has set the password: it must be changed first */
	bool factor;		/* the second factor is on; only set for a session */
	const char *csrf;	/* the session's token for forms; NULL outside a session */
	struct proof proof;	/* PROOF_NONE: a command on this machine */
};

/* Reads a list such as "users.read users.import", separated by blanks or commas.  False if a
 * name is unknown. */
bool rights_parse(const char *list, unsigned *rights);

/* The name of one right ("users.read"); NULL for none. */
const char *right_name(enum right r);

#endif
