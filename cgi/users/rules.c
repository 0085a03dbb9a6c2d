/* Runs folders of rules.  Contract: transfer.h. */
#include "users/transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "csv/field.h"
#include "db/query.h"

#define COLUMNS "\n-- columns: "

#define RULES_MAX 100

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

/* Whether the upload has one of the columns that the rule is about. */
static bool applies(const char *text, const PGresult *columns)
{
	const char *at = strstr(text, COLUMNS);
	const char *end;

	if (at == NULL)
		return true;
	at += strlen(COLUMNS);
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

static int by_name(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	/* The number in front decides, not the folder. */
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

static int run_file(struct task *t, const char *path, const PGresult *columns, struct err *e)
{
	const char *text = query_file(t->conf, path, e);

	if (text == NULL)
		return -1;
	return applies(text, columns) ? db_run_file(t->work, path, NULL, e) : 0;
}

int rules_run(struct task *t, const char *const *folders, const char *phase, struct err *e)
{
	const char *paths[RULES_MAX];
	PGresult *columns = NULL;
	size_t n = 0;
	int rc = 0;

	for (; rc == 0 && *folders != NULL; folders++)
		rc = add_folder(*folders, paths, &n, e);
	qsort(paths, n, sizeof(*paths), by_name);
	if (rc == 0)
		rc = db_query(t->work, "import_columns", NO_ARGS, &columns, e);
	/* The phase is told as it begins: its first file may be the longest. */
	if (rc == 0 && phase != NULL)
		rc = progress_set(t, phase, 0, (long)n, e);
	for (size_t i = 0; rc == 0 && i < n; i++) {
		rc = run_file(t, paths[i], columns, e);
		if (rc == 0 && phase != NULL)
			rc = progress_set(t, phase, (long)i + 1, (long)n, e);
	}
	PQclear(columns);
	return rc;
}
