/* `rollcall worker`: one process that runs jobs until SIGTERM. */
#include "base/log.h"
#include "base/process.h"
#include "cli/cli.h"
#include "job/worker.h"
#include "users/kinds.h"
#include "users/retention.h"
#include "users/search.h"

static int idle(struct task *t, struct err *e)
{
	int did = search_step(t, e);

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
