/* One user as a file of one row.  Contract: one.h. */
#include "users/one.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "csv/row.h"
#include "csv/writer.h"
#include "job/queue.h"
#include "users/report.h"

#define ISSUES_MAX 100

static void add_cell(struct buf *header, struct buf *row, const char *name, const char *value)
{
	bool first = header->len == 0;

	writer_cell(header, ',', first, name, strlen(name), false);
	writer_cell(row, ',', first, value, strlen(value), false);
}

/* The cell of a column.  A new user without a first name is refused for that, and not as a blank row or a file
 * without that column. */
static const char *cell_of(const struct one *o, enum field_id id)
{
	const char *name = o->cells[FIELD_firstname] != NULL ? o->cells[FIELD_firstname] : "";
	const char *trimmed = name;

	if (o->cells[id] != NULL || o->uuid != NULL || utf8_trim(&trimmed, strlen(name)) > 0)
		return o->cells[id];
	return id == FIELD_firstname ? "" : id == FIELD_enabled ? "1" : NULL;
}

/* The cell of the contexts of the incoming numbers: one for all of them is that of each. */
static void add_contexts(struct buf *out, struct buf *row, const struct one *o)
{
	const char *given = o->cells[FIELD_incall_context], *extens = o->cells[FIELD_incall_exten];
	struct issue_param params[ISSUE_PARAMS_MAX];
	struct value numbers = {0}, contexts = {0};
	struct arena *mem = arena_new();
	struct buf cell = {0};

	/* A cell that is wrong is sent as it is: the report says so. */
	if (extens != NULL && value_check(&fields[FIELD_incall_exten], extens, false, mem, &numbers, params) == NULL
	    && value_check(&fields[FIELD_incall_context], given, false, mem, &contexts, params) == NULL
	    && contexts.n_items == 1 && numbers.n_items > 1) {
		row_each(mem, &numbers, &contexts);
		writer_list(&cell, contexts.n_items, contexts.items);
		given = buf_str(&cell);
	}
	add_cell(out, row, fields[FIELD_incall_context].name, given);
	buf_free(&cell);
	arena_free(mem);
}

/* Writes the file: a header and one row. */
static void write_file(struct buf *out, const struct one *o)
{
	struct buf row = {0};
	const char *cell;

	if (o->uuid != NULL)
		add_cell(out, &row, fields[FIELD_uuid].name, o->uuid);
	for (size_t i = 0; i < FIELD__MAX; i++)
		if ((cell = cell_of(o, (enum field_id)i)) != NULL && i == FIELD_incall_context)
			add_contexts(out, &row, o);
		else if (cell != NULL)
			add_cell(out, &row, fields[i].name, cell);
	writer_end(out);
	writer_end(&row);
	buf_add(out, row.data, row.len);
	buf_free(&row);
}

/* The options of the job.  `seen` cannot be sent with a file. */
static const char *options(const struct one *o, struct arena *mem)
{
	json_t *all = json_object();
	char *text;

	if (o->uuid != NULL)
		json_object_set_new(all, "replace_incalls", json_string("1"));
	if (o->seen != NULL)
		json_object_set_new(all, "seen", json_string(o->seen));
	text = json_dumps(all, JSON_COMPACT);
	if (text == NULL)
		abort();
	const char *copy = arena_strdup(mem, text);
	free(text);
	json_decref(all);
	return copy;
}

int one_send(struct db *db, const struct conf *conf, const struct principal *who,
    const struct one *o, struct arena *mem, long *id, struct err *e)
{
	/* The values have no formula guard that must be removed. */
	const struct upload_options how = {
		.kind = o->kind, .nonce = o->nonce, .address = o->address, .raw = true,
		.options = options(o, mem), .quota = conf,
		.max_bytes = conf->max_upload_mb * 1024LL * 1024,
	};
	struct upload *u = NULL;
	struct buf file = {0};
	int rc = -1;

	write_file(&file, o);
	if (upload_open(&u, db, who, &how, e) == 0) {
		rc = upload_add(u, file.data, file.len, e);
		if (rc == 0)
			rc = upload_keep(u, o->name, id, e);
		else
			upload_drop(u);
	}
	buf_free(&file);
	return rc;
}

int one_wait(struct db *db, const struct conf *conf, const struct principal *who, long id,
    long seconds, struct arena *mem, struct one_result *out, struct err *e)
{
	const struct report report = { .db = db, .who = who, .job = id, .mem = mem };
	struct report_slice issues = { .limit = ISSUES_MAX }, users = { .limit = 1 };
	struct report_user *made;
	struct job job;

	*out = (struct one_result){0};
	if (queue_wait(db, conf, who, id, seconds, &out->ended, e) != 0
	    || queue_find(db, who, id, mem, &job, e) != 0)
		return -1;
	if (!out->ended)
		return 0;
	/* The page that waits for the job shows its result: it need not be announced again. */
	queue_seen(db, who, id);
	out->done = strcmp(job.state, "done") == 0;
	if (report_issues(&report, &(struct report_filter){0}, &issues, &out->issues, e) != 0
	    || report_users(&report, &users, &made, e) != 0)
		return -1;
	out->n = issues.n;
	out->uuid = users.n > 0 ? made[0].uuid : NULL;
	return 0;
}

bool one_is_changed_since(const struct issue *i)
{
	return strcmp(i->key, "changed_since") == 0;
}
