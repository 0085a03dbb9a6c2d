/* The first record of a file becomes its columns. */
#include "csv/header.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "csv/synonym.h"

/* The column that a name means; false: none. */
static bool means(const char *name, enum field_id *id)
{
	enum field_id second;
	enum field_kind kind = field_find(name, strlen(name), id);

	return kind == FIELD_NEW || kind == FIELD_OLD
	    || synonym_find(name, strlen(name), id, &second) == SYNONYM_COLUMN;
}

size_t header_known(size_t n, const char *const *names)
{
	size_t known = 0;

	for (size_t i = 0; i < n; i++) {
		enum field_id id, second;
		size_t length = strlen(names[i]);
		known += field_find(names[i], length, &id) != FIELD_UNKNOWN
		    || synonym_find(names[i], length, &id, &second) != SYNONYM_NONE;
	}
	return known;
}

static bool is_field(const struct column *c)
{
	return c->kind == FIELD_NEW || c->kind == FIELD_OLD;
}

bool header_has(const struct header *h, enum field_id id)
{
	if (h->of_field[id] >= 0)
		return true;
	for (size_t c = 0; c < h->n; c++)
		if (h->columns[c].kind == FIELD_SPLIT
		    && (h->columns[c].field == id || h->columns[c].second == id))
			return true;
	for (size_t i = 0; h->mapping != NULL && i < h->mapping->n_fixed; i++)
		if (h->mapping->fixed[i].field == id)
			return true;
	return false;
}

bool column_secret(const struct column *c)
{
	const char *meant = c->kind == FIELD_UNKNOWN ? field_nearest(c->name) : NULL;
	enum field_id id, second;

	if (is_field(c))
		return field_secret(c->field);
	if (c->kind == FIELD_SPLIT)
		return field_secret(c->field) || field_secret(c->second);
	if (synonym_find(c->name, strlen(c->name), &id, &second) == SYNONYM_COLUMN && field_secret(id))
		return true;
	return meant != NULL && field_find(meant, strlen(meant), &id) == FIELD_NEW && field_secret(id);
}

static bool same_column(const struct column *a, const struct column *b)
{
	if (is_field(a) || is_field(b))
		return is_field(a) && is_field(b) && a->field == b->field;
	return a->name[0] != '\0' && strcasecmp(a->name, b->name) == 0;
}

static const char *shown(const struct header_job *job, const char *name)
{
	return issue_cut(job->now, name);
}

static bool give_duplicate(const struct header_job *job, const struct column *a,
    const struct column *b)
{
	bool differ = strcasecmp(a->name, b->name) != 0;
	struct issue i = {
		.key = "file.duplicate_header", .line = job->line,
		.params = {
			{ "name", is_field(a) ? fields[a->field].name : shown(job, a->name) },
			{ "first", differ ? a->name : NULL },
			{ "second", differ ? b->name : NULL },
		},
	};

	return job->give(job->ctx, &i);
}

/* The first two columns that are the same. */
static bool find_duplicate(const struct header *h, size_t *a, size_t *b)
{
	for (*b = 1; *b < h->n; (*b)++)
		for (*a = 0; *a < *b; (*a)++)
			if (same_column(&h->columns[*a], &h->columns[*b]))
				return true;
	return false;
}

static bool check_duplicates(const struct header_job *job, const struct header *h)
{
	size_t a, b;

	return !find_duplicate(h, &a, &b) || give_duplicate(job, &h->columns[a], &h->columns[b]);
}

/* The numbers of two columns that are the same: their name is not shown, as it may be a user's data. */
static const char *twice_found(const struct header_job *job, const struct header *h)
{
	size_t a, b;

	return find_duplicate(h, &a, &b) ? arena_printf(job->now, "%zu, %zu", a + 1, b + 1) : NULL;
}

/* Checks the mapping: each source must be a column of the file, and a column that is the result
 * of a split or set for all rows must not come from another source too. */
