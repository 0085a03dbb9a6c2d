/* Issues on their way to the table.  Contract: spool.h. */
#include "users/spool.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/json.h"
#include "db/copy.h"

struct spool {
	FILE *file;	/* lines of COPY; NULL until the first issue */
	struct buf line;
	long errors;
};

struct spool *spool_new(void)
{
	struct spool *s = calloc(1, sizeof(*s));

	if (s == NULL)
		abort();
	return s;
}

void spool_free(struct spool *s)
{
	if (s == NULL)
		return;
	if (s->file != NULL)
		fclose(s->file);
	buf_free(&s->line);
	free(s);
}

static void add_params(struct buf *b, const struct issue *i)
{
	json_t *params = json_object();
	struct buf text = {0};

	for (size_t p = 0; p < ISSUE_PARAMS_MAX && i->params[p].name != NULL; p++)
		if (i->params[p].value != NULL)
			json_object_set_new(params, i->params[p].name, json_string(i->params[p].value));
	json_add(&text, params);
	copy_text(b, false, buf_str(&text));
	buf_free(&text);
}

int spool_add(struct spool *s, const struct issue *i, struct err *e)
{
	struct buf *b = &s->line;

	if (s->file == NULL && (s->file = file_temporary(e)) == NULL)
		return -1;
	buf_reset(b);
	copy_long(b, true, i->row);
	if (i->line > 0)
		copy_long(b, false, i->line);
	else
		copy_text(b, false, NULL);
	copy_text(b, false, i->level == ISSUE_ERROR ? "error" : "warning");
	copy_text(b, false, i->key);
	copy_text(b, false, i->column);
	copy_text(b, false, i->value);
	add_params(b, i);
	copy_row(b);
	if (fwrite(b->data, 1, b->len, s->file) != b->len)
		return err_set(e, ERR_IO, "temporary file", "cannot be written: %s", strerror(errno));
	if (i->level == ISSUE_ERROR)
		s->errors++;
	return 0;
}

long spool_errors(const struct spool *s)
{
	return s->errors;
}

int spool_copy(struct spool *s, struct db *db, struct err *e)
{
	return s->file == NULL ? 0 : copy_load(db, "import_issue", s->file, e);
}
