/* `rollcall doctor`: what is wrong with this installation, and how to correct it.
 *
 * Each finding is one line: good, a warning, or a fault with its remedy.  Run as root, it checks as
 * each of the system users of the database roles (peer authentication), in a child process.  Run as
 * another user, it checks with that user's rights. */
#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <jansson.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "auth/password.h"
#include "base/buf.h"
#include "base/file.h"
#include "cli/cli.h"
#include "db/db.h"
#include "db/migrate.h"

#define SERVER_OLDEST 150000
#define CERTIFICATE_DAYS 21
#define JOB_OLD_SECONDS 3600
#define BACKUP_DAYS 2

enum verdict { WELL, WARNING, FAULT };

static const char *const verdict_names[] = { "ok", "warning", "fault" };

struct doctor {
	const struct conf *conf;
	const char *root;	/* prefix of the machine's paths: "", or another root directory (DOCTOR_ROOT) */
	int out;		/* where findings go: a pipe to the process that prints */
};

/* Writes one finding to the pipe, as a line of JSON. */
static void find(const struct doctor *d, enum verdict verdict, const char *what, const char *remedy,
    const char *fmt, ...) __attribute__((format(printf, 5, 6)));
static void find(const struct doctor *d, enum verdict verdict, const char *what, const char *remedy,
    const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	json_t *line = json_pack("{s:s, s:s, s:s, s:s?}", "verdict", verdict_names[verdict], "check", what,
	    "text", text, "remedy", verdict == WELL ? NULL : remedy);
	char *json = json_dumps(line, JSON_COMPACT);
	dprintf(d->out, "%s\n", json != NULL ? json : "{}");
	free(json);
	json_decref(line);
}

/* --- the database ----------------------------------------------------------- */

/* A job that was acknowledged must survive a power cut, and the loss of the primary if there is a
 * standby. */
static void look_at_durability(const struct doctor *d, const PGresult *res)
{
	const char *standbys = db_get(res, 0, "standbys");
	long receivers = db_get_long(res, 0, "receivers");

	if (strcmp(db_get(res, 0, "fsync"), "on") != 0 || strcmp(db_get(res, 0, "full_page_writes"), "on") != 0)
		find(d, FAULT, "durability", "as a superuser: fsync = on and full_page_writes = on, then reload",
		    "PostgreSQL does not write safely: a power cut can lose or destroy what was stored");
	else if (standbys[0] == '\0')
		find(d, WELL, "durability", NULL, "what is stored is on this server's disk, no synchronous standby");
	else if (receivers == 0)
		find(d, FAULT, "durability", "start the standby, or let Patroni or an administrator take it out of "
		    "synchronous_standby_names", "uploads and ends of jobs wait for the standby %s, and none is "
		    "connected", standbys);
	else
		find(d, WELL, "durability", NULL, "what is stored is on the disk here and on a standby (%s)", standbys);
}

static void look_at_server(const struct doctor *d, struct db *db)
{
	PGresult *res = NULL;
	struct err e = {0};

	if (db_query(db, "doctor_server", NO_ARGS, &res, &e) != 0) {
		find(d, FAULT, "server", "", "%s", e.message);
		return;
	}
	long places = db_get_long(res, 0, "places"), taken = db_get_long(res, 0, "taken");
	const char *encoding = db_get(res, 0, "encoding"), *verbosity = db_get(res, 0, "verbosity");
	if (db_get_long(res, 0, "version") < SERVER_OLDEST)
		find(d, FAULT, "server", "upgrade PostgreSQL", "PostgreSQL %s is too old: 15 is needed",
		    db_get(res, 0, "version_text"));
	else
		find(d, WELL, "server", NULL, "PostgreSQL %s, locale %s", db_get(res, 0, "version_text"),
		    db_get(res, 0, "locale"));
	if (strcmp(encoding, "UTF8") != 0)
		find(d, FAULT, "encoding", "make the database anew with --encoding=UTF8 and restore into it",
		    "the database is in %s, not in UTF-8", encoding);
	if (strcmp(verbosity, "terse") != 0)
		find(d, WARNING, "log_error_verbosity",
		    "as a superuser: log_error_verbosity = terse for the database (operations.md)",
		    "is %s: rows of a file, with their secrets, can come into PostgreSQL's log", verbosity);
	look_at_durability(d, res);
	if (taken * 10 > places * 9)
		find(d, WARNING, "connections", "raise max_connections, or take fewer processes",
		    "%ld of %ld connections of the server are taken", taken, places);
	PQclear(res);
}

