/* Sessions of the browser.  Contract: session.h. */
#include "auth/session.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "auth/account.h"
#include "auth/admin.h"
#include "auth/audit.h"
#include "auth/csrf.h"
#include "auth/signin.h"

/* The parameters that most queries of a session begin with: the hash of its
 * token, and what ends it. */
struct key {
	char hash[DIGEST_SIZE];
	char idle[24], lifetime[24];
};

/* False where the text is no token: then there is no session to ask for. */
static bool key_of(struct key *key, const struct conf *conf, const char *token)
{
	if (!digest_token(token, key->hash))
		return false;
	if (conf != NULL) {
		snprintf(key->idle, sizeof(key->idle), "%ld", conf->session_idle);
		snprintf(key->lifetime, sizeof(key->lifetime), "%ld", conf->session_lifetime);
	}
	return true;
}

/* A query of ($1 hash, $2 idle, $3 lifetime [, $4 value]). */
static int ask(struct db *db, const char *query, const struct key *key, int n,
    const char *value, PGresult **res, struct err *e)
{
	const char *const params[] = { key->hash, key->idle, key->lifetime, value };
	const int lengths[] = { DIGEST_SIZE, -1, -1, -1 };

	return db_query_bytes(db, query, n, params, lengths, res, e);
}

/* Whether a query whose one column is `done` said so. */
static int ask_done(struct db *db, const char *query, const struct key *key,
    const char *value, bool *done, struct err *e)
{
	PGresult *res = NULL;

	if (ask(db, query, key, 4, value, &res, e) != 0)
		return -1;
	*done = PQntuples(res) == 1 && db_get_bool(res, 0, "done");
	PQclear(res);
	return 0;
}

static int open_session(struct db *db, const struct conf *conf, long admin_id,
    const char *old, char token[SESSION_TOKEN_SIZE], struct err *e)
{
	struct key key, before;
	char admin[24];

	digest_random(token);
	key_of(&key, conf, token);
	bool had = key_of(&before, conf, old);
	snprintf(admin, sizeof(admin), "%ld", admin_id);
	const char *const params[] = { key.hash, admin, had ? before.hash : NULL,
		key.idle, key.lifetime };
	const int lengths[] = { DIGEST_SIZE, -1, had ? DIGEST_SIZE : -1, -1, -1 };
	return db_query_bytes(db, "session_open", 5, params, lengths, NULL, e);
}

int session_login(struct db *db, const struct conf *conf, const char *username,
    const char *password, const char *address, const char *old,
    char token[SESSION_TOKEN_SIZE], bool *ok, long *wait, struct err *e)
{
	struct arena *mem = arena_new();
	struct signin in;
	int result = -1;

	*ok = false;
	*wait = 0;
	token[0] = '\0';
	if (signin_check(db, username, password, address, mem, &in, e) != 0)
		goto out;
	*wait = in.wait;
	if (in.ok) {
		const struct principal who = { .admin_id = in.admin_id, .username = in.username,
			.tenant_id = in.tenant_id };
		if (open_session(db, conf, in.admin_id, old, token, e) != 0
		    || audit_add(db, &who, address, "login", NULL, e) != 0)
			goto out;
	}
	*ok = in.ok;
	result = 0;
out:
	if (result != 0)
		explicit_bzero(token, SESSION_TOKEN_SIZE);
	arena_free(mem);
	return result;
}

static void fill(const PGresult *res, const char *token, struct arena *mem,
    struct principal *who)
{
	char csrf[CSRF_SIZE];

	account_read(res, mem, who);
	csrf_of_session(token, csrf);
	who->csrf = arena_strdup(mem, csrf);
}

int session_find(struct db *db, const struct conf *conf, const char *token,
    struct arena *mem, struct principal *who, bool *found, struct err *e)
{
	struct key key;
	PGresult *res = NULL;

	*found = false;
	if (!key_of(&key, conf, token))
		return 0;
	if (ask(db, "session_find", &key, 3, NULL, &res, e) != 0)
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
	struct key key;
	char tenant[24];
	bool done = false;

	snprintf(tenant, sizeof(tenant), "%ld", tenant_id);
	if (tenant_id < 0 || tenant_id > INT32_MAX || !key_of(&key, conf, token))
		return err_set(e, ERR_NOT_FOUND, "scope", "there is no such tenant to choose");
	if (ask_done(db, "session_scope", &key, tenant_id == 0 ? NULL : tenant, &done, e) != 0)
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
	struct key key;
	PGresult *res = NULL;

	*out = NULL;
	*n = 0;
	if (!key_of(&key, conf, token))
		return 0;
	if (ask(db, "session_tenants", &key, 3, NULL, &res, e) != 0)
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
	struct key key;
	bool done = false;

	if (language != NULL && !admin_language_valid(conf, language))
		return err_set(e, ERR_INVALID, "language", "there is no such language");
	if (!key_of(&key, conf, token))
		return err_set(e, ERR_NOT_FOUND, "session", "the session has ended");
	if (ask_done(db, "session_language", &key, language, &done, e) != 0)
		return -1;
	return done ? 0 : err_set(e, ERR_NOT_FOUND, "session", "the session has ended");
}

int session_close(struct db *db, const char *token, const char *address, struct err *e)
{
	struct key key;
	PGresult *res = NULL;
	int result = 0;

	if (!key_of(&key, NULL, token))
		return 0;
	if (ask(db, "session_close", &key, 1, NULL, &res, e) != 0)
		return -1;
	if (PQntuples(res) == 1) {
		struct principal who = {
			.admin_id = db_get_long(res, 0, "admin_id"),
			.username = db_get(res, 0, "username"),
			.tenant_id = db_get_long(res, 0, "tenant_id"),
		};
		result = audit_add(db, &who, address, "logout", NULL, e);
	}
	PQclear(res);
	return result;
}
