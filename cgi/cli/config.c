/* `rollcall config`: the settings in force, and where each is from. */
#include <stdio.h>

#include "cli/cli.h"

int cli_config(const struct conf *conf, int argc, char **argv)
{
	(void)conf;
	(void)argv;
	if (argc != 1)
		return cli_usage("config");
	conf_print(stdout);
	return CLI_OK;
}
