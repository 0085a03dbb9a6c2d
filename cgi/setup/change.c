/* One thing of the setup, for pages and API.  Contract: change.h. */
#include "setup/change.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/account.h"
#include "auth/audit.h"
#include "auth/password.h"
#include "base/json.h"
#include "base/utf8.h"
#include "setup/apply.h"
#include "setup/document.h"

#define USES_SHOWN 20

static bool is_list(const struct setup_resource *r, const char *key)
{
	return strcmp(r->key, key) == 0;
}

/* --- reading ---------------------------------------------------------------- */

static const char *kept(struct arena *mem, const PGresult *res, int row, const char *column)
{
	return arena_strdup(mem, db_get(res, row, column));
}

/* Inside a transaction. */
static int query_found(struct db *db, const struct principal *who, const struct setup_resource *r,
    const struct setup_filter *f, PGresult **res, struct err *e)
{
	return db_query(db, "setup_found", ARGS(arg_text(r->key), arg_text(proof_kind(&who->proof)),
	    arg_bytes(who->proof.digest, DIGEST_SIZE), arg_long(who->admin_id),
	    arg_text(f->search != NULL ? f->search : ""), f->id != 0 ? arg_long(f->id) : arg_null(),
	    arg_text(f->uuid), arg_long(f->limit), arg_long(f->offset)), res, e);
}

static void read_thing(const PGresult *res, int row, struct arena *mem, struct setup_thing *out)
{
	*out = (struct setup_thing){
		.id = db_get_long(res, row, "id"),
		.tenant_id = db_get_long(res, row, "tenant_id"),
		.tenant = kept(mem, res, row, "tenant"),
		.tenant_uuid = kept(mem, res, row, "tenant_uuid"),
		.name = kept(mem, res, row, "name"),
		.version = kept(mem, res, row, "version"),
		.object = kept(mem, res, row, "object"),
		.uses = db_get_long(res, row, "uses"),
	};
}

int setup_found(struct db *db, const struct principal *who, const struct setup_resource *r,
    const struct setup_filter *f, struct arena *mem, struct setup_thing **out, size_t *n, long *total,
    struct err *e)
{
	PGresult *res = NULL;

	if (account_begin(db, who, e) != 0)
		return -1;
	if (query_found(db, who, r, f, &res, e) != 0 || db_commit(db, e) != 0) {
		PQclear(res);
		db_rollback(db);
		return -1;
	}
	*n = (size_t)PQntuples(res);
	*total = *n > 0 ? db_get_long(res, 0, "total") : 0;
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (size_t i = 0; i < *n; i++)
		read_thing(res, (int)i, mem, &(*out)[i]);
	PQclear(res);
	/* Each row has the total: of a part without rows the first row is asked for it. */
	if (*n == 0 && (f->limit == 0 || f->offset > 0)) {
		struct setup_filter first = *f;
		struct setup_thing *one;
		size_t there;
		first.limit = 1;
		first.offset = 0;
		return setup_found(db, who, r, &first, mem, &one, &there, total, e);
	}
	return 0;
}

static int no_thing(struct err *e)
{
	return err_set(e, ERR_NOT_FOUND, NULL, "there is no such thing in the setup");
}

int setup_one(struct db *db, const struct principal *who, const struct setup_resource *r, long id,
    struct arena *mem, struct setup_thing *out, struct err *e)
{
	const struct setup_filter filter = { .id = id, .limit = 1 };
	struct setup_thing *list;
	size_t n;
	long total;

	if (id == 0)
		return no_thing(e);
	if (setup_found(db, who, r, &filter, mem, &list, &n, &total, e) != 0)
		return -1;
	if (n == 0)
		return no_thing(e);
	*out = list[0];
	return 0;
}