static bool check_mapping(const struct header_job *job, const struct header *h)
{
	const struct mapping *m = job->mapping;
	int times[FIELD__MAX] = {0}, deletes = 0;
	struct issue i = { .key = "file.mapping_source", .line = job->line };

	for (size_t k = 0; m != NULL && k < m->n_sources; k++) {
		size_t c = 0;
		while (c < h->n && strcmp(h->columns[c].name, m->sources[k].name) != 0)
			c++;
		i.params[0] = (struct issue_param){ "name", shown(job, m->sources[k].name) };
		if (c == h->n)
			return job->give(job->ctx, &i);
	}
	for (size_t k = 0; m != NULL && k < m->n_fixed; k++)
		times[m->fixed[k].field]++;
	for (size_t c = 0; c < h->n; c++) {
		deletes += h->columns[c].kind == FIELD_DELETE;
		if (h->columns[c].kind == FIELD_SPLIT)
			times[h->columns[c].second]++;
		if (h->columns[c].kind == FIELD_SPLIT || is_field(&h->columns[c]))
			times[h->columns[c].field]++;
	}
	i.key = "file.mapping_twice";
	i.params[0] = (struct issue_param){ "name", "_delete" };
	if (deletes > 1)
		return job->give(job->ctx, &i);
	for (int id = 0; id < FIELD__MAX; id++) {
		i.params[0] = (struct issue_param){ "name", fields[id].name };
		if (times[id] > 1)
			return job->give(job->ctx, &i);
	}
	return true;
}

/* The names of the header, to show beside the error that one is missing.  If few of them are
 * known, the first record may be a user's data: then nothing is shown. */
static const char *names_found(const struct header_job *job, const struct header *h)
{
	struct buf list = {0};
	size_t known = 0;

	for (size_t c = 0; c < h->n; c++) {
		known += h->columns[c].kind != FIELD_UNKNOWN;
		buf_addf(&list, "%s%s", list.len > 0 ? ", " : "", h->columns[c].name);
	}
	const char *text = 2 * known >= h->n ? arena_strdup(job->now, buf_str(&list)) : NULL;
	buf_free(&list);
	return text != NULL ? issue_cut(job->now, text) : NULL;
}

/* A name of the header that is similar to the missing one. */
static const char *near_found(const struct header_job *job, const struct header *h, enum field_id id)
{
	for (size_t c = 0; c < h->n; c++) {
		const char *nearest = h->columns[c].kind == FIELD_UNKNOWN ? field_nearest(h->columns[c].name) : NULL;
		if (nearest != NULL && strcmp(nearest, fields[id].name) == 0)
			return shown(job, h->columns[c].name);
	}
	return NULL;
}

/* What the file's columns may mean by their names, written as options of a job with `between`
 * between them; NULL if there is no proposal. */
static const char *proposals(const struct header_job *job, const struct header *h, const char *between)
{
	const char *list = NULL;

	for (size_t c = 0; c < h->n; c++) {
		const char *name = h->columns[c].name;
		enum field_id id, second;
		const char *one = NULL;

		if (is_field(&h->columns[c]))
			continue;
		switch (synonym_find(name, strlen(name), &id, &second)) {
		case SYNONYM_COLUMN:
			one = arena_printf(job->now, "map=%s:%s", shown(job, name), fields[id].name);
			break;
		case SYNONYM_SPLIT:
			one = arena_printf(job->now, "split=%s:%s,%s", shown(job, name), fields[id].name,
			    fields[second].name);
			break;
		case SYNONYM_NONE:
		default:
			break;
		}
		if (one != NULL)
			list = list == NULL ? one : arena_printf(job->now, "%s%s%s", list, between, one);
	}
	return list;
}

/* Reports unknown names as an error, if the job asks for that: somebody is then asked what they
 * mean. */
static bool check_unknown(const struct header_job *job, const struct header *h)
{
	struct buf names = {0};
	bool ok;

	for (size_t c = 0; c < h->n; c++)
		if (h->columns[c].kind == FIELD_UNKNOWN && h->columns[c].name[0] != '\0')
			buf_addf(&names, "%s%s", names.len > 0 ? ", " : "", h->columns[c].name);
	struct issue i = {
		.key = "file.columns_unknown", .line = job->line,
		.params = { { "names", shown(job, buf_str(&names)) }, { "proposed", proposals(job, h, "\n") } },
	};
	ok = names.len == 0 || job->give(job->ctx, &i);
	buf_free(&names);
	return ok;
}

