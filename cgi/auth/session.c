/* Sessions of the browser.  Contract: session.h. */
#include "auth/session.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/account.h"
#include "auth/admin.h"
#include "auth/audit.h"
#include "auth/csrf.h"
#include "auth/signin.h"

int session_query(struct db *db, const struct conf *conf, const char *token, const char *name,
    const struct db_args *args, PGresult **res, struct err *e)
{
	char hash[DIGEST_SIZE];
	struct db_args all = { .at = { SESSION_ARGS(hash, conf) } };
	size_t first = 0;

	if (!digest_token(token, hash))
		return err_set(e, ERR_NOT_FOUND, "session", "the session has ended");
	while (all.at[first].type != ARG_END)
		first++;
	for (size_t i = 0; args != NULL && args->at[i].type != ARG_END; i++) {
		if (first + i == ARGS_MAX)
			abort();
		all.at[first + i] = args->at[i];
	}
	return db_query(db, name, &all, res, e);
}

/* Runs a query whose column `done` says whether there was such a session. */
static int ask_done(struct db *db, const char *query, const struct db_args *args, bool *done,
    struct err *e)
{
	PGresult *res = NULL;

	if (db_query(db, query, args, &res, e) != 0)
		return -1;
	*done = PQntuples(res) == 1 && db_get_bool(res, 0, "done");
	PQclear(res);
	return 0;
}

int session_login(struct db *db, const struct conf *conf, const char *username,
    const char *password, const char *address, const char *agent, const char *old,
    char token[SESSION_TOKEN_SIZE], enum session_login *state, long *wait, struct err *e)
{
	char hash[DIGEST_SIZE], before[DIGEST_SIZE];
	bool had = digest_token(old, before), done = false;
	struct signin in;
	int rc;

	*state = SESSION_REFUSED;
	*wait = 0;
	token[0] = '\0';
	if (signin_check(db, username, password, address, NULL, &in, e) != 0)
		return -1;
	*wait = in.wait;
	if (!in.ok)
		return 0;
	digest_random(token);
	digest_token(token, hash);
	if (in.factor)
		rc = ask_done(db, "session_wait", ARGS(arg_bytes(hash, DIGEST_SIZE), arg_long(in.admin_id),
		    arg_bytes(in.proof.digest, DIGEST_SIZE)), &done, e);
	else
		rc = ask_done(db, "session_open", ARGS(arg_bytes(hash, DIGEST_SIZE), arg_long(in.admin_id),
		    arg_bytes(in.proof.digest, DIGEST_SIZE), had ? arg_bytes(before, DIGEST_SIZE) : arg_null(),
		    arg_long(conf->session_idle), arg_long(conf->session_lifetime), arg_text(address),
		    arg_text(agent)), &done, e);
	if (done)
		*state = in.factor ? SESSION_CODE : SESSION_OPEN;
	else
		explicit_bzero(token, SESSION_TOKEN_SIZE);
	return rc;
}

int session_code(struct db *db, const struct conf *conf, const char *waiting, const char *code,
    const char *address, const char *agent, const char *old, char token[SESSION_TOKEN_SIZE],
    enum session_login *state, long *wait, struct err *e)
{
	char hash[DIGEST_SIZE], before[DIGEST_SIZE], waits[DIGEST_SIZE];
	bool had = digest_token(old, before);
	PGresult *res = NULL;
	const char *said;

	*state = SESSION_GONE;
	*wait = 0;
	if (!digest_token(waiting, waits))
		return 0;
	digest_random(token);
	digest_token(token, hash);
	if (db_query(db, "session_code", ARGS(arg_bytes(waits, DIGEST_SIZE), arg_text(code),
	    arg_bytes(hash, DIGEST_SIZE), had ? arg_bytes(before, DIGEST_SIZE) : arg_null(),
	    arg_long(conf->session_idle), arg_long(conf->session_lifetime), arg_text(address), arg_text(agent)),
	    &res, e) != 0)
		return -1;
	said = db_get(res, 0, "state");
	if (strcmp(said, "open") == 0)
		*state = SESSION_OPEN;
	else if (strcmp(said, "gone") != 0)
		*state = SESSION_REFUSED;
	*wait = db_get_long(res, 0, "seconds");
	PQclear(res);
	return 0;
}

static void fill(const PGresult *res, const char *token, struct arena *mem,
    struct principal *who)
{
	char csrf[CSRF_SIZE];

	account_read(res, mem, who);
	who->proof.kind = PROOF_SESSION;
	digest_token(token, (char *)who->proof.digest);
	csrf_of_session(token, csrf);
	who->csrf = arena_strdup(mem, csrf);
}

