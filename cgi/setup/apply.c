/* Applies a setup document to the database.  Contract: apply.h.
 *
 * The queries of sql/queries/setup.sql get the whole document as one JSON value.  This file
 * gives tenants their numbers and hashes new passwords. */
#include "setup/apply.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "auth/account.h"
#include "auth/audit.h"
#include "auth/password.h"

struct setup {
	struct db *db;
	struct arena *mem;
	json_t *doc;
	struct complaints *c;
	struct setup_report *report;
};

/* --- tenants ---------------------------------------------------------------- */

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* The row of the known tenant that the file means: the one with its uuid, else with its name; -1
 * for a new tenant. */
static int known_row(const PGresult *known, const json_t *tenant)
{
	const char *uuid = text_of(tenant, "uuid");
	int by_name = -1;

	for (int row = 0; row < PQntuples(known); row++) {
		if (uuid != NULL && strcasecmp(uuid, db_get(known, row, "uuid")) == 0)
			return row;
		if (strcmp(text_of(tenant, "name"), db_get(known, row, "name")) == 0)
			by_name = row;
	}
	return by_name;
}

/* Gives one tenant of the file its number; `taken` has those given before. */
static void number_tenant(struct setup *s, const PGresult *known, size_t i, long *last,
    json_t *taken)
{
	json_t *tenant = json_array_get(json_object_get(s->doc, "tenants"), i);
	const char *path = arena_printf(s->mem, "tenants[%zu]", i);
	const char *uuid = text_of(tenant, "uuid");
	int row = known_row(known, tenant);
	long id = row < 0 ? ++*last : db_get_long(known, row, "id");
	const char *key = arena_printf(s->mem, "%ld", id);

	if (row >= 0 && uuid != NULL && strcasecmp(uuid, db_get(known, row, "uuid")) != 0)
		complain(s->c, arena_printf(s->mem, "%s.uuid", path), "other_uuid",
		    "uuid", db_get(known, row, "uuid"), NULL);
	if (json_object_get(taken, key) != NULL)
		complain(s->c, path, "same_tenant", "other", text_of(taken, key), NULL);
	json_object_set_new(taken, key, json_string(path));
	json_object_set_new(tenant, "id", json_integer(id));
}

/* Gives all tenants of the file their numbers and adds them to the scope. */
static int number_tenants(struct setup *s, struct err *e)
{
	json_t *taken = json_object();
	PGresult *known = NULL;
	struct buf scope = {0};
	long last = 0;
	int result = -1;

	if (db_query(s->db, "setup_known_tenants", NO_ARGS, &known, e) != 0)
		goto out;
	for (int row = 0; row < PQntuples(known); row++)
		if (db_get_long(known, row, "id") > last)
			last = db_get_long(known, row, "id");
	size_t n = json_array_size(json_object_get(s->doc, "tenants"));
	for (size_t i = 0; i < n; i++)
		number_tenant(s, known, i, &last, taken);
	buf_addch(&scope, '{');
	for (void *it = json_object_iter(taken); it != NULL; it = json_object_iter_next(taken, it))
		buf_addf(&scope, "%s%s", scope.len > 1 ? "," : "", json_object_iter_key(it));
	buf_addch(&scope, '}');
	result = db_query(s->db, "scope_set", ARGS(arg_text(buf_str(&scope)), arg_text("off")), NULL, e);
out:
	buf_free(&scope);
	json_decref(taken);
	PQclear(known);
	return result;
}

/* --- administrators --------------------------------------------------------- */

/* Whether the administrator of that row has this password already. */
static bool has_password(const PGresult *known, int row, const char *password)
{
	unsigned char proof[DIGEST_SIZE];
	char hex[DIGEST_HEX_SIZE];

	if (!password_proof(password, db_get(known, row, "password_setting"), proof))
		return false;
	digest_hex(proof, hex);
	return digest_equal(hex, db_get(known, row, "password_proof"));
}

/* Adds an administrator of the file for the query: with tenant_id (`tenant` NULL: root), and the
 * hash of the password if it is new. */
static int add_admin(struct setup *s, json_t *admins, const json_t *admin, const json_t *tenant,
    const char *path, const PGresult *known, struct err *e)
{
	const char *username = text_of(admin, "username"), *password = text_of(admin, "password");
	long tenant_id = tenant != NULL ? (long)json_integer_value(json_object_get(tenant, "id")) : 0;
	json_t *row = json_object();
	int k = 0;

	while (k < PQntuples(known) && strcasecmp(db_get(known, k, "username_key"), username) != 0)
		k++;
	bool is_known = k < PQntuples(known);
	if (is_known && db_get_long(known, k, "tenant_id") != tenant_id)
		complain(s->c, arena_printf(s->mem, "%s.username", path),
		    db_get_bool(known, k, "root") ? "is_root" : "is_elsewhere", "username", username, NULL);
	if (!is_known && password == NULL)
		complain(s->c, arena_printf(s->mem, "%s.password", path), "password_needed", NULL);
	json_object_update(row, (json_t *)(uintptr_t)admin);
	json_object_del(row, "password");
	json_object_set_new(row, "tenant_id", tenant != NULL ? json_integer(tenant_id) : json_null());
	json_array_append_new(admins, row);
	if (password != NULL && s->c->n == 0 && !(is_known && has_password(known, k, password))) {
		char hash[PASSWORD_HASH_SIZE];
		if (password_hash(password, hash, e) != 0)
			return -1;
		json_object_set_new(row, "password_hash", json_string(hash));
	}
	return 0;
}

