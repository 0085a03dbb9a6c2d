/* A new job of the file of an ended job, with other options.  Contract: job.h. */
#include "pages/job.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"

struct copy {
	FILE *file;
	bool failed;
};

static bool spool(void *ctx, const char *bytes, size_t n)
{
	struct copy *c = ctx;

	c->failed = fwrite(bytes, 1, n, c->file) != n;
	return !c->failed;
}

static int upload_again(struct upload *u, FILE *file, struct err *e)
{
	char bytes[16384];
	size_t n;

	rewind(file);
	while ((n = fread(bytes, 1, sizeof(bytes), file)) > 0)
		if (upload_add(u, bytes, n, e) != 0)
			return -1;
	return ferror(file) ? err_set(e, ERR_IO, "temporary file", "cannot be read: %s", strerror(errno)) : 0;
}

int page_job_again(struct page *p, const struct job *job, const struct stored_file *stored,
    const char *options, bool check, long *id, struct err *e)
{
	struct upload_options o = {
		.kind = job->kind, .max_bytes = p->conf->max_upload_mb * 1024LL * 1024, .raw = job->raw,
		.dry_run = check, .options = options, .address = p->req->remote_addr, .quota = p->conf,
		.nonce = arena_printf(p->mem, "map:%ld:%s:%d", job->id, form_get(&p->form, "nonce"), check),
	};
	/* The connection cannot read one file and store another at the same time. */
	struct copy c = { .file = file_temporary(e) };
	struct upload *u = NULL;
	int rc = -1;

	if (c.file == NULL)
		return -1;
	if (stored_each(stored, spool, &c, e) == 0 && (!c.failed
	    || err_set(e, ERR_IO, "temporary file", "cannot be written: %s", strerror(errno)) == 0)
	    && upload_open(&u, p->db, p->who, &o, e) == 0) {
		rc = upload_again(u, c.file, e);
		if (rc == 0)
			rc = upload_keep(u, job->file_name, id, e);
		else
			upload_drop(u);
	}
	fclose(c.file);
	return rc;
}
