/* `rollcall import FILE`, `rollcall update FILE`, `rollcall undo ID`: store a job, as pages and API do,
 * wait until a worker has ended it, and print its report.  An interruption cancels the job. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/result.h"
#include "auth/account.h"
#include "auth/digest.h"
#include "base/buf.h"
#include "base/json.h"
#include "cli/cli.h"
#include "db/migrate.h"
#include "http/form.h"
#include "users/options.h"

struct sending {
	const struct conf *conf;
	const char *kind;
	const char *tenant;	/* NULL: all */
	const char *file;	/* "-": standard input; for an undo the number of the job */
	bool dry_run, json, force;
	struct form said;	/* the options of the job */
	const char *options;	/* the same, as JSON */
	long undone, undone_by;	/* of an undo: the job, and the one that has undone it already; 0: none */
	int fd;
	struct db *db;
	struct arena *mem;
	struct principal who;
};

/* What getopt_long returns for the first option of options.def. */
#define OF_JOB 256

/* The name of an option on the command line: replace-incalls. */
static const char *option_name(const struct job_option *o, struct arena *mem)
{
	char *name = arena_strdup(mem, o->name);

	for (char *c = name; *c != '\0'; c++)
		if (*c == '_')
			*c = '-';
	return name;
}

/* The options for getopt_long: those of all kinds, and those of jobs of this kind. */
static const struct option *options_of(struct sending *s)
{
	static const struct option always[] = {
		{ "tenant", required_argument, NULL, 't' },
		{ "dry-run", no_argument, NULL, 'd' },
		{ "json", no_argument, NULL, 'j' },
	};
	const size_t before = sizeof(always) / sizeof(*always);
	struct option *all = arena_alloc(s->mem, (before + job_options_n + 2) * sizeof(*all));
	size_t n = before;

	memcpy(all, always, sizeof(always));
	for (size_t i = 0; i < job_options_n; i++)
		if (option_is_of(&job_options[i], s->kind))
			all[n++] = (struct option){ .name = option_name(&job_options[i], s->mem),
				.has_arg = job_options[i].type == OPTION_FLAG ? no_argument : required_argument,
				.val = OF_JOB + (int)i };
	if (strcmp(s->kind, "undo") == 0)
		all[n++] = (struct option){ "force", no_argument, NULL, 'f' };
	all[n] = (struct option){ NULL, 0, NULL, 0 };
	return all;
}

/* Reads the arguments; false if they are wrong. */
static bool read_options(struct sending *s, int argc, char **argv)
{
	const struct option *options = options_of(s);
	int option;

	optind = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		const char *value = optarg != NULL ? optarg : "1";

		if (option >= OF_JOB && form_add(&s->said, job_options[option - OF_JOB].name, value,
		    strlen(value), NULL) != 0)
			return false;
		switch (option < OF_JOB ? option : OF_JOB) {
		case OF_JOB:
			break;
		case 't':
			s->tenant = optarg;
			break;
		case 'd':
			s->dry_run = true;
			break;
		case 'j':
			s->json = true;
			break;
		case 'f':
			s->force = true;
			break;
		default:
			return false;
		}
	}
	if (argc - optind != 1)
		return false;
	s->file = argv[optind];
	return true;
}

static int open_file(struct sending *s, struct err *e)
{
	if (strcmp(s->file, "-") == 0)
		s->fd = STDIN_FILENO;
	else
		s->fd = open(s->file, O_RDONLY | O_CLOEXEC);
	return s->fd >= 0 ? 0 : cli_cannot_open(s->file, e);
}

static int open_db(struct sending *s, struct err *e)
{
	if (db_open(&s->db, s->conf, DB_WEB, "rollcall command", e) != 0
	    || migrate_check(s->db, s->conf, e) != 0)
		return -1;
	return account_command(s->db, s->tenant, s->mem, &s->who, e);
}

