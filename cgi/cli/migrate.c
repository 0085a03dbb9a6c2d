/* `rollcall migrate`: brings the database to this program's schema. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "cli/cli.h"
#include "db/migrate.h"

#define USAGE "migrate [--status | --dry-run] [--wait=SECONDS]"

static int show_status(const struct conf *conf)
{
	struct err e = {0};
	bool current;

	if (migrate_status(conf, stdout, &current, &e) != 0)
		return cli_fail(&e);
	return current ? CLI_OK : CLI_FILE;
}

int cli_migrate(const struct conf *conf, int argc, char **argv)
{
	static const struct option options[] = {
		{ "status", no_argument, NULL, 's' },
		{ "dry-run", no_argument, NULL, 'n' },
		{ "wait", required_argument, NULL, 'w' },
		{ 0 },
	};
	struct migrate_options how = { .out = stdout, .wait = 600 };
	struct err e = {0};
	bool status = false;
	char *end;
	int c;

	optind = 1;
	while ((c = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (c == 's') {
			status = true;
		} else if (c == 'n') {
			how.dry_run = true;
		} else if (c == 'w') {
			how.wait = strtol(optarg, &end, 10);
			if (*optarg == '\0' || *end != '\0' || how.wait < 0)
				return cli_usage(USAGE);
		} else {
			return cli_usage(USAGE);
		}
	}
	if (optind != argc || (status && how.dry_run))
		return cli_usage(USAGE);
	if (status)
		return show_status(conf);
	return migrate_run(conf, &how, &e) == 0 ? CLI_OK : cli_fail(&e);
}
