/* Applies and checks the migrations.  Contract: migrate.h. */
#include "db/migrate.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include <openssl/evp.h>

#include "base/arena.h"
#include "db/query.h"

struct migration {
	const char *file;	/* "0001_tenants.sql" */
	long version;
	const char *text;
	char sha256[65];
};

static int is_migration(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return strspn(d->d_name, "0123456789") == 4 && d->d_name[4] == '_' && n > 9
	    && strcmp(d->d_name + n - 4, ".sql") == 0;
}

static void digest(const char *text, char out[65])
{
	unsigned char sum[EVP_MAX_MD_SIZE];
	unsigned int n = 0;

	if (EVP_Digest(text, strlen(text), sum, &n, EVP_sha256(), NULL) != 1)
		abort();
	for (unsigned i = 0; i < 32; i++)
		snprintf(out + 2 * (size_t)i, 3, "%02x", sum[i]);
}

/* The files in order.  Texts live with the process, the rest in `mem`. */
static int list(const struct conf *conf, struct arena *mem, struct migration **out, size_t *n,
    struct err *e)
{
	const char *folder = arena_printf(mem, "%s/sql/migrations", conf->share_dir);
	struct dirent **files = NULL;
	int count = scandir(folder, &files, is_migration, alphasort);
	int rc = 0;

	if (count < 0)
		return err_set(e, ERR_IO, folder, "cannot open: %s", strerror(errno));
	*out = arena_alloc(mem, sizeof(**out) * (size_t)(count + 1));
	*n = (size_t)count;
	for (int i = 0; i < count; i++) {
		struct migration *m = &(*out)[i];
		m->file = arena_strdup(mem, files[i]->d_name);
		m->version = strtol(m->file, NULL, 10);
		m->text = query_file(conf, arena_printf(mem, "migrations/%s", m->file), e);
		if (m->text == NULL)
			rc = -1;
		else
			digest(m->text, m->sha256);
		free(files[i]);
	}
	free(files);
	if (rc == 0 && count == 0)
		rc = err_set(e, ERR_IO, folder, "there are no migrations");
	for (size_t i = 0; rc == 0 && i < *n; i++)
		if ((*out)[i].version != (long)i + 1)
			rc = err_set(e, ERR_INVALID, (*out)[i].file, "a number is missing or stands twice before it");
	return rc;
}

/* One migration and the row that says so, in one transaction. */
static int apply(struct db *db, const struct migration *m, struct arena *mem, struct err *e)
{
	if (db_begin(db, "", false, e) != 0)
		return -1;
	if (db_run_file(db, arena_printf(mem, "migrations/%s", m->file), NULL, e) != 0
	    || db_query(db, "migration_add", ARGS(arg_long(m->version), arg_text(m->file),
	    arg_text(m->sha256)), NULL, e) != 0) {
		db_rollback(db);
		return -1;
	}
	return db_commit(db, e);
}

static int is_sql(const struct dirent *d)
{
	size_t n = strlen(d->d_name);

	return n > 4 && strcmp(d->d_name + n - 4, ".sql") == 0;
}

/* Views and functions that are made anew each time, so that a migration need not repeat
 * them, in one transaction. */
static int make_views(struct db *db, const struct conf *conf, struct arena *mem, struct err *e)
{
	const char *folder = arena_printf(mem, "%s/sql/views", conf->share_dir);
	struct dirent **files = NULL;
	int n = scandir(folder, &files, is_sql, alphasort);
	int rc = n < 0 ? err_set(e, ERR_IO, folder, "cannot open: %s", strerror(errno))
	    : db_begin(db, "", false, e);

	for (int i = 0; i < n; i++) {
		if (rc == 0)
			rc = db_run_file(db, arena_printf(mem, "views/%s", files[i]->d_name), NULL, e);
		free(files[i]);
	}
	free(files);
	if (rc == 0)
		return db_commit(db, e);
	if (n >= 0)
		db_rollback(db);
	return -1;
}

/* How many of the list the database has; a different one is an error. */
static int compare(const struct migration *list_, size_t n, const PGresult *done, size_t *have,
    struct err *e)
{
	*have = (size_t)PQntuples(done);
	if (*have > n) {
		err_set(e, ERR_DB, "database", "its schema is version %zu, this program knows %zu", *have, n);
		return err_hint(e, "install the newer program");
	}
	for (size_t i = 0; i < *have; i++) {
		const char *sha256 = db_get(done, (int)i, "sha256");
		if (sha256 == NULL || strcmp(sha256, list_[i].sha256) != 0) {
			err_set(e, ERR_DB, list_[i].file, "was changed after it was applied");
			return err_hint(e, "restore the file, and put the change into a new migration");
		}
	}
	return 0;
}

int migrate_run(const struct conf *conf, FILE *out, struct err *e)
{
	struct arena *mem = arena_new();
	struct db *db = NULL;
	struct migration *all = NULL;
	PGresult *done = NULL;
	size_t n = 0, have = 0;
	int rc = -1;

	if (db_open(&db, conf, DB_OWNER, "rollcall migrate", e) != 0 || list(conf, mem, &all, &n, e) != 0)
		goto out;
	/* The lock is the session's: it ends with the connection. */
	if (db_query(db, "migration_lock", NO_ARGS, NULL, e) != 0
	    || db_query(db, "migration_table", NO_ARGS, NULL, e) != 0
	    || db_query(db, "migration_list", NO_ARGS, &done, e) != 0
	    || compare(all, n, done, &have, e) != 0)
		goto out;
	for (size_t i = have; i < n; i++) {
		if (apply(db, &all[i], mem, e) != 0)
			goto out;
		if (out != NULL)
			fprintf(out, "applied %s\n", all[i].file);
	}
	if (make_views(db, conf, mem, e) != 0 || db_query(db, "migration_grant", NO_ARGS, NULL, e) != 0)
		goto out;
	rc = 0;
out:
	PQclear(done);
	db_close(db);
	arena_free(mem);
	return rc;
}

int migrate_check(struct db *db, const struct conf *conf, struct err *e)
{
	struct arena *mem = arena_new();
	struct migration *all = NULL;
	PGresult *done = NULL;
	size_t n = 0, have = 0;
	int rc = -1;

	if (list(conf, mem, &all, &n, e) != 0)
		goto out;
	if (db_query(db, "migration_list", NO_ARGS, &done, e) != 0) {
		err_hint(e, "run: rollcall migrate");
		goto out;
	}
	if (compare(all, n, done, &have, e) != 0)
		goto out;
	if (have < n) {
		err_set(e, ERR_DB, "database", "its schema is version %zu, this program needs %zu", have, n);
		err_hint(e, "run: rollcall migrate");
		goto out;
	}
	rc = 0;
out:
	PQclear(done);
	arena_free(mem);
	return rc;
}