static void look_at_schema(const struct doctor *d, struct db *db)
{
	struct err e = {0};

	if (migrate_check(db, d->conf, &e) != 0)
		find(d, FAULT, "schema", e.hint[0] != '\0' ? e.hint : "sudo -u rollcall_owner rollcall migrate",
		    "%s", e.message);
	else
		find(d, WELL, "schema", NULL, "is the one of this program");
}

static void look_at_rights(const struct doctor *d, struct db *db, const char *role)
{
	PGresult *res = NULL;
	struct err e = {0};

	if (db_query(db, "doctor_rights", NO_ARGS, &res, &e) != 0) {
		find(d, FAULT, role, "", "%s", e.message);
		return;
	}
	const char *missing = db_get(res, 0, "missing");
	if (missing != NULL)
		find(d, FAULT, role, "sudo -u rollcall_owner rollcall migrate; after a restore: rollcall restore",
		    "may not read: %s", missing);
	else
		find(d, WELL, role, NULL, "connects and has its rights");
	PQclear(res);
}

/* Checks that only the owner of the database can make. */
static void look_as_owner(const struct doctor *d, struct db *db)
{
	PGresult *res = NULL;

	if (db_query(db, "doctor_owner", NO_ARGS, &res, NULL) == 0 && !db_get_bool(res, 0, "createrole"))
		find(d, FAULT, "rollcall_owner", "as a superuser: give the role CREATEROLE",
		    "may make no roles: migrations need it");
	PQclear(res);
	if (db_query(db, "doctor_open_tables", NO_ARGS, &res, NULL) == 0 && db_get(res, 0, "tables") != NULL)
		find(d, FAULT, "tenants", "force it again, as rollcall_owner (operations.md)",
		    "row level security does not bind the owner on: %s", db_get(res, 0, "tables"));
	PQclear(res);
	if (db_query(db, "doctor_admins", NO_ARGS, &res, NULL) == 0 && db_get_long(res, 0, "n") == 0)
		find(d, WARNING, "administrators", "sudo -u rollcall_owner rollcall admin add --root NAME",
		    "nobody can sign in");
	PQclear(res);
}

/* The state of the queue, as /status shows it. */
static void look_at_queue(const struct doctor *d, struct db *db)
{
	PGresult *res = NULL;

	if (db_query(db, "api_state", NO_ARGS, &res, NULL) != 0)
		return;
	long workers = db_get_long(res, 0, "workers"), queued = db_get_long(res, 0, "queued");
	double oldest = strtod(db_get(res, 0, "oldest_seconds"), NULL);
	if (workers == 0)
		find(d, FAULT, "workers", "systemctl start rollcall.target; then journalctl -u 'rollcall-worker@*'",
		    "none is connected; %ld jobs wait", queued);
	else
		find(d, WELL, "workers", NULL, "%ld connected, %ld jobs wait", workers, queued);
	if (oldest > JOB_OLD_SECONDS)
		find(d, WARNING, "queue", "look at the job's page and at the workers' journal",
		    "the oldest job has been waiting or running for %.0f seconds", oldest);
	PQclear(res);
}

static void look_as(const struct doctor *d, enum db_role role, const char *name)
{
	struct db *db = NULL;
	struct err e = {0};

	if (db_open(&db, d->conf, role, "rollcall doctor", &e) != 0) {
		find(d, FAULT, name, e.hint[0] != '\0' ? e.hint
		    : "is PostgreSQL running, and does the setting \"database\" name it? (systemctl status postgresql)",
		    "%s: %s", e.place, e.message);
		return;
	}
	look_at_rights(d, db, name);
	if (role == DB_WEB) {
		look_at_server(d, db);
		look_at_schema(d, db);
		look_at_queue(d, db);
	} else if (role == DB_OWNER) {
		look_as_owner(d, db);
	}
	db_close(db);
}

