/* The subcommands, each in a file of its name; import and update in send.c, config and
 * version in cli.c.
 *
 * argv[0] is the subcommand's name.  They print results on standard output,
 * errors on standard error, and return the exit status. */
#ifndef CLI_CLI_H
#define CLI_CLI_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/principal.h"
#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "db/db.h"
#include "job/queue.h"

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
int cli_forget(const struct conf *conf, int argc, char **argv);
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

/* Sets the error of a file that could not be opened, by errno of open(2).  If the command's user may
 * not read it, the hint says to pass it on standard input.  Returns -1. */
int cli_cannot_open(const char *path, struct err *e);

/* From now on cli_usage prints to standard output and returns CLI_OK: somebody asked for help. */
void cli_help(void);

/* Prints how the subcommand is called on standard error; returns CLI_USAGE. */
int cli_usage(const char *usage);

/* --- ask.c ------------------------------------------------------------------- */

/* Reads a password, so that it is in no argument list: from the terminal, twice and without
 * echo, if standard input is one; else one line of standard input.  The caller wipes `out`.
 * Returns 0, or -1 with ERR_INVALID or ERR_IO. */
int ask_password(const char *whose, char *out, size_t size, struct err *e);

/* --- follow.c ---------------------------------------------------------------- */

/* From now on SIGINT and SIGTERM are only noted: follow_interrupted is true, and
 * follow_job cancels the job.  A second signal ends the program at once. */
void follow_catch(void);
bool follow_interrupted(void);

/* Waits until the job has ended and fills `out` (texts in `mem`).  Progress goes to
 * standard error: a bar on a terminal, else one line for each phase.  After a signal it
 * cancels the job and goes on waiting.  When it returns, signals are handled as before
 * follow_catch.  Returns 0 or -1. */
int follow_job(struct db *db, const struct principal *who, long id, struct arena *mem,
    struct job *out, struct err *e);

/* --- summary.c --------------------------------------------------------------- */

/* Prints how a job ended on standard output: a sentence; the plan of a checked job as a table,
 * and one line for each cell that would change; then one line for each error and each
 * warning.  Returns 0 or -1. */
int summary_print(struct db *db, const struct principal *who, const struct job *job, struct err *e);

#endif
