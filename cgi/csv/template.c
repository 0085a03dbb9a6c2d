/* The template file.  Contract: template.h. */
#include "csv/template.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "csv/writer.h"

struct template {
	struct buf *out;
	enum reader_kind kind;
	char separator;
};

bool template_has(enum reader_kind kind, const struct field *f)
{
	return f->required != REQUIRED_NEVER && (f->required != REQUIRED_UPDATE || kind == READER_UPDATE);
}

static void write_header(const struct template *t)
{
	bool first = true;

	for (enum field_id id = 0; id < FIELD__MAX; id++) {
		if (!template_has(t->kind, &fields[id]))
			continue;
		writer_cell(t->out, t->separator, first, fields[id].name, strlen(fields[id].name), false);
		first = false;
	}
	writer_end(t->out);
}

static bool on_record(void *ctx, const struct header *h, const struct record *r)
{
	const struct template *t = ctx;
	bool first = true;

	for (enum field_id id = 0; id < FIELD__MAX; id++) {
		int i = h->of_field[id];
		if (!template_has(t->kind, &fields[id]))
			continue;
		if (i >= 0 && (size_t)i < r->n)
			writer_cell(t->out, t->separator, first, r->cells[i], r->lengths[i], false);
		else
			writer_cell(t->out, t->separator, first, "", 0, false);
		first = false;
	}
	writer_end(t->out);
	return true;
}

static bool on_issue(void *ctx, const struct issue *i)
{
	(void)ctx;
	return i->level != ISSUE_ERROR;
}

static int write_rows(struct template *t, FILE *in, const char *path, struct err *e)
{
	const struct reader_limits limits = { LONG_MAX, FIELD__MAX, 4096, 0 };
	const struct reader_sink sink = { .ctx = t, .record = on_record, .issue = on_issue };
	struct reader *reader = reader_new(t->kind, &limits, &sink);
	char bytes[4096];
	size_t n;
	int rc = 0;

	while (rc == 0 && (n = fread(bytes, 1, sizeof(bytes), in)) > 0)
		rc = reader_push(reader, bytes, n);
	if (rc == 0)
		rc = reader_end(reader);
	if (rc != 0 || ferror(in))
		rc = err_set(e, ERR_IO, path, "is not what it was: no CSV");
	reader_free(reader);
	return rc;
}

int template_write(struct buf *out, enum reader_kind kind, char separator, const char *examples, struct err *e)
{
	struct template t = { out, kind, separator };
	FILE *in;
	int rc;

	write_header(&t);
	if (examples == NULL)
		return 0;
	in = fopen(examples, "re");
	if (in == NULL)
		return err_set(e, ERR_IO, examples, "cannot be opened: %s", strerror(errno));
	rc = write_rows(&t, in, examples, e);
	fclose(in);
	return rc;
}