/* --- this machine ------------------------------------------------------------ */

/* Whether the worker can write the import log. */
static void look_at_log(const struct doctor *d)
{
	const char *log = d->conf->log_file;
	char folder[4096];
	char *slash;

	if (strcmp(log, "journal") == 0)
		return;
	snprintf(folder, sizeof(folder), "%s", log);
	slash = strrchr(folder, '/');
	if (slash != NULL && slash != folder)
		*slash = '\0';
	if (access(log, F_OK) == 0 ? access(log, W_OK) == 0 : access(folder, W_OK | X_OK) == 0)
		find(d, WELL, "log_file", NULL, "%s can be written", log);
	else
		find(d, FAULT, "log_file", "its folder must be rollcall_worker's: the unit's LogsDirectory makes it so",
		    "%s: %s", log, strerror(errno));
}

static void look_at_files(const struct doctor *d)
{
	char path[4200];

	for (const char *const *name = (const char *const[]){ "sql/queries", "templates", "static", NULL };
	    *name != NULL; name++) {
		snprintf(path, sizeof(path), "%s/%s", d->conf->share_dir, *name);
		if (access(path, R_OK | X_OK) != 0)
			find(d, FAULT, "share_dir", "install the package again, or correct the setting",
			    "%s: %s", path, strerror(errno));
	}
}

static void look_at_certificate(const struct doctor *d)
{
	char path[4200];
	snprintf(path, sizeof(path), "%s/etc/rollcall/tls/cert.pem", d->root);
	FILE *f = fopen(path, "re");
	X509 *certificate = f != NULL ? PEM_read_X509(f, NULL, NULL, NULL) : NULL;
	int days = 0, seconds = 0;

	if (f == NULL)
		find(d, errno == EACCES ? WARNING : FAULT, "certificate",
		    "put certificate and key there, or call: rollcall init", "%s: %s", path, strerror(errno));
	else if (certificate == NULL)
		find(d, FAULT, "certificate", "put a certificate there, in PEM form", "%s is not a certificate", path);
	else if (ASN1_TIME_diff(&days, &seconds, NULL, X509_get0_notAfter(certificate)) != 1 || days < 0 || seconds < 0)
		find(d, FAULT, "certificate", "renew it", "%s has ended", path);
	else if (days < CERTIFICATE_DAYS)
		find(d, WARNING, "certificate", "renew it", "%s ends in %d days", path, days);
	else
		find(d, WELL, "certificate", NULL, "ends in %d days", days);
	X509_free(certificate);
	if (f != NULL)
		fclose(f);
}

/* Whether nginx allows uploads as large as max_upload_mb. */
static void look_at_nginx(const struct doctor *d)
{
	char path[4200];
	struct buf text = {0};
	const char *at;

	snprintf(path, sizeof(path), "%s/etc/nginx/sites-available/rollcall", d->root);
	if (file_read(path, &text, NULL) != 0) {
		find(d, WARNING, "nginx", "install the site: docs/operations.md", "%s cannot be read", path);
		return;
	}
	at = strstr(buf_str(&text), "\n\tclient_max_body_size ");
	long mb = at != NULL ? strtol(at + strlen("\n\tclient_max_body_size "), NULL, 10) : 1;
	if (mb < d->conf->max_upload_mb)
		find(d, FAULT, "nginx", "client_max_body_size of the site: one more than max_upload_mb",
		    "takes requests of %ld MB, and max_upload_mb is %ld", mb, d->conf->max_upload_mb);
	else
		find(d, WELL, "nginx", NULL, "takes requests of %ld MB", mb);
	buf_free(&text);
}

