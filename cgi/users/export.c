/* The export.  Contract: export.h. */
#include "users/export.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "auth/account.h"
#include "auth/audit.h"
#include "base/json.h"
#include "base/utf8.h"
#include "csv/value.h"
#include "db/copy.h"

#define PIECE ((size_t)64 * 1024)

/* So much is kept of the rows before those that are sorted, and of that so much sent each second of the sorting, for
 * a minute: less would wait in the buffers of a web server. */
#define KEPT ((size_t)1024 * 1024)
#define IDLE_PIECE ((size_t)16 * 1024)

/* What sql/views/export_part.sql gives. */
#define PARTS 2

/* --- which columns -------------------------------------------------------- */

static void add_column(struct export_options *o, enum field_id id)
{
	for (size_t i = 0; i < o->n_columns; i++)
		if (o->columns[i] == id)
			return;
	o->columns[o->n_columns++] = id;
}

bool export_columns(struct export_options *o, const char *list, char unknown[EXPORT_UNKNOWN_SIZE])
{
	while (*list != '\0') {
		size_t whole = strcspn(list, ",");
		const char *name = list;
		size_t n = utf8_trim(&name, whole);
		enum field_id id;

		if (n > 0) {
			if (field_find(name, n, &id) != FIELD_NEW || !fields[id].exported) {
				snprintf(unknown, EXPORT_UNKNOWN_SIZE, "%.*s", (int)utf8_cut(name, n, 60), name);
				return false;
			}
			add_column(o, FIELD_uuid);
			add_column(o, id);
		}
		list += whole + (list[whole] == ',');
	}
	return true;
}

static void add_all(struct export_options *o)
{
	for (enum field_id id = 0; id < FIELD__MAX; id++)
		if (fields[id].exported)
			add_column(o, id);
}

static bool has_secrets(const struct export_options *o)
{
	for (size_t i = 0; i < o->n_columns; i++)
		if (field_secret(o->columns[i]))
			return true;
	return false;
}

/* --- records -------------------------------------------------------------- */

static const struct export_format *format_of(const struct export_options *o)
{
	return o->format != NULL ? o->format : &export_csv;
}

int export_record(struct export_sink *s, const char *const *cells, const size_t *lengths,
    bool secrets, struct err *e)
{
	const struct export_options *o = s->options;
	const char *shown[FIELD__MAX];
	size_t sizes[FIELD__MAX];

	for (size_t i = 0; i < o->n_columns; i++) {
		bool masked = cells[i] != NULL && !secrets && field_secret(o->columns[i]);
		shown[i] = masked ? VALUE_MASK : cells[i];
		sizes[i] = masked ? strlen(VALUE_MASK) : lengths[i];
	}
	return format_of(o)->record(s, shown, sizes, e);
}

/* The state of an export. */
struct export {
	struct db *db;
	struct export_options options;
	const char *filter;	/* as JSON */
	bool secrets;
	export_write *write;
	void *ctx;
	struct copy_out row;
	size_t place[FIELD__MAX];	/* of each chosen column among those of the query */
	struct export_sink sink;
	bool begun;
	long users;
	long uncounted;		/* the audit's row that has no number of users yet; 0: it has one */
	size_t kept;		/* so many of the last bytes are not sent yet (on_idle) */
	struct err late;	/* why on_idle could not send */
};

/* Finds the chosen columns among those of the query, by name. */
static int find_columns(struct export *x, struct err *e)
{
	for (size_t i = 0; i < x->options.n_columns; i++) {
		const char *name = fields[x->options.columns[i]].name;
		size_t k = 0;

		while (k < x->row.n && strcmp(x->row.cells[k], name) != 0)
			k++;
		if (k == x->row.n)
			return err_set(e, ERR_DB, "export_users", "the query gives no column %s", name);
		x->place[i] = k;
	}
	return 0;
}

static int write_user(struct export *x, struct err *e)
{
	const char *cells[FIELD__MAX] = {0};
	size_t lengths[FIELD__MAX] = {0};

	for (size_t i = 0; i < x->options.n_columns; i++) {
		cells[i] = x->row.cells[x->place[i]];
		lengths[i] = x->row.lengths[x->place[i]];
	}
	x->users++;
	return export_record(&x->sink, cells, lengths, x->secrets, e);
}

