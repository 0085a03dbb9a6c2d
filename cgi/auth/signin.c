/* A name and a password: whose they are.  Contract: signin.h. */
#include "auth/signin.h"

#include <stdio.h>
#include <string.h>

#include "auth/admin.h"
#include "auth/audit.h"
#include "auth/digest.h"
#include "auth/password.h"
#include "auth/throttle.h"
#include "base/clock.h"

/* Passwords that were right lately, as MACs of hash and password under a key
 * that this process has drawn: neither can be had from them, and a password
 * that was changed has another hash. */
#define CACHE_SIZE	64
#define CACHE_MS	600000

static struct {
	char key[DIGEST_HEX_SIZE];	/* "" before the first use */
	size_t next;
	struct {
		unsigned char mac[DIGEST_SIZE];
		int64_t until;		/* clock_ms */
	} entries[CACHE_SIZE];
} cache;

static void cache_mac(const char *hash, const char *password, unsigned char mac[DIGEST_SIZE])
{
	char text[PASSWORD_HASH_SIZE + PASSWORD_MOST + 2];

	if (cache.key[0] == '\0')
		digest_random(cache.key);
	snprintf(text, sizeof(text), "%s\n%s", hash, password);
	digest_hmac(cache.key, text, mac);
	explicit_bzero(text, sizeof(text));
}

static bool verify(const char *password, const char *hash)
{
	unsigned char mac[DIGEST_SIZE];

	if (hash == NULL || strlen(hash) >= PASSWORD_HASH_SIZE || strlen(password) > PASSWORD_MOST)
		return password_verify(password, hash);
	cache_mac(hash, password, mac);
	for (size_t i = 0; i < CACHE_SIZE; i++)
		if (cache.entries[i].until > clock_ms() && memcmp(cache.entries[i].mac, mac, DIGEST_SIZE) == 0)
			return true;
	if (!password_verify(password, hash))
		return false;
	memcpy(cache.entries[cache.next].mac, mac, DIGEST_SIZE);
	cache.entries[cache.next].until = clock_ms() + CACHE_MS;
	cache.next = (cache.next + 1) % CACHE_SIZE;
	return true;
}

static int refuse(struct db *db, const char *username, const char *address,
    const PGresult *known, bool right, struct err *e)
{
	struct principal who = {0};
	const char *why = "{\"reason\": \"unknown\"}";

	/* A name that is unknown is not written down: it may be a password that
	 * was typed into the wrong field. */
	if (PQntuples(known) == 1) {
		who.admin_id = db_get_long(known, 0, "id");
		who.username = db_get(known, 0, "username");
		who.tenant_id = db_get_long(known, 0, "tenant_id");
		why = right ? "{\"reason\": \"disabled\"}" : "{\"reason\": \"password\"}";
	}
	if (throttle_fail(db, username, address, e) != 0)
		return -1;
	return audit_add(db, &who, address, "login.refused", why, e);
}

int signin_check(struct db *db, const char *username, const char *password,
    const char *address, struct arena *mem, struct signin *out, struct err *e)
{
	/* A name that nobody can have is asked for all the same, as one that
	 * nobody has: the answer takes as long. */
	const char *name = admin_username_valid(username) ? username : "";
	PGresult *res = NULL;
	int result = -1;

	*out = (struct signin){0};
	if (throttle_wait(db, name, address, &out->wait, e) != 0)
		return -1;
	if (out->wait > 0)
		return 0;
	if (db_query(db, "admin_find", ARGS(arg_text(name)), &res, e) != 0)
		return -1;
	bool known = PQntuples(res) == 1;
	bool right = verify(password, known ? db_get(res, 0, "password_hash") : NULL);
	if (!right || db_get_bool(res, 0, "disabled")) {
		result = refuse(db, name, address, res, right, e);
		goto out;
	}
	if (throttle_pass(db, name, address, &out->noted, e) != 0)
		goto out;
	out->ok = true;
	out->admin_id = db_get_long(res, 0, "id");
	out->username = arena_strdup(mem, db_get(res, 0, "username"));
	out->tenant_id = db_get_long(res, 0, "tenant_id");
	result = 0;
out:
	PQclear(res);
	return result;
}
