/* The second factor.  Contract: factor.h. */
#include "auth/factor.h"

#include "auth/profile.h"

int factor_find(struct db *db, const struct conf *conf, const char *token, struct arena *mem,
    const char **since, long *codes, struct err *e)
{
	PGresult *res = NULL;

	if (session_query(db, conf, token, "session_factor", NO_ARGS, &res, e) != 0)
		return -1;
	*since = arena_strdup(mem, db_get(res, 0, "since"));
	*codes = db_get_long(res, 0, "codes");
	PQclear(res);
	return 0;
}

int factor_start(struct db *db, const struct conf *conf, const char *token, struct arena *mem,
    const char **secret, struct err *e)
{
	PGresult *res = NULL;

	if (session_query(db, conf, token, "session_factor_start", NO_ARGS, &res, e) != 0)
		return -1;
	*secret = arena_strdup(mem, db_get(res, 0, "secret"));
	PQclear(res);
	return 0;
}

int factor_confirm(struct db *db, const struct conf *conf, const char *token, const char *code,
    const char *address, struct arena *mem, const char **codes, long *wait, struct err *e)
{
	PGresult *res = NULL;

	if (session_query(db, conf, token, "session_factor_confirm", ARGS(arg_text(code),
	    arg_text(address)), &res, e) != 0)
		return -1;
	*codes = arena_strdup(mem, db_get(res, 0, "codes"));
	*wait = db_get_long(res, 0, "seconds");
	PQclear(res);
	return 0;
}

int factor_change(struct db *db, const struct conf *conf, const char *token, const char *username,
    const char *password, bool renew, const char *address, struct arena *mem, bool *done,
    const char **codes, long *wait, struct err *e)
{
	unsigned char proof[DIGEST_SIZE];
	PGresult *res = NULL;

	*done = false;
	*codes = NULL;
	if (profile_prove(db, username, password, address, proof, wait, e) != 0)
		return -1;
	if (*wait > 0)
		return 0;
	if (session_query(db, conf, token, "session_factor_change", ARGS(arg_bytes(proof, DIGEST_SIZE),
	    arg_bool(renew), arg_text(address)), &res, e) != 0)
		return -1;
	*done = db_get_bool(res, 0, "done");
	*wait = db_get_long(res, 0, "seconds");
	*codes = arena_strdup(mem, db_get(res, 0, "codes"));
	PQclear(res);
	return 0;
}

int factor_other_off(struct db *db, const struct conf *conf, const char *token, long admin_id,
    const char *address, bool *done, struct err *e)
{
	PGresult *res = NULL;

	if (session_query(db, conf, token, "session_admin_factor_off", ARGS(arg_long(admin_id),
	    arg_text(address)), &res, e) != 0)
		return -1;
	*done = db_get_bool(res, 0, "done");
	PQclear(res);
	return 0;
}
