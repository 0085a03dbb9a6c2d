/* `rollcall setup FILE.json`: makes what is missing, changes what differs.
 *
 * The file's form is checked first (setup_json.c).  Then, in one transaction
 * under the lock that no job shares: the tenants get their numbers, passwords
 * are hashed where they are new, and the whole goes to the queries of
 * sql/queries/setup.sql as one JSON value. */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "auth/account.h"
#include "auth/audit.h"
#include "auth/password.h"
#include "base/arena.h"
#include "base/buf.h"
#include "cli/cli.h"
#include "cli/setup_json.h"
#include "db/db.h"
#include "db/migrate.h"

struct setup {
	struct db *db;
	struct arena *mem;
	json_t *doc;
	struct complaints complaints;
	struct buf report;	/* a line for each thing that was touched */
	long changes;
};

/* --- the file --------------------------------------------------------------- */

/* jansson's own text may quote the file, and with it a password. */
static const char *json_fault(const json_error_t *fault)
{
	switch (json_error_code(fault)) {
	case json_error_duplicate_key:
		return "a key stands twice in one object";
	case json_error_invalid_utf8:
		return "the file is not UTF-8";
	case json_error_premature_end_of_input:
		return "the file ends too early";
	case json_error_end_of_input_expected:
		return "something follows the end of the JSON value";
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "a text holds a NUL character";
	case json_error_stack_overflow:
		return "it is nested too deep";
	default:
		return "this is not valid JSON";
	}
}

static json_t *load(const char *path, struct err *e)
{
	json_error_t fault;
	bool standard = strcmp(path, "-") == 0;
	FILE *f = standard ? stdin : fopen(path, "re");

	if (f == NULL) {
		cli_cannot_open(path, e);
		return NULL;
	}
	json_t *doc = json_loadf(f, JSON_REJECT_DUPLICATES, &fault);
	if (doc == NULL)
		err_set(e, ERR_INVALID, path, "line %d, column %d: %s", fault.line, fault.column,
		    json_fault(&fault));
	if (!standard)
		fclose(f);
	return doc;
}

/* --- tenants ---------------------------------------------------------------- */

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

/* The row of the known tenant that the file means: the one of its uuid, else
 * of its name; -1 for a new one. */
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
		complain(&s->complaints, arena_printf(s->mem, "%s.uuid", path),
		    "the tenant of this name has another uuid: %s", db_get(known, row, "uuid"));
	if (json_object_get(taken, key) != NULL)
		complain(&s->complaints, path, "is the same tenant as %s, by name or by uuid",
		    text_of(taken, key));
	json_object_set_new(taken, key, json_string(path));
	json_object_set_new(tenant, "id", json_integer(id));
}

/* Numbers all tenants of the file and puts them in scope. */
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

