/* Reading an upload into the staging tables.  Contract: transfer.h. */
#include "users/transfer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/buf.h"
#include "csv/row.h"
#include "db/copy.h"
#include "job/stored.h"
#include "users/mapped.h"
#include "users/name_set.h"
#include "users/options.h"
#include "users/random.h"
#include "users/spool.h"

/* The lengths of generated SIP credentials, for a line without them in the file. */
#define SIP_USERNAME_LENGTH 8
#define SIP_SECRET_LENGTH 16

struct stage {
	struct task *task;
	enum reader_kind kind;
	struct reader *reader;
	struct reader_sink sink;
	struct mapped mapped;
	struct spool *spool;
	struct arena *mem;	/* of one row */
	struct random_pool random;
	struct random_ascending uuids;	/* of the users */
	struct random_ascending names;	/* of SIP lines */
	struct name_sets *name_sets;	/* of an import, else NULL */
	struct buf out;		/* rows on their way to COPY */
	bool sends;		/* the COPY has begun */
	bool sent[FIELD__MAX];	/* the columns that it has */
	bool makes;		/* rows make users, with the ids that are drawn for them */
	json_t *positions;	/* an array of [column, place] */
	struct buf sheet_rows;	/* rows of the table sheet_row */
	long apart;		/* the row of the spreadsheet minus the number of the row */
	long n_words;		/* cells with a word for a boolean */
	bool words[FIELD__MAX];	/* columns with such cells */
	bool crosses[FIELD__MAX];	/* columns in which the word is x */
	long header_line;
	struct mask *mask;
	struct staged *result;
	long bytes;
	struct err *err;
	bool failed;		/* err is set: a failure of the program, not an error of the file */
};

static bool has_none(const struct value *v)
{
	return v->state == VALUE_ABSENT || v->state == VALUE_EMPTY;
}

/* A SIP line needs a name and a secret: generates the missing ones, and says which.  If an update
 * finds an existing line, they are not used. */
