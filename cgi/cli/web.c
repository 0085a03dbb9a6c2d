/* `rollcall web`: one process that serves pages and API on descriptor 0. */
#include <unistd.h>

#include "api/api.h"
#include "base/log.h"
#include "cli/cli.h"
#include "db/db.h"
#include "db/migrate.h"
#include "http/fcgi.h"
#include "pages/pages.h"

struct web {
	struct pages pages;
	struct api_server api;
};

static void answer(void *ctx, struct request *req, struct response *res)
{
	struct web *web = ctx;

	if (api_owns(req))
		api_answer(&web->api, req, res);
	else
		pages_answer(&web->pages, req, res);
}

static int serve(const struct conf *conf, struct db *db, struct err *e)
{
	struct web web = { .pages = { conf, db }, .api = { conf, db } };

	return fcgi_serve(0, answer, &web, e);
}

int cli_web(const struct conf *conf, int argc, char **argv)
{
	struct err e = {0};
	struct db *db = NULL;
	int status = CLI_SYSTEM;

	(void)argv;
	if (argc != 1)
		return cli_usage("web");
	log_setup("web", conf->log_json, (enum log_level)conf->log_level);
	if (db_open(&db, conf, DB_WEB, "rollcall web", &e) != 0 ||
	    migrate_check(db, conf, &e) != 0 || serve(conf, db, &e) != 0) {
		log_err("cannot serve", &e);
		/* The supervisor starts another at once: not too often. */
		sleep(1);
	} else {
		status = CLI_OK;
	}
	db_close(db);
	return status;
}