int setup_uses(struct db *db, const struct principal *who, const struct setup_resource *r,
    const struct setup_thing *thing, struct arena *mem, struct setup_use **out, size_t *n, struct err *e)
{
	PGresult *res;

	if (account_query(db, who, "setup_uses", ARGS(arg_text(r->key), arg_text(proof_kind(&who->proof)),
	    arg_bytes(who->proof.digest, DIGEST_SIZE), arg_long(who->admin_id), arg_long(thing->tenant_id),
	    arg_long(thing->id), arg_long(USES_SHOWN)), &res, e) != 0)
		return -1;
	*n = (size_t)PQntuples(res);
	*out = arena_alloc(mem, (*n + 1) * sizeof(**out));
	for (size_t i = 0; i < *n; i++)
		(*out)[i] = (struct setup_use){ .what = kept(mem, res, (int)i, "what"), .ref = kept(mem, res,
		    (int)i, "ref"),
			.name = kept(mem, res, (int)i, "name"), .n = db_get_long(res, (int)i, "n") };
	PQclear(res);
	return 0;
}

/* --- what is checked -------------------------------------------------------- */

static unsigned rights_of(const json_t *object)
{
	unsigned rights = 0, bits;
	json_t *name;
	size_t i;

	json_array_foreach(json_object_get(object, "rights"), i, name)
		if (json_is_string(name) && rights_parse(json_string_value(name), &bits))
			rights |= bits;
	return rights;
}

bool setup_may_change(const struct principal *who, const struct setup_resource *r, const struct setup_thing *thing)
{
	if (who->root || !is_list(r, "admins"))
		return true;
	json_t *object = json_parsed(thing->object);
	bool may = thing->tenant_id != 0 && (rights_of(object) & ~who->rights) == 0;
	json_decref(object);
	return may;
}

bool setup_may_delete(const struct principal *who, const struct setup_resource *r, const struct setup_thing *thing)
{
	return setup_may_change(who, r, thing) && !r->single && !(is_list(r, "admins") && thing->id == who->admin_id);
}

struct put {
	struct db *db;
	const struct conf *conf;
	const struct principal *who;
	const struct setup_change *change;
	const struct setup_resource *r;
	struct complaints *c;
	json_t *object;		/* of the change, with its secrets */
	const char *name;
	long tenant_id;
	const char *tenant;
};

/* Administrators must not give rights that they lack, lock themselves out, or set their own
 * password without the old one. */
static void check_admin(struct put *p)
{
	json_t *rights = json_object_get(p->object, "rights"), *name;
	unsigned bits;
	size_t i;

	json_array_foreach(rights, i, name)
		if (json_is_string(name) && rights_parse(json_string_value(name), &bits)
		    && (bits & ~p->who->rights) != 0)
			complain(p->c, arena_printf(p->c->mem, "rights[%zu]", i), "right_lacked", NULL);
	if (p->change->was != NULL && p->change->was->id == p->who->admin_id
	    && json_is_true(json_object_get(p->object, "disabled")))
		complain(p->c, "disabled", "own_state", NULL);
	/* Who has got hold of an open session or a token must not be able to take the account. */
	if (p->change->was != NULL && p->change->was->id == p->who->admin_id
	    && p->who->proof.kind != PROOF_PASSWORD && json_object_get(p->object, "password") != NULL)
		complain(p->c, "password", "own_password", NULL);
	if (p->change->was == NULL && json_object_get(p->object, "password") == NULL)
		complain(p->c, "password", "password_needed", NULL);
}

static int check_name(struct put *p, struct err *e)
{
	const struct setup_thing *was = p->change->was;
	const char *field = p->r->fields[0].name;
	PGresult *res = NULL;
	json_t *value;
	const char *key;

	if (p->r->bare)
		json_object_foreach(p->object, key, value)
			if (strcmp(key, field) != 0)
				complain(p->c, field, "no_key", "keys", field, NULL);
	/* A file may leave out what is of the whole installation; a change has all of it. */
	if (p->r->single && json_object_get(p->object, field) == NULL)
		complain(p->c, field, "missing", NULL);
	if (p->name == NULL || (was != NULL && strcmp(p->name, was->name) == 0))
		return 0;
	if (was != NULL && p->r->fixed_name) {
		complain(p->c, field, "fixed", NULL);
		return 0;
	}
	/* Names that are unique over all tenants are checked by the database when they are stored. */
	if (is_list(p->r, "admins") || is_list(p->r, "tenants") || p->r->single)
		return 0;
	if (db_query(p->db, "setup_taken", ARGS(arg_text(p->r->key), arg_long(p->tenant_id),
	    arg_long(was != NULL ? was->id : 0), arg_text(p->name)), &res, e) != 0)
		return -1;
	if (db_get_bool(res, 0, "taken"))
		complain(p->c, field, "taken", NULL);
	PQclear(res);
	return 0;
}

