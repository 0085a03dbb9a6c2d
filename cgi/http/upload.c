/* The body of a form with files. */
#include "http/upload.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/buf.h"

#define CHUNK	((size_t)64 * 1024)

/* What upload_read and its callbacks share. */
struct upload {
	struct form *form;
	const struct multipart_sink *files;
	enum { IN_FIELD, IN_FILE, IN_NO_FILE } in;
	struct buf name;	/* of the field */
	struct buf value;
};

static int part_begin(void *ctx, const struct multipart_part *part, struct err *e)
{
	struct upload *u = ctx;

	u->in = part->filename == NULL ? IN_FIELD : part->filename[0] != '\0' ? IN_FILE : IN_NO_FILE;
	if (u->in == IN_FILE)
		return u->files->part_begin(u->files->ctx, part, e);
	buf_reset(&u->name);
	buf_reset(&u->value);
	buf_adds(&u->name, part->name);
	return 0;
}

static int part_data(void *ctx, const char *bytes, size_t n, struct err *e)
{
	struct upload *u = ctx;

	switch (u->in) {
	case IN_FILE:
		return u->files->part_data(u->files->ctx, bytes, n, e);
	case IN_FIELD:
		buf_add(&u->value, bytes, n);
		return 0;
	case IN_NO_FILE:
		break;
	}
	return err_set(e, ERR_INVALID, "upload", "a file of the upload has no name");
}

static int part_end(void *ctx, struct err *e)
{
	struct upload *u = ctx;

	switch (u->in) {
	case IN_FILE:
		return u->files->part_end != NULL ? u->files->part_end(u->files->ctx, e) : 0;
	case IN_FIELD:
		return form_add(u->form, buf_str(&u->name), buf_str(&u->value), u->value.len, e);
	case IN_NO_FILE:
		break;
	}
	return 0;
}

static int too_large(long long max_total, struct err *e)
{
	return err_set(e, ERR_TOO_LARGE, "upload", "the upload is larger than %lld bytes", max_total);
}

int upload_read(struct request *req, struct form *f, long long max_total,
    const struct multipart_sink *files, struct err *e)
{
	struct upload u = { .form = f, .files = files };
	const struct multipart_sink sink = { &u, part_begin, part_data, part_end };
	const struct multipart_limits limits = {
		.max_parts = FORM_MAX_PAIRS,
		.max_header = (size_t)8 * 1024,
		.max_name = FORM_MAX_NAME,
		.max_field = FORM_MAX_BYTES,
		.max_total = max_total,
	};
	struct multipart *m = NULL;
	char *chunk = NULL;
	size_t n;
	int result = -1;

	if (req->content_length > max_total)
		return too_large(max_total, e);
	m = multipart_new(req->content_type, &limits, &sink, e);
	if (m == NULL)
		goto out;
	chunk = malloc(CHUNK);
	if (chunk == NULL)
		abort();
	do {
		if (request_read(req, chunk, CHUNK, &n, e) != 0 || multipart_push(m, chunk, n, e) != 0)
			goto out;
	} while (n > 0);
	result = multipart_end(m, e);
out:
	free(chunk);
	multipart_free(m);
	buf_free(&u.name);
	buf_free(&u.value);
	return result;
}
