/* Tokens of the API.  Contract: token.h. */
#include "auth/token.h"

#include <stdio.h>
#include <string.h>

#include "auth/audit.h"

int token_open(struct db *db, const struct signin *who, const char *address, long seconds,
    char token[TOKEN_SIZE], const char **expires_at, struct arena *mem, struct err *e)
{
	char hash[DIGEST_SIZE];
	const struct principal by = { .admin_id = who->admin_id, .username = who->username,
		.tenant_id = who->tenant_id };
	PGresult *res = NULL;

	digest_random(token);
	digest_token(token, hash);
	if (db_query(db, "token_open", ARGS(arg_bytes(hash, DIGEST_SIZE), arg_long(who->admin_id),
	    arg_long(seconds)), &res, e) != 0)
		return -1;
	*expires_at = arena_strdup(mem, db_get(res, 0, "expires_at"));
	PQclear(res);
	return audit_add(db, &by, address, "token.open", NULL, e);
}

int token_find(struct db *db, const char *token, long *admin_id, struct err *e)
{
	char hash[DIGEST_SIZE];
	PGresult *res = NULL;

	*admin_id = 0;
	if (!digest_token(token, hash))
		return 0;
	if (db_query(db, "token_find", ARGS(arg_bytes(hash, DIGEST_SIZE)), &res, e) != 0)
		return -1;
	*admin_id = db_get_long(res, 0, "admin_id");
	PQclear(res);
	return 0;
}

int token_close(struct db *db, const char *token, const char *address, bool *found, struct err *e)
{
	char hash[DIGEST_SIZE];
	PGresult *res = NULL;
	int result = 0;

	*found = false;
	if (!digest_token(token, hash))
		return 0;
	if (db_query(db, "token_close", ARGS(arg_bytes(hash, DIGEST_SIZE)), &res, e) != 0)
		return -1;
	if (PQntuples(res) == 1) {
		const struct principal by = {
			.admin_id = db_get_long(res, 0, "admin_id"),
			.username = db_get(res, 0, "username"),
			.tenant_id = db_get_long(res, 0, "tenant_id"),
		};
		*found = true;
		result = audit_add(db, &by, address, "token.close", NULL, e);
	}
	PQclear(res);
	return result;
}