/* One administrator of the file for the query: tenant_id, and the hash of the
 * password where it is new.  `tenant` NULL: root. */
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
		complain(&s->complaints, arena_printf(s->mem, "%s.username", path),
		    "\"%s\" is %s already", username, db_get_bool(known, k, "root") ? "a root administrator" :
		    "an administrator of another tenant");
	if (!is_known && password == NULL)
		complain(&s->complaints, arena_printf(s->mem, "%s.password", path),
		    "is missing: a new administrator needs one");
	json_object_set_new(row, "username", json_string(username));
	json_object_set_new(row, "tenant_id", tenant != NULL ? json_integer(tenant_id) : json_null());
	json_object_set(row, "language", json_object_get(admin, "language"));
	json_object_set(row, "rights", json_object_get(admin, "rights"));
	json_array_append_new(admins, row);
	if (password != NULL && s->complaints.n == 0 &&
	    !(is_known && has_password(known, k, password))) {
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

/* Makes the list "admins" of the document, and takes the passwords out of it. */
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

/* --- applying --------------------------------------------------------------- */

/* Complains of contexts whose type cannot change. */
static int check_types(struct setup *s, const char *doc, struct err *e)
{
	PGresult *res = NULL;

	if (db_query(s->db, "setup_type_conflicts", ARGS(arg_text(doc)), &res, e) != 0)
		return -1;
	for (int row = 0; row < PQntuples(res); row++)
		complain(&s->complaints, arena_printf(s->mem, "tenants[%ld].contexts[%ld].type",
		    db_get_long(res, row, "tenant"), db_get_long(res, row, "context")),
		    "cannot change from %s: %ld phone numbers and lines and %ld incalls are in the context",
		    db_get(res, row, "type"), db_get_long(res, row, "lines"),
		    db_get_long(res, row, "incalls"));
	PQclear(res);
	return 0;
}

/* Complains of trunks that would not work, or would take another tenant's calls. */
static int check_trunks(struct setup *s, const char *doc, struct err *e)
{
	PGresult *res = NULL;

	if (db_query(s->db, "setup_trunk_faults", ARGS(arg_text(doc)), &res, e) != 0)
		return -1;
	for (int row = 0; row < PQntuples(res); row++) {
		const char *key = db_get(res, row, "key");
		complain(&s->complaints, arena_printf(s->mem, "tenants[%ld].trunks[%ld].%s",
		    db_get_long(res, row, "tenant"), db_get_long(res, row, "trunk"), key), "%s",
		    strcmp(key, "context") == 0 ? "there is no such context of type incall" :
		    "is what another tenant's trunk is known by");
	}
	PQclear(res);
	return 0;
}

static int apply(struct setup *s, const char *doc, struct err *e)
{
	static const char *const queries[] = { "setup_tenants", "setup_contexts", "setup_ranges",
		"setup_names", "setup_telephony", "setup_permission_rules", "setup_trunks",
		"setup_emergency_numbers", "setup_admins" };

	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		PGresult *res = NULL;
		if (db_query(s->db, queries[i], ARGS(arg_text(doc)), &res, e) != 0)
			return -1;
		for (int row = 0; row < PQntuples(res); row++, s->changes++)
			buf_addf(&s->report, "%s\n", db_get(res, row, "line"));
		PQclear(res);
	}
	if (s->changes == 0)
		return 0;
	return audit_add(s->db, NULL, NULL, "setup",
	    arena_printf(s->mem, "{\"changes\": %ld}", s->changes), e);
}

/* Jobs share the lock: while one runs, setup waits. */
static int lock(struct setup *s, struct err *e)
{
	PGresult *res = NULL;

	if (db_query(s->db, "setup_lock_try", NO_ARGS, &res, e) != 0)
		return -1;
	bool got = db_get_bool(res, 0, "got");
	PQclear(res);
	if (got)
		return 0;
	fputs("rollcall: waiting for the running jobs to end\n", stderr);
	return db_query(s->db, "setup_lock", NO_ARGS, NULL, e);
}

/* The transaction.  0 also where there are complaints: then nothing is done. */
static int transact(struct setup *s, struct err *e)
{
	char *doc = NULL;
	int result = -1;

	if (db_begin(s->db, "", false, e) != 0)
		return -1;
	if (lock(s, e) != 0 || number_tenants(s, e) != 0 || collect_admins(s, e) != 0)
		goto out;
	doc = json_dumps(s->doc, JSON_COMPACT);
	if (doc == NULL)
		abort();
	if (check_types(s, doc, e) != 0 || (s->complaints.n == 0 && check_trunks(s, doc, e) != 0))
		goto out;
	if (s->complaints.n > 0)
		result = 0;
	else if (apply(s, doc, e) == 0)
		result = db_commit(s->db, e);
out:
	db_rollback(s->db);
	free(doc);
	return result;
}

static int tell(const struct setup *s)
{
	if (s->complaints.n > 0) {
		fputs(buf_str(&s->complaints.lines), stderr);
		fputs("rollcall: nothing was changed\n", stderr);
		return CLI_FILE;
	}
	fputs(s->changes > 0 ? buf_str(&s->report) : "nothing to change\n", stdout);
	return CLI_OK;
}

int cli_setup(const struct conf *conf, int argc, char **argv)
{
	struct err e = {0};
	struct setup s = {0};
	int status;

	if (argc != 2 || strncmp(argv[1], "-", 1) == 0)
		return cli_usage("setup FILE.json");
	s.mem = arena_new();
	s.doc = load(argv[1], &e);
	if (s.doc != NULL)
		setup_json_check(s.doc, conf, &s.complaints);
	if (s.doc == NULL)
		status = cli_fail(&e);
	else if (s.complaints.n > 0)
		status = tell(&s);
	else if (db_open(&s.db, conf, DB_OWNER, "rollcall setup", &e) != 0 ||
	    migrate_check(s.db, conf, &e) != 0 || transact(&s, &e) != 0)
		status = cli_fail(&e);
	else
		status = tell(&s);
	db_close(s.db);
	json_decref(s.doc);
	buf_free(&s.complaints.lines);
	buf_free(&s.report);
	arena_free(s.mem);
	return status;
}
