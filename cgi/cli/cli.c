/* Errors and usage of the subcommands; `rollcall config` and `rollcall version`.  Contract: cli.h. */
#include "cli/cli.h"

#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "auth/account.h"

int cli_fail(const struct err *e)
{
	fprintf(stderr, "rollcall: %s%s%s\n", e->place, e->place[0] != '\0' ? ": " : "", e->message);
	if (e->hint[0] != '\0')
		fprintf(stderr, "rollcall: %s\n", e->hint);
	switch (e->code) {
	case ERR_USAGE:
		return CLI_USAGE;
	case ERR_INVALID:
	case ERR_NOT_FOUND:
	case ERR_TOO_LARGE:
	case ERR_DB_UNIQUE:
		return CLI_FILE;
	default:
		return CLI_SYSTEM;
	}
}

int cli_cannot_open(const char *path, struct err *e)
{
	int why = errno;

	err_set(e, ERR_IO, path, "cannot be opened: %s", strerror(why));
	if (why == EACCES)
		err_hint(e, "it is read as the system user %s; to read it as yourself, give - in its place "
		    "and the file on standard input (< FILE)", account_system_user());
	return -1;
}

static bool helping;

void cli_help(void)
{
	helping = true;
	opterr = 0;
}

int cli_usage(const char *usage)
{
	if (helping) {
		printf("usage: rollcall %s\n", usage);
		return CLI_OK;
	}
	fprintf(stderr, "usage: rollcall %s\n", usage);
	return CLI_USAGE;
}

int cli_config(const struct conf *conf, int argc, char **argv)
{
	(void)conf;
	(void)argv;
	if (argc != 1)
		return cli_usage("config");
	conf_print(stdout);
	return CLI_OK;
}

int cli_version(const struct conf *conf, int argc, char **argv)
{
	(void)conf;
	(void)argv;
	if (argc != 1)
		return cli_usage("version");
	puts("rollcall " ROLLCALL_VERSION);
	return CLI_OK;
}
