/* Runs folders of rules.  Contract: transfer.h. */
#include "users/transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "csv/field.h"
#include "db/query.h"
#include "users/options.h"

#define COLUMNS "\n-- columns: "
#define WITHOUT "\n-- without columns: "
#define ROWS "\n-- rows of "
#define TWICE "\n-- twice in "

#define RULES_MAX 100

/* From so many rows on, each rule is planned for the tables as they are. */
#define FEW_ROWS 1000

/* A rule: one SQL file. */
struct rule {
	const char *path;	/* below sql/ */
	const char *text;	/* with the kind's relations in place of {plan} and {table} */
	bool idle;		/* it need not run: the upload has not its columns, or no row meets its conditions */
};

/* Whether the word of n bytes, a column or "RESOURCE.*", means the column. */
static bool means(const char *word, size_t n, const char *column)
{
	enum field_id id;

	if (n > 2 && strncmp(word + n - 2, ".*", 2) == 0) {
		if (field_find(column, strlen(column), &id) != FIELD_NEW)
			return false;
		column = field_resource_name(fields[id].resource);
		n -= 2;
	}
	return strlen(column) == n && strncmp(column, word, n) == 0;
}

/* Whether the upload has one of the columns that the rule names behind `mark`; `otherwise` if it
 * names none. */
static bool has_column(const char *text, const char *mark, bool otherwise,
    const char *const *columns)
{
	const char *at = strstr(text, mark);
	const char *end;

	if (at == NULL)
		return otherwise;
	at += strlen(mark);
	end = at + strcspn(at, "\n");
	while (at < end) {
		size_t n = strcspn(at, " \n");
		for (const char *const *column = columns; column != NULL && *column != NULL; column++)
			if (means(at, n, *column))
				return true;
		at += n;
		at += strspn(at, " ");
	}
	return false;
}

/* Whether the rule is about the upload, by the columns that this has. */
static bool applies(const char *text, const char *const *columns)
{
	return has_column(text, COLUMNS, true, columns) && !has_column(text, WITHOUT, false, columns);
}

static int by_name(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	/* Sort by the file's name, which begins with a number, and not by the folder. */
	return strcmp(strrchr(*x, '/'), strrchr(*y, '/'));
}

/* Adds the paths of a folder's files, below sql/. */
static int add_folder(const char *folder, const char **paths, size_t *n, struct err *e)
{
	size_t found = query_folder(folder, paths + *n, RULES_MAX - *n);

	if (found == 0 || found > RULES_MAX - *n)
		return err_set(e, ERR_IO, folder, "there are %zu rules, of at most %d", found, RULES_MAX);
	*n += found;
	return 0;
}

/* The text with `value` in place of `name`; NULL: as it is. */
static const char *replace(struct arena *mem, const char *text, const char *name, const char *value)
{
	struct buf out = {0};
	const char *at;

	if (value == NULL)
		return text;
	for (; (at = strstr(text, name)) != NULL; text = at + strlen(name)) {
		buf_add(&out, text, (size_t)(at - text));
		buf_adds(&out, value);
	}
	buf_adds(&out, text);
	text = arena_strdup(mem, buf_str(&out));
	buf_free(&out);
	return text;
}

/* Sets `rules` to the files of the folders, in the order of their names. */
static int list_rules(struct task *t, const struct transfer_kind *kind, const char *const *columns,
    const char *const *folders, struct arena *mem, struct rule *rules, size_t *n, struct err *e)
{
	const char *paths[RULES_MAX];

	*n = 0;
	for (; *folders != NULL; folders++)
		if (add_folder(*folders, paths, n, e) != 0)
			return -1;
	qsort(paths, *n, sizeof(*paths), by_name);
	for (size_t i = 0; i < *n; i++) {
		const char *text = query_file(t->conf, paths[i], e);
		if (text == NULL)
			return -1;
		rules[i] = (struct rule){ .path = paths[i], .idle = !applies(text, columns),
		    .text = replace(mem, replace(mem, text, "{plan}", kind->rows), "{table}", kind->table) };
	}
	return 0;
}

/* Adds the lines of a rule that begin with `mark`, a table, and what is looked for there, as [table, what, twice]. */
static void add_conditions(json_t *all, const char *text, const char *mark, bool twice)
{
	for (const char *at = text; (at = strstr(at, mark)) != NULL; ) {
		at += strlen(mark);
		size_t table = strcspn(at, ":\n");
		const char *what = at + table + strspn(at + table, ": ");
		json_array_append_new(all, json_pack("[s%,s%,b]", at, table, what, strcspn(what, "\n"), (int)twice));
	}
}

/* Whether the rules of this job run with plans that the connection keeps.  Such a plan is made for
 * few rows and bad for many: it may read a table once for each of them.  With the option absent
 * a short file can change many users. */
