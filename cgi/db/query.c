/* The named queries and the files of sql/, kept for the process. */
#include "db/query.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"

#define MARK "-- name: "

struct entry {
	const char *name;
	const char *text;
};

/* One cache a process: the files do not change under a running program. */
static struct {
	struct arena *mem;
	struct entry *queries;
	size_t n_queries;
	struct entry *files;
	size_t n_files;
	bool has_queries, has_files;
} cache;

static int compare(const void *a, const void *b)
{
	return strcmp(((const struct entry *)a)->name, ((const struct entry *)b)->name);
}

static void add(struct entry **list, size_t *n, const char *name, const char *text)
{
	struct entry *grown = reallocarray(*list, *n + 1, sizeof(**list));
	if (grown == NULL)
		abort();
	grown[*n] = (struct entry){ .name = name, .text = text };
	*list = grown;
	*n += 1;
}

/* Splits a file's text at its `-- name:` lines. */
static void split(const char *text)
{
	const char *at = strstr(text, MARK);

	while (at != NULL) {
		const char *name = at + strlen(MARK);
		size_t name_len = strcspn(name, " \t\r\n");
		const char *body = name + name_len;
		const char *next = strstr(body, "\n" MARK);
		size_t body_len = next != NULL ? (size_t)(next - body) : strlen(body);

		add(&cache.queries, &cache.n_queries, arena_strndup(cache.mem, name, name_len),
		    arena_strndup(cache.mem, body, body_len));
		at = next != NULL ? next + 1 : NULL;
	}
}

static int load_folder(const char *folder, struct err *e)
{
	DIR *dir = opendir(folder);
	struct dirent *file;
	struct buf text = {0};
	int rc = -1;

	if (dir == NULL)
		return err_set(e, ERR_IO, folder, "cannot open: %s", strerror(errno));
	while ((file = readdir(dir)) != NULL) {
		const char *dot = strrchr(file->d_name, '.');
		if (dot == NULL || strcmp(dot, ".sql") != 0)
			continue;
		buf_reset(&text);
		if (file_read(arena_printf(cache.mem, "%s/%s", folder, file->d_name), &text, e) != 0)
			goto out;
		split(buf_str(&text));
	}
	rc = 0;
out:
	buf_free(&text);
	closedir(dir);
	return rc;
}

/* Whether the files of a folder of sql/ are run by their paths. */
static bool holds_files(const char *path)
{
	return strcmp(path, "queries") != 0 && strcmp(path, "migrations") != 0;
}

/* Reads all files below a folder of sql/ ("" or "import/"). */
static int load_files(const struct conf *conf, const char *path, struct err *e)
{
	const char *folder = arena_printf(cache.mem, "%s/sql/%s", conf->share_dir, path);
	DIR *dir = opendir(folder);
	struct dirent *file;
	int rc = 0;

	if (dir == NULL)
		return err_set(e, ERR_IO, folder, "cannot open: %s", strerror(errno));
	while (rc == 0 && (file = readdir(dir)) != NULL) {
		const char *name = arena_printf(cache.mem, "%s%s", path, file->d_name);
		const char *dot = strrchr(file->d_name, '.');
		if (dot == NULL && holds_files(name))
			rc = load_files(conf, arena_printf(cache.mem, "%s/", name), e);
		else if (dot != NULL && strcmp(dot, ".sql") == 0)
			rc = query_file(conf, name, e) != NULL ? 0 : -1;
	}
	closedir(dir);
	return rc;
}

/* Shows the installation of another version that this version's files are still used: takes a
 * shared lock on the directory (flock(1)), which ends with the process. */
static void hold_files(const struct conf *conf)
{
	static int held = -1;

	if (held == -1)
		held = open(conf->share_dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (held != -1)
		flock(held, LOCK_SH | LOCK_NB);
}

static int load_queries(const struct conf *conf, struct err *e)
{
	cache.n_queries = 0;
	if (load_folder(arena_printf(cache.mem, "%s/sql/queries", conf->share_dir), e) != 0)
		return -1;
	if (cache.n_queries == 0)
		return err_set(e, ERR_IO, conf->share_dir, "no queries in sql/queries");
	qsort(cache.queries, cache.n_queries, sizeof(*cache.queries), compare);
	for (size_t i = 1; i < cache.n_queries; i++)
		if (compare(&cache.queries[i - 1], &cache.queries[i]) == 0)
			return err_set(e, ERR_INVALID, cache.queries[i].name, "the query stands twice");
	return 0;
}

int query_load(const struct conf *conf, bool files, struct err *e)
{
	hold_files(conf);
	if (cache.mem == NULL)
		cache.mem = arena_new();
	if (!cache.has_queries && load_queries(conf, e) != 0)
		return -1;
	cache.has_queries = true;
	if (files && !cache.has_files && load_files(conf, "", e) != 0)
		return -1;
	cache.has_files |= files;
	return 0;
}

const char *query_text(const char *name)
{
	struct entry key = { .name = name };
	struct entry *found = NULL;

	if (cache.n_queries > 0)
		found = bsearch(&key, cache.queries, cache.n_queries, sizeof(key), compare);
	return found != NULL ? found->text : NULL;
}

const char *query_file(const struct conf *conf, const char *path, struct err *e)
{
	struct buf text = {0};

	for (size_t i = 0; i < cache.n_files; i++)
		if (strcmp(cache.files[i].name, path) == 0)
			return cache.files[i].text;
	if (cache.mem == NULL)
		cache.mem = arena_new();
	if (file_read(arena_printf(cache.mem, "%s/sql/%s", conf->share_dir, path), &text, e) != 0)
		return NULL;
	add(&cache.files, &cache.n_files, arena_strdup(cache.mem, path),
	    arena_strndup(cache.mem, buf_str(&text), text.len));
	buf_free(&text);
	return cache.files[cache.n_files - 1].text;
}

size_t query_folder(const char *folder, const char **paths, size_t max)
{
	size_t length = strlen(folder), n = 0;

	for (size_t i = 0; i < cache.n_files; i++) {
		const char *name = cache.files[i].name;
		if (strncmp(name, folder, length) != 0 || name[length] != '/'
		    || strchr(name + length + 1, '/') != NULL)
			continue;
		if (n++ < max)
			paths[n - 1] = name;
	}
	return n;
}