/* Adds the whole file to the upload. */
static int copy(struct sending *s, struct upload *u, struct err *e)
{
	char bytes[65536];

	for (;;) {
		ssize_t n = read(s->fd, bytes, sizeof(bytes));
		if (follow_interrupted())
			return err_set(e, ERR_DB_CANCELED, NULL, "interrupted: nothing was stored");
		if (n == 0)
			return 0;
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_set(e, ERR_IO, s->file, "cannot be read: %s", strerror(errno));
		if (upload_add(u, bytes, (size_t)n, e) != 0)
			return -1;
	}
}

static int store(struct sending *s, long *id, struct err *e)
{
	char random[DIGEST_HEX_SIZE];
	const char *slash = strrchr(s->file, '/');
	const char *name = strcmp(s->file, "-") == 0 ? "standard input" : slash != NULL ? slash + 1 : s->file;
	struct upload *u = NULL;

	digest_random(random);
	const struct upload_options options = {
		.kind = s->kind, .nonce = arena_printf(s->mem, "command:%s", random),
		.max_bytes = s->conf->max_upload_mb * 1024LL * 1024, .dry_run = s->dry_run,
		.options = s->options,
	};

	follow_catch();
	if (upload_open(&u, s->db, &s->who, &options, e) != 0)
		return -1;
	if (copy(s, u, e) != 0) {
		upload_drop(u);
		return -1;
	}
	return upload_keep(u, name, id, e);
}

/* Makes the job that undoes another one. */
static int store_undo(struct sending *s, long *id, struct err *e)
{
	struct job undone;

	follow_catch();
	if (queue_find(s->db, &s->who, s->undone, s->mem, &undone, e) != 0
	    || queue_undo(s->db, &s->who, NULL, s->undone, s->dry_run, s->force, id, e) != 0)
		return -1;
	s->undone_by = undone.undone_by;
	return *id != 0 ? 0 : err_set(e, ERR_INVALID, NULL, "job %ld has changed nothing: there is nothing to undo",
	    s->undone);
}

/* Whether an undo has changed nobody, or would. */
static bool changes_nobody(const struct job *job)
{
	bool checked = strcmp(job->state, "checked") == 0;
	json_t *counts = json_parsed(checked ? job->plan : job->counts), *n;
	json_int_t all = 0;
	const char *name;

	json_object_foreach(counts, name, n)
		all += json_integer_value(n);
	json_decref(counts);
	return all == 0 && (checked || strcmp(job->state, "done") == 0);
}

static int print(void *ctx, const char *bytes, size_t n, struct err *e)
{
	(void)ctx;
	if (fwrite(bytes, 1, n, stdout) != n)
		return err_set(e, ERR_IO, "standard output", "%s", strerror(errno));
	return 0;
}

static int report_json(struct sending *s, const struct job *job, struct err *e)
{
	struct emit out = { .sink = print };
	int rc = result_write(s->db, &s->who, job, &out, e);

	buf_addch(&out.buf, '\n');
	if (rc == 0)
		rc = emit_flush(&out, e);
	buf_free(&out.buf);
	return rc;
}

/* An option has a bad value: names it as it is written here, --absent-confirm for absent_confirm. */
static int wrong_option(struct sending *s, struct err *e)
{
	const char *text = arena_strdup(s->mem, e->message), *name = NULL;
	size_t n = strlen(e->place);

	for (size_t i = 0; i < job_options_n; i++)
		if (strcmp(job_options[i].name, e->place) == 0)
			name = option_name(&job_options[i], s->mem);
	if (name == NULL || strncmp(text, e->place, n) != 0)
		return -1;
	return err_set(e, ERR_USAGE, NULL, "--%s%s", name, text + n);
}