/* Calls `each` for every administrator of the file, root first. */
typedef int admin_visit(struct setup *s, json_t *list, const json_t *admin, const json_t *tenant,
    const char *path, const PGresult *known, struct err *e);

static int visit_admins(struct setup *s, admin_visit *each, json_t *list, const PGresult *known,
    struct err *e)
{
	size_t i, j;
	json_t *tenant, *admin;

	json_array_foreach(json_object_get(s->doc, "root"), i, admin)
		if (each(s, list, admin, NULL, arena_printf(s->mem, "root[%zu]", i), known, e) != 0)
			return -1;
	json_array_foreach(json_object_get(s->doc, "tenants"), i, tenant)
		json_array_foreach(json_object_get(tenant, "admins"), j, admin)
			if (each(s, list, admin, tenant,
			    arena_printf(s->mem, "tenants[%zu].admins[%zu]", i, j), known, e) != 0)
				return -1;
	return 0;
}

static int add_name(struct setup *s, json_t *names, const json_t *admin, const json_t *tenant,
    const char *path, const PGresult *known, struct err *e)
{
	(void)s, (void)tenant, (void)path, (void)known, (void)e;
	return json_array_append(names, json_object_get(admin, "username"));
}

/* Makes the list "admins" for the query, and removes the passwords from the document. */
static int collect_admins(struct setup *s, struct err *e)
{
	json_t *names = json_array(), *admins = json_array(), *tenant;
	PGresult *known = NULL;
	char *text = NULL;
	size_t i;
	int result = -1;

	visit_admins(s, add_name, names, NULL, e);
	text = json_dumps(names, JSON_COMPACT);
	if (db_query(s->db, "setup_known_admins", ARGS(arg_text(text)), &known, e) != 0 ||
	    visit_admins(s, add_admin, admins, known, e) != 0)
		goto out;
	json_object_del(s->doc, "root");
	json_array_foreach(json_object_get(s->doc, "tenants"), i, tenant)
		json_object_del(tenant, "admins");
	json_object_set(s->doc, "admins", admins);
	/* For the audit's rows that the queries write. */
	json_object_set_new(s->doc, "actor",
	    json_string(arena_printf(s->mem, "%s (command line)", account_system_user())));
	result = 0;
out:
	free(text);
	PQclear(known);
	json_decref(names);
	json_decref(admins);
	return result;
}

/* --- checks against the database -------------------------------------------- */

/* Complains of contexts whose type cannot change. */
static int check_types(struct db *db, const char *doc, struct complaints *c, struct err *e)
{
	PGresult *res = NULL;

	if (db_query(db, "setup_type_conflicts", ARGS(arg_text(doc)), &res, e) != 0)
		return -1;
	for (int row = 0; row < PQntuples(res); row++)
		complain(c, arena_printf(c->mem, "tenants[%s].contexts[%s].type",
		    db_get(res, row, "tenant"), db_get(res, row, "context")), "type_used", "type", db_get(res, row,
		    "type"),
		    "lines", db_get(res, row, "lines"), "incalls", db_get(res, row, "incalls"), NULL);
	PQclear(res);
	return 0;
}

/* Complains of trunks that would not work, or would take another tenant's calls. */
static int check_trunks(struct db *db, const char *doc, struct complaints *c, struct err *e)
{
	PGresult *res = NULL;

	if (db_query(db, "setup_trunk_faults", ARGS(arg_text(doc)), &res, e) != 0)
		return -1;
	for (int row = 0; row < PQntuples(res); row++) {
		const char *key = db_get(res, row, "key");
		complain(c, arena_printf(c->mem, "tenants[%s].trunks[%s].%s", db_get(res, row, "tenant"),
		    db_get(res, row, "trunk"), key), strcmp(key, "context") == 0 ? "no_context" : "trunk_elsewhere",
		    NULL);
	}
	PQclear(res);
	return 0;
}

