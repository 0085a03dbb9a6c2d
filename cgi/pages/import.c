/* The pages Import and Update: the form, the template files, and the upload that becomes a job.  Both
 * work in the same way; `kinds` and the texts upload.KIND have what differs. */
#include <stdlib.h>
#include <string.h>

#include "auth/digest.h"
#include "csv/reader.h"
#include "csv/template.h"
#include "job/queue.h"
#include "pages/help.h"
#include "pages/job.h"
#include "pages/options.h"
#include "pages/paths.h"
#include "pages/routes.h"
#include "users/options.h"

#define FILE_FIELD "file"

/* What differs between the two pages. */
struct upload_page {
	const char *kind;		/* the job's kind; also a group of texts */
	const char *path;
	enum reader_kind reader;
};

static const struct upload_page import = { "import", PATH_USERS_IMPORT, READER_IMPORT };
static const struct upload_page update = { "update", PATH_USERS_UPDATE, READER_UPDATE };

/* A nonce for the form: the number of the scope's tenant, a dot, and a random part. */
static const char *new_nonce(struct page *p)
{
	char random[DIGEST_HEX_SIZE];

	digest_random(random);
	return arena_printf(p->mem, "%ld.%s", p->who->tenant_id, random);
}

/* Says for which entity the file will be imported. */
static const char *scope(struct page *p, const struct upload_page *u)
{
	if (p->who->tenant_id == 0)
		return page_text(p, arena_printf(p->mem, "upload.%s.scope_all", u->kind), NULL);
	return page_text(p, arena_printf(p->mem, "upload.%s.scope", u->kind),
	    "tenant", p->who->tenant_name, NULL);
}

static int show(struct page *p, const struct upload_page *u, struct err *e)
{
	const char *title = page_text(p, arena_printf(p->mem, "upload.%s.title", u->kind), NULL);
	const char *mb = page_long(p, p->conf->max_upload_mb);

	page_menu(p, "users");
	page_trail(p, PATH_USERS, page_text(p, "menu.users", NULL));
	view_set(p->view, u->kind, "Import.kind");
	view_set(p->view, u->path, "Import.path");
	view_set(p->view, new_nonce(p), "Import.nonce");
	view_set(p->view, page_text(p, "import.file_help", "mb", mb,
	    "rows", page_long(p, p->conf->max_rows), NULL), "Import.file_help");
	view_set(p->view, scope(p, u), "Import.scope");
	page_options(p, u->kind);
	help_columns(p, u->reader);
	if (help_choices(p, e) != 0)
		return -1;
	return page_show(p, "import", title, e);
}

int page_import(struct page *p, struct err *e)
{
	return show(p, &import, e);
}

int page_update(struct page *p, struct err *e)
{
	return show(p, &update, e);
}

/* --- template files -------------------------------------------------------- */

/* Sends a template file: a header of all columns that an import or an update reads, and examples if
 * they are given. */
static int send_template(struct page *p, enum reader_kind kind, const char *examples, const char *file_name,
    struct err *e)
{
	const char *word;
	char separator;

	if (page_separator(p, &word, &separator, e) != 0)
		return -1;
	buf_adds(&p->res->body, "\xef\xbb\xbf");
	if (template_write(&p->res->body, kind, separator, examples, e) != 0)
		return -1;
	response_header(p->res, "Content-Type", "text/csv; charset=utf-8");
	response_attachment(p->res, file_name);
	return 0;
}

int page_import_template(struct page *p, struct err *e)
{
	if (form_get(&p->query, "examples") == NULL)
		return send_template(p, READER_IMPORT, NULL, "users_template.csv", e);
	return send_template(p, READER_IMPORT, arena_printf(p->mem, "%s/" TEMPLATE_EXAMPLES, p->conf->share_dir),
	    "users_examples.csv", e);
}

int page_update_template(struct page *p, struct err *e)
{
	return send_template(p, READER_UPDATE, NULL, "users_update_template.csv", e);
}

/* --- the upload ------------------------------------------------------------ */

/* Shows the form again, with the error beside a field. */
static int show_again(struct page *p, const struct upload_page *u, int status, const char *field,
    const char *key, struct err *e)
{
	const char *mb = page_long(p, p->conf->max_upload_mb);

	p->res->status = status;
	page_fault(p, field, page_text(p, key, "mb", mb, NULL));
	return show(p, u, e);
}

/* An upload that is being received. */
struct incoming {
	struct page *p;
	const struct upload_page *page;
	struct upload_options options;
	struct upload *upload;		/* open, or NULL */
	const char *file_name;
	const char *fault;		/* key of the form's error; NULL: none yet */
	const char *field;		/* the field of that error */
};

/* Whether the file is only checked: "check" or "apply"; NULL if the fields contradict each other.  The
 * button "Check only" has its own address (?check=1), because a field of a button comes after the
 * file, which is stored by then.  A field before the file works too. */
static const char *form_mode(const struct page *p)
{
	const char *check = form_get(&p->query, "check"), *said = form_get(&p->form, "action");
	const char *mode = check != NULL ? "check" : said != NULL ? said : "apply";

	if ((check != NULL && strcmp(check, "1") != 0)
	    || (strcmp(mode, "check") != 0 && strcmp(mode, "apply") != 0))
		return NULL;
	for (size_t i = 0; (said = form_nth(&p->form, "action", i)) != NULL; i++)
		if (strcmp(said, mode) != 0)
			return NULL;
	return mode;
}

