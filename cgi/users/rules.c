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
	const char *function;	/* the name of what the connection keeps of it */
	bool idle;		/* no row meets its conditions: it need not run */
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
static bool has_column(const char *text, const char *mark, bool otherwise, const PGresult *columns)
{
	const char *at = strstr(text, mark);
	const char *end;

	if (at == NULL)
		return otherwise;
	at += strlen(mark);
	end = at + strcspn(at, "\n");
	while (at < end) {
		size_t n = strcspn(at, " \n");
		for (int i = 0; i < PQntuples(columns); i++)
			if (means(at, n, PQgetvalue(columns, i, 0)))
				return true;
		at += n;
		at += strspn(at, " ");
	}
	return false;
}

/* Whether the rule is about the upload, by the columns that this has. */
static bool applies(const char *text, const PGresult *columns)
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

/* Sets `rules` to the files of the folders, without those that the upload has no column for, or
 * one too many, in the order of their names. */
static int list_rules(struct task *t, const struct transfer_kind *kind, const char *const *folders,
    struct arena *mem, struct rule *rules, size_t *n, struct err *e)
{
	const char *paths[RULES_MAX];
	PGresult *columns = NULL;
	size_t n_paths = 0;
	int rc = 0;

	*n = 0;
	for (; rc == 0 && *folders != NULL; folders++)
		rc = add_folder(*folders, paths, &n_paths, e);
	qsort(paths, n_paths, sizeof(*paths), by_name);
	if (rc == 0)
		rc = db_query(t->work, "import_columns", NO_ARGS, &columns, e);
	for (size_t i = 0; rc == 0 && i < n_paths; i++) {
		const char *text = query_file(t->conf, paths[i], e);
		if (text == NULL)
			rc = -1;
		else if (applies(text, columns))
			rules[(*n)++] = (struct rule){ .path = paths[i], .function = arena_printf(mem, "%s:%s",
			    kind->rows != NULL ? kind->rows : "", paths[i]),
			    .text = replace(mem, replace(mem, text, "{plan}", kind->rows), "{table}", kind->table) };
	}
	PQclear(columns);
	return rc;
}

/* Adds the lines of a file that begin with `mark`, a table, and what is looked for there, as
 * [rule, table, what, twice]. */
static void add_conditions(json_t *all, size_t rule, const char *text, const char *mark, bool twice)
{
	for (const char *at = text; (at = strstr(at, mark)) != NULL; ) {
		at += strlen(mark);
		size_t table = strcspn(at, ":\n");
		const char *what = at + table + strspn(at + table, ": ");
		json_array_append_new(all, json_pack("[i,s%,s%,b]", (int)rule, at, table,
		    what, strcspn(what, "\n"), (int)twice));
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
 * conditions.  What is there twice in a small job the rule itself finds sooner. */
static int mark_idle(struct task *t, struct rule *rules, size_t n, struct err *e)
{
	json_t *conditions = json_array();
	PGresult *res = NULL;
	bool small = is_small(t);
	char *text;
	int rc = 0;

	for (size_t i = 0; i < n; i++) {
		add_conditions(conditions, i, rules[i].text, ROWS, false);
		if (!small)
			add_conditions(conditions, i, rules[i].text, TWICE, true);
	}
	if (json_array_size(conditions) > 0) {
		if ((text = json_dumps(conditions, JSON_COMPACT)) == NULL)
			abort();
		rc = db_query(t->work, "import_idle_rules", ARGS(arg_text(text)), &res, e);
		free(text);
	}
	for (int i = 0; rc == 0 && res != NULL && i < PQntuples(res); i++)
		rules[db_get_long(res, i, "rule")].idle = true;
	PQclear(res);
	json_decref(conditions);
	return rc;
}

/* The functions of rules as an array literal; those that are idle are left out. */
static void as_array(struct buf *out, const struct rule *rules, size_t n)
{
	buf_addch(out, '{');
	for (size_t i = 0; i < n; i++)
		if (!rules[i].idle)
			buf_addf(out, "%s%s", out->len > 1 ? "," : "", rules[i].function);
	buf_addch(out, '}');
}

/* Makes functions of the rules that the connection has none of yet: `missing`, one a line. */
static int keep(struct task *t, const char *missing, const struct rule *rules, size_t n, struct err *e)
{
	int rc = 0;

	while (rc == 0 && *missing != '\0') {
		size_t length = strcspn(missing, "\n");
		for (size_t i = 0; rc == 0 && i < n; i++)
			if (strlen(rules[i].function) == length && strncmp(rules[i].function, missing, length) == 0)
				rc = db_query(t->work, "import_keep_rule",
				    ARGS(arg_text(rules[i].function), arg_text(rules[i].text)), NULL, e);
		missing += length;
		missing += *missing == '\n';
	}
	return rc;
}

/* Runs the rules of a small job in one call, with the plans that the connection has of them. */
static int run_small(struct task *t, const struct rule *rules, size_t n, struct err *e)
{
	struct buf functions = {0};
	PGresult *res = NULL;
	const char *missing;
	int rc;

	as_array(&functions, rules, n);
	rc = db_query(t->work, "import_run_rules", ARGS(arg_text(buf_str(&functions))), &res, e);
	missing = rc == 0 ? db_get(res, 0, "missing") : NULL;
	if (missing != NULL) {
		rc = keep(t, missing, rules, n, e);
		if (rc == 0)
			rc = db_query(t->work, "import_run_rules", ARGS(arg_text(buf_str(&functions))), NULL, e);
	}
	PQclear(res);
	buf_free(&functions);
	return rc;
}

int rules_run(struct task *t, const struct transfer_kind *kind, const char *const *folders, const char *phase,
    struct err *e)
{
	struct arena *mem = arena_new();
	struct rule rules[RULES_MAX];
	size_t n;
	int rc = list_rules(t, kind, folders, mem, rules, &n, e);

	/* Report the phase at its beginning, as its first file may take longest. */
	if (rc == 0 && phase != NULL)
		rc = progress_set(t, phase, 0, (long)n, e);
	if (rc == 0)
		rc = mark_idle(t, rules, n, e);
	if (rc == 0 && is_small(t))
		rc = run_small(t, rules, n, e);
	else
		for (size_t i = 0; rc == 0 && i < n; i++) {
			if (!rules[i].idle)
				rc = db_run(t->work, rules[i].path, rules[i].text, e);
			if (rc == 0 && phase != NULL)
				rc = progress_set(t, phase, (long)i + 1, (long)n, e);
		}
	arena_free(mem);
	return rc;
}
