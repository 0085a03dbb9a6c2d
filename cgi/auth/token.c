/* Tokens of the API.  Contract: token.h. */
#include "auth/token.h"

int token_open(struct db *db, const struct signin *who, const char *address, long seconds,
    char token[TOKEN_SIZE], const char **expires_at, struct arena *mem, struct err *e)
{
	char hash[DIGEST_SIZE];
	PGresult *res = NULL;

	digest_random(token);
	digest_token(token, hash);
	if (db_query(db, "token_open", ARGS(arg_bytes(hash, DIGEST_SIZE), arg_long(who->admin_id),
	    arg_bytes(who->proof.digest, DIGEST_SIZE), arg_long(seconds), arg_text(address)), &res, e) != 0)
		return -1;
	*expires_at = arena_strdup(mem, db_get(res, 0, "expires_at"));
	PQclear(res);
	/* Since signin_check the account was disabled, or its password changed. */
	return *expires_at != NULL ? 0 : err_set(e, ERR_DB_RETRY, "token", "the account has just changed");
}

int token_find(struct db *db, const char *token, struct token *out, struct arena *mem, struct err *e)
{
	PGresult *res = NULL;

	*out = (struct token){ .proof.kind = PROOF_TOKEN, .rights = RIGHT_ALL };
	if (!digest_token(token, (char *)out->proof.digest))
		return 0;
	if (db_query(db, "token_find", ARGS(arg_bytes(out->proof.digest, DIGEST_SIZE)), &res, e) != 0)
		return -1;
	if (PQntuples(res) == 1) {
		out->admin_id = db_get_long(res, 0, "admin_id");
		/* A right that this program does not know grants nothing. */
		if (db_get(res, 0, "rights") != NULL && !rights_parse(db_get(res, 0, "rights"), &out->rights))
			out->rights = 0;
		out->issued_at = arena_strdup(mem, db_get(res, 0, "issued_at"));
		out->expires_at = arena_strdup(mem, db_get(res, 0, "expires_at"));
	}
	PQclear(res);
	return 0;
}

int token_close(struct db *db, const char *token, const char *address, bool *found, struct err *e)
{
	char hash[DIGEST_SIZE];
	PGresult *res = NULL;

	*found = false;
	if (!digest_token(token, hash))
		return 0;
	if (db_query(db, "token_close", ARGS(arg_bytes(hash, DIGEST_SIZE), arg_text(address)), &res, e) != 0)
		return -1;
	*found = db_get_bool(res, 0, "done");
	PQclear(res);
	return 0;
}
