/* How the options of a job change the reading of its file.  Contract: mapped.h. */
#include "users/mapped.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/utf8.h"
#include "job/stored.h"
#include "users/options.h"

/* --- stored mappings -------------------------------------------------------- */

/* The names of a sheet's columns, without those that a report adds: errors.csv is sent again as it is. */
static char *names_json(size_t n, const char *const *names)
{
	json_t *all = json_array();
	enum field_id id;
	char *text;

	for (size_t i = 0; i < n; i++) {
		const char *name = names[i];
		size_t length = utf8_trim(&name, strlen(name));
		if (length > 0 && field_find(name, length, &id) != FIELD_REPORT
		    && json_array_append_new(all, json_stringn(name, length)) != 0)
			abort();
	}
	text = json_dumps(all, JSON_COMPACT);
	if (text == NULL)
		abort();
	json_decref(all);
	return text;
}

/* Whether a header has an unknown name. */
static bool has_unknown(size_t n, const char *const *names)
{
	enum field_id id;

	for (size_t i = 0; i < n; i++) {
		const char *name = names[i];
		size_t length = utf8_trim(&name, strlen(name));
		if (length > 0 && field_find(name, length, &id) == FIELD_UNKNOWN)
			return true;
	}
	return false;
}

/* Adds the options of the mapping to those of the task, while the job runs. */
static int take_over(struct mapped *m, const char *options)
{
	struct task *t = m->task;
	json_t *all = json_parsed(t->options), *more = json_parsed(options);
	char *text;

	if (json_object_update(all, more) != 0 || (text = json_dumps(all, JSON_COMPACT)) == NULL)
		abort();
	json_decref(all);
	json_decref(more);
	free(t->options_read);
	t->options_read = text;
	t->options = text;
	return db_query(t->watch, "mapping_of_job", ARGS(arg_long(t->id), arg_text(options)), NULL, m->err);
}

/* Reads the tenant's stored mapping for these names: one row, or none. */
static int ask_earlier(struct mapped *m, size_t n, const char *const *names, PGresult **res)
{
	char *json = names_json(n, names);
	int rc = db_query(m->task->watch, "mapping_find", ARGS(arg_long(m->task->tenant_id), arg_text(json)), res,
	    m->err);

	free(json);
	return rc;
}

/* The options of a stored mapping without its encoding: that of this file is known. */
static const char *columns_alone(struct mapped *m, const char *options)
{
	json_t *all = json_parsed(options);
	struct buf text = {0};
	const char *kept;

	json_object_del(all, "encoding");
	json_add(&text, all);
	kept = arena_strdup(m->mem, buf_str(&text));
	buf_free(&text);
	return kept;
}

static int find_earlier(struct mapped *m, size_t n, const char *const *names)
{
	PGresult *res = NULL;
	int rc = ask_earlier(m, n, names, &res);

	if (rc == 0 && PQntuples(res) == 1) {
		const char *options = columns_alone(m, db_get(res, 0, "options"));
		struct err wrong = {0};

		/* A stored mapping that names a column which no longer exists is not used. */
		if (options_mapping(options, m->mem, &m->mapping, &wrong) == 0) {
			m->used = arena_printf(m->mem, "%s, %s, %s", db_get(res, 0, "file_name"),
			    db_get(res, 0, "admin_name"), db_get(res, 0, "changed_at"));
			rc = take_over(m, options);
		} else {
			m->mapping = (struct mapping){0};
		}
	}
	PQclear(res);
	return rc;
}

/* -------------------------------------------------------------------------- */

static const struct mapping *ask(void *ctx, size_t n, const char *const *names)
{
	struct mapped *m = ctx;

	if (m->first && m->mapping.n_sources == 0 && m->mapping.n_fixed == 0 && m->task->tenant_id != 0
	    && has_unknown(n, names) && find_earlier(m, n, names) != 0)
		m->failed = true;
	return m->mapping.n_sources > 0 || m->mapping.n_fixed > 0 ? &m->mapping : NULL;
}

void mapped_choose(struct reader *r, const char *options, struct arena *mem)
{
	reader_choose_sheet(r, options_get(options, "sheet", mem));
	if (options_get(options, "encoding", mem) != NULL)
		reader_decode(r);
	reader_find_by(r, options_key(options, mem));
}

void mapped_begin(struct mapped *m, struct task *t, struct reader *r, bool first, struct err *e)
{
	*m = (struct mapped){ .task = t, .mem = arena_new(), .first = first, .err = e };
	/* The options were checked when the job was stored.  An error here means that a column no
	 * longer exists. */
	if (options_mapping(t->options, m->mem, &m->mapping, e) != 0)
		m->failed = true;
	mapped_choose(r, t->options, m->mem);
	reader_refuse_unknown(r, options_get(t->options, "unknown", m->mem) != NULL);
	reader_ask_mapping(r, ask, m);
}

void mapped_end(struct mapped *m)
{
	arena_free(m->mem);
	m->mem = NULL;
}

/* --- the encoding ----------------------------------------------------------- */

static const struct mapping *ask_encoding(void *ctx, size_t n, const char *const *names)
{
	struct mapped *m = ctx;
	PGresult *res = NULL;

	m->failed = ask_earlier(m, n, names, &res) != 0;
	if (!m->failed && PQntuples(res) == 1 && options_get(db_get(res, 0, "options"), "encoding", m->mem) != NULL) {
		m->used = "encoding";
		m->failed = take_over(m, "{\"encoding\":\"windows-1252\"}") != 0;
	}
	PQclear(res);
	return NULL;
}

static bool stop_at_header(void *ctx, const struct header *h)
{
	(void)ctx;
	(void)h;
	return false;
}

static bool no_record(void *ctx, const struct header *h, const struct record *r)
{
	(void)r;
	return stop_at_header(ctx, h);
}

static bool any_issue(void *ctx, const struct issue *i)
{
	(void)ctx;
	(void)i;
	return true;
}

static bool push(void *ctx, const char *bytes, size_t n)
{
	return reader_push(ctx, bytes, n) == 0;
}

int mapped_encoding(struct task *t, bool *told, struct err *e)
{
	struct mapped m = { .task = t, .mem = arena_new(), .err = e };
	const struct reader_sink sink = { .ctx = &m, .header = stop_at_header, .record = no_record,
		.issue = any_issue };
	struct reader *r = reader_new(READER_CONVERT, &reader_limits_most, &sink);
	int rc = 0;

	reader_decode(r);
	reader_ask_mapping(r, ask_encoding, &m);
	if (t->tenant_id != 0 && stored_each_of_task(t, push, r, e) == 0)
		reader_end(r);
	else if (t->tenant_id != 0)
		rc = -1;
	reader_free(r);
	*told = m.used != NULL;
	arena_free(m.mem);
	return m.failed ? -1 : rc;
}