static bool check_required(const struct header_job *job, const struct header *h)
{
	bool import = job->kind == READER_IMPORT;
	enum field_id required = import ? FIELD_firstname : job->key.field;

	if (job->kind == READER_CONVERT || header_has(h, required))
		return true;
	struct issue i = {
		.key = "file.header_missing", .line = job->line,
		.params = {
			{ "name", fields[required].name },
			{ "why", job->below != NULL ? NULL : h->n == 1 && !is_field(&h->columns[0]) ? "why.one_cell" : import ? "why.firstname" : required == FIELD_uuid ? "why.uuid" : "why.key" },
			{ "found", names_found(job, h) },
			{ "near", near_found(job, h, required) },
			{ "proposals", proposals(job, h, ", ") },
			{ "proposed", proposals(job, h, "\n") },	/* for programs */
			{ "below", job->below },
			{ "twice", twice_found(job, h) },
		},
	};

	return job->give(job->ctx, &i);
}

/* Whether the header is that of an export or an errors.csv of this program: then the separator
 * is the one that the administrator chose. */
static bool exported(const struct header_job *job, const struct header *h)
{
	size_t first = h->columns[0].kind == FIELD_REPORT ? 1 : 0;

	for (size_t c = first; c < h->n; c++)
		if (h->columns[c].kind != FIELD_NEW
		    || strcmp(h->columns[c].name, fields[h->columns[c].field].name) != 0)
			return false;
	return job->kind == READER_UPDATE && h->separator != '|'
	    && first < h->n && h->columns[first].field == FIELD_uuid;
}

static bool warn_separator(const struct header_job *job, const struct header *h)
{
	struct issue i = {
		.key = "separator", .line = job->line,
		.params = {
			{ "what", h->separator == ';' ? "what.semicolon" :
			    h->separator == '\t' ? "what.tab" : "what.bar" },
		},
	};

	return job->give(job->ctx, &i);
}

/* One warning for all old names of the file, or for all labels. */
static bool warn_names(const struct header_job *job, const struct header *h, const char *key, bool labels)
{
	struct buf list = {0};
	bool ok = true;

	for (size_t c = 0; c < h->n; c++) {
		const struct column *column = &h->columns[c];
		const char *name = column->kind == FIELD_OLD ? fields[column->field].name :
		    column->kind == FIELD_SPREAD ? "call_record_*" : NULL;
		if (name != NULL && column->label == labels)
			buf_addf(&list, "%s%s = %s", list.len > 0 ? ", " : "", shown(job, column->name), name);
	}
	if (list.len > 0) {
		struct issue i = {
			.key = key, .line = job->line,
			.params = { { "columns", buf_str(&list) } },
		};
		ok = job->give(job->ctx, &i);
	}
	buf_free(&list);
	return ok;
}

/* Gives the warning about one column.  Warnings that depend on its cells come at the end of
 * the file. */
static bool warn_column(const struct header_job *job, const struct column *c)
{
	struct issue i = { .line = job->line, .column = shown(job, c->name) };

	if (c->kind == FIELD_UNKNOWN && c->name[0] != '\0') {
		i.key = "column_unknown";
		i.params[0] = (struct issue_param){ "nearest", field_nearest(c->name) };
	} else if (is_field(c) && c->field == FIELD_uuid && job->kind == READER_IMPORT) {
		i.key = "column_ignored";
		i.params[0] = (struct issue_param){ "why", "why.uuid_on_import" };
	} else if (is_field(c) && c->field == FIELD_uuid && job->kind == READER_UPDATE
	    && job->key.field != FIELD_uuid) {
		i.key = "column_ignored";
		i.params[0] = (struct issue_param){ "why", "why.uuid_not_key" };
	} else if (c->kind == FIELD_DELETE && job->kind == READER_IMPORT) {
		i.key = "column_ignored";
		i.params[0] = (struct issue_param){ "why", "why.delete_on_import" };
	} else if (is_field(c) && fields[c->field].required == REQUIRED_NEVER && job->kind != READER_UPDATE) {
		i.key = "column_ignored";
		i.params[0] = (struct issue_param){ "why", "why.provisioning_code" };
	} else {
		return true;
	}
	return job->give(job->ctx, &i);
}

/* Sets what the mapping says about a column.  Returns false if it says nothing. */
static bool map_column(const struct mapping *m, struct column *column)
{
	const struct mapping_source *s = m == NULL ? NULL : mapping_find(m, column->name, strlen(column->name));

	if (s == NULL)
		return false;
	static const enum field_kind kinds[] = { [MAPPING_COLUMN] = FIELD_NEW, [MAPPING_IGNORED] = FIELD_IGNORED,
		[MAPPING_SPLIT] = FIELD_SPLIT, [MAPPING_DELETES] = FIELD_DELETE };

	column->kind = kinds[s->to];
	column->field = s->field;
	column->second = s->second;
	return true;
}

