/* The body of a form with files.  Contract: form_data.h. */
#include "http/form_data.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/buf.h"

#define CHUNK	((size_t)64 * 1024)

struct form_data {
	struct request *req;
	struct form *form;
	long long max_total;
	struct multipart *parser;		/* NULL until the first read */
	const struct multipart_sink *files;	/* NULL: pause at the first file */
	struct multipart_part first;		/* the file at which it has paused */
	enum { IN_FIELD, IN_FILE, IN_NO_FILE } in;
	struct buf name;	/* of the field */
	struct buf value;
	bool ended;		/* the whole body was read */
	bool failed;
	struct err error;	/* the error that ended the reading */
	char chunk[CHUNK];
};

/* Remembers the file; resume gives it to the sink. */
static void pause_at(struct form_data *d, const struct multipart_part *part)
{
	d->first = (struct multipart_part){
		.name = arena_strdup(d->req->mem, part->name),
		.filename = arena_strdup(d->req->mem, part->filename),
		.type = arena_strdup(d->req->mem, part->type),
	};
	multipart_pause(d->parser);
}

static int part_begin(void *ctx, const struct multipart_part *part, struct err *e)
{
	struct form_data *d = ctx;

	d->in = part->filename == NULL ? IN_FIELD : part->filename[0] != '\0' ? IN_FILE : IN_NO_FILE;
	if (d->in == IN_FILE && d->files != NULL)
		return d->files->part_begin(d->files->ctx, part, e);
	if (d->in == IN_FILE) {
		pause_at(d, part);
		return 0;
	}
	buf_reset(&d->name);
	buf_reset(&d->value);
	buf_adds(&d->name, part->name);
	return 0;
}

static int part_data(void *ctx, const char *bytes, size_t n, struct err *e)
{
	struct form_data *d = ctx;

	switch (d->in) {
	case IN_FILE:
		return d->files->part_data(d->files->ctx, bytes, n, e);
	case IN_FIELD:
		buf_add(&d->value, bytes, n);
		return 0;
	case IN_NO_FILE:
		break;
	}
	return err_set(e, ERR_INVALID, "upload", "a file of the upload has no name");
}

static int part_end(void *ctx, struct err *e)
{
	struct form_data *d = ctx;

	switch (d->in) {
	case IN_FILE:
		return d->files->part_end != NULL ? d->files->part_end(d->files->ctx, e) : 0;
	case IN_FIELD:
		return form_add(d->form, buf_str(&d->name), buf_str(&d->value), d->value.len, e);
	case IN_NO_FILE:
		break;
	}
	return 0;
}

struct form_data *form_data_open(struct request *req, struct form *f, long long max_total)
{
	struct form_data *d = calloc(1, sizeof(*d));

	if (d == NULL)
		abort();
	d->req = req;
	d->form = f;
	d->max_total = max_total;
	return d;
}

static int begin(struct form_data *d, struct err *e)
{
	const struct multipart_sink sink = { d, part_begin, part_data, part_end };
	const struct multipart_limits limits = {
		.max_parts = FORM_MAX_PAIRS,
		.max_header = (size_t)8 * 1024,
		.max_name = FORM_MAX_NAME,
		.max_field = FORM_MAX_BYTES,
		.max_total = d->max_total,
	};

	if (d->req->content_length > d->max_total)
		return err_set(e, ERR_TOO_LARGE, "upload", "the upload is larger than %lld bytes",
		    d->max_total);
	d->parser = multipart_new(d->req->content_type, &limits, &sink, e);
	return d->parser == NULL ? -1 : 0;
}

/* Continues after the pause. */
static int resume(struct form_data *d, struct err *e)
{
	if (multipart_paused(d->parser) && d->files->part_begin(d->files->ctx, &d->first, e) != 0)
		return -1;
	return multipart_resume(d->parser, e);
}

/* Reads until the parser pauses at a file, or to the end of the body. */
static int read_on(struct form_data *d, struct err *e)
{
	size_t n;

	if (d->parser == NULL ? begin(d, e) != 0 : resume(d, e) != 0)
		return -1;
	while (!d->ended && !multipart_paused(d->parser)) {
		if (request_read(d->req, d->chunk, CHUNK, &n, e) != 0
		    || multipart_push(d->parser, d->chunk, n, e) != 0)
			return -1;
		d->ended = n == 0;
	}
	return d->ended ? multipart_end(d->parser, e) : 0;
}

static int read_once(struct form_data *d, struct err *e)
{
	if (!d->failed && !d->ended)
		d->failed = read_on(d, &d->error) != 0;
	if (d->failed && e != NULL)
		*e = d->error;
	return d->failed ? -1 : 0;
}

int form_data_fields(struct form_data *d, struct err *e)
{
	return read_once(d, e);
}

int form_data_files(struct form_data *d, const struct multipart_sink *files, struct err *e)
{
	d->files = files;
	return read_once(d, e);
}

void form_data_close(struct form_data *d)
{
	if (d == NULL)
		return;
	multipart_free(d->parser);
	buf_free(&d->name);
	buf_free(&d->value);
	free(d);
}
