/* /1.1/users: the list, one user, deleting one. */
#include <string.h>

#include "api/result.h"
#include "auth/account.h"
#include "base/uuid.h"
#include "users/list.h"

/* What the list may be sorted by; sql/queries/api.sql has the same words. */
static const char *const orders[] = { "name", "id", "firstname", "lastname", "email", "username",
	"exten", "provisioning_code", "entity_id", NULL };
static const char *const directions[] = { "asc", "desc", NULL };

struct list {
	const char *params[6];	/* of api_users */
	size_t n;
	struct emit *out;
};

static int add_user(void *ctx, const PGresult *res, struct err *e)
{
	struct list *l = ctx;

	if (l->n++ > 0)
		buf_addch(&l->out->buf, ',');
	buf_adds(&l->out->buf, db_get(res, 0, "object"));
	return emit_some(l->out, e);
}

static const char *secrets(const struct api *a)
{
	return (a->who->rights & RIGHT_USERS_SECRETS) != 0 ? "t" : "f";
}

static int write_users(struct api *a, struct emit *out, void *ctx, struct err *e)
{
	struct list *l = ctx;
	long total;

	l->out = out;
	if (account_begin(a->db, a->who, e) != 0
	    || list_count(a->db, l->params[0], "", &total, e) != 0)
		return -1;
	buf_addf(&out->buf, "{\"total\":%ld,\"items\":[", total);
	if (db_each(a->db, "api_users", 6, l->params, add_user, l, e) != 0)
		return -1;
	buf_adds(&out->buf, "]}");
	return db_commit(a->db, e);
}

int api_users(struct api *a, struct err *e)
{
	const char *search = form_get(&a->query, "search");
	struct list list = {0};
	long limit, offset;
	int order, direction;

	/* Without a limit it is all of them: they are sent as they are read. */
	if (api_query_choice(a, "order", orders, &order, e) != 0
	    || api_query_choice(a, "direction", directions, &direction, e) != 0
	    || api_query_number(a, "limit", 0, 999999999, 999999999, &limit, e) != 0
	    || api_query_number(a, "offset", 0, 999999999, 0, &offset, e) != 0)
		return -1;
	list.params[0] = search != NULL ? search : "";
	list.params[1] = orders[order];
	list.params[2] = direction == 1 ? "t" : "f";
	list.params[3] = arena_printf(a->mem, "%ld", limit);
	list.params[4] = arena_printf(a->mem, "%ld", offset);
	list.params[5] = secrets(a);
	return result_stream(a, 200, "application/json", write_users, &list, e);
}

/* --- one ------------------------------------------------------------------ */

static int no_user(struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, NULL, "there is no such user");
}

int api_user(struct api *a, struct err *e)
{
	const char *name = api_param(a, "uuid");
	const char *params[] = { name, secrets(a) };
	PGresult *res = NULL;
	int rc = -1;

	if (!uuid_valid(name) && form_number(name, 1, 999999999, 0) == 0)
		return no_user(e);
	if (account_begin(a->db, a->who, e) != 0)
		return -1;
	if (db_query(a->db, uuid_valid(name) ? "api_user" : "api_user_by_id", 2, params, &res, e) == 0
	    && db_commit(a->db, e) == 0)
		rc = PQntuples(res) == 1 ? 0 : no_user(e);
	if (rc == 0) {
		response_header(a->res, "Content-Type", "application/json");
		buf_adds(&a->res->body, db_get(res, 0, "object"));
	}
	PQclear(res);
	return rc;
}

int api_user_delete(struct api *a, struct err *e)
{
	const char *name = api_param(a, "uuid");
	long deleted = 0;

	if (!uuid_valid(name))
		return no_user(e);
	if (list_delete(a->db, a->who, a->req->remote_addr, 1, &name, &deleted, e) != 0)
		return -1;
	if (deleted == 0)
		return no_user(e);
	a->res->status = 204;
	return 0;
}
