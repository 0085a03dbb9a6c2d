/* A server that sends nothing while a statement runs may be dead: finding that out, and
 * cancelling the statement.  Contract: db_internal.h. */
#include <errno.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/process.h"
#include "db/db_internal.h"

/* How long the server may send nothing before it is checked. */
#define DOUBT_MS 5000

/* nginx has given up the request by then (its fastcgi_read_timeout). */
#define PAGE_MS 140000

/* A cancellation without an answer is given up after this time. */
#define CANCEL_SECONDS 5

void db_sent(struct db *db)
{
	db->heard_ms = db->begun_ms = clock_ms();
}

/* Whether the server answers a new connection.  It does so also if all its connections are
 * used. */
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
	/* libpq then finds the connection closed, wherever it waits. */
	shutdown(PQsocket(db->conn), SHUT_RDWR);
}

void db_cancel(struct db *db)
{
	PGcancel *cancel = PQgetCancel(db->conn);
	char why[256];
	pid_t child;

	if (cancel == NULL)
		return;
	/* PQcancel waits for the server, and for a frozen one endlessly.  So another process calls
	 * it, which need not be waited for. */
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
