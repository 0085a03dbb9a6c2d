/* `rollcall web`: one process that serves pages and API on descriptor 0. */
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "api/routes.h"
#include "base/clock.h"
#include "base/counter.h"
#include "base/log.h"
#include "base/process.h"
#include "cli/cli.h"
#include "db/db.h"
#include "db/migrate.h"
#include "http/fcgi.h"
#include "pages/routes.h"
#include "view/view.h"

/* An upgrade starts the new program before it brings the schema up, so that no request meets
 * an old program over a new schema.  Requests wait for the schema: those of the program's
 * first minute, and while a migration is at work each a minute. */
#define SCHEMA_WAIT_MS 60000
#define SCHEMA_LOOK_US 200000

struct web {
	const struct conf *conf;
	struct db *db;
	int64_t started;	/* clock_ms */
	bool had_schema;
};

/* Returns when the schema is there, or is not to be waited for. */
static void await_schema(struct web *web)
{
	int64_t end = clock_ms() + SCHEMA_WAIT_MS;
	struct err e = {0};
	bool at_work;

	while (!web->had_schema && !fcgi_stopping()) {
		web->had_schema = db_ensure(web->db, &e) == 0;
		if (web->had_schema || e.code != ERR_DB_SCHEMA || clock_ms() >= end
		    || !migrate_is_coming(web->db, web->conf, &at_work)
		    || (!at_work && clock_ms() - web->started >= SCHEMA_WAIT_MS))
			return;
		process_alive();
		usleep(SCHEMA_LOOK_US);
		e = (struct err){0};
	}
}

static void answer(void *ctx, struct request *req, struct response *res)
{
	struct web *web = ctx;

	if (!api_is_health(req))
		await_schema(web);
	if (api_owns(req))
		api_answer(web->conf, web->db, req, res);
	else
		pages_answer(web->conf, web->db, req, res);
	/* An error may have left a transaction open. */
	db_rollback(web->db);
}

/* Loads texts and templates of every language before the first request. */
static int load_views(const struct conf *conf, struct err *e)
{
	const char *language;
	struct view *view;

	for (size_t i = 0; (language = view_language_nth(conf, i)) != NULL; i++) {
		if (view_new(&view, conf, language, e) != 0)
			return -1;
		view_free(view);
	}
	return 0;
}

int cli_web(const struct conf *conf, int argc, char **argv)
{
	struct web web = { .conf = conf, .started = clock_ms() };
	struct err e = {0};
	struct db *db = NULL;
	int status = CLI_OK;

	(void)argv;
	if (argc != 1)
		return cli_usage("web");
	log_setup("web", conf->log_json, (enum log_level)conf->log_level);
	if (db_make(&db, conf, DB_WEB, "rollcall web", true, &e) != 0 || load_views(conf, &e) != 0) {
		log_err("cannot serve", &e);
		status = PROCESS_EXIT_CONF;
	} else {
		db_watch(db, migrate_watch, conf);
		if (counter_open(conf->metrics_file) != 0)
			log_line(LOG_WARNING, "requests are not counted: %s: %s", conf->metrics_file, strerror(errno));
		web.db = db;
		/* The first request need not wait for the database.  If that starts later, the
		 * answer is an error page until then. */
		web.had_schema = db_ensure(db, &e) == 0;
		if (!web.had_schema)
			log_err("serving all the same", &e);
		if (fcgi_serve(0, answer, &web, &e) != 0) {
			log_err("cannot serve", &e);
			status = CLI_SYSTEM;
		}
	}
	db_close(db);
	return status;
}
