/* The users of a scope: the list, one user, deleting.  Contract: list.h; the SQL
 * is sql/queries/users.sql. */
#include "users/list.h"

#include <string.h>

#include <jansson.h>

#include "auth/account.h"
#include "auth/audit.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/uuid.h"
#include "csv/field.h"

static const char *kept(struct arena *mem, const PGresult *res, int row, const char *column)
{
	return arena_strdup(mem, db_get(res, row, column));
}

/* "{uuid,uuid}" in `mem`; NULL with ERR_INVALID if one is not valid. */
static const char *uuid_array(struct arena *mem, size_t n, const char *const *uuids, struct err *e)
{
	struct buf text = {0};
	const char *array = NULL;

	buf_addch(&text, '{');
	for (size_t i = 0; i < n; i++) {
		if (!uuid_valid(uuids[i])) {
			err_set(e, ERR_INVALID, NULL, "one of the users is not named by a uuid");
			goto out;
		}
		if (i > 0)
			buf_addch(&text, ',');
		buf_adds(&text, uuids[i]);
	}
	buf_addch(&text, '}');
	array = arena_strdup(mem, buf_str(&text));
out:
	buf_free(&text);
	return array;
}

/* --- the list ------------------------------------------------------------- */

/* The first row has no user. */
static void read_users(const PGresult *res, struct arena *mem, struct list_user **out, size_t *n)
{
	*n = (size_t)PQntuples(res) - 1;
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (int i = 1; i <= (int)*n; i++) {
		struct list_user *u = &(*out)[i - 1];
		u->uuid = kept(mem, res, i, "uuid");
		u->firstname = kept(mem, res, i, "firstname");
		u->lastname = kept(mem, res, i, "lastname");
		u->enabled = db_get_bool(res, i, "enabled");
		u->exten = kept(mem, res, i, "exten");
		u->entity = kept(mem, res, i, "entity");
		u->provisioning_code = kept(mem, res, i, "provisioning_code");
		u->protocol = kept(mem, res, i, "protocol");
		u->email = kept(mem, res, i, "email");
		u->mobile = kept(mem, res, i, "mobile_phone_number");
		u->username = kept(mem, res, i, "username");
		u->labels = kept(mem, res, i, "labels");
		u->incalls = kept(mem, res, i, "incalls");
	}
}

static int query_users(struct db *db, const struct principal *who, const struct list_request *r,
    const char *filter, bool patient, PGresult **rows, struct err *e)
{
	static const char *const orders[LIST__MAX] = {"name", "code", "protocol", "exten", "entity"};

	return account_query(db, who, "users_list", ARGS(arg_text(filter), arg_text(orders[r->order]),
	    arg_bool(r->descending), arg_long(r->limit), arg_long(r->offset), arg_bool(patient)), rows, e);
}

int list_users(struct db *db, const struct principal *who, const struct list_request *r,
    struct arena *mem, struct list_user **out, size_t *n, struct list_total *total, struct err *e)
{
	const char *filter = filter_json(&r->filter, mem, e);
	/* What the worker notes first is for the first pages by name. */
	bool patient = r->order == LIST_BY_NAME && !r->descending && r->offset + r->limit <= 50
	    && filter_is_empty(&r->filter);
	PGresult *rows;

	db = db_reader(db);
	if (filter == NULL || query_users(db, who, r, filter, patient, &rows, e) != 0)
		return -1;
	if (PQntuples(rows) == 0) {
		PQclear(rows);
		if (account_query(db, who, "users_settle", NO_ARGS, NULL, e) != 0
		    || query_users(db, who, r, filter, false, &rows, e) != 0)
			return -1;
	}
	*total = (struct list_total){ .n = db_get_long(rows, 0, "total"), .more = db_get_bool(rows, 0, "more") };
	read_users(rows, mem, out, n);
	PQclear(rows);
	return 0;
}

/* --- one user ------------------------------------------------------------- */

static void read_user(const PGresult *res, struct arena *mem, struct user_detail *out)
{
	out->uuid = kept(mem, res, 0, "uuid");
	out->name = kept(mem, res, 0, "full_name");
	out->enabled = db_get_long(res, 0, "enabled") != 0;
	out->entity_id = db_get_long(res, 0, "entity_id");
	out->entity = kept(mem, res, 0, "entity");
	out->version = kept(mem, res, 0, "version");
	out->n_values = FIELD__MAX;
	out->values = arena_alloc(mem, FIELD__MAX * sizeof(*out->values));
	for (size_t i = 0; i < FIELD__MAX; i++) {
		out->values[i].column = fields[i].name;
		out->values[i].value = kept(mem, res, 0, fields[i].name);
	}
}