static void look_at_sockets(const struct doctor *d)
{
	char path[4200];
	struct stat st;

	for (const char *const *name = (const char *const[]){ "pages", "uploads", NULL }; *name != NULL; name++) {
		snprintf(path, sizeof(path), "%s/run/rollcall/%s.sock", d->root, *name);
		if (stat(path, &st) != 0 || !S_ISSOCK(st.st_mode))
			find(d, FAULT, "sockets", "systemctl start rollcall-pages.socket rollcall-uploads.socket",
			    "%s is not there", path);
	}
}

/* The age of the last backup, if backup_dir is set. */
static void look_at_backups(const struct doctor *d)
{
	const char *folder = d->conf->backup_dir;
	struct stat st;

	if (folder[0] == '\0' || strcmp(folder, "none") == 0)
		return;
	/* The time of a folder changes with each new entry. */
	if (stat(folder, &st) != 0)
		find(d, FAULT, "backup", "rollcall backup DIR, by a timer", "%s: %s", folder, strerror(errno));
	else if (time(NULL) - st.st_mtime > BACKUP_DAYS * 86400)
		find(d, WARNING, "backup", "rollcall backup DIR, by a timer", "the last one of %s is %ld days old",
		    folder, (long)((time(NULL) - st.st_mtime) / 86400));
	else
		find(d, WELL, "backup", NULL, "the last one is %ld hours old",
		    (long)((time(NULL) - st.st_mtime) / 3600));
}

/* Whether the connection string switches off the detection of a dead server. */
static void look_at_connection(const struct doctor *d)
{
	static const char *const off[] = { "keepalives=0", "connect_timeout=0", "tcp_user_timeout=0" };

	for (size_t i = 0; i < sizeof(off) / sizeof(*off); i++)
		if (strstr(d->conf->database, off[i]) != NULL)
			find(d, WARNING, "database", "leave it out of the setting",
			    "%s: a server that is cut off is found out after many minutes", off[i]);
}

/* CrackLib's dictionary, without which easy passwords are accepted. */
static void look_at_dictionary(const struct doctor *d)
{
	char file[PATH_MAX];

	password_dictionary(file);
	if (access(file, R_OK) == 0)
		find(d, WELL, "passwords", NULL, "common ones are refused");
	else
		find(d, FAULT, "passwords", "apt install cracklib-runtime", "common ones are taken: %s: %s", file,
		    strerror(errno));
}

/* --- mail -------------------------------------------------------------------- */

static bool has_set_id(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && (st.st_mode & (S_ISUID | S_ISGID)) != 0;
}

/* Whether a program for mails needs a set-user-id or set-group-id bit: it has one (Exim), or
 * its sendmail calls a program that has.  Sets `out` to that program. */
static bool find_set_id(const struct doctor *d, const char *program, char out[PATH_MAX])
{
	static const char *const called[] = { "/usr/sbin/postdrop", "/usr/sbin/nullmailer-queue" };
	const char *base;

	if (realpath(program, out) == NULL)
		return false;
	if (has_set_id(out))
		return true;
	base = strrchr(out, '/') + 1;
	for (size_t i = 0; strcmp(base, "sendmail") == 0 && i < sizeof(called) / sizeof(*called); i++) {
		snprintf(out, PATH_MAX, "%s%s", d->root, called[i]);
		if (has_set_id(out))
			return true;
	}
	return false;
}

/* The program that sends mails, which a worker runs without privileges. */
static void look_at_sendmail(const struct doctor *d)
{
	const char *command = d->conf->sendmail;
	char program[PATH_MAX], other[PATH_MAX];

	if (strcmp(command, "none") == 0)
		return;
	snprintf(program, sizeof(program), "%.*s", (int)strcspn(command, " "), command);
	if (program[0] != '/' || access(program, X_OK) != 0)
		find(d, FAULT, "sendmail", "the whole path of a program, and its arguments",
		    "\"%s\" cannot be run", program);
	else if (find_set_id(d, program, other))
		find(d, WARNING, "sendmail", "hand mails over by SMTP: sendmail = /usr/bin/msmtp --host=127.0.0.1 "
		    "--from=ADDRESS -t -i (operations.md, Mail)",
		    "%s needs the rights of another group or user (%s), which the units of the workers refuse",
		    program, other);
	else
		find(d, WELL, "sendmail", NULL, "%s can be run", program);
}

