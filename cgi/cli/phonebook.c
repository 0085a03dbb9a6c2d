/* `rollcall phonebook`: the links by which phones load names and numbers: lists them, makes
 * one, revokes one. */
#include "users/phonebook.h"

#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "auth/account.h"
#include "cli/cli.h"
#include "db/migrate.h"

static const char usage[] =
    "phonebook [--tenant NUMBER|UUID|NAME] [add NAME [--mobile] [--plain] | revoke ID]\n"
    "\n"
    "Without a word: one line a phonebook, columns separated by tabs: id, entity, name, mobile or -,\n"
    "plain or -, the last day that it was loaded or never, who made it.\n"
    "add: makes one for the tenant and prints the paths of its files, which are shown this one time.\n"
    "--mobile: with mobile numbers. --plain: loaded by http too, for phones that cannot do https.\n"
    "revoke: its links end.";

static int list(struct db *db, const struct principal *who, struct arena *mem, struct err *e)
{
	struct phonebook *books;
	size_t n;

	if (phonebook_list(db, who, mem, &books, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		printf("%ld\t%s\t%s\t%s\t%s\t%s\t%s\n", books[i].id, books[i].entity, books[i].name,
		    books[i].mobile ? "mobile" : "-", books[i].plain ? "plain" : "-",
		    books[i].used != NULL ? books[i].used : "never", books[i].who);
	return 0;
}

static int add(struct db *db, const struct principal *who, struct phonebook *b, struct err *e)
{
	char token[DIGEST_HEX_SIZE];

	if (phonebook_add(db, who, NULL, b, token, e) != 0)
		return -1;
	for (const struct phonebook_format *f = phonebook_formats; f->name != NULL; f++)
		printf("/phonebook/%s/%s\n", token, f->name);
	explicit_bzero(token, sizeof(token));
	return 0;
}

/* Does what the arguments ask for, in the scope of `who`. */
static int act(struct db *db, const struct principal *who, char **words, struct phonebook *b,
    struct arena *mem, struct err *e)
{
	if (words[0] == NULL)
		return list(db, who, mem, e);
	if (strcmp(words[0], "revoke") == 0)
		return phonebook_revoke(db, who, NULL, strtol(words[1], NULL, 10), e);
	b->name = words[1];
	return add(db, who, b, e);
}

static int written(struct err *e)
{
	return fflush(stdout) == 0 ? 0
	    : err_set(e, ERR_IO, "standard output", "cannot be written: %s", strerror(errno));
}

/* Whether the arguments are nothing, "add NAME" or "revoke NUMBER". */
static bool makes_sense(int n, char **words)
{
	if (n == 0)
		return true;
	return n == 2 && (strcmp(words[0], "add") == 0 || (strcmp(words[0], "revoke") == 0
	    && strlen(words[1]) <= 15 && strspn(words[1], "0123456789") == strlen(words[1])));
}

int cli_phonebook(const struct conf *conf, int argc, char **argv)
{
	static const struct option options[] = {
		{ "tenant", required_argument, NULL, 't' },
		{ "mobile", no_argument, NULL, 'm' },
		{ "plain", no_argument, NULL, 'p' },
		{ NULL, 0, NULL, 0 },
	};
	struct phonebook b = {0};
	const char *tenant = NULL;
	int option;

	optind = 0;
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == '?')
			return cli_usage(usage);
		if (option == 't')
			tenant = optarg;
		b.mobile = b.mobile || option == 'm';
		b.plain = b.plain || option == 'p';
	}
	if (!makes_sense(argc - optind, argv + optind))
		return cli_usage(usage);

	struct arena *mem = arena_new();
	struct principal who = {0};
	struct db *db = NULL;
	struct err e = {0};
	int status = CLI_OK;
	if (db_open(&db, conf, DB_WEB, "rollcall phonebook", &e) != 0 || migrate_check(db, conf, &e) != 0
	    || account_command(db, tenant, mem, &who, &e) != 0
	    || act(db, &who, argv + optind, &b, mem, &e) != 0 || written(&e) != 0)
		status = cli_fail(&e);
	db_close(db);
	arena_free(mem);
	return status;
}