static int run(struct sending *s, int *status, struct err *e)
{
	struct job job;
	bool undo = strcmp(s->kind, "undo") == 0;
	long id;

	if (undo && (s->undone = form_number(s->file, 1, 2147483647, 0)) == 0)
		return err_set(e, ERR_USAGE, s->file, "is not the number of a job");
	if ((s->options = options_read(s->kind, &s->said, s->mem, e)) == NULL)
		return wrong_option(s, e);
	if ((!undo && open_file(s, e) != 0) || open_db(s, e) != 0 || (undo ? store_undo : store)(s, &id, e) != 0
	    || follow_job(s->db, &s->who, id, s->mem, &job, e) != 0)
		return -1;
	if (result_status(&job) == 500) {
		err_set(e, ERR_DB, NULL, "job %ld was given up after %ld attempts; nothing was applied",
		    job.id, job.attempt);
		return err_hint(e, "the log is %s", s->conf->log_file);
	}
	if (result_status(&job) == 409)
		return err_set(e, ERR_DB_CANCELED, NULL, "job %ld was cancelled: nothing was applied", job.id);
	*status = result_status(&job) == 400 ? CLI_FILE : CLI_OK;
	if ((s->json ? report_json(s, &job, e) : summary_print(s->db, &s->who, &job, e)) != 0)
		return -1;
	if (!s->json && s->undone_by != 0 && changes_nobody(&job))
		printf("job %ld was undone already, by job %ld\n", s->undone, s->undone_by);
	return fflush(stdout) == 0 ? 0 : err_set(e, ERR_IO, "standard output", "%s", strerror(errno));
}

/* Prints the usage, with the options of jobs of this kind. */
static int usage(const struct sending *s)
{
	struct buf text = {0};
	int status;

	buf_addf(&text, "%s [--tenant NUMBER|UUID|NAME] [--dry-run] [--json]", s->kind);
	for (size_t i = 0; i < job_options_n; i++) {
		const struct job_option *o = &job_options[i];
		const char *word;

		if (!option_is_of(o, s->kind))
			continue;
		buf_addf(&text, " [--%s", option_name(o, s->mem));
		for (size_t n = 0; o->type == OPTION_CHOICE && (word = option_choice(o, n, s->mem)) != NULL; n++)
			buf_addf(&text, "%c%s", n == 0 ? '=' : '|', word);
		buf_adds(&text, o->type == OPTION_NUMBER ? "=N]" : o->type == OPTION_TEXT ? "=TEXT]"
		    : o->type == OPTION_LIST ? "=TEXT]..." : "]");
	}
	if (strcmp(s->kind, "undo") == 0)
		buf_adds(&text, " [--force] ID\nID is the number of a job.  --force: take back what was changed "
		    "since, too."
		    "  --dry-run: say what would be done, and do nothing.");
	else
		buf_adds(&text, " FILE\nFILE may be - for standard input.  --dry-run: say what would be done, and do "
	    "nothing.");
	status = cli_usage(buf_str(&text));
	buf_free(&text);
	return status;
}

/* `rollcall KIND [--tenant T] [--dry-run] [--json] [options of the job] FILE`. */
static int send_file(const struct conf *conf, const char *kind, int argc, char **argv)
{
	struct sending s = { .conf = conf, .kind = kind, .fd = -1, .mem = arena_new() };
	struct err e = {0};
	int status = CLI_OK;

	form_init(&s.said, s.mem);
	if (!read_options(&s, argc, argv))
		status = usage(&s);
	else if (run(&s, &status, &e) != 0)
		status = cli_fail(&e);
	if (s.fd > STDIN_FILENO)
		close(s.fd);
	db_close(s.db);
	arena_free(s.mem);
	return status;
}

int cli_import(const struct conf *conf, int argc, char **argv)
{
	return send_file(conf, "import", argc, argv);
}

int cli_update(const struct conf *conf, int argc, char **argv)
{
	return send_file(conf, "update", argc, argv);
}

int cli_undo(const struct conf *conf, int argc, char **argv)
{
	return send_file(conf, "undo", argc, argv);
}