static void draw_credentials(struct stage *s, struct row *row, bool *name, bool *secret)
{
	static const char lower[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	static const char mixed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
	const struct value *protocol = &row->values[FIELD_line_protocol];
	struct value *sip_username = &row->values[FIELD_sip_username];
	struct value *sip_secret = &row->values[FIELD_sip_secret];

	*name = *secret = false;
	if (protocol->state != VALUE_VALID || strcmp(protocol->text, "sccp") == 0)
		return;
	*name = has_none(sip_username);
	if (*name)
		*sip_username = (struct value){ .state = VALUE_VALID, .text = random_text_ascending(&s->names,
		    &s->random, s->mem, lower, sizeof(lower) - 1, SIP_USERNAME_LENGTH) };
	*secret = has_none(sip_secret);
	if (*secret)
		*sip_secret = (struct value){ .state = VALUE_VALID, .text = random_text(&s->random, s->mem,
		    mixed, sizeof(mixed) - 1, SIP_SECRET_LENGTH) };
}

/* Whether a row may have a value for the column, which the table stage has: the file gives it,
 * or it is drawn. */
static bool is_sent(const struct header *h, enum field_id id)
{
	if (fields[id].required == REQUIRED_NEVER)
		return false;
	for (size_t i = 0; h->spread >= 0 && i < ROW_SPREAD; i++)
		if (row_spread[i] == id)
			return true;
	return header_has(h, id) || id == FIELD_sip_username || id == FIELD_sip_secret;
}

/* Begins the COPY of the rows, with the columns in the order of add_row. */
static int begin_rows(struct stage *s, const struct header *h)
{
	struct buf names = {0};
	int rc;

	/* Of an update 55_plan.sql draws what few rows need: for each of 100,000 that is half a second. */
	s->makes = s->kind != READER_UPDATE || options_key(s->task->options, s->mem).creates;
	buf_adds(&names, "row_number, line, wrong, kept");
	for (enum field_id id = 0; id < FIELD__MAX; id++) {
		s->sent[id] = is_sent(h, id);
		if (s->sent[id])
			buf_addf(&names, ", %s", fields[id].name);
	}
	if (s->name_sets != NULL)
		buf_adds(&names, ", name_set, first_of_set");
	/* Numbers that are not sent are drawn by the table. */
	buf_addf(&names, ", provisioning_code, deletes, width, plain_password, drawn, drawn_secret, new_uuid,"
	    " new_line_uuid%s", s->makes ? "" : ", new_user_id, new_line_id, new_extension_id, new_voicemail_id");
	rc = copy_begin_columns(s->task->work, "import_stage", buf_str(&names), s->err);
	s->sends = rc == 0;
	buf_free(&names);
	return rc;
}

static void add_wrong(struct buf *b, const struct row *row)
{
	const char *names[FIELD__MAX];
	size_t n = 0;

	for (enum field_id id = 0; id < FIELD__MAX; id++)
		if (row->values[id].state == VALUE_WRONG)
			names[n++] = fields[id].name;
	copy_array(b, false, n, names);
}

/* Adds the columns that an update leaves unchanged: masked secrets, and columns that a value for
 * all rows does not set. */
static void add_kept(struct buf *b, const struct row *row)
{
	const char *names[FIELD__MAX];
	size_t n = 0;

	for (enum field_id id = 0; id < FIELD__MAX; id++)
		if (row->values[id].state == VALUE_ABSENT && row->values[id].masked)
			names[n++] = fields[id].name;
	copy_array(b, false, n, names);
}

/* Counts booleans that are words. */
static void count_words(struct stage *s, const struct row *row)
{
	for (enum field_id id = 0; id < FIELD__MAX; id++) {
		const struct value *v = &row->values[id];
		s->n_words += v->word;
		s->words[id] = s->words[id] || v->word;
		s->crosses[id] = s->crosses[id] || v->cross;
	}
}

static void add_name_set(struct stage *s, const struct row *row)
{
	bool first;

	copy_long(&s->out, false, name_sets_number(s->name_sets, row, &first));
	copy_text(&s->out, false, first ? "t" : NULL);
}

static void add_row(struct stage *s, struct row *row)
{
	const struct value *password = &row->values[FIELD_password];
	bool plain = password->state == VALUE_VALID && !password->hashed;
	bool drawn, drawn_secret;

	copy_long(&s->out, true, row->number);
	copy_long(&s->out, false, row->line);
	add_wrong(&s->out, row);
	add_kept(&s->out, row);
	draw_credentials(s, row, &drawn, &drawn_secret);
	for (enum field_id id = 0; id < FIELD__MAX; id++) {
		const struct value *v = &row->values[id];
		if (!s->sent[id])
			continue;
		/* A plain password is not stored: users/hash_passwords.c reads it from the file. */
		if (v->state != VALUE_VALID || (id == FIELD_password && plain))
			copy_text(&s->out, false, NULL);
		else if (types[fields[id].type].list)
			copy_array(&s->out, false, v->n_items, v->items);
		else
			copy_text(&s->out, false, v->text);
	}
	count_words(s, row);
	if (s->name_sets != NULL)
		add_name_set(s, row);
	copy_text(&s->out, false, row->values[FIELD_provisioning_code].text);
	copy_text(&s->out, false, row->deletes ? "t" : "f");
	if (row->width > 0)
		copy_long(&s->out, false, row->width);
	else
		copy_text(&s->out, false, NULL);
	copy_text(&s->out, false, plain ? "t" : "f");
	copy_text(&s->out, false, drawn ? "t" : "f");
	copy_text(&s->out, false, drawn_secret ? "t" : "f");
	if (s->makes) {
		copy_text(&s->out, false, random_uuid_ascending(&s->uuids, &s->random, s->mem));
		copy_text(&s->out, false, random_uuid(&s->random, s->mem));
	} else {
		for (int i = 0; i < 6; i++)
			copy_text(&s->out, false, NULL);
	}
	copy_row(&s->out);
	s->result->passwords += plain;
	s->task->rows++;
}

static void add_position(struct stage *s, const char *name, int column)
{
	json_array_append_new(s->positions, json_pack("[s,i]", name, column + 1));
}

/* Notes a row that comes after blank ones: the rows of the spreadsheet are counted from here. */
static void note_sheet_row(struct stage *s, const struct record *r)
{
	if (r->sheet_row - r->row == s->apart)
		return;
	s->apart = r->sheet_row - r->row;
	copy_long(&s->sheet_rows, true, r->row);
	copy_long(&s->sheet_rows, false, r->sheet_row);
	copy_row(&s->sheet_rows);
}

/* Warns that a stored mapping is used. */
static int say_mapping(struct stage *s, const struct header *h)
{
	const struct issue i = {
		.level = ISSUE_WARNING, .key = "mapping_used", .line = h->line,
		.params = { { "made", s->mapped.used } },
	};

	return s->mapped.used == NULL ? 0 : spool_add(s->spool, &i, s->err);
}

/* Adds the columns of ours that a column of the file gives values for. */
static void add_positions(struct stage *s, const struct column *c, size_t i)
{
	if (c->name[0] == '\0' || c->kind == FIELD_IGNORED)
		return;
	if (c->kind == FIELD_NEW || c->kind == FIELD_OLD || c->kind == FIELD_SPLIT)
		add_position(s, fields[c->field].name, (int)i);
	else
		add_position(s, c->name, (int)i);
	if (c->kind == FIELD_SPLIT)
		add_position(s, fields[c->second].name, (int)i);
}

static bool on_header(void *ctx, const struct header *h)
{
	struct stage *s = ctx;

	s->header_line = h->line;
	for (size_t i = 0; i < h->n; i++)
		add_positions(s, &h->columns[i], i);
	for (size_t i = 0; h->mapping != NULL && i < h->mapping->n_fixed; i++)
		add_position(s, fields[h->mapping->fixed[i].field].name, (int)(h->n + i));
	s->failed = s->mapped.failed || say_mapping(s, h) != 0 || mask_header(s->mask, h, s->err) != 0
	    || begin_rows(s, h) != 0;
	return !s->failed;
}

static bool on_record(void *ctx, const struct header *h, const struct record *r)
{
	struct stage *s = ctx;
	struct row row;

	arena_reset(s->mem);
	note_sheet_row(s, r);
	row_check(s->kind, h, r, !s->task->raw, s->mem, &row, &s->sink);
	if (s->failed)
		return false;
	add_row(s, &row);
	s->failed = mask_record(s->mask, h, r, s->err) != 0
	    || copy_send(s->task->work, &s->out, false, s->err) != 0;
	return !s->failed;
}

static bool on_issue(void *ctx, const struct issue *i)
{
	struct stage *s = ctx;

	if (strcmp(i->key, "file.utf8") == 0)
		s->result->misencoded = true;
	if (spool_add(s->spool, i, s->err) != 0)
		s->failed = true;
	return !s->failed;
}

static bool on_chunk(void *ctx, const char *bytes, size_t n)
{
	struct stage *s = ctx;

	s->bytes += (long)n;
	if (reader_push(s->reader, bytes, n) != 0) {
		s->result->readable = false;
		return false;
	}
	if (!reader_workbook(s->reader) && progress_set(s->task, "reading", s->bytes, s->task->bytes, s->err) != 0)
		s->failed = true;
	return !s->failed;
}

/* The progress of reading a workbook, which begins when all its bytes are there. */
static bool on_progress(void *ctx, long long done, long long total)
{
	struct stage *s = ctx;

	if (progress_set(s->task, "reading", (long)done, (long)total, s->err) != 0)
		s->failed = true;
	return !s->failed;
}

/* Sets the columns of the result. */
static void give_columns(struct stage *s, struct arena *mem)
{
	size_t n = json_array_size(s->positions);
	const char **columns = arena_alloc(mem, (n + 1) * sizeof(*columns));
	char *text = json_dumps(s->positions, JSON_COMPACT);

	if (text == NULL)
		abort();
	for (size_t i = 0; i < n; i++)
		columns[i] = arena_strdup(mem, json_string_value(json_array_get(json_array_get(s->positions, i), 0)));
	columns[n] = NULL;
	s->result->columns = columns;
	s->result->positions = arena_strdup(mem, text);
	free(text);
}

static int copy_sheet_rows(struct stage *s, struct err *e)
{
	if (s->sheet_rows.len == 0)
		return 0;
	if (copy_begin(s->task->work, "import_sheet_row", e) != 0)
		return -1;
	if (copy_send(s->task->work, &s->sheet_rows, true, e) != 0) {
		copy_end(s->task->work, "it could not be sent", NULL, NULL);
		return -1;
	}
	return copy_end(s->task->work, NULL, NULL, e);
}

/* The names of the columns that are marked, separated. */
static void join_names(struct buf *names, const bool *marked, const char *separator)
{
	for (enum field_id id = 0; id < FIELD__MAX; id++)
		if (marked[id])
			buf_addf(names, "%s%s", names->len > 0 ? separator : "", fields[id].name);
}

/* Gives one warning about all words that were read as booleans. */
static void give_words(struct stage *s)
{
	struct buf names = {0};
	char count[24];
	struct issue i = {
		.level = ISSUE_WARNING, .key = "bool_words", .line = s->header_line,
		.params = { { "count", count } },
	};

	snprintf(count, sizeof(count), "%ld", s->n_words);
	join_names(&names, s->words, ", ");
	i.params[1] = (struct issue_param){ "columns", buf_str(&names) };
	if (s->n_words > 0)
		on_issue(s, &i);
	buf_free(&names);
}

/* In a column of crosses (x) an empty cell means no. */
static int fill_crosses(struct stage *s, struct err *e)
{
	struct buf names = {0}, list = {0};
	int rc = 0;

	join_names(&names, s->crosses, ",");
	buf_addf(&list, "{%s}", buf_str(&names));
	if (names.len > 0)
		rc = db_query(s->task->work, "import_crosses", ARGS(arg_text(buf_str(&list))), NULL, e);
	buf_free(&names);
	buf_free(&list);
	return rc;
}

/* Feeds the reader, which begins the COPY of the rows as it comes to the header, and ends it. */
static int read_rows(struct stage *s)
{
	if (stored_each_of_task(s->task, on_chunk, s, s->err) != 0)
		s->failed = true;
	if (!s->failed && s->result->readable && reader_end(s->reader) != 0)
		s->result->readable = false;
	if (!s->failed && s->result->readable)
		give_words(s);
	if (!s->failed && copy_send(s->task->work, &s->out, true, s->err) != 0)
		s->failed = true;
	if (!s->sends)
		return s->failed ? -1 : 0;
	if (s->failed) {
		copy_end(s->task->work, "the upload could not be read", NULL, NULL);
		return -1;
	}
	return copy_end(s->task->work, NULL, NULL, s->err);
}

int stage_tables(struct task *t, struct err *e)
{
	if (t->has_tables != db_session(t->work) && (db_run_file(t->work, "shared/stage.sql", e) != 0
	    || db_run_file(t->work, "shared/rules.sql", e) != 0))
		return -1;
	t->has_tables = db_session(t->work);
	/* A gap in the ids of a few rows costs less than this. */
	if (!task_is_short(t) && db_query(t->work, "import_drawn", NO_ARGS, NULL, e) != 0)
		return -1;
	if (t->fills_tables && db_query(t->work, "import_empty", ARGS(arg_bool(false)), NULL, e) != 0)
		return -1;
	t->fills_tables = true;
	return 0;
}

void stage_empty(struct task *t)
{
	t->fills_tables = t->has_tables != db_session(t->work)
	    || db_query(t->work, "import_empty", ARGS(arg_bool(false)), NULL, NULL) != 0;
}

int stage_read(struct task *t, enum reader_kind kind, struct mask *mask, struct arena *mem, struct staged *out,
    struct err *e)
{
	struct reader_limits limits = reader_limits_of(t->conf);
	struct stage s = { .task = t, .kind = kind, .mask = mask, .result = out, .err = e };
	int rc = -1;

	*out = (struct staged){ .readable = true };
	t->rows = 0;
	s.apart = 1;	/* the header */
	s.sink = (struct reader_sink){ .ctx = &s, .header = on_header, .record = on_record,
		.issue = on_issue, .progress = on_progress };
	s.positions = json_array();
	s.spool = spool_new();
	s.mem = arena_new();
	s.name_sets = kind == READER_IMPORT ? name_sets_new() : NULL;
	s.reader = reader_new(kind, &limits, &s.sink);
	mapped_begin(&s.mapped, t, s.reader, true, e);
	if (s.mapped.failed || stage_tables(t, e) != 0 || read_rows(&s) != 0
	    || fill_crosses(&s, e) != 0
	    || copy_sheet_rows(&s, e) != 0 || spool_copy(s.spool, t->work, e) != 0)
		goto out;
	/* An error of the file as a whole is the only error of its report. */
	if (!out->readable && db_query(t->work, "import_issues_of_file", NO_ARGS, NULL, e) != 0)
		goto out;
	give_columns(&s, mem);
	out->rows = reader_rows(s.reader);
	out->errors = spool_errors(s.spool);
	rc = 0;
out:
	reader_free(s.reader);
	mapped_end(&s.mapped);
	spool_free(s.spool);
	random_end(&s.random);
	name_sets_free(s.name_sets);
	arena_free(s.mem);
	buf_free(&s.out);
	json_decref(s.positions);
	buf_free(&s.sheet_rows);
	return rc;
}
