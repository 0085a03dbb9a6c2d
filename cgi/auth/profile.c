/* The profile of an administrator.  Contract: profile.h. */
#include "auth/profile.h"

#include <stdio.h>
#include <string.h>

#include "auth/admin.h"
#include "auth/password.h"
#include "auth/signin.h"

/* Runs a query of the session and reads a column of its row: a number, or 1 for true; 0 if there is
 * no row. */
static int ask_number(struct db *db, const struct conf *conf, const char *token, const char *query,
    const struct db_args *args, const char *column, long *number, struct err *e)
{
	PGresult *res = NULL;

	if (session_query(db, conf, token, query, args, &res, e) != 0)
		return -1;
	*number = PQntuples(res) == 0 ? 0 : db_get_bool(res, 0, column) ? 1 : db_get_long(res, 0, column);
	PQclear(res);
	return 0;
}

/* --- sessions -------------------------------------------------------------- */

int profile_sessions(struct db *db, const struct conf *conf, const char *token, struct arena *mem,
    struct profile_session **out, size_t *n, struct err *e)
{
	PGresult *res = NULL;

	if (session_query(db, conf, token, "session_list", NO_ARGS, &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (int i = 0; i < (int)*n; i++)
		(*out)[i] = (struct profile_session){
			.id = db_get_long(res, i, "id"),
			.created_at = arena_strdup(mem, db_get(res, i, "created_at")),
			.seen_at = arena_strdup(mem, db_get(res, i, "seen_at")),
			.address = arena_strdup(mem, db_get(res, i, "address")),
			.agent = arena_strdup(mem, db_get(res, i, "agent")),
			.own = db_get_bool(res, i, "own"),
		};
	PQclear(res);
	return 0;
}

int profile_session_end(struct db *db, const struct conf *conf, const char *token, long id,
    const char *address, long *n, struct err *e)
{

	return ask_number(db, conf, token, "session_end_other",
	    ARGS(id != 0 ? arg_long(id) : arg_null(), arg_text(address)), "ended", n, e);
}

/* --- mails and the webhook ------------------------------------------------- */

/* The same check as the database's constraint. */
static bool email_valid(const char *email)
{
#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	static const char letters[] = LETTERS, letters_of_host[] = LETTERS ".-";
	size_t n = strlen(email), local = strcspn(email, "@");
	const char *host = email + local + (email[local] == '@');

	return n <= 254 && local > 0 && local < n && strchr(letters, email[0]) != NULL
	    && strspn(email, LETTERS "._%+=-") == local
	    && *host != '\0' && strspn(host, letters_of_host) == strlen(host)
	    && strchr(letters, host[0]) != NULL && strchr(letters, email[n - 1]) != NULL;
}

int profile_email(struct db *db, const struct conf *conf, const char *token, bool change, const char *wanted,
    struct arena *mem, const char **email, struct err *e)
{
	PGresult *res = NULL;

	if (wanted != NULL && !email_valid(wanted))
		return err_set(e, ERR_INVALID, "email", "this is no e-mail address");
	if (session_query(db, conf, token, "session_email", ARGS(arg_bool(change),
	    arg_text(wanted)), &res, e) != 0)
		return -1;
	*email = arena_strdup(mem, db_get(res, 0, "email"));
	PQclear(res);
	return 0;
}

int profile_webhook(struct db *db, const struct conf *conf, const char *token, struct arena *mem,
    struct profile_webhook *out, struct err *e)
{
	PGresult *res = NULL;

	*out = (struct profile_webhook){0};
	if (session_query(db, conf, token, "session_webhook", NO_ARGS, &res, e) != 0)
		return -1;
	if (PQntuples(res) == 1)
		*out = (struct profile_webhook){
			.url = arena_strdup(mem, db_get(res, 0, "url")),
			.failure = arena_strdup(mem, db_get(res, 0, "failure")),
			.failed_at = arena_strdup(mem, db_get(res, 0, "failed_at")),
			.waiting = db_get_long(res, 0, "waiting"),
			.tested = db_get_bool(res, 0, "tested"),
			.test_answer = arena_strdup(mem, db_get(res, 0, "test_answer")),
			.test_arrived = db_get(res, 0, "test_arrived") != NULL && db_get_bool(res, 0, "test_arrived"),
		};
	PQclear(res);
	return 0;
}

int profile_webhook_set(struct db *db, const struct conf *conf, const char *token, const char *url,
    const char *secret, const char *address, bool *done, struct err *e)
{
	long n;

	if (ask_number(db, conf, token, "session_webhook_set", ARGS(arg_text(url), arg_text(secret),
	    arg_text(address)), "done", &n, e) != 0)
		return -1;
	*done = n == 1;
	return 0;
}

int profile_webhook_test(struct db *db, const struct conf *conf, const char *token, const char *address,
    bool *done, struct err *e)
{
	PGresult *res = NULL;

	if (session_query(db, conf, token, "session_webhook_test", ARGS(arg_text(address)), &res, e) != 0)
		return -1;
	*done = db_get_bool(res, 0, "done");
	PQclear(res);
	return 0;
}

/* --- passwords ------------------------------------------------------------- */

/* Hashes a new password into what the database stores: its setting and its proof. */
static int hash_new(const char *password, char setting[PASSWORD_HASH_SIZE], unsigned char proof[DIGEST_SIZE],
    struct err *e)
{
	if (password_hash(password, setting, e) != 0)
		return -1;
	digest_sha256(setting, strlen(setting), proof);
	strrchr(setting, '$')[1] = '\0';
	return 0;
}

int profile_prove(struct db *db, const char *username, const char *old, const char *address,
    unsigned char proof[DIGEST_SIZE], long *wait, struct err *e)
{
	char setting[PASSWORD_HASH_SIZE];

	if (signin_setting(db, username, address, setting, wait, e) != 0)
		return -1;
	/* A password that crypt(3) refuses has the proof zero, which matches nobody's. */
	memset(proof, 0, DIGEST_SIZE);
	if (*wait == 0 && strlen(old) <= PASSWORD_MOST)
		password_proof(old, setting, proof);
	return 0;
}

int profile_password(struct db *db, const struct conf *conf, const char *token,
    const char *username, const char *old, const char *password, const char *address,
    bool *done, long *wait, struct err *e)
{
	char setting[PASSWORD_HASH_SIZE];
	unsigned char proof[DIGEST_SIZE], new_proof[DIGEST_SIZE];
	PGresult *res = NULL;

	*done = false;
	*wait = 0;
	if (profile_prove(db, username, old, address, proof, wait, e) != 0)
		return -1;
	if (*wait > 0)
		return 0;
	if (password_check(password, username, e) != 0 || hash_new(password, setting, new_proof, e) != 0)
		return -1;
	if (session_query(db, conf, token, "session_password", ARGS(arg_bytes(proof, DIGEST_SIZE),
	    arg_text(setting), arg_bytes(new_proof, DIGEST_SIZE), arg_text(address)), &res, e) != 0)
		return -1;
	*done = db_get_bool(res, 0, "done");
	*wait = db_get_long(res, 0, "seconds");
	PQclear(res);
	return 0;
}

int profile_other(struct db *db, const struct conf *conf, const char *token, long admin_id,
    struct arena *mem, const char **username, struct err *e)
{
	PGresult *res = NULL;

	*username = NULL;
	if (session_query(db, conf, token, "session_admin_other", ARGS(arg_long(admin_id)), &res, e) != 0)
		return -1;
	if (PQntuples(res) == 1)
		*username = arena_strdup(mem, db_get(res, 0, "username"));
	PQclear(res);
	return 0;
}

int profile_other_password(struct db *db, const struct conf *conf, const char *token, long admin_id,
    const char *password, const char *address, struct err *e)
{
	char setting[PASSWORD_HASH_SIZE];
	unsigned char proof[DIGEST_SIZE];
	long done;

	if (hash_new(password, setting, proof, e) != 0)
		return -1;
	if (ask_number(db, conf, token, "session_admin_password", ARGS(arg_long(admin_id),
	    arg_text(setting), arg_bytes(proof, DIGEST_SIZE), arg_text(address)), "done", &done, e) != 0)
		return -1;
	return done ? 0 : err_set(e, ERR_NOT_FOUND, "administrator", "there is no such administrator in reach");
}

/* --- tokens ---------------------------------------------------------------- */

int profile_tokens(struct db *db, const struct conf *conf, const char *token, struct arena *mem,
    struct profile_token **out, size_t *n, struct err *e)
{
	PGresult *res = NULL;

	if (session_query(db, conf, token, "session_tokens", NO_ARGS, &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (int i = 0; i < (int)*n; i++)
		(*out)[i] = (struct profile_token){
			.id = db_get_long(res, i, "id"),
			.name = arena_strdup(mem, db_get(res, i, "name")),
			.rights = arena_strdup(mem, db_get(res, i, "rights")),
			.created_at = arena_strdup(mem, db_get(res, i, "created_at")),
			.expires_at = arena_strdup(mem, db_get(res, i, "expires_at")),
			.used_at = arena_strdup(mem, db_get(res, i, "used_at")),
		};
	PQclear(res);
	return 0;
}

int profile_token_open(struct db *db, const struct conf *conf, const char *token, const char *name,
    unsigned rights, long seconds, const char *address, char secret[DIGEST_HEX_SIZE], bool *done,
    struct err *e)
{
	char secret_hash[DIGEST_SIZE];
	struct arena *mem;
	long made;
	int rc;

	digest_random(secret);
	digest_token(secret, secret_hash);
	mem = arena_new();
	rc = ask_number(db, conf, token, "session_token_open", ARGS(arg_bytes(secret_hash, DIGEST_SIZE),
	    arg_text(name), arg_text(admin_rights(rights, mem)), arg_long(seconds), arg_text(address)), "done",
	    &made, e);
	arena_free(mem);
	*done = rc == 0 && made == 1;
	return rc;
}

int profile_token_end(struct db *db, const struct conf *conf, const char *token, long id,
    const char *address, bool *done, struct err *e)
{
	long n;

	if (ask_number(db, conf, token, "session_token_end", ARGS(arg_long(id),
	    arg_text(address)), "done", &n, e) != 0)
		return -1;
	*done = n == 1;
	return 0;
}
