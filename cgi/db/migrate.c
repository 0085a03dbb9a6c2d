/* Applies and checks the migrations.  Contract: migrate.h. */
#include "db/migrate.h"

#include <dirent.h>
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/arena.h"
#include "base/clock.h"
#include "db/query.h"

#define TRY_PAUSE_MS 500	/* pause between two attempts to get a lock */
#define VIEWS_MAX 100
#define TELL_MS 10000		/* pause between two lines that say what the program waits for */

struct migration {
	const char *file;	/* "0001_tenants.sql" */
	long version;
	const char *text;	/* NULL until it is read, as all below */
	char sha256[65];
	long since;		/* programs with the migrations up to this one still work; 0: none does */
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

/* `-- since: NNNN` on a line of its own says that the change is compatible. */
static int read_one(const struct conf *conf, struct arena *mem, struct migration *m, struct err *e)
{
	static const char mark[] = "\n-- since: ";
	const char *at;

	m->text = query_file(conf, arena_printf(mem, "migrations/%s", m->file), e);
	if (m->text == NULL)
		return -1;
	at = strstr(m->text, mark);
	digest(m->text, m->sha256);
	m->since = at != NULL ? strtol(at + sizeof(mark) - 1, NULL, 10) : 0;
	return 0;
}

/* The files in order, not read. */
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
		(*out)[i] = (struct migration){ .file = arena_strdup(mem, files[i]->d_name) };
		(*out)[i].version = strtol((*out)[i].file, NULL, 10);
		free(files[i]);
	}
	free(files);
	if (count == 0)
		rc = err_set(e, ERR_IO, folder, "there are no migrations");
	for (size_t i = 0; rc == 0 && i < *n; i++)
		if ((*out)[i].version != (long)i + 1)
			rc = err_set(e, ERR_INVALID, (*out)[i].file, "a number is missing or stands twice before it");
	return rc;
}

/* The migrations of this program, listed once: an upgrade may delete the files.  They are read
 * with `texts` only: a process that serves starts sooner without. */
static int known(const struct conf *conf, bool texts, const struct migration **all, size_t *n, struct err *e)
{
	static struct arena *mem;
	static struct migration *listed;
	static size_t listed_n;

	if (mem == NULL)
		mem = arena_new();
	if (listed == NULL) {
		struct migration *fresh = NULL;
		if (list(conf, mem, &fresh, &listed_n, e) != 0)
			return -1;
		listed = fresh;
	}
	for (size_t i = 0; texts && i < listed_n; i++)
		if (listed[i].text == NULL && read_one(conf, mem, &listed[i], e) != 0)
			return -1;
	*all = listed;
	*n = listed_n;
	return 0;
}

/* Whether a program with the first n migrations works with all that the database has. */
static bool is_compatible(const PGresult *done, size_t n)
{
	for (int i = (int)n; i < PQntuples(done); i++) {
		long since = db_get_long(done, i, "since");
		if (since == 0 || since > (long)n)
			return false;
	}
	return true;
}

/* Sets *have to the number of migrations that the database has, which may be more than the list
 * has; one that differs from the list is an error: in its text, if it was read, or in its name. */
static int compare(const struct migration *all, size_t n, const PGresult *done, size_t *have,
    struct err *e)
{
	*have = (size_t)PQntuples(done);
	for (size_t i = 0; i < *have && i < n; i++) {
		const char *name = db_get(done, (int)i, "name");
		if (all[i].text == NULL && strcmp(name, all[i].file) != 0)
			return err_set(e, ERR_DB_SCHEMA, all[i].file, "the database has %s in its place", name);
		if (all[i].text != NULL && strcmp(db_get(done, (int)i, "sha256"), all[i].sha256) != 0) {
			err_set(e, ERR_DB_SCHEMA, all[i].file, "was changed after it was applied");
			return err_hint(e, "restore the file, and put the change into a new migration");
		}
	}
	if (*have > n && !is_compatible(done, n)) {
		err_set(e, ERR_DB_SCHEMA, "database", "its schema is version %zu, this program knows %zu", *have, n);
		return err_hint(e, "install the newer program");
	}
	return 0;
}

/* --- applying --------------------------------------------------------------- */

