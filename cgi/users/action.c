/* One change of many users.  Contract: action.h; the SQL is sql/queries/actions.sql. */
#include "users/action.h"

#include <string.h>

#include "base/buf.h"
#include "csv/field.h"
#include "csv/writer.h"
#include "job/queue.h"

const char *const action_names[ACTION__MAX] = { "enable", "disable", "label_add", "label_remove", "delete" };

/* The column that the update sets. */
static const char *column_of(enum action_kind kind)
{
	if (kind == ACTION_DELETE)
		return "_delete";
	return fields[kind == ACTION_LABEL_ADD || kind == ACTION_LABEL_REMOVE ? FIELD_labels : FIELD_enabled].name;
}

static void add_row(struct buf *out, const char *uuid, const char *cell)
{
	writer_cell(out, ',', true, uuid, strlen(uuid), false);
	writer_cell(out, ',', false, cell, strlen(cell), false);
	writer_end(out);
}

/* Adds the rows to the upload, some thousands at a time. */
static int add_rows(struct db *db, struct upload *u, long *n, struct err *e)
{
	int got;

	do {
		struct buf rows = {0};
		PGresult *res;

		if (db_query(db, "action_next", NO_ARGS, &res, e) != 0)
			return -1;
		got = PQntuples(res);
		for (int i = 0; i < got; i++)
			add_row(&rows, db_get(res, i, "uuid"), db_get(res, i, "cell"));
		PQclear(res);
		int rc = upload_add(u, buf_str(&rows), rows.len, e);
		buf_free(&rows);
		if (rc != 0)
			return -1;
		*n += got;
	} while (got > 0);
	return 0;
}

static int add_file(struct db *db, struct upload *u, const struct action *a, const char *filter, long *n,
    struct err *e)
{
	struct buf header = {0};
	int rc;

	add_row(&header, fields[FIELD_uuid].name, column_of(a->kind));
	rc = upload_add(u, buf_str(&header), header.len, e);
	buf_free(&header);
	if (rc != 0 || db_query(db, "action_open", ARGS(arg_text(filter), arg_text(action_names[a->kind]),
	    arg_text(a->label)), NULL, e) != 0)
		return -1;
	return add_rows(db, u, n, e);
}

int action_send(struct db *db, const struct conf *conf, const struct principal *who,
    const struct action *a, struct arena *mem, long *job, long *n, struct err *e)
{
	const struct upload_options how = {
		.kind = "update", .nonce = a->nonce, .raw = true, .dry_run = a->check, .quota = conf,
		.address = a->address, .options = "{}", .max_bytes = conf->max_upload_mb * 1024LL * 1024,
	};
	const char *filter = filter_json(&a->filter, mem, e);
	struct upload *u = NULL;

	*n = 0;
	if (filter == NULL || upload_open(&u, db, who, &how, e) != 0)
		return -1;
	if (add_file(db, u, a, filter, n, e) != 0 || *n == 0) {
		upload_drop(u);
		return *n == 0 && e->code == ERR_NONE ? 0 : -1;
	}
	return upload_keep(u, arena_printf(mem, "%s.csv", action_names[a->kind]), job, e);
}
