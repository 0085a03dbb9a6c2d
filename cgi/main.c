/* The program: a table of subcommands, and nothing else. */
#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/conf.h"
#include "base/log.h"
#include "base/process.h"
#include "cli/cli.h"

static const struct command {
	const char *name;
	int (*run)(const struct conf *conf, int argc, char **argv);
	bool settings;	/* whether it reads the settings */
	const char *help;
} commands[] = {
	{ "import", cli_import, true, "make users from a CSV file" },
	{ "update", cli_update, true, "change users from a CSV file" },
	{ "undo", cli_undo, true, "take back what a job did" },
	{ "forget", cli_forget, true, "delete the stored files of jobs that have ended" },
	{ "setup", cli_setup, true, "make and change tenants, contexts and administrators by a JSON file" },
	{ "admin", cli_admin, true, "administrators: add, passwd, list, disable, enable" },
	{ "convert", cli_convert, false, "an older file in today's form on standard output" },
	{ "export", cli_export, true, "the users as CSV on standard output" },
	{ "phones", cli_phones, true, "which phones are registered, and which are not" },
	{ "phonebook", cli_phonebook, true, "the links by which phones load names and numbers" },
	{ "template", cli_template, true, "a file of all columns to begin with; --examples adds users" },
	{ "fields", cli_fields, false, "the columns of the CSV files" },
	{ "init", cli_admin_script, true, "a fresh installation to its first sign-in: database, certificate, administrator" },
	{ "backup", cli_admin_script, true, "a backup of all that there is into a folder" },
	{ "restore", cli_admin_script, true, "a backup into a new database" },
	{ "doctor", cli_doctor, true, "what is wrong with this installation, and how to correct it" },
	{ "migrate", cli_migrate, true, "bring the database to this program's schema" },
	{ "config", cli_config, true, "the settings in force, and where each is from" },
	{ "web", cli_web, true, "serve pages by FastCGI on descriptor 0" },
	{ "worker", cli_worker, true, "run the jobs" },
	{ "deliver", cli_deliver, true, "send on the end of jobs, by mail and webhook; workers call it" },
	{ "version", cli_version, false, "the program's version" },
};

#define COMMANDS_N (sizeof(commands) / sizeof(commands[0]))

static void help(FILE *out)
{
	fputs("usage: rollcall [--config FILE] COMMAND [ARGUMENT...]\n\n", out);
	for (size_t i = 0; i < COMMANDS_N; i++)
		fprintf(out, "  %-11s%s\n", commands[i].name, commands[i].help);
	fprintf(out, "  %-11s%s\n", "help", "this list");
}

static int run(const struct command *command, const char *config, int argc, char **argv)
{
	struct conf conf = {0};
	struct err e = {0};

	bool asked = argc == 2 && (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0);
	if (asked)
		cli_help();
	if (!command->settings || asked)
		return command->run(&conf, argc, argv);
	if (conf_load(&conf, config, &e) != 0) {
		int status = cli_fail(&e);
		/* A restart would fail in the same way: systemd must not try it. */
		if (command->run == cli_web || command->run == cli_worker)
			return PROCESS_EXIT_CONF;
		/* `doctor` looks for faults, and a bad setting is one. */
		return command->run == cli_doctor ? CLI_USAGE : status;
	}
	int status = command->run(&conf, argc, argv);
	conf_free(&conf);
	return status;
}

/* If a standard descriptor is closed, the next file that is opened gets its number, and would
 * then receive what is printed.  Standard output is opened so that writing to it fails. */
static void open_standard(void)
{
	for (int fd = 0; fd <= 2; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_RDWR) < 0)
			abort();
}

/* Output may be in the buffer yet: writing it can fail, for example on a full disk. */
static int flushed(int status)
{
	if (fflush(stdout) == 0 && ferror(stdout) == 0)
		return status;
	fprintf(stderr, "rollcall: standard output: %s\n", errno != 0 ? strerror(errno) : "cannot be written");
	return status == CLI_OK ? CLI_SYSTEM : status;
}

static int rollcall(int argc, char **argv)
{
	const char *config = NULL;
	int i = 1;

	for (; i < argc && argv[i][0] == '-'; i++) {
		if (strcmp(argv[i], "--config") == 0) {
			if (++i == argc) {
				fputs("rollcall: --config needs a file\n", stderr);
				return CLI_USAGE;
			}
			config = argv[i];
		} else if (strncmp(argv[i], "--config=", 9) == 0) {
			config = argv[i] + 9;
		} else if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0) {
			help(stdout);
			return CLI_OK;
		} else if (strcmp(argv[i], "--version") == 0) {
			return cli_version(NULL, 1, argv + i);
		} else {
			fprintf(stderr, "rollcall: there is no option \"%s\"\n", argv[i]);
			help(stderr);
			return CLI_USAGE;
		}
	}
	/* For subprocesses of the same program (rollcall deliver). */
	if (config != NULL && setenv("ROLLCALL_CONFIG", config, 1) != 0)
		abort();
	if (i < argc && strcmp(argv[i], "help") == 0) {
		help(stdout);
		return CLI_OK;
	}
	for (size_t k = 0; i < argc && k < COMMANDS_N; k++)
		if (strcmp(argv[i], commands[k].name) == 0)
			return run(&commands[k], config, argc - i, argv + i);
	if (i < argc)
		fprintf(stderr, "rollcall: there is no command \"%s\"\n", argv[i]);
	help(stderr);
	return CLI_USAGE;
}

int main(int argc, char **argv)
{
	open_standard();
	log_setup("rollcall", false, LOG_INFO);
	return flushed(rollcall(argc, argv));
}
