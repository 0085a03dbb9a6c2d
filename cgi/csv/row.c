/* A record becomes a row.  Contract: row.h. */
#include "csv/row.h"

#include <string.h>

#include "base/utf8.h"
#include "sheet/sheet.h"

const enum field_id row_spread[ROW_SPREAD] = {
	FIELD_call_record_outgoing_external_enabled,
	FIELD_call_record_outgoing_internal_enabled,
	FIELD_call_record_incoming_external_enabled,
	FIELD_call_record_incoming_internal_enabled,
};

/* A row that is being checked. */
struct job {
	enum reader_kind kind;
	const struct header *header;
	const struct record *record;
	bool guard;
	struct arena *mem;
	struct row *out;
	const struct reader_sink *sink;
	int errors;
	bool stopped;
};

static void give(struct job *j, struct issue *i)
{
	i->row = j->record->row;
	i->sheet_row = j->record->sheet_row;
	i->line = j->record->line;
	i->level = issue_level_of(i->key);
	if (i->level == ISSUE_ERROR)
		j->errors++;
	if (!j->stopped && !j->sink->issue(j->sink->ctx, i))
		j->stopped = true;
}

bool row_fits(const struct header *h, const struct record *r)
{
	size_t n = r->n, m = h->n;

	while (n > m && r->lengths[n - 1] == 0)
		n--;
	while (n < m && h->columns[m - 1].name[0] == '\0')
		m--;
	return n == m;
}

static void give_cells(struct job *j)
{
	struct issue i = {
		.key = "cells",
		.params = {
			{ "n", arena_printf(j->mem, "%zu", j->record->n) },
			{ "m", arena_printf(j->mem, "%zu", j->header->n) },
		},
	};

	give(j, &i);
}

/* Whether every row of this kind of file needs a value in the column. */
static bool required(const struct job *j, enum field_id id)
{
	const struct reader_key *key = &j->header->key;

	if (id == FIELD_firstname)
		return true;
	return id == key->field && j->kind == READER_UPDATE && (!key->creates || j->out->deletes);
}

static bool ignored(const struct job *j, enum field_id id)
{
	if (id == FIELD_uuid)
		return j->kind == READER_IMPORT || (j->kind == READER_UPDATE && j->header->key.field != FIELD_uuid);
	/* In a row that deletes its user, only the key that finds the user counts. */
	if (j->out->deletes && id != j->header->key.field && id != FIELD_entity_id
	    && (id != FIELD_context || j->header->key.field != FIELD_exten))
		return true;
	return fields[id].required == REQUIRED_NEVER;
}

/* A mask is not a value: an export writes it in place of a secret. */
static void take_mask(struct job *j, const struct field *f, struct value *v)
{
	struct issue i = { .key = "masked", .column = f->name };

	if (j->kind == READER_IMPORT)
		give(j, &i);
	else
		v->state = VALUE_ABSENT;
}

/* Warns of quotes that are text, though they were probably meant as quotes of CSV. */
static void warn_quotes(struct job *j, const struct field *f, const char *cell)
{
	struct issue i = { .key = types[f->type].secret ? "quotes.secret" : "quotes", .column = f->name };

	if (!types[f->type].secret)
		i.value = issue_cut(j->mem, cell);
	give(j, &i);
}

/* Warns of a text that is probably not what was meant. */
static void warn_doubt(struct job *j, const struct field *f, const char *cell, const struct value *v)
{
	struct issue i = { .key = v->doubt, .column = f->name, .params = { { "meant", v->meant } } };

	if (!types[f->type].secret)
		i.value = issue_cut(j->mem, cell);
	if (v->meant != NULL)
		i.params[0].value = issue_cut(j->mem, v->meant);
	give(j, &i);
}

static bool is_odd(const struct record *r, size_t at)
{
	for (size_t i = 0; i < r->n_odd; i++)
		if (r->odd[i] == at)
			return true;
	return false;
}

static void check_cell_of(struct job *j, const struct field *f, const char *name,
    const char *cell, struct value *v)
{
	struct issue i = { .column = name };

	i.key = value_check(f, cell, j->guard, j->mem, v, i.params);
	if (i.key == NULL)
		return;
	if (!types[f->type].secret)
		i.value = issue_cut(j->mem, cell);
	give(j, &i);
}