struct run {
	struct db *db;
	const struct migrate_options *o;
	struct arena *mem;
	int64_t end;		/* clock_ms after which no lock is tried again */
};

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void say(const struct run *r, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void say(const struct run *r, const char *fmt, ...)
{
	va_list ap;

	if (r->o->out == NULL)
		return;
	va_start(ap, fmt);
	vfprintf(r->o->out, fmt, ap);
	va_end(ap);
	fflush(r->o->out);
}

/* Whether there is time for another attempt after a lock was not free; waits before it. */
static bool try_again(struct run *r, const struct err *e)
{
	if (e->code != ERR_DB_RETRY || clock_ms() >= r->end)
		return false;
	usleep(TRY_PAUSE_MS * 1000);
	return true;
}

/* Takes the exclusive lock of all tenants for the session.  It is tried again and again and not
 * waited for: a session that waits for it blocks new jobs, and the server's lock_timeout is
 * short. */
static int lock_all(struct run *r, struct err *e)
{
	PGresult *res = NULL;
	int64_t told = 0;
	long jobs;

	while (db_query(r->db, "migration_lock_all", NO_ARGS, NULL, e) != 0) {
		if (e->code != ERR_DB_RETRY)
			return -1;
		if (clock_ms() - told >= TELL_MS && db_query(r->db, "migration_jobs", NO_ARGS, &res, NULL) == 0) {
			jobs = db_get_long(res, 0, "n");
			PQclear(res);
			told = clock_ms();
			if (jobs > 0)
				say(r, "waits until %ld running %s ended\n", jobs, jobs == 1 ? "job has" : "jobs have");
		}
		if (!try_again(r, e))
			return err_hint(e, "jobs still run after %ld seconds; nothing was changed: try again later",
			    r->o->wait);
	}
	return 0;
}

/* Applies one migration and adds its row, in the caller's transaction. */
static int apply(struct run *r, const struct migration *m, struct err *e)
{
	return db_run_file(r->db, arena_printf(r->mem, "migrations/%s", m->file), e) == 0
	    ? db_query(r->db, "migration_add", ARGS(arg_long(m->version), arg_text(m->file),
	    arg_text(m->sha256), arg_long(m->since)), NULL, e) : -1;
}

/* Creates the views and functions of sql/views again, so that migrations need not repeat them;
 * in the caller's transaction. */
static int make_views(struct run *r, struct err *e)
{
	const char *paths[VIEWS_MAX];
	size_t n = query_folder("views", paths, VIEWS_MAX);
	int rc = 0;

	if (n > VIEWS_MAX)
		return err_set(e, ERR_IO, "views", "there are more than %d files", VIEWS_MAX);
	qsort(paths, n, sizeof(*paths), by_name);
	for (size_t i = 0; rc == 0 && i < n; i++)
		rc = db_run_file(r->db, paths[i], e);
	return rc == 0 ? db_query(r->db, "migration_grant", NO_ARGS, NULL, e) : -1;
}

/* Applies one step in its own transaction: a migration (may be NULL), and with the last one the
 * views.  So a program that sees the last migration sees a complete schema. */
static int step(struct run *r, const struct migration *m, bool last, struct err *e)
{
	int rc;

	do {
		rc = db_begin(r->db, "", false, e);
		if (rc == 0 && m != NULL)
			rc = apply(r, m, e);
		if (rc == 0 && last)
			rc = make_views(r, e);
		if (rc == 0)
			return db_commit(r->db, e);
		db_rollback(r->db);
	} while (try_again(r, e));
	return -1;
}

/* Applies all in one transaction, and rolls it back. */
static int rehearse(struct run *r, const struct migration *all, size_t have, size_t n, struct err *e)
{
	int rc = db_begin(r->db, "", false, e);

	for (size_t i = have; rc == 0 && i < n; i++) {
		rc = apply(r, &all[i], e);
		if (rc == 0)
			say(r, "would apply %s\n", all[i].file);
	}
	db_rollback(r->db);
	return rc;
}

/* Brings the database to this program's schema.  A database with later migrations is left as it
 * is. */
static int bring_up(struct run *r, const struct migration *all, size_t have, size_t n, struct err *e)
{
	if (have > n)
		return 0;
	if (have < n && lock_all(r, e) != 0)
		return -1;
	if (r->o->dry_run)
		return rehearse(r, all, have, n, e);
	for (size_t i = have; i < n; i++) {
		if (step(r, &all[i], i == n - 1, e) != 0)
			return -1;
		say(r, "applied %s\n", all[i].file);
	}
	return have < n ? 0 : step(r, NULL, true, e);
}

int migrate_run(const struct conf *conf, const struct migrate_options *o, struct err *e)
{
	struct run r = { .o = o, .mem = arena_new(), .end = clock_ms() + o->wait * 1000 };
	const struct migration *all = NULL;
	PGresult *done = NULL;
	size_t n = 0, have = 0;
	int rc = -1;

	/* The locks belong to the session: they end with the connection. */
	if (db_open(&r.db, conf, DB_OWNER, "rollcall migrate", e) == 0
	    && known(conf, true, &all, &n, e) == 0
	    && db_query(r.db, "migration_lock", NO_ARGS, NULL, e) == 0
	    && db_query(r.db, "migration_patience", NO_ARGS, NULL, e) == 0
	    && db_query(r.db, "migration_table", NO_ARGS, NULL, e) == 0
	    && db_query(r.db, "migration_column", NO_ARGS, NULL, e) == 0
	    && db_query(r.db, "migration_list", NO_ARGS, &done, e) == 0
	    && compare(all, n, done, &have, e) == 0)
		rc = bring_up(&r, all, have, n, e);
	PQclear(done);
	db_close(r.db);
	arena_free(r.mem);
	return rc;
}

/* --- looking ---------------------------------------------------------------- */

/* Finds out which of this program's migrations the database has. */
static int look(struct db *db, const struct conf *conf, bool texts, const struct migration **all, size_t *n,
    size_t *have, struct err *e)
{
	PGresult *done = NULL;
	int rc;

	if (known(conf, texts, all, n, e) != 0)
		return -1;
	if (db_query(db, "migration_list", NO_ARGS, &done, e) != 0) {
		if (e != NULL && e->code == ERR_DB)
			e->code = ERR_DB_SCHEMA;
		return err_hint(e, "run: rollcall migrate");
	}
	rc = compare(*all, *n, done, have, e);
	PQclear(done);
	return rc;
}

static int check(struct db *db, const struct conf *conf, bool texts, struct err *e)
{
	const struct migration *all;
	size_t n, have;

	if (look(db, conf, texts, &all, &n, &have, e) != 0)
		return -1;
	if (have >= n)
		return 0;
	err_set(e, ERR_DB_SCHEMA, "database", "its schema is version %zu, this program needs %zu", have, n);
	return err_hint(e, "run: rollcall migrate");
}

int migrate_check(struct db *db, const struct conf *conf, struct err *e)
{
	return check(db, conf, true, e);
}

int migrate_watch(struct db *db, const void *ctx, struct err *e)
{
	return check(db, ctx, false, e);
}

bool migrate_is_coming(struct db *db, const struct conf *conf, bool *at_work)
{
	const struct migration *all;
	PGresult *res = NULL;
	size_t n, have = 0;
	bool coming = look(db, conf, false, &all, &n, &have, NULL) == 0 ? have < n : false;

	*at_work = false;
	if (db_query(db, "migration_at_work", NO_ARGS, &res, NULL) == 0)
		*at_work = db_get_bool(res, 0, "at_work");
	PQclear(res);
	return coming;
}

int migrate_status(const struct conf *conf, FILE *out, bool *current, struct err *e)
{
	const struct migration *all;
	struct db *db = NULL;
	PGresult *res = NULL;
	size_t n, have = 0;
	int rc = -1;

	if (db_open(&db, conf, DB_OWNER, "rollcall migrate", e) != 0
	    || db_query(db, "migration_there", NO_ARGS, &res, e) != 0 || known(conf, true, &all, &n, e) != 0)
		goto out;
	if (db_get_bool(res, 0, "there") && look(db, conf, true, &all, &n, &have, e) != 0)
		goto out;
	*current = have >= n;
	fprintf(out, "the database has %zu migrations, this program knows %zu\n", have, n);
	for (size_t i = have; i < n; i++)
		fprintf(out, "to be applied: %s%s\n", all[i].file,
		    all[i].since != 0 ? "" : " (the programs before it stop working)");
	rc = 0;
out:
	PQclear(res);
	db_close(db);
	return rc;
}
