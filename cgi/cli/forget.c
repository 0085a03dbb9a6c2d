/* `rollcall forget`: deletes the stored files of jobs that have ended. */
#include <getopt.h>
#include <stdio.h>

#include "auth/account.h"
#include "cli/cli.h"
#include "db/migrate.h"
#include "http/form.h"
#include "job/stored.h"
#include "users/kinds.h"

static const char usage[] =
    "forget [--tenant NUMBER|UUID|NAME] --older-than=DAYS | ID\n"
    "\n"
    "Deletes the stored files of the job ID, or of the jobs that ended more than DAYS days ago: the upload, and\n"
    "with it errors.csv, result.csv and original.csv. The jobs stay, with their results, changes and undo.";

/* Reads the arguments; false if they are wrong. */
static bool read_arguments(int argc, char **argv, const char **tenant, struct stored_choice *choice)
{
	static const struct option options[] = {
		{ "tenant", required_argument, NULL, 't' },
		{ "older-than", required_argument, NULL, 'o' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	optind = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 't')
			*tenant = optarg;
		else if (option != 'o' || (choice->older_than = form_number(optarg, 1, 36500, 0)) == 0)
			return false;
	}
	if (choice->older_than != 0)
		return optind == argc;
	return argc - optind == 1 && (choice->job = form_number(argv[optind], 1, 2147483647, 0)) != 0;
}

static int forget(struct db *db, const struct principal *who, struct stored_choice *choice,
    struct arena *mem, struct err *e)
{
	struct job job;
	long jobs, bytes;

	choice->kinds = kinds_allowed(who, mem);
	if (choice->job != 0 && queue_find(db, who, choice->job, mem, &job, e) != 0)
		return -1;
	if (choice->job != 0 && job.ended_at == NULL)
		return err_set(e, ERR_INVALID, NULL, "job %ld has not ended", choice->job);
	if (stored_delete(db, who, NULL, choice, &jobs, &bytes, e) != 0)
		return -1;
	printf("%ld job%s, %ld bytes\n", jobs, jobs == 1 ? "" : "s", bytes);
	return 0;
}

int cli_forget(const struct conf *conf, int argc, char **argv)
{
	struct stored_choice choice = {0};
	struct principal who = {0};
	const char *tenant = NULL;
	struct db *db = NULL;
	struct err e = {0};
	int status = CLI_OK;

	if (!read_arguments(argc, argv, &tenant, &choice))
		return cli_usage(usage);
	struct arena *mem = arena_new();
	if (db_open(&db, conf, DB_WEB, "rollcall command", &e) != 0 || migrate_check(db, conf, &e) != 0
	    || account_command(db, tenant, mem, &who, &e) != 0 || forget(db, &who, &choice, mem, &e) != 0)
		status = cli_fail(&e);
	db_close(db);
	arena_free(mem);
	return status;
}
