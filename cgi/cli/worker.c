/* `rollcall worker`: one process that runs jobs until SIGTERM. */
#include "base/log.h"
#include "base/process.h"
#include "cli/cli.h"
#include "job/forget.h"
#include "job/worker.h"
#include "users/import.h"
#include "users/mask.h"
#include "users/update.h"

/* What a worker can do. */
static const struct job_kind kinds[] = {
	{ "import", import_run },
	{ "update", update_run },
};

static int tidy(struct task *t, struct err *e)
{
	struct err why = {0};
	int did = mask_stale(t, &why);

	/* What cannot be done to one is no reason to leave the others. */
	if (did < 0)
		log_err("an upload could not be masked", &why);
	return did == 1 || t->unmasked != 0 ? 1 : job_forget(t, e);
}

int cli_worker(const struct conf *conf, int argc, char **argv)
{
	struct err e = {0};

	(void)argv;
	if (argc != 1)
		return cli_usage("worker");
	log_setup("worker", conf->log_json, (enum log_level)conf->log_level);
	if (worker_run(conf, kinds, sizeof(kinds) / sizeof(*kinds), tidy, &e) == 0)
		return CLI_OK;
	log_err("the worker ends", &e);
	return PROCESS_EXIT_CONF;
}
