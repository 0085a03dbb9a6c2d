/* Signing in with name and password.  Contract: signin.h. */
#include "auth/signin.h"

#include <stdio.h>
#include <string.h>

#include "auth/admin.h"
#include "auth/digest.h"
#include "auth/password.h"
#include "base/clock.h"

/* The proofs of passwords that were right a short time ago.  The key of an entry is a MAC of
 * setting and password under a random key of this process.  A changed password has another
 * setting.  A proof only counts if the database still has it. */
#define CACHE_SIZE	64
#define CACHE_MS	600000

struct known {
	unsigned char mac[DIGEST_SIZE];
	unsigned char proof[DIGEST_SIZE];
	int64_t until;		/* clock_ms */
};

static struct {
	char key[DIGEST_HEX_SIZE];	/* "" before the first use */
	size_t next;
	struct known entries[CACHE_SIZE];
} cache;

static void cache_mac(const char *setting, const char *password, unsigned char mac[DIGEST_SIZE])
{
	char text[PASSWORD_HASH_SIZE + PASSWORD_MOST + 2];

	if (cache.key[0] == '\0')
		digest_random(cache.key);
	snprintf(text, sizeof(text), "%s\n%s", setting, password);
	digest_hmac(cache.key, text, mac);
	explicit_bzero(text, sizeof(text));
}

static bool cache_find(const unsigned char mac[DIGEST_SIZE], unsigned char proof[DIGEST_SIZE])
{
	for (size_t i = 0; i < CACHE_SIZE; i++) {
		const struct known *one = &cache.entries[i];
		if (one->until > clock_ms() && memcmp(one->mac, mac, DIGEST_SIZE) == 0) {
			memcpy(proof, one->proof, DIGEST_SIZE);
			return true;
		}
	}
	return false;
}

static void cache_add(const unsigned char mac[DIGEST_SIZE], const unsigned char proof[DIGEST_SIZE])
{
	struct known *one = &cache.entries[cache.next];

	memcpy(one->mac, mac, DIGEST_SIZE);
	memcpy(one->proof, proof, DIGEST_SIZE);
	one->until = clock_ms() + CACHE_MS;
	cache.next = (cache.next + 1) % CACHE_SIZE;
}

/* Passes the proof to the database, which says whose it is, or how long to wait. */
static int try(struct db *db, const char *name, const char *address, const char *action,
    struct signin *out, struct err *e)
{
	PGresult *res = NULL;

	if (db_query(db, "signin_try", ARGS(arg_text(name), arg_text(address),
	    arg_bytes(out->proof.digest, DIGEST_SIZE), arg_text(action)), &res, e) != 0)
		return -1;
	out->ok = db_get(res, 0, "id") != NULL;
	out->wait = db_get_long(res, 0, "seconds");
	if (out->ok) {
		out->factor = db_get_bool(res, 0, "factor");
		out->admin_id = db_get_long(res, 0, "id");
		out->proof.kind = PROOF_PASSWORD;
	}
	PQclear(res);
	return 0;
}

int signin_setting(struct db *db, const char *name, const char *address, char setting[PASSWORD_HASH_SIZE],
    long *wait, struct err *e)
{
	PGresult *res = NULL;

	if (db_query(db, "signin_ask", ARGS(arg_text(name), arg_text(address)), &res, e) != 0)
		return -1;
	snprintf(setting, PASSWORD_HASH_SIZE, "%s", db_get(res, 0, "setting"));
	*wait = db_get_long(res, 0, "seconds");
	PQclear(res);
	return 0;
}

int signin_check(struct db *db, const char *username, const char *password,
    const char *address, const char *action, struct signin *out, struct err *e)
{
	/* An invalid name is looked up as "", so that the answer takes as long as for any other. */
	const char *name = admin_username_valid(username) ? username : "";
	char setting[PASSWORD_HASH_SIZE];
	unsigned char mac[DIGEST_SIZE];

	*out = (struct signin){0};
	if (address == NULL)
		address = "";
	if (signin_setting(db, name, address, setting, &out->wait, e) != 0)
		return -1;
	if (out->wait > 0)
		return 0;
	/* A password that is too long for crypt(3) has the proof zero, which matches nobody's. */
	bool sound = strlen(password) <= PASSWORD_MOST;
	if (sound)
		cache_mac(setting, password, mac);
	bool known = sound && cache_find(mac, out->proof.digest);
	if (!known)
		sound = password_proof(password, setting, out->proof.digest) && sound;
	if (try(db, name, address, action, out, e) != 0)
		return -1;
	if (out->ok && sound && !known)
		cache_add(mac, out->proof.digest);
	return 0;
}