/* Makes a setup document with only this thing; *prefix is the path of the thing in it. */
static json_t *make_document(const struct put *p, const char **prefix)
{
	json_t *doc = json_object(), *tenant, *item = json_deep_copy(p->object);

	if (is_list(p->r, "admins") && p->tenant_id == 0) {
		json_object_del(item, "rights");
		json_object_set_new(doc, "root", json_pack("[o]", item));
		*prefix = "root[0]";
		return doc;
	}
	if (p->r->single) {
		/* A server that the object does not name is removed. */
		for (const struct setup_field *f = p->r->fields; f->name != NULL; f++)
			if (!f->needed && json_object_get(item, f->name) == NULL)
				json_object_set_new(item, f->name, json_string(""));
		json_object_set_new(doc, p->r->key, item);
		*prefix = p->r->key;
		return doc;
	}
	if (is_list(p->r, "tenants")) {
		tenant = item;
		*prefix = "tenants[0]";
	} else {
		if (p->r->bare) {
			json_t *name = json_incref(json_object_get(item, p->r->fields[0].name));
			json_decref(item);
			item = name != NULL ? name : json_null();
		}
		tenant = json_pack("{s:s, s:[o]}", "name", p->tenant, p->r->key, item);
		*prefix = arena_printf(p->c->mem, "tenants[0].%s[0]", p->r->key);
	}
	json_object_set_new(doc, "tenants", json_pack("[o]", tenant));
	return doc;
}

/* Turns a path in the document into one in the object. */
static const char *bare_path(const struct put *p, const char *prefix, const char *path)
{
	size_t n = strlen(prefix);

	if (strncmp(path, prefix, n) != 0)
		return path;
	path += n + (path[n] == '.');
	return *path != '\0' ? path : p->r->fields[0].name;
}

static void bare_paths(struct put *p, const char *prefix)
{
	for (size_t i = 0; i < p->c->n; i++) {
		struct complaint *one = &p->c->list[i];
		one->path = bare_path(p, prefix, one->path);
		for (size_t j = 0; j < COMPLAINT_PARAMS_MAX && one->params[j].name != NULL; j++)
			if (strcmp(one->params[j].name, "other") == 0)
				one->params[j].value = bare_path(p, prefix, one->params[j].value);
	}
}

/* --- storing ---------------------------------------------------------------- */

int setup_lock(struct db *db, long tenant, struct err *e)
{
	if (db_query(db, "setup_change_lock", ARGS(arg_long(tenant)), NULL, e) == 0)
		return 0;
	return e->code == ERR_DB_RETRY ? err_set(e, ERR_DB_RETRY, "setup", "an import is running") : -1;
}

/* Adds the tenant or changes its name.  A new tenant is in scope from then on. */
static int put_tenant(struct put *p, struct err *e)
{
	size_t n = strlen(p->who->scope);
	PGresult *res = NULL;

	if (db_query(p->db, "setup_tenant_set", ARGS(arg_text(proof_kind(&p->who->proof)),
	    arg_bytes(p->who->proof.digest, DIGEST_SIZE), arg_long(p->who->admin_id),
	    p->change->was != NULL ? arg_long(p->tenant_id) : arg_null(), arg_text(p->name),
	    arg_text(json_string_value(json_object_get(p->object, "uuid")))), &res, e) != 0)
		return -1;
	p->tenant_id = db_get_long(res, 0, "id");
	PQclear(res);
	return p->change->was != NULL ? 0 : db_query(p->db, "scope_set", ARGS(arg_text(arena_printf(p->c->mem,
	    "%.*s%s%ld}", (int)n - 1, p->who->scope, n > 2 ? "," : "", p->tenant_id)), arg_text("on")), NULL, e);
}

