/* `rollcall init`, `backup` and `restore`: scripts in share_dir/admin, as they mainly run tools of the
 * machine (psql, pg_dump, openssl, systemctl).  They get the program and its settings in the
 * environment. */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "cli/cli.h"

/* What is asked of a script itself before it does anything. */
static int usage(const char *command)
{
	if (strcmp(command, "backup") == 0)
		return cli_usage("backup DIR\n\nWrites DIR/rollcall-TIME: the database, its settings, /etc/rollcall.");
	if (strcmp(command, "restore") == 0)
		return cli_usage("restore BACKUP [DATABASE]\n\nBrings a backup into a new database (rollcall).");
	return cli_usage("init [ADMINISTRATOR]\n\n"
	    "Asks for the password, or reads it from standard input. What was done before is left out.");
}

/* Whether the script has as many arguments as it takes, and none that is empty or an option: it has none. */
static bool fits(int argc, char **argv)
{
	int least = strcmp(argv[0], "init") == 0 ? 0 : 1, most = strcmp(argv[0], "restore") == 0 ? 2 : 1;

	for (int i = 1; i < argc; i++)
		if (argv[i][0] == '\0' || argv[i][0] == '-')
			return false;
	return argc - 1 >= least && argc - 1 <= most;
}

int cli_admin_script(const struct conf *conf, int argc, char **argv)
{
	struct arena *mem = arena_new();
	const char *script = arena_printf(mem, "%s/admin/%s", conf->share_dir, argv[0]);
	char program[4096];
	ssize_t n = readlink("/proc/self/exe", program, sizeof(program) - 1);

	if (!fits(argc, argv)) {	/* --help too */
		arena_free(mem);
		return usage(argv[0]);
	}
	/* In a checkout the scripts are beside the development stack. */
	if (access(script, X_OK) != 0)
		script = arena_printf(mem, "%s/nginx/admin/%s", conf->share_dir, argv[0]);
	if (n > 0) {
		program[n] = '\0';
		setenv("ROLLCALL", program, 1);
	}
	execv(script, argv);
	fprintf(stderr, "rollcall: %s: cannot be run: %s\n", script, strerror(errno));
	arena_free(mem);
	return CLI_SYSTEM;
}
