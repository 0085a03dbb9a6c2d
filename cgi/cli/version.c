/* `rollcall version` */
#include <stdio.h>

#include "cli/cli.h"

int cli_version(const struct conf *conf, int argc, char **argv)
{
	(void)conf;
	(void)argv;
	if (argc != 1)
		return cli_usage("version");
	puts("rollcall " ROLLCALL_VERSION);
	return CLI_OK;
}