/* The key of the error if a cell of a workbook is not a value; NULL if it may be one. */
static const char *no_value(const struct record *r, size_t i)
{
	switch (r->kinds == NULL ? CELL_TEXT : (enum cell_kind)r->kinds[i]) {
	case CELL_DATE:
		return "expected.not_date";
	case CELL_ERROR:
		return "expected.not_error";
	case CELL_FORMULA:
		return "expected.not_formula";
	case CELL_TEXT:
	case CELL_NUMBER:
	case CELL_BOOLEAN:
	default:
		return NULL;
	}
}

static void give_no_value(struct job *j, const struct field *f, const char *cell, const char *expected)
{
	struct issue i = { .key = "invalid", .column = f->name, .params = { { "expected", expected } } };

	if (!types[f->type].secret && cell[0] != '\0')
		i.value = issue_cut(j->mem, cell);
	give(j, &i);
}

static void check_value(struct job *j, enum field_id id, const char *cell)
{
	const struct field *f = &fields[id];
	struct value *v = &j->out->values[id];

	check_cell_of(j, f, f->name, cell, v);
	if (v->masked)
		take_mask(j, f, v);
	if (v->state == VALUE_VALID && v->doubt != NULL)
		warn_doubt(j, f, cell, v);
	/* A name that shows nothing counts as missing. */
	if (v->state == VALUE_VALID && required(j, id) && utf8_blank(v->text, strlen(v->text)))
		*v = (struct value){ .state = VALUE_EMPTY };
	if (v->state == VALUE_EMPTY && required(j, id)) {
		struct issue i = { .key = "missing", .column = f->name };
		v->state = VALUE_WRONG;
		give(j, &i);
	}
}

static void check_field(struct job *j, enum field_id id, size_t at)
{
	const char *cell = j->record->cells[at], *expected = no_value(j->record, at);

	if (expected == NULL) {
		const struct value *v = &j->out->values[id];
		check_value(j, id, cell);
		if (v->state == VALUE_VALID && is_odd(j->record, at))
			warn_quotes(j, &fields[id], cell);
		return;
	}
	j->out->values[id].state = VALUE_WRONG;
	give_no_value(j, &fields[id], cell, expected);
}

static void check_split(struct job *j, const struct column *c, size_t at)
{
	const char *first, *second;

	if (no_value(j->record, at) != NULL) {
		check_field(j, c->field, at);
		return;
	}
	mapping_parts(j->mem, j->record->cells[at], &first, &second);
	check_value(j, c->field, first);
	check_value(j, c->second, second);
}

/* Whether the row has a value of its own in a resource. */
static bool wants(const struct job *j, enum field_resource resource)
{
	if (resource != RESOURCE_PHONE && resource != RESOURCE_INCALL && resource != RESOURCE_VOICEMAIL)
		return true;
	for (int id = 0; id < FIELD__MAX; id++) {
		enum value_state state = j->out->values[id].state;
		if (fields[id].resource == resource && (state == VALUE_VALID || state == VALUE_WRONG))
			return true;
	}
	return false;
}

void row_each(struct arena *mem, const struct value *whole, struct value *given)
{
	const char **items;

	if (whole->state != VALUE_VALID || given->state != VALUE_VALID || given->n_items != 1 || whole->n_items < 2)
		return;
	items = arena_alloc(mem, whole->n_items * sizeof(*items));
	for (size_t i = 0; i < whole->n_items; i++)
		items[i] = given->items[0];
	given->items = items;
	given->n_items = whole->n_items;
}

/* Sets the values that the mapping gives to all rows.  They do not make a resource alone: a
 * user without a number in the file gets no phone because a context is set for all, and no
 * phone is emptied by it. */
