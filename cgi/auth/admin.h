/* Administrators' accounts, for the command line and setup: these need a
 * connection of the owner (DB_OWNER).  The web signs in through auth/session.h
 * alone. */
#ifndef AUTH_ADMIN_H
#define AUTH_ADMIN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "db/db.h"

struct admin {
	const char *username;
	const char *tenant;	/* NULL: root */
	const char *rights;	/* array literal "{users.read}" of admin_rights; root's is "{}": it has all */
	const char *language;	/* NULL: the browser's */
	bool disabled;
	const char *created_at;	/* ISO 8601 in UTC; not read by admin_add */
};

/* 2 to 64 of letters, digits, `.`, `_`, `@`, `-`. */
bool admin_username_valid(const char *username);

/* Whether the language is one of conf->languages. */
bool admin_language_valid(const struct conf *conf, const char *language);

/* The array literal of enum right bits. */
const char *admin_rights(unsigned rights, struct arena *mem);

/* Makes an administrator.  The password keeps to password_rule; ERR_INVALID,
 * ERR_NOT_FOUND for the tenant, ERR_DB_UNIQUE if the name is taken. */
int admin_add(struct db *db, const struct admin *admin, const char *password, struct err *e);

/* A new password; all sessions of the administrator end.  ERR_NOT_FOUND. */
int admin_passwd(struct db *db, const char *username, const char *password, struct err *e);

/* Disables, and ends all sessions; or enables again.  ERR_NOT_FOUND. */
int admin_disable(struct db *db, const char *username, bool disabled, struct err *e);

/* Switches the second factor off.  ERR_NOT_FOUND if there is none. */
int admin_factor_off(struct db *db, const char *username, struct err *e);

/* All of them, root first, then by tenant and name. */
int admin_list(struct db *db, struct arena *mem, struct admin **out, size_t *n, struct err *e);

#endif
