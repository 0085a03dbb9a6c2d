/* /1.1/users: the list, one user, deleting one. */
#include <stdlib.h>
#include <string.h>

#include "api/result.h"
#include "api/routes.h"
#include "auth/account.h"
#include "auth/audit.h"
#include "base/json.h"
#include "base/uuid.h"
#include "users/list.h"

/* The columns that the list can be filtered by, as in the older service: the value must be equal, but
 * the case of e-mail and login is ignored.  sql/queries/api.sql has the same words. */
static const char *const filters[] = { "firstname", "lastname", "email", "username",
	"mobile_phone_number", "uuid", "exten", "enabled" };

/* The columns that the list can be sorted by; sql/queries/api.sql has the same words. */
static const char *const orders[] = { "name", "id", "firstname", "lastname", "email", "username",
	"exten", "provisioning_code", "entity_id", NULL };
static const char *const directions[] = { "asc", "desc", NULL };

struct list {
	const char *search, *order;
	const char *columns;	/* values of columns to filter by, a JSON object */
	const char *filter;	/* the search and the columns, as users_filtered has them (sql/views) */
	bool descending, brief;
	long limit, offset;
	long total;		/* -1: those who are sent */
	size_t n;
	struct emit *out;
};

#define NO_LIMIT 999999999

/* The first row has no user, but how many there are. */
static int add_user(void *ctx, const PGresult *res, struct err *e)
{
	struct list *l = ctx;

	if (PQgetisnull(res, 0, 0)) {
		l->total = PQgetisnull(res, 0, 1) ? -1 : db_get_long(res, 0, "total");
		buf_adds(&l->out->buf, "{\"items\":[");
		return 0;
	}
	if (l->n++ > 0)
		buf_addch(&l->out->buf, ',');
	buf_adds(&l->out->buf, db_get(res, 0, "object"));
	return emit_some(l->out, e);
}

static struct db_arg secrets(const struct api *a)
{
	return arg_bool((a->who->rights & RIGHT_USERS_SECRETS) != 0);
}

static int write_users(struct api *a, struct emit *out, void *ctx, struct err *e)
{
	struct db *db = db_reader(a->db);
	struct list *l = ctx;

	l->out = out;
	if (account_begin(db, a->who, e) != 0
	    || db_each(db, "api_users", ARGS(arg_text(l->filter), arg_text(l->order), arg_bool(l->descending),
	    arg_long(l->limit), arg_long(l->offset), secrets(a), arg_bool(l->brief),
	    arg_bool(l->limit == NO_LIMIT && l->offset == 0)), add_user, l, e) != 0)
		return -1;
	buf_addf(&out->buf, "],\"total\":%ld}", l->total >= 0 ? l->total : (long)l->n);
	return db_commit(db, e);
}

static const char *json_kept(struct arena *mem, json_t *object)
{
	struct buf text = {0};

	json_add(&text, object);
	const char *kept = arena_strdup(mem, buf_str(&text));
	buf_free(&text);
	return kept;
}

static int read_columns(struct api *a, struct list *l, struct err *e)
{
	const char *uuid = form_get(&a->query, "uuid");
	json_t *columns = json_object(), *filter = json_object();
	bool enabled;
	int rc = -1;

	if (uuid != NULL && !uuid_valid(uuid))
		err_set(e, ERR_INVALID, "uuid", "uuid is no UUID");
	else
		rc = api_query_bool(a, "enabled", &enabled, e);
	for (size_t i = 0; rc == 0 && i < sizeof(filters) / sizeof(filters[0]); i++) {
		const char *value = form_get(&a->query, filters[i]);
		bool state = strcmp(filters[i], "enabled") == 0;
		if (value == NULL)
			continue;
		json_object_set_new(columns, filters[i], json_string(state ? (enabled ? "true" : "false") : value));
		json_object_set_new(filter, state ? filters[i] : arena_printf(a->mem, "=%s", filters[i]),
		    json_string(state ? (enabled ? "yes" : "no") : value));
	}
	if (l->search != NULL && *l->search != '\0')
		json_object_set_new(filter, "search", json_string(l->search));
	l->columns = json_kept(a->mem, columns);
	l->filter = json_kept(a->mem, filter);
	return rc;
}

/* Writes to the audit that secrets are shown, before the first byte of the answer.  `of` says whose;
 * takes over its reference. */
