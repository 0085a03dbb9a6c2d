/* `rollcall web`: one process that serves pages on descriptor 0. */
#include "base/log.h"
#include "cli/cli.h"
#include "db/db.h"
#include "db/migrate.h"
#include "pages/pages.h"

int cli_web(const struct conf *conf, int argc, char **argv)
{
	struct err e = {0};
	struct db *db = NULL;
	int status = CLI_SYSTEM;

	(void)argv;
	if (argc != 1)
		return cli_usage("web");
	log_setup("web", conf->log_json);
	if (db_open(&db, conf, DB_WEB, "rollcall web", &e) != 0 ||
	    migrate_check(db, conf, &e) != 0 || pages_serve(conf, db, &e) != 0)
		log_err("cannot serve", &e);
	else
		status = CLI_OK;
	db_close(db);
	return status;
}
