/* /api/auth/0.1/token: makes a token, which replaces name and password; shows it; revokes it. */
#include "auth/token.h"

#include <stdlib.h>
#include <string.h>

#include "api/guard.h"
#include "api/routes.h"
#include "auth/account.h"

#define BODY_MAX 4096
#define SECONDS_MOST 2592000	/* 30 days */

/* The names of rights at the older service, which its clients send as `scope`. */
static const struct {
	const char *acl;
	enum right right;
} acls[] = {
	{ "confd.users.read", RIGHT_USERS_READ },
	{ "confd.users.import.create", RIGHT_USERS_IMPORT },
	{ "confd.users.import.update", RIGHT_USERS_UPDATE },
	{ "confd.users.delete", RIGHT_USERS_DELETE },
	{ "confd.users.export.read", RIGHT_USERS_EXPORT },
};
#define N_ACLS (sizeof(acls) / sizeof(acls[0]))

/* --- making one ------------------------------------------------------------ */

/* The members of the body; the second line has those that clients of the older service send and that
 * change nothing here. */
static const char known_members[] = "username password expiration"
    " backend access_type client_id domain_name tenant_id user_agent";

/* Reads the lifetime from the body, in seconds; else that of the settings. */
static int read_expiration(struct api *a, json_t *body, long *seconds, struct err *e)
{
	json_t *wish = json_object_get(body, "expiration");

	*seconds = a->conf->token_lifetime;
	if (wish == NULL)
		return 0;
	if (!json_is_integer(wish) || json_integer_value(wish) < 1 || json_integer_value(wish) > SECONDS_MOST)
		return err_set(e, ERR_INVALID, "expiration", "expiration must be a number of seconds from 1 to %d",
		    SECONDS_MOST);
	*seconds = (long)json_integer_value(wish);
	return 0;
}

/* Signs in by HTTP Basic, or by username and password in the body. */
static int sign_in(struct api *a, json_t *body, struct signin *in, struct err *e)
{
	const char *name = json_string_value(json_object_get(body, "username"));
	const char *password = json_string_value(json_object_get(body, "password"));

	return request_header(a->req, "authorization") == NULL && name != NULL && password != NULL
	    ? guard_password(a, name, password, NULL, in, e) : guard_basic(a, NULL, in, e);
}

static const char *number_text(struct api *a, long n)
{
	return arena_printf(a->mem, "%ld", n);
}

static int open_token(struct api *a, json_t *body, struct err *e)
{
	char token[TOKEN_SIZE];
	const char *expires_at;
	struct signin in;
	long seconds;
	int rc = sign_in(a, body, &in, e);

	if (rc != CALL_PASS)
		return rc;
	if (read_expiration(a, body, &seconds, e) != 0
	    || token_open(a->db, &in, a->req->remote_addr, seconds, token, &expires_at, a->mem, e) != 0)
		return -1;
	return api_json(a, 200, json_pack("{s:{s:s,s:s,s:s}}", "data", "token", token,
	    "auth_id", number_text(a, in.admin_id), "expires_at", expires_at));
}

int api_token_open(struct api *a, struct err *e)
{
	json_t *body;
	int rc;

	if (db_ensure(a->db, e) != 0)
		return -1;
	body = api_object(a, BODY_MAX, false,
	    "empty, or a JSON object with some of username, password and expiration", e);
	if (body == NULL)
		return -1;
	rc = api_members(a, body, known_members, e) == 0 ? open_token(a, body, e) : -1;
	json_decref(body);
	return rc;
}

/* --- showing and revoking one ---------------------------------------------- */

static int no_token(struct api *a)
{
	return api_problem(a, 404, "There is no such token, or it has expired.");
}

/* Whether the account has the right `scope`: a name of the older service, or one of ours. */
static bool has_scope(const struct principal *who, const char *scope)
{
	unsigned rights = 0;

	for (size_t i = 0; i < N_ACLS; i++)
		if (strcmp(acls[i].acl, scope) == 0)
			rights = acls[i].right;
	return (rights != 0 || rights_parse(scope, &rights)) && rights != 0 && (who->rights & rights) == rights;
}

static json_t *acl_list(const struct principal *who)
{
	json_t *list = json_array();

	for (size_t i = 0; i < N_ACLS; i++)
		if ((who->rights & acls[i].right) != 0 && json_array_append_new(list, json_string(acls[i].acl)) != 0)
			abort();
	return list;
}

static int show_token(struct api *a, const struct principal *who, const struct token *t, struct err *e)
{
	const char *tenant = NULL;
	PGresult *res;

	if (account_query(a->db, who, "api_tenant", ARGS(arg_long(who->tenant_id)), &res, e) != 0)
		return -1;
	if (PQntuples(res) == 1)
		tenant = arena_strdup(a->mem, db_get(res, 0, "uuid"));
	PQclear(res);
	return api_json(a, 200, json_pack("{s:{s:s,s:s,s:s,s:s,s:o,s:{s:s,s:s?}}}", "data",
	    "token", api_param(a, "token"), "auth_id", number_text(a, who->admin_id),
	    "issued_at", t->issued_at, "expires_at", t->expires_at, "acl", acl_list(who),
	    "metadata", "username", who->username, "tenant_uuid", tenant));
}

int api_token(struct api *a, struct err *e)
{
	const char *tenant = form_get(&a->query, "tenant"), *scope = form_get(&a->query, "scope");
	struct principal who = {0};
	struct token token;
	bool found = false;

	if (db_ensure(a->db, e) != 0 || token_find(a->db, api_param(a, "token"), &token, a->mem, e) != 0)
		return -1;
	if (token.admin_id == 0)
		return no_token(a);
	if (account_find(a->db, token.admin_id, &token.proof, tenant, a->mem, &who, &found, e) != 0)
		return -1;
	if (!found)
		return api_problem(a, 403, "The tenant is unknown, or not in the scope of the account.");
	who.rights &= token.rights;
	if (scope != NULL && !has_scope(&who, scope))
		return api_problem(a, 403, "The account lacks the right for this.");
	if (a->req->method != HTTP_HEAD)
		return show_token(a, &who, &token, e);
	a->res->status = 204;
	return 0;
}

int api_token_close(struct api *a, struct err *e)
{
	const char *token = api_param(a, "token");
	bool found;

	/* The token can be in a header, as proxies may log addresses but not headers. */
	if (token == NULL)
		token = request_header(a->req, "x-auth-token");
	if (db_ensure(a->db, e) != 0
	    || token_close(a->db, token, a->req->remote_addr, &found, e) != 0)
		return -1;
	if (!found)
		return no_token(a);
	a->res->status = 204;
	return 0;
}