/* Reads the thing as it is stored now, and gives the sent object its masked secrets back.
 * *changed: somebody else has changed it since it was shown. */
static int compare(struct put *p, bool *changed, struct err *e)
{
	const struct setup_thing *was = p->change->was;
	const struct setup_filter filter = { .id = was->id, .limit = 1 };
	PGresult *res = NULL;

	*changed = false;
	if (query_found(p->db, p->who, p->r, &filter, &res, e) != 0)
		return -1;
	if (PQntuples(res) == 0) {
		PQclear(res);
		return no_thing(e);
	}
	*changed = p->change->seen != NULL && strcmp(p->change->seen, db_get(res, 0, "version")) != 0;
	PQclear(res);
	if (is_list(p->r, "admins") || p->r->single)
		return 0;
	char *sent = json_dumps(p->object, JSON_COMPACT);
	int rc = db_query(p->db, "setup_unmasked", ARGS(arg_text(p->r->key), arg_long(was->tenant_id),
	    arg_long(was->id),
	    arg_text(sent)), &res, e);
	free(sent);
	if (rc != 0)
		return -1;
	json_decref(p->object);
	p->object = json_parsed(db_get(res, 0, "object"));
	PQclear(res);
	return 0;
}

static int put_admin(struct put *p, struct err *e)
{
	const char *password = json_string_value(json_object_get(p->object, "password"));
	json_t *admin = json_deep_copy(p->object), *doc;
	char hash[PASSWORD_HASH_SIZE];
	int rc = -1;

	json_object_del(admin, "password");
	json_object_set_new(admin, "tenant_id", p->tenant_id != 0 ? json_integer(p->tenant_id) : json_null());
	if (p->tenant_id == 0)
		json_object_del(admin, "rights");
	doc = json_pack("{s:[o]}", "admins", admin);
	if (p->change->was == NULL)
		json_object_set_new(doc, "new", json_true());
	if (password == NULL || (rc = password_hash(password, hash, e)) == 0) {
		if (password != NULL)
			json_object_set_new(admin, "password_hash", json_string(hash));
		char *text = json_dumps(doc, JSON_COMPACT);
		rc = db_query(p->db, "setup_admin_set", ARGS(arg_text(proof_kind(&p->who->proof)),
	    arg_bytes(p->who->proof.digest, DIGEST_SIZE), arg_long(p->who->admin_id), arg_text(p->change->address),
	    arg_text(text)), NULL, e);
		free(text);
	}
	json_decref(doc);
	return rc;
}

static int put_telephony(struct put *p, const json_t *doc, struct err *e)
{
	char *text = json_dumps(doc, JSON_COMPACT);
	int rc = db_query(p->db, "setup_telephony_set", ARGS(arg_text(proof_kind(&p->who->proof)),
	    arg_bytes(p->who->proof.digest, DIGEST_SIZE), arg_long(p->who->admin_id), arg_text(text)), NULL, e);

	free(text);
	return rc;
}

static int audit(struct db *db, const struct principal *who, const char *address, const char *action,
    const struct setup_resource *r, const char *name, const char *was, struct err *e)
{
	struct buf detail = {0};
	json_t *object = json_pack("{s:s}", "name", name);

	if (was != NULL && strcmp(was, name) != 0)
		json_object_set_new(object, "was", json_string(was));
	json_add(&detail, object);
	char word[64];
	snprintf(word, sizeof(word), "%s.%s", r->noun, action);
	int rc = audit_add(db, who, address, word, buf_str(&detail), e);
	buf_free(&detail);
	return rc;
}

