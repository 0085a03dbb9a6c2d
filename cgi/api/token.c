/* /api/auth/0.1/token: makes a token that stands for name and password, and ends it. */
#include "auth/token.h"

#include <stdlib.h>

#include "api/guard.h"
#include "api/routes.h"

#define BODY_MAX 4096
#define SECONDS_MOST 2592000	/* 30 days */

/* The seconds that the body, {"expiration": n}, asks for; without a body the
 * setting's.  0 where it cannot be read. */
static int read_expiration(struct api *a, long *seconds, struct err *e)
{
	char body[BODY_MAX];
	size_t n = 0, got;
	json_t *object, *wish;

	*seconds = a->conf->token_lifetime;
	do {
		if (request_read(a->req, body + n, sizeof(body) - n, &got, e) != 0)
			return -1;
		n += got;
	} while (got > 0 && n < sizeof(body));
	if (n == 0)
		return 0;
	object = json_loadb(body, n, JSON_REJECT_DUPLICATES, NULL);
	wish = json_object_get(object, "expiration");
	bool sound = json_is_object(object)
	    && (wish == NULL || (json_is_integer(wish) && json_integer_value(wish) >= 1
	    && json_integer_value(wish) <= SECONDS_MOST));
	if (sound && wish != NULL)
		*seconds = (long)json_integer_value(wish);
	json_decref(object);
	return sound ? 0 : err_set(e, ERR_INVALID, NULL,
	    "the body must be empty, or {\"expiration\": SECONDS} with 1 to %d of them", SECONDS_MOST);
}

int api_token_open(struct api *a, struct err *e)
{
	char token[TOKEN_SIZE];
	const char *expires_at;
	struct signin in;
	long seconds;
	int rc;

	if (db_ensure(a->db, e) != 0)
		return -1;
	if ((rc = guard_basic(a, NULL, &in, e)) != CALL_PASS)
		return rc;
	if (read_expiration(a, &seconds, e) != 0
	    || token_open(a->db, &in, a->req->remote_addr, seconds, token, &expires_at, a->mem, e) != 0)
		return -1;
	return api_json(a, 200, json_pack("{s:{s:s,s:s}}", "data", "token", token,
	    "expires_at", expires_at));
}

int api_token_close(struct api *a, struct err *e)
{
	bool found;

	if (db_ensure(a->db, e) != 0
	    || token_close(a->db, api_param(a, "token"), a->req->remote_addr, &found, e) != 0)
		return -1;
	if (!found)
		return api_problem(a, 404, "There is no such token, or it has expired.");
	a->res->status = 204;
	return 0;
}