int session_find(struct db *db, const struct conf *conf, const char *token,
    struct arena *mem, struct principal *who, bool *found, struct err *e)
{
	char hash[DIGEST_SIZE];
	PGresult *res = NULL;

	*found = false;
	if (!digest_token(token, hash))
		return db_ensure(db, e);
	if (db_query_first(db, "session_find", ARGS(SESSION_ARGS(hash, conf)), &res, e) != 0)
		return -1;
	if (PQntuples(res) == 1) {
		fill(res, token, mem, who);
		*found = true;
	}
	PQclear(res);
	return 0;
}

int session_scope(struct db *db, const struct conf *conf, const char *token,
    long tenant_id, const char *address, struct err *e)
{
	char hash[DIGEST_SIZE];
	bool done = false;

	if (tenant_id < 0 || tenant_id > INT32_MAX || !digest_token(token, hash))
		return err_set(e, ERR_NOT_FOUND, "scope", "there is no such tenant to choose");
	if (ask_done(db, "session_scope", ARGS(SESSION_ARGS(hash, conf),
	    tenant_id == 0 ? arg_null() : arg_long(tenant_id)), &done, e) != 0)
		return -1;
	if (!done)
		return err_set(e, ERR_NOT_FOUND, "scope", "there is no such tenant to choose");

	int result = -1;
	struct arena *mem = arena_new();
	struct principal who;
	bool found = false;
	if (session_find(db, conf, token, mem, &who, &found, e) == 0)
		result = found ? audit_add(db, &who, address, "scope", NULL, e) : 0;
	arena_free(mem);
	return result;
}

int session_tenants(struct db *db, const struct conf *conf, const char *token,
    struct arena *mem, struct session_tenant **out, size_t *n, struct err *e)
{
	char hash[DIGEST_SIZE];
	PGresult *res = NULL;

	*out = NULL;
	*n = 0;
	if (!digest_token(token, hash))
		return 0;
	if (db_query(db, "session_tenants", ARGS(SESSION_ARGS(hash, conf)), &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (size_t i = 0; i < *n; i++) {
		(*out)[i].id = db_get_long(res, (int)i, "id");
		(*out)[i].name = arena_strdup(mem, db_get(res, (int)i, "name"));
	}
	PQclear(res);
	return 0;
}

int session_language(struct db *db, const struct conf *conf, const char *token,
    const char *language, struct err *e)
{
	char hash[DIGEST_SIZE];
	bool done = false;

	if (language != NULL && !admin_language_valid(conf, language))
		return err_set(e, ERR_INVALID, "language", "there is no such language");
	if (!digest_token(token, hash))
		return err_set(e, ERR_NOT_FOUND, "session", "the session has ended");
	if (ask_done(db, "session_language", ARGS(SESSION_ARGS(hash, conf), arg_text(language)), &done, e) != 0)
		return -1;
	return done ? 0 : err_set(e, ERR_NOT_FOUND, "session", "the session has ended");
}

/* Reads, and first stores if `wanted` is given, a choice of the session's administrator. */
static int choice(struct db *db, const struct conf *conf, const char *query, const char *token,
    const char *wanted, struct arena *mem, const char **chosen, struct err *e)
{
	char hash[DIGEST_SIZE];
	PGresult *res = NULL;

	*chosen = NULL;
	if (!digest_token(token, hash))
		return 0;
	if (db_query(db, query, ARGS(SESSION_ARGS(hash, conf), arg_text(wanted)), &res, e) != 0)
		return -1;
	if (PQntuples(res) == 1)
		*chosen = arena_strdup(mem, db_get(res, 0, "chosen"));
	PQclear(res);
	return 0;
}

int session_separator(struct db *db, const struct conf *conf, const char *token, const char *wanted,
    struct arena *mem, const char **chosen, struct err *e)
{
	return choice(db, conf, "session_separator", token, wanted, mem, chosen, e);
}

int session_columns(struct db *db, const struct conf *conf, const char *token, const char *wanted,
    struct arena *mem, const char **chosen, struct err *e)
{
	return choice(db, conf, "session_columns", token, wanted, mem, chosen, e);
}

int session_close(struct db *db, const char *token, const char *address, struct err *e)
{
	char hash[DIGEST_SIZE];
	bool done;

	if (!digest_token(token, hash))
		return 0;
	return ask_done(db, "session_close", ARGS(arg_bytes(hash, DIGEST_SIZE), arg_text(address)), &done, e);
}
