/* `rollcall migrate`: brings the database to this program's schema. */
#include <stdio.h>

#include "cli/cli.h"
#include "db/migrate.h"

int cli_migrate(const struct conf *conf, int argc, char **argv)
{
	struct err e = {0};

	(void)argv;
	if (argc != 1)
		return cli_usage("migrate");
	return migrate_run(conf, stdout, &e) == 0 ? CLI_OK : cli_fail(&e);
}
