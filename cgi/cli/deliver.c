/* `rollcall deliver`: sends mails and webhooks about the end of jobs until nothing is due.  Idle workers
 * start it as a process of its own, because it may wait long for other servers. */
#include <string.h>

#include <curl/curl.h>

#include "base/log.h"
#include "cli/cli.h"
#include "db/db.h"
#include "job/mail.h"
#include "job/webhook.h"
#include "pages/paths.h"
#include "view/view.h"

static const char *message(struct view *v, struct arena *mem, const char *key, const PGresult *row)
{
	struct buf text = {0};
	const char *kept;

	view_message(v, &text, key, "job", db_get(row, 0, "job_id"), NULL);
	kept = arena_strdup(mem, buf_str(&text));
	buf_free(&text);
	return kept;
}

static int send_mail(const struct conf *conf, const PGresult *row, struct arena *mem, struct err *e)
{
	struct mail mail = { .to = db_get(row, 0, "email") };
	const char *state = db_get(row, 0, "state");
	struct view *v = NULL;

	if (view_new(&v, conf, view_language(conf, db_get(row, 0, "language"), NULL), e) != 0)
		return -1;
	mail.subject = message(v, mem, arena_printf(mem, "mail.subject.%s", state), row);
	mail.text = message(v, mem, arena_printf(mem, "mail.text.%s", state), row);
	if (strcmp(conf->public_url, "none") != 0)
		mail.text = arena_printf(mem, "%s\n\n%s" PATH_JOB, mail.text, conf->public_url,
		    db_get_long(row, 0, "job_id"));
	view_free(v);
	return mail_send(conf->sendmail, &mail, e);
}

static struct webhook hook_of(const struct conf *conf, const PGresult *row)
{
	return (struct webhook){
		.url = db_get(row, 0, "url"), .secret = db_get(row, 0, "secret"), .body = db_get(row, 0, "body"),
		.delivery = db_get_long(row, 0, "id"), .may_be_private = conf->webhook_private,
	};
}

/* Sends the delivery of `row`; if that fails, *why says it in English. */
static int send_one(const struct conf *conf, const PGresult *row, struct arena *mem, const char **why)
{
	struct webhook hook = hook_of(conf, row);
	struct err e = {0};
	char said[WEBHOOK_SAID_SIZE];
	int rc = 0;

	/* The address was removed meanwhile. */
	if (strcmp(db_get(row, 0, "kind"), "webhook") == 0) {
		if (hook.url != NULL && (rc = webhook_post(&hook, said)) != 0)
			*why = arena_strdup(mem, said);
	} else if (db_get(row, 0, "email") != NULL && strcmp(conf->sendmail, "none") != 0) {
		if ((rc = send_mail(conf, row, mem, &e)) != 0)
			*why = arena_strdup(mem, e.message);
	}
	return rc;
}

/* Sends the test that an administrator has asked for on the webhook's page, once, and stores its
 * result for the page. */
static int send_test(const struct conf *conf, struct db *db, const PGresult *row, struct err *e)
{
	struct webhook hook = hook_of(conf, row);
	char said[WEBHOOK_SAID_SIZE] = "";
	bool arrived = hook.url != NULL && webhook_post(&hook, said) == 0;

	return db_query(db, "delivery_tested", ARGS(arg_long(hook.delivery), arg_bool(arrived), arg_text(said)),
	    NULL, e);
}

static int send_of_job(const struct conf *conf, struct db *db, const PGresult *row, struct err *e)
{
	struct arena *mem = arena_new();
	const char *why = NULL;

	if (send_one(conf, row, mem, &why) != 0)
		log_line(LOG_WARNING, "%s of job %s, attempt %s: %s", db_get(row, 0, "kind"),
		    db_get(row, 0, "job_id"), db_get(row, 0, "attempt"), why);
	int rc = db_query(db, "delivery_end", ARGS(arg_long(db_get_long(row, 0, "id")), arg_text(why)), NULL, e);
	arena_free(mem);
	return rc;
}

static int deliver_next(const struct conf *conf, struct db *db, bool *found, struct err *e)
{
	PGresult *row = NULL;
	int rc = db_query(db, "delivery_take", NO_ARGS, &row, e);

	*found = rc == 0 && PQntuples(row) == 1;
	if (*found)
		rc = db_get(row, 0, "job_id") == NULL ? send_test(conf, db, row, e) : send_of_job(conf, db, row, e);
	PQclear(row);
	return rc;
}

int cli_deliver(const struct conf *conf, int argc, char **argv)
{
	struct err e = {0};
	struct db *db = NULL;
	bool found = true;
	int rc;

	(void)argv;
	if (argc != 1)
		return cli_usage("deliver");
	log_setup("deliver", conf->log_json, (enum log_level)conf->log_level);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	rc = db_open(&db, conf, DB_WORKER, "rollcall deliver", &e);
	while (rc == 0 && found)
		rc = deliver_next(conf, db, &found, &e);
	db_close(db);
	curl_global_cleanup();
	return rc == 0 ? CLI_OK : cli_fail(&e);
}
