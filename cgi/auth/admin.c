/* Administrators' accounts.  Contract: admin.h. */
#include "auth/admin.h"

#include <string.h>

#include <jansson.h>

#include "auth/audit.h"
#include "auth/password.h"

bool admin_username_valid(const char *username)
{
	size_t n = strlen(username);

	return n >= 2 && n <= 64 && strspn(username,
	    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._@-") == n;
}

bool admin_language_valid(const struct conf *conf, const char *language)
{
	static const char separators[] = " ,";
	size_t n = strlen(language);

	for (const char *p = conf->languages + strspn(conf->languages, separators); *p != '\0';) {
		size_t len = strcspn(p, separators);
		if (len == n && memcmp(p, language, n) == 0)
			return true;
		p += len;
		p += strspn(p, separators);
	}
	return false;
}

const char *admin_rights(unsigned rights, struct arena *mem)
{
	const char *list = "";

	for (unsigned bit = 1; bit < RIGHT_ALL; bit <<= 1)
		if ((rights & bit) != 0)
			list = arena_printf(mem, "%s%s%s", list, list[0] != '\0' ? "," : "",
			    right_name((enum right)bit));
	return arena_printf(mem, "{%s}", list);
}

static int name_check(const char *username, struct err *e)
{
	return admin_username_valid(username) ? 0 : err_set(e, ERR_INVALID, "username",
	    "a user name is 2 to 64 letters without accents, digits or signs of ._@-");
}

/* Adds a row to the audit: the command line changed the administrator `username`. */
static int audit(struct db *db, const char *action, const char *username, struct err *e)
{
	json_t *detail = json_pack("{s:s}", "username", username);
	char *text = detail != NULL ? json_dumps(detail, 0) : NULL;
	int result = audit_add(db, NULL, NULL, action, text, e);

	free(text);
	json_decref(detail);
	return result;
}

static int insert(struct db *db, const struct admin *admin, const char *hash, struct err *e)
{
	PGresult *tenant = NULL;
	const char *id = NULL;
	int result = -1;

	if (admin->tenant != NULL) {
		if (db_query(db, "admin_tenant", ARGS(arg_text(admin->tenant)), &tenant, e) != 0)
			goto out;
		if (PQntuples(tenant) == 0) {
			err_set(e, ERR_NOT_FOUND, "tenant", "there is no tenant \"%s\"", admin->tenant);
			goto out;
		}
		id = db_get(tenant, 0, "id");
	}
	if (db_query(db, "admin_add", ARGS(arg_text(admin->username), arg_text(hash), arg_text(id),
	    arg_text(admin->rights), arg_text(admin->language)), NULL, e) != 0) {
		if (e != NULL && e->code == ERR_DB_UNIQUE)
			err_set(e, ERR_DB_UNIQUE, "username", "there is an administrator \"%s\" already",
			    admin->username);
		goto out;
	}
	result = audit(db, "admin.add", admin->username, e);
out:
	PQclear(tenant);
	return result;
}

int admin_add(struct db *db, const struct admin *admin, const char *password, struct err *e)
{
	char hash[PASSWORD_HASH_SIZE];

	if (name_check(admin->username, e) != 0 || password_rule(password, e) != 0 ||
	    password_hash(password, hash, e) != 0 || db_begin(db, "", false, e) != 0)
		return -1;
	if (insert(db, admin, hash, e) != 0) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, e);
}

/* Runs a query that changes one administrator and returns its id, and adds it to the audit. */
static int change(struct db *db, const char *query, const struct db_args *args,
    const char *username, const char *action, struct err *e)
{
	PGresult *res = NULL;
	int result = -1;

	if (name_check(username, e) != 0 || db_begin(db, "", false, e) != 0)
		return -1;
	if (db_query(db, query, args, &res, e) != 0)
		goto out;
	if (PQntuples(res) == 0) {
		err_set(e, ERR_NOT_FOUND, "username", "there is no administrator \"%s\"", username);
		goto out;
	}
	if (audit(db, action, username, e) == 0)
		result = db_commit(db, e);
out:
	PQclear(res);
	if (result != 0)
		db_rollback(db);
	return result;
}

int admin_passwd(struct db *db, const char *username, const char *password, struct err *e)
{
	char hash[PASSWORD_HASH_SIZE];

	if (password_rule(password, e) != 0 || password_hash(password, hash, e) != 0)
		return -1;
	return change(db, "admin_passwd", ARGS(arg_text(username), arg_text(hash)), username, "admin.passwd", e);
}

int admin_disable(struct db *db, const char *username, bool disabled, struct err *e)
{
	return change(db, "admin_disable", ARGS(arg_text(username), arg_bool(disabled)), username,
	    disabled ? "admin.disable" : "admin.enable", e);
}

int admin_factor_off(struct db *db, const char *username, struct err *e)
{
	if (change(db, "admin_factor_off", ARGS(arg_text(username)), username, "factor.off", e) == 0)
		return 0;
	return e == NULL || e->code != ERR_NOT_FOUND ? -1
	    : err_set(e, ERR_NOT_FOUND, "username", "there is no administrator \"%s\" with a second factor", username);
}

int admin_list(struct db *db, struct arena *mem, struct admin **out, size_t *n, struct err *e)
{
	PGresult *res = NULL;

	*out = NULL;
	*n = 0;
	if (db_query(db, "admin_list", NO_ARGS, &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (size_t i = 0; i < *n; i++) {
		int row = (int)i;
		(*out)[i] = (struct admin){
			.username = arena_strdup(mem, db_get(res, row, "username")),
			.tenant = arena_strdup(mem, db_get(res, row, "tenant")),
			.rights = arena_strdup(mem, db_get(res, row, "rights")),
			.language = arena_strdup(mem, db_get(res, row, "language")),
			.disabled = db_get_bool(res, row, "disabled"),
			.created_at = arena_strdup(mem, db_get(res, row, "created_at")),
		};
	}
	PQclear(res);
	return 0;
}