static void check_fixed(struct job *j, const struct mapping *m)
{
	bool wanted[RESOURCE__MAX];

	for (int r = 0; r < RESOURCE__MAX; r++)
		wanted[r] = wants(j, (enum field_resource)r);
	for (size_t i = 0; i < m->n_fixed && !j->stopped; i++) {
		enum field_id id = m->fixed[i].field;
		if (wanted[fields[id].resource] && !ignored(j, id)) {
			check_value(j, id, m->fixed[i].value);
			if (fields[id].resource == RESOURCE_INCALL)
				row_each(j->mem, &j->out->values[FIELD_incall_exten], &j->out->values[id]);
		}
		else if (j->kind == READER_UPDATE && !wanted[fields[id].resource])
			j->out->values[id].masked = true;	/* unchanged: the stored value stays */
	}
}

/* An empty cell of call_record_enabled does not change its four columns on update. */
static void check_spread(struct job *j, const char *name, const char *cell)
{
	struct value v;

	check_cell_of(j, &fields[row_spread[0]], name, cell, &v);
	if (v.state == VALUE_EMPTY && j->kind == READER_UPDATE)
		return;
	for (size_t i = 0; i < ROW_SPREAD; i++) {
		if (j->header->of_field[row_spread[i]] < 0)
			j->out->values[row_spread[i]] = v;
	}
}

/* Whether the row deletes its user. */
static void check_delete(struct job *j)
{
	int at = j->header->deletes;
	const char *expected;
	struct value v;

	if (j->kind != READER_UPDATE || at < 0 || (size_t)at >= j->record->n)
		return;
	expected = no_value(j->record, (size_t)at);
	if (expected != NULL) {
		const struct field named = { .name = "_delete", .type = VALUE_BOOL };
		give_no_value(j, &named, j->record->cells[at], expected);
		return;
	}
	check_cell_of(j, &fields[FIELD_enabled], "_delete", j->record->cells[at], &v);
	j->out->deletes = v.state == VALUE_VALID && strcmp(v.text, "1") == 0;
}

/* Keeps the provisioning code as the file has it, unchecked: nobody can change it.  SQL warns
 * if it is not the user's. */
static void keep_code(struct job *j, const char *cell)
{
	size_t n = utf8_trim(&cell, strlen(cell));

	if (j->kind == READER_UPDATE && n > 0)
		j->out->values[FIELD_provisioning_code] = (struct value){
			.state = VALUE_VALID, .text = arena_strndup(j->mem, cell, n),
		};
}

/* Of `2005;` with `20;` drops the ring time that belongs to the empty number. */
static void drop_times(struct row *row)
{
	const struct value *numbers = &row->values[FIELD_incall_exten];
	struct value *times = &row->values[FIELD_incall_ring_seconds];

	for (size_t n = numbers->n_dropped; n > 0 && times->n_items > numbers->n_items
	    && times->items[times->n_items - 1] == NULL; n--)
		times->n_items--;
}

int row_check(enum reader_kind kind, const struct header *h,
    const struct record *r, bool guard, struct arena *mem, struct row *out,
    const struct reader_sink *sink)
{
	struct job j = {
		.kind = kind, .header = h, .record = r, .guard = guard,
		.mem = mem, .out = out, .sink = sink,
	};

	memset(out, 0, sizeof(*out));	/* every value VALUE_ABSENT */
	out->number = r->row;
	out->line = r->line;
	if (!row_fits(h, r)) {
		give_cells(&j);
		return j.errors;
	}
	out->width = (long)r->n;
	check_delete(&j);
	for (size_t c = 0; c < h->n && c < r->n && !j.stopped; c++) {
		const struct column *column = &h->columns[c];
		bool known = column->kind == FIELD_NEW || column->kind == FIELD_OLD;
		if (known && !ignored(&j, column->field))
			check_field(&j, column->field, c);
		else if (known && column->field == FIELD_provisioning_code && !out->deletes)
			keep_code(&j, r->cells[c]);
		else if (column->kind == FIELD_SPREAD && !out->deletes)
			check_spread(&j, "call_record_enabled", r->cells[c]);
		else if (column->kind == FIELD_SPLIT && !out->deletes)
			check_split(&j, column, c);
	}
	drop_times(out);
	if (h->mapping != NULL)
		check_fixed(&j, h->mapping);
	return j.errors;
}