static bool is_small(const struct task *t)
{
	return t->rows > 0 && t->rows < FEW_ROWS && !options_absent(t->options);
}

/* Marks the rules with conditions that no row meets.  Each table is scanned once for all of its
 * conditions. */
static int mark_idle(struct task *t, struct rule *rules, size_t n, struct err *e)
{
	json_t *all = json_array();
	PGresult *res = NULL;
	char *text;
	int rc;

	for (size_t i = 0; i < n; i++) {
		json_t *conditions = json_array();
		if (!rules[i].idle) {
			add_conditions(conditions, rules[i].text, ROWS, false);
			add_conditions(conditions, rules[i].text, TWICE, true);
		}
		json_array_append_new(all, conditions);
	}
	if ((text = json_dumps(all, JSON_COMPACT)) == NULL)
		abort();
	rc = db_query(t->work, "import_idle_rules", ARGS(arg_text(text)), &res, e);
	free(text);
	for (int i = 0; rc == 0 && i < PQntuples(res); i++)
		rules[db_get_long(res, i, "rule")].idle = true;
	PQclear(res);
	json_decref(all);
	return rc;
}

static int run_each(struct task *t, struct rule *rules, size_t n, const char *phase, struct err *e)
{
	int rc = mark_idle(t, rules, n, e);

	for (size_t i = 0; rc == 0 && i < n; i++) {
		if (!rules[i].idle)
			rc = db_run(t->work, rules[i].path, rules[i].text, e);
		if (rc == 0 && phase != NULL)
			rc = progress_set(t, phase, (long)i + 1, (long)n, e);
	}
	return rc;
}

/* The name of the connection's function of these folders' rules, for rows of this kind. */
static const char *function_of(const struct transfer_kind *kind, const char *const *folders, struct arena *mem)
{
	const char *name = kind->rows != NULL ? kind->rows : "";

	for (; *folders != NULL; folders++)
		name = arena_printf(mem, "%s:%s", name, *folders);
	return name;
}

/* Makes that function.  What is there twice in a small job the rule itself finds sooner. */
static int keep(struct task *t, const char *function, const struct rule *rules, size_t n, struct err *e)
{
	json_t *all = json_array();
	char *text;
	int rc;

	for (size_t i = 0; i < n; i++) {
		json_t *conditions = json_array();
		add_conditions(conditions, rules[i].text, ROWS, false);
		json_array_append_new(all, json_pack("[s,o]", rules[i].text, conditions));
	}
	if ((text = json_dumps(all, JSON_COMPACT)) == NULL)
		abort();
	rc = db_query(t->work, "import_keep_rules", ARGS(arg_text(function), arg_text(text)), NULL, e);
	free(text);
	json_decref(all);
	return rc;
}

/* Runs the rules of a small job in one call, with the plans that the connection has of them. */
static int run_at_once(struct task *t, const char *function, const struct rule *rules, size_t n,
    const struct db_call *then, struct err *e)
{
	struct buf runs = {0};
	PGresult *res = NULL;
	bool missing;
	int rc;

	for (size_t i = 0; i < n; i++)
		buf_addf(&runs, "%c%c", i == 0 ? '{' : ',', rules[i].idle ? 'f' : 't');
	buf_addch(&runs, '}');
	do {
		const struct db_call calls[] = {
			{ "import_run_rules", ARGS(arg_text(function), arg_text(buf_str(&runs))), &res },
			then != NULL ? *then : (struct db_call){0},
		};
		rc = db_query_all(t->work, calls, then != NULL ? 2 : 1, e);
		missing = rc == 0 && db_get_bool(res, 0, "missing");
		PQclear(res);
		if (missing) {
			if (then != NULL)
				PQclear(*then->res);
			rc = keep(t, function, rules, n, e);
		}
	} while (rc == 0 && missing);
	buf_free(&runs);
	return rc;
}

int rules_run(struct task *t, const struct transfer_kind *kind, const char *const *columns,
    const char *const *folders, const char *phase, const struct db_call *then, struct err *e)
{
	struct arena *mem = arena_new();
	struct rule rules[RULES_MAX];
	size_t n;
	int rc = list_rules(t, kind, columns, folders, mem, rules, &n, e);

	/* Report the phase at its beginning, as its first file may take longest. */
	if (rc == 0 && phase != NULL)
		rc = progress_set(t, phase, 0, (long)n, e);
	if (rc == 0 && is_small(t))
		rc = run_at_once(t, function_of(kind, folders, mem), rules, n, then, e);
	else if (rc == 0 && (rc = run_each(t, rules, n, phase, e)) == 0 && then != NULL)
		rc = db_query_all(t->work, then, 1, e);
	arena_free(mem);
	return rc;
}
