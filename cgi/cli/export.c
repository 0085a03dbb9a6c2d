/* `rollcall export`: the users as CSV or a workbook on standard output.
 *
 * They are read as the web role, in the scope that was asked for, with secrets: who can run commands
 * on this machine may see them. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "auth/account.h"
#include "base/arena.h"
#include "cli/cli.h"
#include "db/db.h"
#include "db/migrate.h"
#include "csv/writer.h"
#include "users/export.h"

static const char usage[] =
    "export [--tenant NUMBER|UUID|NAME] [--columns LIST] [--raw] [--xlsx]\n"
    "       [--separator comma|semicolon|tab]\n"
    "\n"
    "Without --tenant: all tenants.  LIST: names of columns (see rollcall fields)\n"
    "separated by commas; uuid always comes first.  --raw: values as they are,\n"
    "without an apostrophe before what a spreadsheet would run.  --xlsx: a workbook\n"
    "whose cells are texts, for spreadsheets.";

struct work {
	const char *tenant;	/* NULL: all */
	struct export_options options;
};

/* Reads the arguments.  False if they are wrong: `e` says why, or is empty if the usage should be
 * printed. */
static bool read_options(struct work *w, int argc, char **argv, struct err *e)
{
	static const struct option options[] = {
		{ "tenant", required_argument, NULL, 't' },
		{ "columns", required_argument, NULL, 'c' },
		{ "raw", no_argument, NULL, 'r' },
		{ "xlsx", no_argument, NULL, 'x' },
		{ "separator", required_argument, NULL, 's' },
		{ NULL, 0, NULL, 0 },
	};
	char unknown[EXPORT_UNKNOWN_SIZE];
	int option;

	optind = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 't') {
			w->tenant = optarg;
		} else if (option == 'c' && !export_columns(&w->options, optarg, unknown)) {
			err_set(e, ERR_USAGE, "--columns", "there is no column \"%s\"", unknown);
			err_hint(e, "`rollcall fields` lists them");
			return false;
		} else if (option == 'r') {
			w->options.guard = false;
		} else if (option == 's') {
			w->options.separator = writer_separator(optarg);
			if (w->options.separator == '\0')
				return false;
		} else if (option == 'x') {
			w->options.format = &export_xlsx;
		} else if (option == '?') {
			return false;
		}
	}
	return optind == argc;
}

static int write_out(void *ctx, const char *bytes, size_t n, struct err *e)
{
	(void)ctx;
	if (fwrite(bytes, 1, n, stdout) != n)
		return err_set(e, ERR_IO, "standard output", "cannot be written: %s", strerror(errno));
	return 0;
}

static int run(const struct conf *conf, const struct work *w, struct arena *mem, struct err *e)
{
	struct principal who = {0};
	struct db *db = NULL;
	int rc = -1;

	if (db_open(&db, conf, DB_WEB, "rollcall export", e) == 0 && migrate_check(db, conf, e) == 0
	    && account_command(db, w->tenant, mem, &who, e) == 0)
		rc = export_run(db, &who, NULL, &w->options, write_out, NULL, NULL, e);
	if (rc == 0 && fflush(stdout) != 0)
		rc = err_set(e, ERR_IO, "standard output", "cannot be written: %s", strerror(errno));
	db_close(db);
	return rc;
}

int cli_export(const struct conf *conf, int argc, char **argv)
{
	struct work w = { .options = { .guard = true } };
	struct err e = {0};

	if (!read_options(&w, argc, argv, &e))
		return e.code != ERR_NONE ? cli_fail(&e) : cli_usage(usage);
	struct arena *mem = arena_new();
	int status = run(conf, &w, mem, &e) == 0 ? CLI_OK : cli_fail(&e);
	arena_free(mem);
	return status;
}