/* Sends all but the last `kept` bytes of the sink. */
static int flush(struct export *x, size_t kept, struct err *e)
{
	struct buf *out = &x->sink.out;
	size_t n = out->len > kept ? out->len - kept : 0;

	if (n > 0 && x->write(x->ctx, out->data, n, e) != 0)
		return -1;
	if (n > 0)
		memmove(out->data, out->data + n, out->len - n);
	out->len -= n;
	return 0;
}

/* While the database sorts, some of what was kept is sent each second: a client, or what stands between, may take a
 * minute of silence for the end.  False where it has gone away. */
static bool on_idle(void *ctx)
{
	struct export *x = ctx;
	size_t n = x->sink.out.len;

	return flush(x, n > IDLE_PIECE ? n - IDLE_PIECE : 0, &x->late) == 0;
}

/* Writes the rows of the named query.  The first one has the names of the columns. */
static int write_rows(struct export *x, const char *query, struct err *e)
{
	int more, rc = -1;

	if (copy_out_begin(x->db, query, e) != 0)
		goto out;
	more = copy_out_row(x->db, &x->row, e);
	if (more == 0)
		err_set(e, ERR_DB, query, "the query gives no names");
	if (more != 1 || find_columns(x, e) != 0)
		goto out;
	if (!x->begun && format_of(&x->options)->begin(&x->sink, e) != 0)
		goto out;
	x->begun = true;
	while ((more = copy_out_row(x->db, &x->row, e)) == 1)
		if (write_user(x, e) != 0 || (x->sink.out.len >= x->kept + PIECE && flush(x, x->kept, e) != 0))
			goto out;
	rc = more;
out:
	copy_out_end(x->db, &x->row);
	return rc;
}

/* Chooses and writes the next part; *more: whether there may be other users yet.  Of the last one before
 * these some is kept. */
static int write_part(struct export *x, bool last, bool *more, struct err *e)
{
	const struct export_format *format = format_of(&x->options);
	PGresult *res = NULL;

	if (db_query(x->db, "export_choose", NO_ARGS, &res, e) != 0)
		return -1;
	*more = db_get_bool(res, 0, "more");
	PQclear(res);
	x->kept = last && *more ? KEPT : 0;
	if (write_rows(x, "export_part", e) != 0 || (format->pass != NULL && format->pass(&x->sink, e) != 0))
		return -1;
	return flush(x, x->kept, e);
}

/* Writes all but the last bytes, which stay in the sink.  The first rows come at once, as an index has them; the
 * rest is sorted meanwhile. */
static int write_all(struct export *x, struct err *e)
{
	bool more = true;

	for (int part = 0; more && part < PARTS; part++)
		if (write_part(x, part == PARTS - 1, &more, e) != 0)
			return -1;
	x->kept = 0;
	if (more && (db_query(x->db, "export_rest", NO_ARGS, NULL, e) != 0
	    || write_rows(x, "export_users", e) != 0))
		return -1;
	return format_of(&x->options)->end(&x->sink, e);
}

static int copy(struct export *x, const struct principal *who, struct err *e)
{
	int rc = -1;

	if (account_begin_snapshot(x->db, who, e) != 0)
		return -1;
	db_while_idle(x->db, on_idle, x);
	if (db_query(x->db, "export_enter", ARGS(arg_text(x->filter)), NULL, e) == 0)
		rc = write_all(x, e);
	db_while_idle(x->db, NULL, NULL);
	if (rc != 0 && x->late.code != 0 && e != NULL)
		*e = x->late;
	if (rc == 0)
		rc = db_commit(x->db, e);
	if (rc != 0)
		db_rollback(x->db);
	return rc;
}

/* --- the audit ------------------------------------------------------------ */

