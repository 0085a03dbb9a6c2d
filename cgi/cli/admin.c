/* `rollcall admin add|passwd|list|disable|enable|factor-off` */
#include <getopt.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "auth/admin.h"
#include "auth/password.h"
#include "auth/principal.h"
#include "cli/cli.h"

static const char usage[] =
    "admin add USER (--tenant NAME --rights LIST | --root) [--language CODE]\n"
    "       rollcall admin passwd USER\n"
    "       rollcall admin list\n"
    "       rollcall admin disable USER\n"
    "       rollcall admin enable USER\n"
    "       rollcall admin factor-off USER\n"
    "\n"
    "LIST: \"all\", or some of users.read, users.import, users.update, users.delete,\n"
    "users.export, users.secrets, setup, separated by commas.\n"
    "A password is asked for, or read from standard input; never an argument.";

/* The state of a subcommand. */
struct work {
	const struct conf *conf;
	struct db *db;
	struct arena *mem;
	int argc;
	char **argv;	/* argv[0] is "add", "list", ... */
	bool usage;	/* the arguments are wrong */
};

/* Fills `admin` from the arguments of add; false if they are wrong. */
static bool read_options(struct work *w, struct admin *admin, const char **rights)
{
	static const struct option options[] = {
		{ "tenant", required_argument, NULL, 't' },
		{ "rights", required_argument, NULL, 'r' },
		{ "language", required_argument, NULL, 'l' },
		{ "root", no_argument, NULL, 'R' },
		{ NULL, 0, NULL, 0 },
	};
	bool root = false;
	int option;

	optind = 0;
	while ((option = getopt_long(w->argc, w->argv, "", options, NULL)) != -1) {
		switch (option) {
		case 't':
			admin->tenant = optarg;
			break;
		case 'r':
			*rights = optarg;
			break;
		case 'l':
			admin->language = optarg;
			break;
		case 'R':
			root = true;
			break;
		default:
			return false;
		}
	}
	if (w->argc - optind != 1 || root == (admin->tenant != NULL) ||
	    root == (*rights != NULL))
		return false;
	admin->username = w->argv[optind];
	return true;
}

/* Connects; called after the arguments were checked. */
static int open_db(struct work *w, struct err *e)
{
	return db_open(&w->db, w->conf, DB_OWNER, "rollcall admin", e);
}

static int add(struct work *w, struct err *e)
{
	struct admin admin = {0};
	const char *rights = NULL;
	char password[1024];
	unsigned bits = 0;

	if (!read_options(w, &admin, &rights)) {
		w->usage = true;
		return -1;
	}
	if (!admin_username_valid(admin.username))
		return err_set(e, ERR_INVALID, "username",
		    "a user name is 2 to 64 letters without accents, digits or signs of ._@-");
	if (rights != NULL && strcmp(rights, "all") == 0)
		bits = RIGHT_ALL;
	else if (rights != NULL && !rights_parse(rights, &bits))
		return err_set(e, ERR_INVALID, "--rights", "there is no such right: \"%s\"", rights);
	if (admin.language != NULL && !admin_language_valid(w->conf, admin.language))
		return err_set(e, ERR_INVALID, "--language", "the languages are: %s", w->conf->languages);
	admin.rights = admin_rights(bits, w->mem);
	int result = open_db(w, e);
	if (result == 0)
		result = ask_password(admin.username, password, sizeof(password), e);
	if (result == 0)
		result = password_check(password, admin.username, e);
	if (result == 0)
		result = admin_add(w->db, &admin, password, e);
	explicit_bzero(password, sizeof(password));
	if (result == 0)
		printf("made administrator %s\n", admin.username);
	return result;
}

static int passwd(struct work *w, struct err *e)
{
	char password[1024];

	if (w->argc != 2) {
		w->usage = true;
		return -1;
	}
	int result = open_db(w, e);
	if (result == 0)
		result = ask_password(w->argv[1], password, sizeof(password), e);
	if (result == 0)
		result = password_check(password, w->argv[1], e);
	if (result == 0)
		result = admin_passwd(w->db, w->argv[1], password, e);
	explicit_bzero(password, sizeof(password));
	if (result == 0)
		printf("changed the password of %s\n", w->argv[1]);
	return result;
}

static int disable(struct work *w, struct err *e)
{
	bool disabled = strcmp(w->argv[0], "disable") == 0;

	if (w->argc != 2) {
		w->usage = true;
		return -1;
	}
	if (open_db(w, e) != 0 || admin_disable(w->db, w->argv[1], disabled, e) != 0)
		return -1;
	printf("%sd %s\n", w->argv[0], w->argv[1]);
	return 0;
}

static int factor_off(struct work *w, struct err *e)
{
	if (w->argc != 2) {
		w->usage = true;
		return -1;
	}
	if (open_db(w, e) != 0 || admin_factor_off(w->db, w->argv[1], e) != 0)
		return -1;
	printf("switched off the second factor of %s\n", w->argv[1]);
	return 0;
}

/* "{users.read,setup}" as "users.read,setup". */
static const char *bare_rights(const struct admin *a, struct arena *mem)
{
	size_t n = strlen(a->rights);

	if (a->tenant == NULL)
		return "all";
	return n > 2 ? arena_strndup(mem, a->rights + 1, n - 2) : "none";
}

static int list(struct work *w, struct err *e)
{
	struct admin *admins = NULL;
	size_t n = 0;

	if (w->argc != 1) {
		w->usage = true;
		return -1;
	}
	if (open_db(w, e) != 0 || admin_list(w->db, w->mem, &admins, &n, e) != 0)
		return -1;
	printf("%-24s %-20s %-8s %-9s %s\n", "USERNAME", "TENANT", "LANGUAGE", "STATE", "RIGHTS");
	for (size_t i = 0; i < n; i++)
		printf("%-24s %-20s %-8s %-9s %s\n", admins[i].username,
		    admins[i].tenant != NULL ? admins[i].tenant : "(root)",
		    admins[i].language != NULL ? admins[i].language : "-",
		    admins[i].disabled ? "disabled" : "enabled", bare_rights(&admins[i], w->mem));
	return 0;
}

static const struct {
	const char *name;
	int (*run)(struct work *w, struct err *e);
} actions[] = {
	{ "add", add },
	{ "passwd", passwd },
	{ "list", list },
	{ "disable", disable },
	{ "enable", disable },
	{ "factor-off", factor_off },
};

int cli_admin(const struct conf *conf, int argc, char **argv)
{
	struct err e = {0};
	struct work w = { .conf = conf, .argc = argc - 1, .argv = argv + 1 };
	int status = CLI_USAGE;
	size_t i = 0;

	while (i < sizeof(actions) / sizeof(actions[0]) &&
	    (argc < 2 || strcmp(argv[1], actions[i].name) != 0))
		i++;
	if (i == sizeof(actions) / sizeof(actions[0]))
		return cli_usage(usage);
	w.mem = arena_new();
	if (actions[i].run(&w, &e) == 0)
		status = CLI_OK;
	else
		status = w.usage ? cli_usage(usage) : cli_fail(&e);
	db_close(w.db);
	arena_free(w.mem);
	return status;
}