/* Runs the queries of the list; SETUP_STRANDS if numbers would be outside of the ranges. */
static int run(struct put *p, json_t *doc, enum setup_result *result, struct err *e)
{
	const struct setup_thing *was = p->change->was;
	json_t *tenant = json_array_get(json_object_get(doc, "tenants"), 0);
	struct setup_report report = {0};
	long stranded = 0;
	int rc = -1;

	json_object_set_new(tenant, "id", json_integer(p->tenant_id));
	json_object_set_new(doc, "part", json_true());
	char *text = json_dumps(doc, JSON_COMPACT);
	if (was != NULL && strcmp(was->name, p->name) != 0 && db_query(p->db, "setup_rename",
	    ARGS(arg_text(p->r->key), arg_long(was->tenant_id), arg_long(was->id), arg_text(p->name)), NULL, e) != 0)
		goto out;
	if (setup_check_stored(p->db, text, p->c, e) != 0)
		goto out;
	if (p->c->n > 0) {
		*result = SETUP_WRONG;
		rc = 0;
		goto out;
	}
	rc = setup_run(p->db, p->r->queries, text, &report, &stranded, e);
	if (rc == 0 && stranded > 0 && !p->change->force) {
		complain(p->c, "ranges", "stranded", "numbers", arena_printf(p->c->mem, "%ld", stranded), NULL);
		*result = SETUP_STRANDS;
	}
out:
	free(text);
	buf_free(&report.lines);
	return rc;
}

/* Finds the id of a thing that was added. */
static int find_id(struct put *p, long *id, struct err *e)
{
	const struct setup_filter filter = { .search = p->name, .limit = 100000 };
	PGresult *res = NULL;

	if (p->change->was != NULL) {
		*id = p->change->was->id;
		return 0;
	}
	if (query_found(p->db, p->who, p->r, &filter, &res, e) != 0)
		return -1;
	for (int row = 0; row < PQntuples(res); row++)
		if (strcasecmp(db_get(res, row, "name"), p->name) == 0
		    && db_get_long(res, row, "tenant_id") == p->tenant_id
		    && (is_list(p->r, "admins") || strcmp(db_get(res, row, "name"), p->name) == 0))
			*id = db_get_long(res, row, "id");
	PQclear(res);
	return 0;
}

/* Inside the transaction. */
static int put(struct put *p, enum setup_result *result, long *id, struct err *e)
{
	const struct setup_thing *was = p->change->was;
	bool admins = is_list(p->r, "admins"), tenants = is_list(p->r, "tenants"), changed;
	const char *prefix;
	int rc;

	/* No file names an administrator, or what is of the whole installation. */
	if (!admins && !p->r->single && setup_lock(p->db, tenants ? 0 : p->tenant_id, e) != 0)
		return -1;
	if (was != NULL) {
		if (compare(p, &changed, e) != 0)
			return -1;
		if (changed) {
			*result = SETUP_CHANGED;
			return 0;
		}
	}
	setup_document_normalise(p->object);
	p->name = json_string_value(json_object_get(p->object, p->r->fields[0].name));
	if (p->name != NULL)
		p->name = utf8_nfc(p->c->mem, p->name);
	json_t *doc = make_document(p, &prefix);
	setup_document_check(doc, p->conf, p->c);
	if (admins)
		check_admin(p);
	rc = check_name(p, e);
	if (rc == 0 && p->c->n > 0)
		*result = SETUP_WRONG;
	else if (rc == 0 && (!tenants || (rc = put_tenant(p, e)) == 0))
		rc = admins ? put_admin(p, e) : p->r->single ? put_telephony(p, doc, e) : run(p, doc, result, e);
	bare_paths(p, prefix);
	json_decref(doc);
	if (rc != 0 || *result != SETUP_DONE || find_id(p, id, e) != 0)
		return rc;
	/* The database function that stores administrators writes the audit itself. */
	return admins ? 0 : audit(p->db, p->who, p->change->address, was != NULL ? "change" : "add",
	    p->r, p->name, was != NULL ? was->name : NULL, e);
}

int setup_put(struct db *db, const struct conf *conf, const struct principal *who,
    const struct setup_change *change, struct complaints *c, enum setup_result *result, long *id,
    struct err *e)
{
	const struct setup_thing *was = change->was;
	struct put p = { .db = db, .conf = conf, .who = who, .change = change, .r = change->resource, .c = c,
		.object = json_deep_copy(change->object), .tenant_id = was != NULL ? was->tenant_id
		    : change->tenant_id,
		.tenant = was != NULL ? was->tenant : change->tenant };
	struct err why = {0};
	int rc = -1;

