/* `rollcall setup FILE.json` adds what is missing and changes what differs;
 * `rollcall setup --export` writes the stored setup as such a file. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/json.h"
#include "cli/cli.h"
#include "db/migrate.h"
#include "setup/apply.h"
#include "setup/document.h"

/* The text for a syntax error.  jansson's own text may quote the file, and so a password. */
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

static void waiting(void)
{
	fputs("rollcall: waiting for the running jobs to end\n", stderr);
}

static int open_db(const struct conf *conf, struct db **db, struct err *e)
{
	return db_open(db, conf, DB_OWNER, "rollcall setup", e) == 0 ? migrate_check(*db, conf, e) : -1;
}

static int tell(const struct complaints *c, const struct setup_report *report)
{
	if (c->n > 0) {
		struct buf lines = {0};
		complaints_write(&lines, c);
		fputs(buf_str(&lines), stderr);
		fputs("rollcall: nothing was changed\n", stderr);
		buf_free(&lines);
		return CLI_FILE;
	}
	fputs(report->changes > 0 ? buf_str(&report->lines) : "nothing to change\n", stdout);
	return CLI_OK;
}

static int read_file(const struct conf *conf, const char *path)
{
	struct complaints c = { .mem = arena_new() };
	struct setup_report report = {0};
	struct db *db = NULL;
	struct err e = {0};
	json_t *doc = load(path, &e);
	int status;

	if (doc != NULL) {
		setup_document_normalise(doc);
		setup_document_check(doc, conf, &c);
	}
	if (doc == NULL || (c.n == 0 && (open_db(conf, &db, &e) != 0
	    || setup_apply(db, doc, waiting, &c, &report, &e) != 0)))
		status = cli_fail(&e);
	else
		status = tell(&c, &report);
	db_close(db);
	json_decref(doc);
	buf_free(&report.lines);
	arena_free(c.mem);
	return status;
}

/* Writes a list; of a list of objects each object is one line.  Keys keep their order. */
static void write_list(const char *key, const json_t *list)
{
	size_t i;
	json_t *item;

	printf("\"%s\": [", key);
	json_array_foreach(list, i, item) {
		char *text = json_dumps(item, JSON_ENCODE_ANY);
		printf("%s\n        %s", i > 0 ? "," : "", text);
		free(text);
	}
	printf("%s]", json_array_size(list) > 0 ? "\n      " : "");
}

static void write_value(const char *key, const json_t *value)
{
	char *text;

	if (json_is_array(value)) {
		write_list(key, value);
		return;
	}
	text = json_dumps(value, JSON_ENCODE_ANY);
	printf("\"%s\": %s", key, text);
	free(text);
}

static void write_document(const json_t *doc)
{
	json_t *tenant, *value;
	const char *key;
	size_t i;

	printf("{\n  ");
	write_value("root", json_object_get(doc, "root"));
	printf(",\n  ");
	write_value("telephony", json_object_get(doc, "telephony"));
	printf(",\n  \"tenants\": [");
	json_array_foreach(json_object_get(doc, "tenants"), i, tenant) {
		bool first = true;
		printf("%s\n    {\n      ", i > 0 ? "," : "");
		json_object_foreach(tenant, key, value) {
			printf("%s", first ? "" : ",\n      ");
			write_value(key, value);
			first = false;
		}
		printf("\n    }");
	}
	printf("\n  ]\n}\n");
}

static int export(const struct conf *conf)
{
	struct db *db = NULL;
	struct err e = {0};
	PGresult *res = NULL;
	int status = CLI_OK;

	if (open_db(conf, &db, &e) == 0 && db_begin(db, "", false, &e) == 0
	    && db_query(db, "setup_scope_all", NO_ARGS, NULL, &e) == 0
	    && db_query(db, "setup_export", NO_ARGS, &res, &e) == 0) {
		json_t *doc = json_parsed(db_get(res, 0, "document"));
		write_document(doc);
		json_decref(doc);
	} else {
		status = cli_fail(&e);
	}
	PQclear(res);
	db_close(db);
	return status;
}

int cli_setup(const struct conf *conf, int argc, char **argv)
{
	if (argc == 2 && strcmp(argv[1], "--export") == 0)
		return export(conf);
	if (argc != 2 || strncmp(argv[1], "--", 2) == 0 || (argv[1][0] == '-' && argv[1][1] != '\0'))
		return cli_usage("setup FILE.json | --export");
	return read_file(conf, argv[1]);
}
