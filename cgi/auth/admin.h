/* Administrators' accounts, for the command line and the setup file.  These functions need a
 * connection of the owner (DB_OWNER).  Pages and API sign in through auth/signin.h. */
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
	const char *rights;	/* array literal such as "{users.read}" (admin_rights); root has all, and "{}" here */
	const char *language;	/* NULL: the browser's */
	bool disabled;
	const char *created_at;	/* ISO 8601 in UTC; not read by admin_add */
};

/* Whether the name is 2 to 64 of letters, digits, `.`, `_`, `@`, `-`. */
bool admin_username_valid(const char *username);

/* Whether the language is one of conf->languages. */
bool admin_language_valid(const struct conf *conf, const char *language);

/* The array literal of enum right bits. */
const char *admin_rights(unsigned rights, struct arena *mem);

/* Adds an administrator.  ERR_INVALID, also for a password against password_rule; ERR_NOT_FOUND
 * for the tenant; ERR_DB_UNIQUE if the name is taken. */
int admin_add(struct db *db, const struct admin *admin, const char *password, struct err *e);

/* Sets a new password and ends all sessions of the administrator.  ERR_NOT_FOUND. */
int admin_passwd(struct db *db, const char *username, const char *password, struct err *e);

/* Disables the administrator and ends all sessions, or enables it again.  ERR_NOT_FOUND. */
int admin_disable(struct db *db, const char *username, bool disabled, struct err *e);

/* Switches the second factor off.  ERR_NOT_FOUND if there is none. */
int admin_factor_off(struct db *db, const char *username, struct err *e);

/* All administrators: those over all tenants first, then by tenant and name. */
int admin_list(struct db *db, struct arena *mem, struct admin **out, size_t *n, struct err *e);

#endif