	*result = SETUP_DONE;
	if (account_begin(db, who, &why) == 0 && put(&p, result, id, &why) == 0)
		rc = *result == SETUP_DONE ? db_commit(db, &why) : 0;
	db_rollback(db);
	json_decref(p.object);
	if (rc == 0)
		return 0;
	if (why.code == ERR_DB_UNIQUE) {
		complain(c, p.r->fields[0].name, "taken", NULL);
		*result = SETUP_WRONG;
		return 0;
	}
	if (e != NULL)
		*e = why;
	return -1;
}

/* --- deleting --------------------------------------------------------------- */

/* Inside the transaction, under the lock. */
static int forget_jobs(struct db *db, const struct principal *who, const struct setup_resource *r,
    const struct setup_thing *thing, const char *address, struct err *e)
{
	PGresult *res = NULL;
	int rc = 0;

	if (db_query(db, "setup_tenant_forget", ARGS(arg_text(proof_kind(&who->proof)),
	    arg_bytes(who->proof.digest, DIGEST_SIZE), arg_long(who->admin_id), arg_long(thing->tenant_id)), &res,
	    e) != 0)
		return -1;
	if (db_get_long(res, 0, "jobs") > 0)
		rc = audit(db, who, address, "forget", r, thing->name, NULL, e);
	PQclear(res);
	return rc;
}

int setup_forget(struct db *db, const struct principal *who, const struct setup_resource *r,
    const struct setup_thing *thing, const char *address, struct err *e)
{
	int rc = -1;

	if (account_begin(db, who, e) == 0 && setup_lock(db, 0, e) == 0
	    && forget_jobs(db, who, r, thing, address, e) == 0)
		rc = db_commit(db, e);
	db_rollback(db);
	return rc;
}

/* Inside the transaction. */
static int delete(struct db *db, const struct principal *who, const struct setup_resource *r,
    const struct setup_thing *thing, bool forget, const char *address, enum setup_result *result, struct err *e)
{
	const struct setup_filter filter = { .id = thing->id, .limit = 1 };
	PGresult *res = NULL;

	if (is_list(r, "admins"))
		return db_query(db, "setup_admin_drop", ARGS(arg_text(proof_kind(&who->proof)),
	    arg_bytes(who->proof.digest, DIGEST_SIZE), arg_long(who->admin_id), arg_text(address),
	    arg_long(thing->id)), NULL, e);
	if (setup_lock(db, is_list(r, "tenants") ? 0 : thing->tenant_id, e) != 0
	    || (forget && is_list(r, "tenants") && forget_jobs(db, who, r, thing, address, e) != 0)
	    || query_found(db, who, r, &filter, &res, e) != 0)
		return -1;
	long uses = PQntuples(res) > 0 ? db_get_long(res, 0, "uses") : 0;
	PQclear(res);
	/* The template line "default" is what an empty cell of line_site means. */
	if (uses > 0 || (is_list(r, "template_lines") && strcmp(thing->name, "default") == 0)) {
		*result = SETUP_USED;
		return 0;
	}
	if (db_query(db, "setup_delete", ARGS(arg_text(r->key), arg_long(thing->tenant_id), arg_long(thing->id)),
	    NULL, e) != 0)
		return -1;
	if (is_list(r, "tenants") && db_query(db, "setup_tenant_drop", ARGS(arg_text(proof_kind(&who->proof)),
	    arg_bytes(who->proof.digest, DIGEST_SIZE), arg_long(who->admin_id), arg_long(thing->tenant_id)), NULL,
	    e) != 0)
		return -1;
	return audit(db, who, address, "delete", r, thing->name, NULL, e);
}

int setup_delete(struct db *db, const struct principal *who, const struct setup_resource *r,
    const struct setup_thing *thing, bool forget, const char *address, enum setup_result *result, struct err *e)
{
	int rc = -1;

	*result = SETUP_DONE;
	if (account_begin(db, who, e) == 0 && delete(db, who, r, thing, forget, address, result, e) == 0)
		rc = *result == SETUP_DONE ? db_commit(db, e) : 0;
	db_rollback(db);
	return rc;
}