static int audit_secrets(struct api *a, json_t *of, struct err *e)
{
	struct buf text = {0};
	int rc = 0;

	json_add(&text, of);
	if ((a->who->rights & RIGHT_USERS_SECRETS) != 0 && a->req->method != HTTP_HEAD)
		rc = audit_shown(a->db, a->who, a->req->remote_addr, "user.secrets", buf_str(&text), e);
	buf_free(&text);
	return rc;
}

int api_users(struct api *a, struct err *e)
{
	static const char *const views[] = { "full", "summary", NULL };
	struct list list = { .search = form_get(&a->query, "search") };
	int order, direction, view;
	bool recurse;

	/* `recurse` is accepted and changes nothing, as tenants are not nested. */
	if (api_query_choice(a, "view", views, &view, e) != 0 || api_query_bool(a, "recurse", &recurse, e) != 0
	    || read_columns(a, &list, e) != 0)
		return -1;
	/* Without a limit all users are sent, while they are read. */
	if (api_query_choice(a, "order", orders, &order, e) != 0
	    || api_query_choice(a, "direction", directions, &direction, e) != 0
	    || api_query_number(a, "limit", 0, NO_LIMIT, NO_LIMIT, &list.limit, e) != 0
	    || api_query_number(a, "offset", 0, 999999999, 0, &list.offset, e) != 0)
		return -1;
	if (list.search == NULL)
		list.search = "";
	list.order = orders[order];
	list.descending = direction == 1;
	list.brief = view == 1;
	if (!list.brief && audit_secrets(a, json_pack("{s:s, s:o, s:I, s:I}", "search", list.search,
	    "columns", json_loads(list.columns, 0, NULL), "limit", (json_int_t)list.limit,
	    "offset", (json_int_t)list.offset), e) != 0)
		return -1;
	return result_stream(a, 200, "application/json", write_users, &list, e);
}

/* --- one ------------------------------------------------------------------ */

static int no_user(struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, NULL, "there is no such user");
}

int api_user_show(struct api *a, const char *name, struct err *e)
{
	PGresult *res;
	int rc;

	if (account_query(a->db, a->who, uuid_valid(name) ? "api_user" : "api_user_by_id",
	    ARGS(arg_text(name), secrets(a)), &res, e) != 0)
		return -1;
	rc = PQntuples(res) == 1
	    ? audit_secrets(a, json_pack("{s:[s]}", "users", db_get(res, 0, "uuid")), e) : no_user(e);
	if (rc == 0) {
		response_header(a->res, "Content-Type", "application/json");
		buf_adds(&a->res->body, db_get(res, 0, "object"));
	}
	PQclear(res);
	return rc;
}

int api_user(struct api *a, struct err *e)
{
	const char *name = api_param(a, "uuid");

	if (!uuid_valid(name) && form_number(name, 1, 999999999, 0) == 0)
		return no_user(e);
	return api_user_show(a, name, e);
}

int api_user_uuid(struct api *a, const char **uuid, struct err *e)
{
	const char *name = api_param(a, "uuid");
	bool by_uuid = uuid_valid(name);
	PGresult *res;
	int rc;

	if (!by_uuid && form_number(name, 1, 999999999, 0) == 0)
		return no_user(e);
	if (account_query(a->db, a->who, "api_user_uuid",
	    ARGS(arg_text(by_uuid ? NULL : name), arg_text(by_uuid ? name : NULL)), &res, e) != 0)
		return -1;
	rc = PQntuples(res) == 1 ? 0 : no_user(e);
	if (rc == 0)
		*uuid = arena_strdup(a->mem, db_get(res, 0, "uuid"));
	PQclear(res);
	return rc;
}

int api_user_delete(struct api *a, struct err *e)
{
	static const char *const fates[] = { "keep", "delete", NULL };
	const char *uuid;
	long deleted = 0;
	int voicemail;

	if (api_query_choice(a, "voicemail", fates, &voicemail, e) != 0 || api_user_uuid(a, &uuid, e) != 0)
		return -1;
	if (list_delete(a->db, a->who, a->req->remote_addr, 1, &uuid,
	    voicemail == 1 ? LIST_WITH_VOICEMAILS : 0, &deleted, e) != 0)
		return -1;
	if (deleted == 0)
		return no_user(e);
	a->res->status = 204;
	return 0;
}
