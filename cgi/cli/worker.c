/* `rollcall worker`: one process that runs jobs until SIGTERM. */
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/log.h"
#include "base/process.h"
#include "cli/cli.h"
#include "job/worker.h"
#include "users/kinds.h"
#include "users/retention.h"
#include "users/search.h"

/* Starts `rollcall deliver` where something is due, and one of it at a time: that one may
 * wait for strangers.  It is a program of its own, so that it shares no connection. */
static int deliver(struct task *t, struct err *e)
{
	static pid_t running;
	char *const argv[] = { "rollcall", "deliver", NULL };
	PGresult *res;
	bool due;

	if (running != 0 && waitpid(running, NULL, WNOHANG) == 0)
		return 0;
	running = 0;
	if (db_query(t->work, "delivery_due", NO_ARGS, &res, e) != 0)
		return -1;
	due = db_get_bool(res, 0, "due");
	PQclear(res);
	if (due && posix_spawn(&running, "/proc/self/exe", NULL, NULL, argv, environ) != 0) {
		running = 0;
		return err_set(e, ERR_IO, "/proc/self/exe", "rollcall deliver cannot be started");
	}
	return 0;
}

static int idle(struct task *t, struct err *e)
{
	int did = search_step(t, e);

	if (did == 0)
		did = deliver(t, e);
	return did != 0 ? did : retention_step(t, e);
}

int cli_worker(const struct conf *conf, int argc, char **argv)
{
	struct err e = {0};

	(void)argv;
	if (argc != 1)
		return cli_usage("worker");
	log_setup("worker", conf->log_json, (enum log_level)conf->log_level);
	if (worker_run(conf, job_kinds, job_kinds_n, idle, &e) == 0)
		return CLI_OK;
	log_err("the worker ends", &e);
	return PROCESS_EXIT_CONF;
}