/* --- in turn ----------------------------------------------------------------- */

static void look_as_worker(const struct doctor *d)
{
	look_at_log(d);
	look_at_sendmail(d);
	look_as(d, DB_WORKER, "rollcall_worker");
}

static void look_as_web(const struct doctor *d)
{
	look_at_files(d);
	look_at_dictionary(d);
	look_as(d, DB_WEB, "rollcall_web");
}

static void look_as_database_owner(const struct doctor *d)
{
	look_as(d, DB_OWNER, "rollcall_owner");
}

static void look_at_machine(const struct doctor *d)
{
	look_at_connection(d);
	look_at_certificate(d);
	look_at_nginx(d);
	look_at_sockets(d);
	look_at_backups(d);
}

/* Runs a check in a child process, as the system user if this process is root. */
static void look_apart(const struct doctor *d, void (*look)(const struct doctor *), const char *user)
{
	const struct passwd *pw = user != NULL && geteuid() == 0 ? getpwnam(user) : NULL;
	pid_t child = fork();

	if (child == 0) {
		if (pw != NULL && (setgid(pw->pw_gid) != 0 || setuid(pw->pw_uid) != 0))
			find(d, FAULT, user, "", "cannot become it: %s", strerror(errno));
		else
			look(d);
		_exit(0);
	}
	while (child > 0 && waitpid(child, NULL, 0) == -1 && errno == EINTR)
		;
}

static void look_at_all(const struct doctor *d)
{
	look_apart(d, look_at_machine, NULL);
	look_apart(d, look_as_database_owner, "rollcall_owner");
	look_apart(d, look_as_web, "rollcall_web");
	look_apart(d, look_as_worker, "rollcall_worker");
}

/* Prints the findings from the pipe; returns the worst verdict. */
static int print(FILE *in, bool as_json)
{
	json_t *all = json_array();
	char line[4096];
	int worst = WELL;

	while (fgets(line, sizeof(line), in) != NULL) {
		json_t *one = json_loads(line, 0, NULL);
		const char *verdict = json_string_value(json_object_get(one, "verdict"));
		const char *remedy = json_string_value(json_object_get(one, "remedy"));
		if (verdict == NULL)
			continue;
		for (int v = worst + 1; v <= FAULT; v++)
			if (strcmp(verdict, verdict_names[v]) == 0)
				worst = v;
		if (!as_json) {
			printf("%-8s%-20s%s\n", verdict, json_string_value(json_object_get(one, "check")),
			    json_string_value(json_object_get(one, "text")));
			if (remedy != NULL && remedy[0] != '\0')
				printf("%28s-> %s\n", "", remedy);
		}
		json_array_append_new(all, one);
	}
	if (as_json) {
		json_t *report = json_pack("{s:s, s:o}", "verdict", verdict_names[worst], "findings", all);
		json_dumpf(report, stdout, JSON_INDENT(2));
		putchar('\n');
		json_decref(report);
	} else {
		json_decref(all);
	}
	return worst;
}

int cli_doctor(const struct conf *conf, int argc, char **argv)
{
	bool as_json = argc == 2 && strcmp(argv[1], "--json") == 0;
	int ends[2];
	pid_t child;

	if (argc != 1 && !as_json)
		return cli_usage("doctor [--json]");
	fflush(stdout);
	if (pipe(ends) != 0 || (child = fork()) < 0) {
		fprintf(stderr, "rollcall: %s\n", strerror(errno));
		return CLI_SYSTEM;
	}
	if (child == 0) {
		const char *root = getenv("DOCTOR_ROOT");
		const struct doctor d = { .conf = conf, .root = root != NULL ? root : "", .out = ends[1] };
		close(ends[0]);
		look_at_all(&d);
		_exit(0);
	}
	close(ends[1]);
	FILE *in = fdopen(ends[0], "r");
	int worst = in != NULL ? print(in, as_json) : FAULT;
	if (in != NULL)
		fclose(in);
	waitpid(child, NULL, 0);
	return worst;
}
