/* The templates' text, read once.  Contract: templates.h. */
#include "view/templates.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"

#define TEMPLATES_MAX 200

static struct {
	struct arena *mem;
	size_t n;
	struct { const char *file, *text; } list[TEMPLATES_MAX];
} cache;

int templates_load(const struct conf *conf, struct err *e)
{
	struct buf text = {0};
	struct dirent *file;
	const char *folder;
	DIR *dir;
	int rc = -1;

	if (cache.n > 0)
		return 0;
	if (cache.mem == NULL)
		cache.mem = arena_new();
	folder = arena_printf(cache.mem, "%s/templates", conf->share_dir);
	dir = opendir(folder);
	if (dir == NULL)
		return err_set(e, ERR_IO, folder, "cannot open: %s", strerror(errno));
	while ((file = readdir(dir)) != NULL) {
		const char *dot = strrchr(file->d_name, '.');
		if (dot == NULL || strcmp(dot, ".cs") != 0)
			continue;
		if (cache.n == TEMPLATES_MAX) {
			err_set(e, ERR_IO, folder, "there are more than %d templates", TEMPLATES_MAX);
			goto out;
		}
		buf_reset(&text);
		if (file_read(arena_printf(cache.mem, "%s/%s", folder, file->d_name), &text, e) != 0)
			goto out;
		cache.list[cache.n].file = arena_strdup(cache.mem, file->d_name);
		cache.list[cache.n++].text = arena_strndup(cache.mem, buf_str(&text), text.len);
	}
	rc = 0;
out:
	if (rc != 0)
		cache.n = 0;
	buf_free(&text);
	closedir(dir);
	return rc;
}

const char *templates_text(const char *file)
{
	for (size_t i = 0; i < cache.n; i++)
		if (strcmp(cache.list[i].file, file) == 0)
			return cache.list[i].text;
	return NULL;
}
