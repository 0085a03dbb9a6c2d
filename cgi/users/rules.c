/* Runs folders of rules.  Contract: rules.h. */
#include "users/rules.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "db/query.h"

#define COLUMNS "\n-- columns: "

static int is_sql(const struct dirent *d) {
	size_t n = strlen(d->d_name);

	return n > 4 && strcmp(d->d_name + n - 4, ".sql") == 0;
}

/* Whether the upload has one of the columns that the rule is about. */
static bool applies(const char *text, const PGresult *columns) {
	const char *at = strstr(text, COLUMNS);
	const char *end;

	if (at == NULL)
		return true;
	at += strlen(COLUMNS);
	end = at + strcspn(at, "\n");
	while (at < end) {
		size_t n = strcspn(at, " \n");
		for (int i = 0; i < PQntuples(columns); i++) {
			const char *name = PQgetvalue(columns, i, 0);
			if (strlen(name) == n && strncmp(name, at, n) == 0)
				return true;
		}
		at += n;
		at += strspn(at, " ");
	}
	return false;
}

static int run_file(struct task *t, const char *path, const PGresult *columns, struct err *e) {
	const char *text = query_file(t->conf, path, e);

	if (text == NULL)
		return -1;
	return applies(text, columns) ? db_run_file(t->work, path, NULL, e) : 0;
}

int rules_run(struct task *t, const char *folder, const char *phase, struct err *e) {
	struct arena *mem = arena_new();
	const char *path = arena_printf(mem, "%s/sql/%s", t->conf->share_dir, folder);
	struct dirent **files = NULL;
	PGresult *columns = NULL;
	int n = scandir(path, &files, is_sql, alphasort);
	int rc = 0;

	if (n <= 0)
		rc = err_set(e, ERR_IO, path, "no rules: %s", n < 0 ? strerror(errno) : "empty folder");
	else
		rc = db_query(t->work, "import_columns", 0, NULL, &columns, e);
	for (int i = 0; i < n; i++) {
		if (rc == 0)
			rc = run_file(t, arena_printf(mem, "%s/%s", folder, files[i]->d_name), columns, e);
		if (rc == 0)
			rc = progress_set(t, phase, i + 1, n, e);
		free(files[i]);
	}
	free(files);
	PQclear(columns);
	arena_free(mem);
	return rc;
}
