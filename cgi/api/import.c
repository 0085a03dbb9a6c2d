/* POST and PUT /1.1/users/import: stores a CSV file as a job, waits for its end, and answers
 * with its result. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "api/result.h"
#include "api/routes.h"
#include "base/utf8.h"
#include "http/header.h"
#include "users/options.h"

#define CHUNK ((size_t)64 * 1024)


/* --- the body ------------------------------------------------------------- */

struct incoming {
	struct api *a;
	struct upload_options options;
	struct upload *upload;		/* open, or NULL */
	const char *file_name;
};

static int file_begin(void *ctx, const struct multipart_part *part, struct err *e)
{
	struct incoming *in = ctx;

	if (in->upload != NULL)
		return err_set(e, ERR_INVALID, NULL, "there is more than one file: send them one by one");
	in->file_name = arena_strdup(in->a->mem, part->filename);
	return upload_open(&in->upload, in->a->db, in->a->who, &in->options, e);
}

static int file_data(void *ctx, const char *bytes, size_t n, struct err *e)
{
	struct incoming *in = ctx;

	return upload_add(in->upload, bytes, n, e);
}

static int read_multipart(struct incoming *in, struct err *e)
{
	const struct multipart_sink sink = { in, file_begin, file_data, NULL };

	if (form_data_files(in->a->files, &sink, e) != 0)
		return -1;
	if (in->upload == NULL)
		return err_set(e, ERR_INVALID, NULL, "there is no file in the form (curl: -F file=@file.csv)");
	return 0;
}

/* The whole body is the file; it may have a name. */
static int read_plain(struct incoming *in, struct err *e)
{
	const char *named = request_header(in->a->req, "content-disposition");
	struct buf name = {0};
	char *chunk;
	size_t n;
	int rc = -1;

	if (named != NULL && header_param(named, "filename", &name) == 1
	    && name.len > 0 && name.len <= 255 && utf8_printable(name.data, name.len))
		in->file_name = arena_strdup(in->a->mem, name.data);
	buf_free(&name);
	if (upload_open(&in->upload, in->a->db, in->a->who, &in->options, e) != 0)
		return -1;
	chunk = malloc(CHUNK);
	if (chunk == NULL)
		abort();
	do {
		if (request_read(in->a->req, chunk, CHUNK, &n, e) != 0
		    || upload_add(in->upload, chunk, n, e) != 0)
			goto out;
	} while (n > 0);
	rc = 0;
out:
	free(chunk);
	return rc;
}

/* --- the job -------------------------------------------------------------- */

/* The current time in the form of the database. */
static const char *now(struct arena *mem)
{
	char *text = arena_alloc(mem, 32);
	time_t seconds = time(NULL);
	struct tm tm;

	strftime(text, 32, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&seconds, &tm));
	return text;
}

static int keep(struct incoming *in, struct err *e)
{
	struct api *a = in->a;
	struct err why = {0};
	struct job job = { .kind = in->options.kind, .file_name = in->file_name,
		.admin_name = a->who->username, .dry_run = in->options.dry_run, .raw = in->options.raw,
		.options = in->options.options, .counts = "{}", .created_at = now(a->mem) };
	long id;

	if (upload_keep(in->upload, in->file_name, &id, &why) != 0) {
		if (why.code == ERR_INVALID)
			return api_problem(a, 422, "This Idempotency-Key was sent before, with another request.");
		*e = why;
		return -1;
	}
	return result_wait_answer(a, id, &job, e);
}

static int run(struct api *a, const char *kind, struct err *e)
{
	static const char *const escapes[] = { "formula", "none", NULL };
	static const char *const modes[] = { "0", "1", NULL };
	struct incoming in = {
		.a = a,
		.options = { .kind = kind, .address = a->req->remote_addr, .quota = a->conf,
			.nonce = api_idempotency(a), .max_bytes = a->conf->max_upload_mb * 1024LL * 1024 },
		.file_name = arena_printf(a->mem, "%s.csv", kind),
	};
	int escape, dry_run;

	if (api_query_choice(a, "dry_run", modes, &dry_run, e) != 0
	    || api_query_choice(a, "escape", escapes, &escape, e) != 0
	    || (in.options.options = options_read(kind, &a->query, a->mem, e)) == NULL)
		return -1;
	if ((options_rights(in.options.options, a->mem) & ~a->who->rights) != 0)
		return api_problem(a, 403, "An option needs a right that you do not have: create needs users.import, "
		    "absent=delete users.delete, "
		    "create_labels and create_call_permissions setup.");
	in.options.raw = escape == 1;
	in.options.dry_run = dry_run == 1;
	if (in.options.nonce == NULL)
		return api_problem(a, 400, "The Idempotency-Key must be 1 to 255 printable ASCII characters.");
	if ((a->files != NULL ? read_multipart(&in, e) : read_plain(&in, e)) != 0) {
		upload_drop(in.upload);
		return -1;
	}
	return keep(&in, e);
}

int api_import(struct api *a, struct err *e)
{
	return run(a, "import", e);
}

int api_update(struct api *a, struct err *e)
{
	return run(a, "update", e);
}
