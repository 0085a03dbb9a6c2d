/* Reading from a replica.  Contract: db_reader of db.h.
 *
 * A replica is always a little behind the primary.  People must see what they have just
 * stored.  So the primary is asked for its current position, and the replica is used once it
 * has reached that position. */
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/counter.h"
#include "base/log.h"
#include "db/db_internal.h"

/* How long no replica is tried after one could not be reached. */
#define AVOID_MS 10000

/* The pause between two checks of the replica's position. */
#define LOOK_MS 5

static bool is_reached(struct db *reader, const char *position, struct err *e)
{
	PGresult *res = NULL;
	bool is;

	if (db_query(reader, "reader_has", ARGS(arg_text(position)), &res, e) != 0)
		return false;
	is = db_get_bool(res, 0, "has");
	PQclear(res);
	return is;
}

/* Whether the replica reaches the position in time. */
static bool reaches(struct db *reader, const char *position, struct err *e)
{
	int64_t end = clock_ms() + reader->conf->database_read_lag;

	for (;;) {
		if (is_reached(reader, position, e))
			return true;
		if (e->code != ERR_NONE || clock_ms() >= end)
			return false;
		nanosleep(&(struct timespec){ .tv_nsec = LOOK_MS * 1000000L }, NULL);
	}
}

/* Whether there is a replica that has everything that the primary has now. */
static bool is_current(struct db *db, struct err *e)
{
	PGresult *res = NULL;
	bool is;

	if (db->reader == NULL) {
		if (db_make(&db->reader, db->conf, db->role, db->application, false, e) != 0)
			return false;
		db->reader->replica = true;
	}
	if (db_ensure(db->reader, e) != 0 || db_query(db, "reader_position", NO_ARGS, &res, e) != 0)
		return false;
	is = reaches(db->reader, db_get(res, 0, "position"), e);
	PQclear(res);
	return is;
}

struct db *db_reader(struct db *db)
{
	struct err e = {0};

	if (strcmp(db->conf->database_read, "none") == 0 || clock_ms() < db->avoided_until
	    || PQtransactionStatus(db->conn) != PQTRANS_IDLE)
		return db;
	if (is_current(db, &e)) {
		counter_add("replica_reads");
		return db->reader;
	}
	counter_add("replica_misses");
	if (e.code != ERR_NONE) {
		db->avoided_until = clock_ms() + AVOID_MS;
		log_err("reading from the database itself: no replica", &e);
	}
	return db;
}
