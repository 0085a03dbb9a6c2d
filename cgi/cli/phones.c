/* `rollcall phones`: which lines are registered, since when and from where.  It shows that an import
 * has reached the phones. */
#include <errno.h>
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "auth/account.h"
#include "base/arena.h"
#include "cli/cli.h"
#include "db/db.h"
#include "db/migrate.h"

static const char usage[] =
    "phones [--tenant NUMBER|UUID|NAME] [--missing]\n"
    "\n"
    "One line a phone, and one for each line without any, columns separated by tabs:\n"
    "entity, number, SIP username, state, since (UTC), address, user agent, name.\n"
    "--missing: only lines of enabled users that are not registered.";

static int print_phone(void *ctx, const PGresult *res, struct err *e)
{
	static const char *const columns[] = { "entity", "exten", "sip_username", "state", "since",
		"address", "user_agent", "name" };

	(void)ctx;
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		const char *value = db_get(res, 0, columns[i]);
		if (i > 0)
			putchar('\t');
		/* A phone can send any text as its user agent: control characters are replaced. */
		for (const char *p = value != NULL ? value : "-"; *p != '\0'; p++)
			putchar((unsigned char)*p < ' ' || *p == 0x7f ? ' ' : *p);
	}
	if (putchar('\n') == EOF)
		return err_set(e, ERR_IO, "standard output", "cannot be written: %s", strerror(errno));
	return 0;
}

int cli_phones(const struct conf *conf, int argc, char **argv)
{
	static const struct option options[] = {
		{ "tenant", required_argument, NULL, 't' },
		{ "missing", no_argument, NULL, 'm' },
		{ NULL, 0, NULL, 0 },
	};
	const char *tenant = NULL;
	bool missing = false;
	int option;

	optind = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return cli_usage(usage);
		if (option == 't')
			tenant = optarg;
		else
			missing = true;
	}
	if (optind != argc)
		return cli_usage(usage);

	struct arena *mem = arena_new();
	struct principal who = {0};
	struct db *db = NULL;
	struct err e = {0};
	int status = CLI_OK;
	if (db_open(&db, conf, DB_WEB, "rollcall phones", &e) != 0 || migrate_check(db, conf, &e) != 0
	    || account_command(db, tenant, mem, &who, &e) != 0 || account_begin(db, &who, &e) != 0
	    || db_each(db, "phones_list", ARGS(arg_bool(missing)), print_phone, NULL, &e) != 0
	    || db_commit(db, &e) != 0)
		status = cli_fail(&e);
	db_close(db);
	arena_free(mem);
	return status;
}