/* Complains of included contexts that are neither in the document nor stored. */
static int check_includes(struct db *db, const char *doc, struct complaints *c, struct err *e)
{
	PGresult *res = NULL;

	if (db_query(db, "setup_include_faults", ARGS(arg_text(doc)), &res, e) != 0)
		return -1;
	for (int row = 0; row < PQntuples(res); row++)
		complain(c, arena_printf(c->mem, "tenants[%s].contexts[%s].includes[%s]", db_get(res, row, "tenant"),
		    db_get(res, row, "context"), db_get(res, row, "item")), "no_such_context", "name",
		    db_get(res, row, "name"), NULL);
	PQclear(res);
	return 0;
}

int setup_check_stored(struct db *db, const char *doc, struct complaints *c, struct err *e)
{
	if (check_types(db, doc, c, e) != 0 || check_includes(db, doc, c, e) != 0)
		return -1;
	return c->n == 0 ? check_trunks(db, doc, c, e) : 0;
}

/* --- applying --------------------------------------------------------------- */

/* How many numbers of the context of a row of `now` lay outside of its ranges before. */
static long outside_before(const PGresult *before, const PGresult *now, int row)
{
	for (int i = 0; i < PQntuples(before); i++)
		if (db_get_long(before, i, "tenant") == db_get_long(now, row, "tenant")
		    && db_get_long(before, i, "context") == db_get_long(now, row, "context"))
			return db_get_long(before, i, "numbers");
	return 0;
}

static int find_stranded(struct db *db, const char *doc, const PGresult *before, struct setup_report *report,
    long *stranded, struct err *e)
{
	PGresult *now = NULL;

	if (db_query(db, "setup_outside", ARGS(arg_text(doc)), &now, e) != 0)
		return -1;
	for (int row = 0; row < PQntuples(now); row++) {
		long numbers = db_get_long(now, row, "numbers"), more = numbers - outside_before(before, now, row);
		if (more <= 0)
			continue;
		*stranded += more;
		buf_addf(&report->lines, "note: %ld numbers of context \"%s\" are outside of its ranges now\n",
		    more, db_get(now, row, "name"));
	}
	PQclear(now);
	return 0;
}

int setup_run(struct db *db, const char *const *queries, const char *doc, struct setup_report *report,
    long *stranded, struct err *e)
{
	PGresult *before = NULL;
	int result = -1;

	if (db_query(db, "setup_outside", ARGS(arg_text(doc)), &before, e) != 0)
		return -1;
	for (; *queries != NULL; queries++) {
		PGresult *res = NULL;
		if (db_query(db, *queries, ARGS(arg_text(doc)), &res, e) != 0)
			goto out;
		for (int row = 0; row < PQntuples(res); row++, report->changes++)
			buf_addf(&report->lines, "%s\n", db_get(res, row, "line"));
		PQclear(res);
	}
	*stranded = 0;
	result = report->changes > 0 ? find_stranded(db, doc, before, report, stranded, e) : 0;
out:
	PQclear(before);
	return result;
}

static int run_all(struct setup *s, const char *doc, struct err *e)
{
	static const char *const queries[] = { "setup_tenants", "setup_contexts", "setup_ranges", "setup_includes",
		"setup_reserved", "setup_names", "setup_telephony", "setup_permission_rules", "setup_trunks",
		"setup_emergency_numbers", "setup_admins", NULL };
	long stranded;

	if (setup_run(s->db, queries, doc, s->report, &stranded, e) != 0)
		return -1;
	return s->report->changes == 0 ? 0 : audit_add(s->db, NULL, NULL, "setup",
	    arena_printf(s->mem, "{\"changes\": %ld}", s->report->changes), e);
}

/* Jobs share the lock: while one runs, setup waits. */
static int lock(struct db *db, void (*waiting)(void), struct err *e)
{
	PGresult *res = NULL;

	if (db_query(db, "setup_lock_try", NO_ARGS, &res, e) != 0)
		return -1;
	bool got = db_get_bool(res, 0, "got");
	PQclear(res);
	if (got)
		return 0;
	waiting();
	return db_query(db, "setup_lock", NO_ARGS, NULL, e);
}

int setup_apply(struct db *db, json_t *doc, void (*waiting)(void), struct complaints *c,
    struct setup_report *report, struct err *e)
{
	struct setup s = { .db = db, .mem = c->mem, .doc = doc, .c = c, .report = report };
	char *text = NULL;
	int result = -1;

	if (db_begin(db, "", false, e) != 0)
		return -1;
	if (lock(db, waiting, e) != 0 || number_tenants(&s, e) != 0 || collect_admins(&s, e) != 0)
		goto out;
	text = json_dumps(doc, JSON_COMPACT);
	if (text == NULL)
		abort();
	if (setup_check_stored(db, text, c, e) != 0)
		goto out;
	if (c->n > 0)
		result = 0;
	else if (run_all(&s, text, e) == 0)
		result = db_commit(db, e);
out:
	db_rollback(db);
	free(text);
	return result;
}