typedef enum synonym_kind find_label(const char *name, size_t n, enum field_id *id, enum field_id *second);

static void find_labels(const struct header_job *job, struct header *h, struct column *columns, find_label *find)
{
	bool there[FIELD__MAX] = {0};
	enum field_id id, second;

	for (int f = 0; f < FIELD__MAX; f++)
		there[f] = header_has(h, (enum field_id)f);
	for (size_t c = 0; c < h->n; c++) {
		struct column *column = &columns[c];
		const char *name = utf8_nfc(job->now, column->name);
		if (column->kind != FIELD_UNKNOWN || name[0] == '\0'
		    || find(name, strlen(name), &id, &second) != SYNONYM_COLUMN || there[id])
			continue;
		column->kind = FIELD_OLD;
		column->field = id;
		column->label = true;
		h->of_field[id] = (int)c;
	}
}

/* Reads unknown names as labels: names of the pages, and common ones (csv/synonyms.def).  A
 * label is not used if the file has that column by its own name too, and one with a note
 * ("E-mail (2)") not if the file has it without. */
static void read_labels(const struct header_job *job, struct header *h, struct column *columns)
{
	if (job->kind == READER_CONVERT)
		return;
	find_labels(job, h, columns, synonym_find_whole);
	find_labels(job, h, columns, synonym_find);
}

static void name_columns(const struct header_job *job, struct header *h,
    struct column *columns, const char *const *names)
{
	for (int i = 0; i < FIELD__MAX; i++)
		h->of_field[i] = -1;
	h->spread = h->deletes = -1;
	for (size_t c = 0; c < h->n; c++) {
		struct column *column = &columns[c];
		const char *name = names[c];
		size_t length = utf8_trim(&name, strlen(name));
		column->name = arena_strndup(job->mem, name, length);
		if (!map_column(job->mapping, column))
			column->kind = field_find(name, length, &column->field);
		if (is_field(column))
			h->of_field[column->field] = (int)c;
		else if (column->kind == FIELD_SPREAD)
			h->spread = (int)c;
		else if (column->kind == FIELD_DELETE)
			h->deletes = (int)c;
	}
}

bool header_read(const struct header_job *job, size_t n, const char *const *names,
    char separator, bool guessed, struct header *h)
{
	struct column *columns = arena_alloc(job->mem, n * sizeof(*columns));

	h->n = n;
	h->columns = columns;
	h->separator = separator;
	h->mapping = job->mapping;
	h->key = job->key;
	name_columns(job, h, columns, names);
	read_labels(job, h, columns);
	/* The required names first: if one is missing, the record may be no header but a user's
	 * data, and the other checks would show it. */
	if (!check_required(job, h) || !check_duplicates(job, h) || !check_mapping(job, h))
		return false;
	if (job->refuse_unknown && !check_unknown(job, h))
		return false;
	if (guessed && !exported(job, h) && !warn_separator(job, h))
		return false;
	if (!warn_names(job, h, "old_name", false) || !warn_names(job, h, "labels_read", true))
		return false;
	for (size_t c = 0; c < n; c++) {
		if (!warn_column(job, &columns[c]))
			return false;
	}
	return true;
}

static bool same_names(const struct header *h, size_t n, const char *const *cells, const size_t *lengths)
{
	bool any = false;

	for (size_t i = 0; i < n || i < h->n; i++) {
		const char *name = i < h->n ? h->columns[i].name : "";
		const char *cell = i < n ? cells[i] : "";
		size_t length = utf8_trim(&cell, i < n ? lengths[i] : 0);
		if (strncasecmp(name, cell, length) != 0 || name[length] != '\0')
			return false;
		any = any || length > 0;
	}
	return any;
}

/* Whether each cell below a known name means the same column. */
static bool same_meaning(const struct header *h, size_t n, const char *const *cells, const size_t *lengths)
{
	bool any = false;

	for (size_t i = 0; i < n && i < h->n; i++) {
		enum field_id of, cell;
		if (lengths[i] == 0 || !means(h->columns[i].name, &of))
			continue;
		if (!means(cells[i], &cell) || cell != of)
			return false;
		any = true;
	}
	return any;
}

bool header_again(const struct header *h, bool first, size_t n, const char *const *cells, const size_t *lengths)
{
	return same_names(h, n, cells, lengths) || (first && same_meaning(h, n, cells, lengths));
}