/* Adds the audit's detail: what was asked for, and the number of users (-1: not known yet). */
static void add_detail(struct buf *out, const struct export *x, const struct principal *who,
    bool all, long users)
{
	json_t *o = json_pack("{s:s?, s:b}", "tenant", who->tenant_name,
	    "secrets", x->secrets && has_secrets(&x->options));
	json_t *columns = json_array();
	const struct users_filter *f = &x->options.filter;

	if (users >= 0)
		json_object_set_new(o, "users", json_integer(users));
	for (int key = 0; key < FILTER__MAX; key++)
		if (f->by[key] != NULL && *f->by[key] != '\0')
			json_object_set_new(o, filter_conditions[key].name, json_string(f->by[key]));
	for (size_t i = 0; i < x->options.n_columns; i++)
		json_array_append_new(columns, json_string(fields[x->options.columns[i]].name));
	if (!all)
		json_object_set(o, "columns", columns);
	json_decref(columns);
	if (f->n_uuids > 0) {
		json_t *chosen = json_array();
		for (size_t i = 0; i < f->n_uuids; i++)
			json_array_append_new(chosen, json_string(f->uuids[i]));
		json_object_set_new(o, "chosen", chosen);
	}
	json_add(out, o);
}

/* Writes the audit in its own transaction before the first byte is sent: an export that breaks
 * off has shown data too.  Users who would take long to count are counted as they are written. */
static int audit(struct export *x, const struct principal *who, const char *address, bool all, struct err *e)
{
	struct buf text = {0};
	PGresult *res = NULL;
	long entry;
	int rc = -1;

	if (account_begin(x->db, who, e) != 0)
		return -1;
	if (db_query(x->db, "export_count", ARGS(arg_text(x->filter)), &res, e) != 0)
		goto out;
	bool more = db_get_bool(res, 0, "more");
	add_detail(&text, x, who, all, more ? -1 : db_get_long(res, 0, "total"));
	if (audit_open(x->db, who, address, "user.export", buf_str(&text), &entry, e) == 0)
		rc = db_commit(x->db, e);
	if (rc == 0 && more)
		x->uncounted = entry;
out:
	PQclear(res);
	buf_free(&text);
	if (rc != 0)
		db_rollback(x->db);
	return rc;
}

/* Writes how many users there were, if the audit does not have it.  `rc` is what the export returned so far; an
 * export that broke off has the number of those who were written, and keeps its error. */
static int audit_end(struct export *x, struct db *db, int rc, struct err *e)
{
	struct err failed = {0};

	if (x->uncounted == 0 || audit_counted(db, x->uncounted, x->users, &failed) == 0 || rc != 0)
		return rc;
	*e = failed;
	return -1;
}

/* -------------------------------------------------------------------------- */

int export_run(struct db *db, const struct principal *who, const char *address,
    const struct export_options *o, export_write *write, void *ctx, long *users, struct err *e)
{
	struct arena *mem = arena_new();
	struct export x = {
		.db = db, .options = *o, .write = write, .ctx = ctx, .filter = filter_json(&o->filter, mem, e),
		.secrets = (who->rights & RIGHT_USERS_SECRETS) != 0,
	};
	int rc = -1;

	if (o->n_columns == 0)
		add_all(&x.options);
	x.sink.options = &x.options;
	if (x.filter != NULL && audit(&x, who, address, o->n_columns == 0, e) == 0) {
		x.db = db_reader(db);
		/* Who has all of it can rely on the audit to say how much that was. */
		rc = audit_end(&x, db, copy(&x, who, e), e);
		if (rc == 0)
			rc = flush(&x, 0, e);
	}
	if (format_of(o)->drop != NULL)
		format_of(o)->drop(&x.sink);
	buf_free(&x.sink.out);
	if (rc == 0 && users != NULL)
		*users = x.users;
	arena_free(mem);
	return rc;
}

void export_name(const struct export_format *format, char name[EXPORT_NAME_SIZE])
{
	time_t now = time(NULL);
	char day[EXPORT_NAME_SIZE / 2] = "";
	struct tm local;

	if (localtime_r(&now, &local) != NULL)
		strftime(day, sizeof(day), "_%Y-%m-%d_%H-%M-%S", &local);
	snprintf(name, EXPORT_NAME_SIZE, "user_export%s.%s", day, format->suffix);
}