int list_user(struct db *db, const struct principal *who, const char *uuid, bool secrets,
    struct arena *mem, struct user_detail *out, struct err *e)
{
	bool shown = secrets && (who->rights & RIGHT_USERS_SECRETS) != 0;
	PGresult *res;
	int rc = 0;

	if (!uuid_valid(uuid))
		return err_set(e, ERR_NOT_FOUND, NULL, "no user of that uuid");
	if (account_query(db, who, "users_one", ARGS(arg_text(uuid), arg_bool(shown)), &res, e) != 0)
		return -1;
	if (PQntuples(res) == 1)
		read_user(res, mem, out);
	else
		rc = err_set(e, ERR_NOT_FOUND, NULL, "no user of that uuid");
	PQclear(res);
	return rc;
}

int list_phones(struct db *db, const struct principal *who, const char *uuid,
    struct arena *mem, struct list_phone **out, size_t *n, struct err *e)
{
	PGresult *res;

	if (account_query(db, who, "phones_of_user", ARGS(arg_text(uuid)), &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (int i = 0; i < (int)*n; i++)
		(*out)[i] = (struct list_phone){
			.address = arena_strdup(mem, db_get(res, i, "address")),
			.transport = arena_strdup(mem, db_get(res, i, "transport")),
			.user_agent = arena_strdup(mem, db_get(res, i, "user_agent")),
			.since = arena_strdup(mem, db_get(res, i, "since")),
		};
	PQclear(res);
	return 0;
}

int list_audit_secrets(struct db *db, const struct principal *who, const char *address,
    size_t n, const char *const *uuids, struct err *e)
{
	json_t *users = json_array();
	struct buf detail = {0};
	int rc = -1;

	for (size_t i = 0; i < n; i++)
		json_array_append_new(users, json_string(uuids[i]));
	json_add(&detail, json_pack("{s:o}", "users", users));
	if (account_begin(db, who, e) == 0) {
		if (audit_add(db, who, address, "user.secrets", buf_str(&detail), e) == 0)
			rc = db_commit(db, e);
		if (rc != 0)
			db_rollback(db);
	}
	buf_free(&detail);
	return rc;
}

/* --- deleting ------------------------------------------------------------- */

/* Writes the deleted users to the audit: {"users": ["uuid", ...], "with": [...]}. */
static int audit_deleted(struct db *db, const struct principal *who, const char *address,
    unsigned with, const PGresult *gone, struct err *e)
{
	struct buf detail = {0};
	int n = PQntuples(gone), rc;

	if (n == 0)
		return 0;
	buf_adds(&detail, "{\"users\": [");
	for (int i = 0; i < n; i++)
		buf_addf(&detail, "%s\"%s\"", i ? ", " : "", db_get(gone, i, "uuid"));
	buf_addf(&detail, "], \"with\": [%s%s%s]}", (with & LIST_WITH_VOICEMAILS) != 0 ? "\"voicemails\"" : "",
	    with == (LIST_WITH_VOICEMAILS | LIST_WITH_INCALLS) ? ", " : "",
	    (with & LIST_WITH_INCALLS) != 0 ? "\"incalls\"" : "");
	rc = audit_add(db, who, address, "user.delete", buf_str(&detail), e);
	buf_free(&detail);
	return rc;
}

int list_delete(struct db *db, const struct principal *who, const char *address, size_t n,
    const char *const *uuids, unsigned with, long *deleted, struct err *e)
{
	struct arena *mem = arena_new();
	const char *array = uuid_array(mem, n, uuids, e);
	PGresult *gone = NULL;
	int rc = -1;

	if (array == NULL || account_begin(db, who, e) != 0)
		goto out;
	if (db_query(db, "users_delete_lock", ARGS(arg_text(array)), NULL, e) != 0) {
		if (e->code == ERR_DB_RETRY)
			err_set(e, ERR_DB_RETRY, "users", "an import is running");
		goto out;
	}
	if (db_query(db, "users_delete_job", ARGS(arg_text(array), arg_long(who->tenant_id),
	    arg_long(who->admin_id), arg_text(who->username)), NULL, e) == 0 &&
	    db_query(db, "users_delete_incalls", ARGS(arg_text(array),
	    arg_bool((with & LIST_WITH_INCALLS) != 0)), NULL, e) == 0 &&
	    db_query(db, "users_delete", ARGS(arg_text(array), arg_bool((with & LIST_WITH_VOICEMAILS) != 0)),
	    &gone, e) == 0 && audit_deleted(db, who, address, with, gone, e) == 0 && db_commit(db, e) == 0) {
		*deleted = PQntuples(gone);
		rc = 0;
	}
out:
	if (rc != 0)
		db_rollback(db);
	PQclear(gone);
	arena_free(mem);
	return rc;
}
