/* The subcommands, each in a file of its name; import and update in send.c, config and
 * version in cli.c.
 *
 * argv[0] is the subcommand's name.  They print results on standard output,
 * errors on standard error, and return the exit status. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include "base/conf.h"
#include "base/err.h"

enum cli_exit {
	CLI_OK,
	CLI_FILE,	/* errors in the file, or the request was refused */
	CLI_USAGE,
	CLI_SYSTEM	/* settings, database, disk */
};

int cli_admin_script(const struct conf *conf, int argc, char **argv);	/* init, backup, restore */
int cli_admin(const struct conf *conf, int argc, char **argv);
int cli_config(const struct conf *conf, int argc, char **argv);
int cli_convert(const struct conf *conf, int argc, char **argv);
int cli_deliver(const struct conf *conf, int argc, char **argv);
int cli_doctor(const struct conf *conf, int argc, char **argv);
int cli_export(const struct conf *conf, int argc, char **argv);
int cli_fields(const struct conf *conf, int argc, char **argv);
int cli_import(const struct conf *conf, int argc, char **argv);
int cli_migrate(const struct conf *conf, int argc, char **argv);
int cli_phonebook(const struct conf *conf, int argc, char **argv);
int cli_phones(const struct conf *conf, int argc, char **argv);
int cli_setup(const struct conf *conf, int argc, char **argv);
int cli_template(const struct conf *conf, int argc, char **argv);
int cli_undo(const struct conf *conf, int argc, char **argv);
int cli_update(const struct conf *conf, int argc, char **argv);
int cli_version(const struct conf *conf, int argc, char **argv);
int cli_web(const struct conf *conf, int argc, char **argv);
int cli_worker(const struct conf *conf, int argc, char **argv);

/* Prints the error and its hint on standard error; returns the exit status
 * that its code means. */
int cli_fail(const struct err *e);

/* The error of a file that somebody named and that could not be opened, with errno as open(2)
 * left it; where the command's user may not read it, the hint says how to hand it over.
 * Returns -1. */
int cli_cannot_open(const char *path, struct err *e);

/* From now on cli_usage prints what somebody has asked for: on standard output, CLI_OK. */
void cli_help(void);

/* Prints how the subcommand is called on standard error; returns CLI_USAGE. */
int cli_usage(const char *usage);

#endif
