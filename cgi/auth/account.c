/* Accounts.  Contract: account.h. */
#include "auth/account.h"

#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/uuid.h"

void account_read(const PGresult *res, struct arena *mem, struct principal *who)
{
	const char *id = PQfnumber(res, "admin_id") >= 0 ? "admin_id" : "id";

	*who = (struct principal){
		.admin_id = db_get_long(res, 0, id),
		.username = arena_strdup(mem, db_get(res, 0, "username")),
		.language = arena_strdup(mem, db_get(res, 0, "language")),
		.root = db_get_bool(res, 0, "root"),
		.tenant_id = db_get_long(res, 0, "tenant_id"),
		.tenant_name = arena_strdup(mem, db_get(res, 0, "tenant_name")),
		.scope = arena_strdup(mem, db_get(res, 0, "scope")),
		.password_due = db_get_bool(res, 0, "password_due"),
	};
	if (PQfnumber(res, "factor") >= 0)
		who->factor = db_get_bool(res, 0, "factor");
	/* A right that this program does not know grants nothing. */
	if (!rights_parse(db_get(res, 0, "rights"), &who->rights))
		who->rights = 0;
	if (who->root)
		who->rights = RIGHT_ALL;
}

int account_find(struct db *db, long admin_id, const struct proof *proof, const char *tenant_uuid,
    struct arena *mem, struct principal *who, bool *found, struct err *e)
{
	PGresult *res = NULL;

	*found = false;
	if (tenant_uuid != NULL && !uuid_valid(tenant_uuid))
		return 0;
	if (db_query(db, "account_find", ARGS(arg_long(admin_id), arg_text(tenant_uuid)), &res, e) != 0)
		return -1;
	*found = PQntuples(res) == 1;
	if (*found) {
		account_read(res, mem, who);
		who->proof = *proof;
	}
	PQclear(res);
	return 0;
}

const char *account_system_user(void)
{
	const struct passwd *user = getpwuid(getuid());

	return user != NULL ? user->pw_name : "?";
}

int account_command(struct db *db, const char *tenant, struct arena *mem,
    struct principal *who, struct err *e)
{
	PGresult *res = NULL;

	if (db_query(db, "scope_find", ARGS(arg_text(tenant)), &res, e) != 0)
		return -1;
	if (PQntuples(res) == 0) {
		PQclear(res);
		return err_set(e, ERR_USAGE, "--tenant", "there is no tenant \"%s\"", tenant);
	}
	*who = (struct principal){
		.username = arena_printf(mem, "%s (command line)", account_system_user()),
		.root = true,
		.rights = RIGHT_ALL,
		.tenant_id = db_get_long(res, 0, "tenant_id"),
		.tenant_name = arena_strdup(mem, db_get(res, 0, "tenant_name")),
		.scope = arena_strdup(mem, db_get(res, 0, "scope")),
	};
	PQclear(res);
	return 0;
}

/* Whether the jobs over all tenants are in the scope of `who`. */
static bool sees_all_jobs(const struct principal *who)
{
	return who->root && who->tenant_id == 0;
}

int account_begin(struct db *db, const struct principal *who, struct err *e)
{
	return db_begin(db, who->scope, sees_all_jobs(who), e);
}

int account_begin_all(struct db *db, const struct principal *who, const struct db_call *calls, size_t n, struct err *e)
{
	return db_begin_all(db, who->scope, sees_all_jobs(who), calls, n, e);
}

int account_begin_snapshot(struct db *db, const struct principal *who, struct err *e)
{
	return db_begin_snapshot(db, who->scope, sees_all_jobs(who), e);
}

int account_query(struct db *db, const struct principal *who, const char *name,
    const struct db_args *args, PGresult **res, struct err *e)
{
	return db_query_scoped(db, who->scope, sees_all_jobs(who), name, args, res, e);
}
