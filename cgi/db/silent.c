/* A server that says nothing while a statement runs: it is doubted, and the statement can be
 * cancelled.  Contract: db_internal.h. */
#include <errno.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/process.h"
#include "db/db_internal.h"

/* So long nothing need be heard of a statement before its server is doubted. */
#define DOUBT_MS 5000

/* Whoever asked for a page is gone by then (fastcgi_read_timeout of nginx). */
#define PAGE_MS 140000

/* A cancellation that gets no answer is left. */
#define CANCEL_SECONDS 5

void db_sent(struct db *db)
{
	db->heard_ms = db->begun_ms = clock_ms();
}

/* Whether the server takes up other connections.  It is asked for no more than that,
 * which it answers also if it has no place left. */
static bool is_alive(const struct db *db)
{
	const char *const keywords[] = { "connect_timeout", "dbname", "host", "hostaddr", "port", NULL };
	const char *const values[] = { "3", db->conf->database, PQhost(db->conn), PQhostaddr(db->conn),
		PQport(db->conn), NULL };

	return PQpingParams(keywords, values, 1) != PQPING_NO_RESPONSE;
}

void db_doubt(struct db *db)
{
	int64_t now = clock_ms();

	process_alive();
	if (now - db->heard_ms < DOUBT_MS)
		return;
	if (is_alive(db) && (db->role != DB_WEB || now - db->begun_ms < PAGE_MS)) {
		db->heard_ms = clock_ms();
		return;
	}
	/* libpq finds the end of the connection itself, wherever it waits for it. */
	shutdown(PQsocket(db->conn), SHUT_RDWR);
}

void db_cancel(struct db *db)
{
	PGcancel *cancel = PQgetCancel(db->conn);
	char why[256];
	pid_t child;

	if (cancel == NULL)
		return;
	/* PQcancel waits for the server, a frozen one for ever: a process of its own can
	 * be left. */
	child = fork();
	if (child == 0) {
		alarm(CANCEL_SECONDS);
		PQcancel(cancel, why, sizeof(why));
		_exit(0);
	}
	while (child > 0 && waitpid(child, NULL, 0) == -1 && errno == EINTR)
		;
	PQfreeCancel(cancel);
}