static int refuse(struct incoming *in, const char *fault, struct err *e)
{
	in->fault = fault;
	return err_set(e, ERR_INVALID, NULL, "the form cannot be used: %s", fault);
}

/* Checks the nonce and the mode.  Nothing is stored before. */
static int check_form(struct incoming *in, struct err *e)
{
	struct page *p = in->p;
	const char *nonce = form_get(&p->form, "nonce");
	const char *dot = nonce != NULL ? strchr(nonce, '.') : NULL;
	const char *mode = form_mode(p);

	if (dot == NULL || !digest_is_hex(dot + 1))
		return refuse(in, "import.error.stale", e);
	if (strtol(nonce, NULL, 10) != p->who->tenant_id)
		return refuse(in, "import.error.scope", e);
	if (mode == NULL)
		return refuse(in, "import.error.mode", e);
	in->options = (struct upload_options){
		.kind = in->page->kind, .dry_run = strcmp(mode, "check") == 0,
		.address = p->req->remote_addr, .quota = p->conf, .max_bytes = p->conf->max_upload_mb * 1024LL * 1024,
	};
	/* The same form, first checked and then imported, makes two jobs. */
	in->options.nonce = in->options.dry_run ? arena_printf(p->mem, "%s:check", nonce) : nonce;
	return 0;
}

static int file_begin(void *ctx, const struct multipart_part *part, struct err *e)
{
	struct incoming *in = ctx;

	if (in->upload != NULL)
		return refuse(in, "import.error.several", e);
	if (strcmp(part->name, FILE_FIELD) != 0)
		return refuse(in, "import.error.stale", e);
	if (check_form(in, e) != 0)
		return -1;
	in->file_name = arena_strdup(in->p->mem, part->filename);
	return upload_open(&in->upload, in->p->db, in->p->who, &in->options, e);
}

static int file_data(void *ctx, const char *bytes, size_t n, struct err *e)
{
	struct incoming *in = ctx;

	return upload_add(in->upload, bytes, n, e);
}

/* Reads the options, after the whole form: its fields may come after the file. */
static int take_options(struct incoming *in, struct err *e)
{
	struct err why = {0};

	in->options.options = page_options_read(in->p, in->page->kind, &why);
	if (in->options.options != NULL
	    && (options_rights(in->options.options, in->p->mem) & ~in->p->who->rights) != 0)
		return err_set(e, ERR_INVALID, NULL, "an option needs a right that the form did not offer");
	if (in->options.options != NULL)
		return 0;
	in->field = arena_strdup(in->p->mem, why.place);
	return refuse(in, "import.error.option", e);
}

/* Answers if the file cannot be stored. */
static int answer_fault(const struct incoming *in, const struct err *why, struct err *e)
{
	if (in->fault != NULL)
		return show_again(in->p, in->page, 400, in->field, in->fault, e);
	if (why->code == ERR_QUOTA) {
		in->p->refused = REFUSED_QUOTA;
		return show_again(in->p, in->page, 429, FILE_FIELD,
		    arena_printf(in->p->mem, "import.error.%s", why->place), e);
	}
	if (why->code == ERR_TOO_LARGE)
		return show_again(in->p, in->page, 413, FILE_FIELD, "import.error.large", e);
	if (why->code == ERR_INVALID)
		return show_again(in->p, in->page, 400, FILE_FIELD, "import.error.cut", e);
	*e = *why;
	return -1;
}

/* A field after the file must not turn a check into an import, or the reverse. */
static int check_mode(struct incoming *in, struct err *e)
{
	const char *mode = form_mode(in->p);

	if (mode == NULL || (strcmp(mode, "check") == 0) != in->options.dry_run)
		return refuse(in, "import.error.mode", e);
	return 0;
}

static int post(struct page *p, const struct upload_page *page, struct err *e)
{
	struct incoming in = { .p = p, .page = page, .field = FILE_FIELD };
	const struct multipart_sink sink = { &in, file_begin, file_data, NULL };
	struct err why = {0};
	long id;

	if (form_data_files(p->files, &sink, &why) != 0) {
		upload_drop(in.upload);
		return answer_fault(&in, &why, e);
	}
	if (in.upload == NULL) {
		if (check_form(&in, &why) == 0)
			refuse(&in, arena_printf(p->mem, "upload.%s.none", page->kind), &why);
		return answer_fault(&in, &why, e);
	}
	if (check_mode(&in, &why) != 0 || take_options(&in, &why) != 0) {
		upload_drop(in.upload);
		return answer_fault(&in, &why, e);
	}
	if (upload_keep(in.upload, in.file_name, &id, &why) != 0) {
		if (why.code == ERR_INVALID)
			in.fault = "import.error.stale";
		return answer_fault(&in, &why, e);
	}
	page_job_wait(p, id, p->conf->page_wait);
	return page_job_next(p, id, e);
}

int page_import_post(struct page *p, struct err *e)
{
	return post(p, &import, e);
}

int page_update_post(struct page *p, struct err *e)
{
	return post(p, &update, e);
}
