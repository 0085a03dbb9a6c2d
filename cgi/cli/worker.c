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

/* Runs a query without arguments whose answer is one boolean. */
static int ask(struct task *t, const char *query, bool *answer, struct err *e)
{
	PGresult *res;

	if (db_query(t->work, query, NO_ARGS, &res, e) != 0)
		return -1;
	*answer = db_get_bool(res, 0, "answer");
	PQclear(res);
	return 0;
}

/* Starts `rollcall deliver` if a mail or webhook is due and none runs yet.  It is a process
 * of its own because it may wait long for other servers, and uses its own connection. */
static int deliver(struct task *t, struct err *e)
{
	static pid_t running;
	char *const argv[] = { "rollcall", "deliver", NULL };
	bool due;

	if (running != 0 && waitpid(running, NULL, WNOHANG) == 0)
		return 0;
	running = 0;
	if (ask(t, "delivery_due", &due, e) != 0)
		return -1;
	if (due && posix_spawn(&running, "/proc/self/exe", NULL, NULL, argv, environ) != 0) {
		running = 0;
		return err_set(e, ERR_IO, "/proc/self/exe", "rollcall deliver cannot be started");
	}
	return 0;
}

/* One step of what a worker does while it has no job (job_idle of job/worker.h): what lists and
 * the search keep of some thousand users who changed, then deliveries, then retention. */
static int idle(struct task *t, struct err *e)
{
	bool refreshed;

	if (ask(t, "worker_search_refresh", &refreshed, e) != 0)
		return -1;
	if (refreshed)
		return 1;
	return deliver(t, e) != 0 ? -1 : retention_step(t, e);
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
