/* The mapping page: the administrator chooses what the columns of a job's file mean.  A file with
 * unknown names leads here.  The choice makes a new job of the same file, and is stored for the
 * next file with these names. */
#include "pages/job.h"

#include <stdlib.h>
#include <string.h>

#include "auth/account.h"
#include "auth/digest.h"
#include "base/json.h"
#include "csv/suggest.h"
#include "csv/synonym.h"
#include "csv/value.h"
#include "job/queue.h"
#include "job/stored.h"
#include "pages/cookie.h"
#include "pages/paths.h"
#include "pages/routes.h"
#include "users/choices.h"
#include "users/kinds.h"
#include "users/options.h"
#include "users/reread.h"

#define SHOWN_SAMPLES 3
#define MAX_NAMES 100	/* names that the page offers to create */
#define LOOK_ROWS 200	/* rows of a file that are read for samples */

/* A column with names of labels or call permissions, which the job can create. */
struct naming {
	enum field_id field;
	const char *option;	/* of the job */
	int column;		/* of the file; -1: none */
	size_t n;		/* names in it; at first also the existing ones */
	const char *names[MAX_NAMES];
};

enum { NAMING_LABELS, NAMING_PERMISSIONS, NAMINGS };

/* A job whose file is being mapped. */
struct mapping_page {
	struct page *p;
	struct job job;
	struct stored_file file;
	const char *options;	/* the job's options, with the encoding that the file seems to have */
	bool guessed;		/* the encoding was guessed */
	size_t n;
	struct suggest_column *columns;
	bool *secret;		/* for each column: its values are not shown */
	bool *report;		/* for each column: a report added it, so it is no column of the sheet */
	long rows;
	struct naming naming[NAMINGS];
};

static bool is(const char *a, const char *b)
{
	return a != NULL && strcmp(a, b) == 0;
}

/* --- the job --------------------------------------------------------------- */

/* Adds an encoding to the options if the file was refused for its encoding. */
static int guess_encoding(struct mapping_page *m, struct err *e)
{
	json_t *options;

	m->options = m->job.options;
	if (page_job_misencoded(m->p, m->job.id, &m->guessed, e) != 0)
		return -1;
	if (!m->guessed)
		return 0;
	struct buf text = {0};
	options = json_parsed(m->job.options);
	json_object_set_new(options, "encoding", json_string("windows-1252"));
	json_add(&text, options);
	m->options = arena_strdup(m->p->mem, buf_str(&text));
	buf_free(&text);
	return 0;
}

/* Finds the job and its file.  CALL_PASS, or the result of the handler. */
static int find(struct mapping_page *m, struct page *p, struct err *e)
{
	long id = route_id(&p->route);

	*m = (struct mapping_page){ .p = p, .naming = {
		[NAMING_LABELS] = { .field = FIELD_labels, .option = "create_labels", .column = -1 },
		[NAMING_PERMISSIONS] = { .field = FIELD_call_permissions, .option = "create_call_permissions",
			.column = -1 },
	} };
	if (queue_find(p->db, p->who, id, p->mem, &m->job, e) != 0)
		return -1;
	if (!kind_decides(p->who, &m->job))
		return page_stop(p, 403, "forbidden", e);
	if (m->job.ended_at == NULL)
		return page_go(p, PATH_JOB, id);
	m->file = (struct stored_file){
		.db = p->db, .conf = p->conf, .who = p->who, .token = cookie_get(p, COOKIE_SESSION), .job = id,
	};
	if (stored_find(&m->file, e) != 0 || guess_encoding(m, e) != 0)
		return -1;
	m->file.options = m->options;
	return m->file.as == STORED_NOT ? page_stop(p, 410, "gone", e) : CALL_PASS;
}

/* --- its columns ------------------------------------------------------------ */

static bool on_header(void *ctx, const struct header *h)
{
	struct mapping_page *m = ctx;
	struct arena *mem = m->p->mem;

	enum field_id id, second;

	m->n = h->n;
	m->columns = arena_alloc(mem, h->n * sizeof(*m->columns));
	m->secret = arena_alloc(mem, h->n * sizeof(*m->secret));
	m->report = arena_alloc(mem, h->n * sizeof(*m->report));
	for (size_t i = 0; i < h->n; i++) {
		m->columns[i].name = arena_strdup(mem, h->columns[i].name);
		m->secret[i] = column_secret(&h->columns[i]);
		m->report[i] = h->columns[i].kind == FIELD_REPORT;
		if (synonym_find(h->columns[i].name, strlen(h->columns[i].name), &id, &second) != SYNONYM_COLUMN)
			continue;
		for (int k = 0; k < NAMINGS; k++)
			if (m->naming[k].field == id)
				m->naming[k].column = (int)i;
	}
	return true;
}

static bool has_sample(const struct suggest_column *c, const char *text)
{
	for (size_t i = 0; i < c->n; i++)
		if (strcmp(c->samples[i], text) == 0)
			return true;
	return false;
}

/* Adds the names in a cell, each once, as many as can be shown. */
static void add_names(struct mapping_page *m, struct naming *named, const char *cell)
{
	struct issue_param params[ISSUE_PARAMS_MAX] = {0};
	struct value v;

	if (named->n == MAX_NAMES
	    || value_check(&fields[named->field], cell, !m->job.raw, m->p->mem, &v, params) != NULL)
		return;
	for (size_t i = 0; i < v.n_items && named->n < MAX_NAMES; i++) {
		size_t k = 0;
		while (k < named->n && strcmp(named->names[k], v.items[i]) != 0)
			k++;
		if (k == named->n)
			named->names[named->n++] = v.items[i];
	}
}

static bool on_record(void *ctx, const struct header *h, const struct record *r)
{
	struct mapping_page *m = ctx;
	bool naming = false;

	(void)h;
	for (int k = 0; k < NAMINGS; k++) {
		int column = m->naming[k].column;
		naming = naming || column >= 0;
		if (column >= 0 && (size_t)column < r->n)
			add_names(m, &m->naming[k], r->cells[column]);
	}
	for (size_t i = 0; m->rows < LOOK_ROWS && i < r->n && i < m->n; i++) {
		struct suggest_column *c = &m->columns[i];
		if (r->lengths[i] > 0 && c->n < SUGGEST_SAMPLES && !has_sample(c, r->cells[i]))
			c->samples[c->n++] = issue_cut(m->p->mem, arena_strdup(m->p->mem, r->cells[i]));
	}
	return ++m->rows < LOOK_ROWS || naming;
}

static bool is_update(const struct mapping_page *m)
{
	return strcmp(m->job.kind, "update") == 0;
}

/* Proposes a meaning for each column.  The job's own mapping counts before names and values. */
static int suggest(struct mapping_page *m, struct err *e)
{
	struct mapping said;

	suggest_columns(m->columns, m->n);
	for (size_t i = 0; i < m->n; i++) {
		enum field_id id;
		const char *name = m->columns[i].name;
		if (is_update(m) && field_find(name, strlen(name), &id) == FIELD_DELETE)
			m->columns[i].found.to = MAPPING_DELETES;
	}
	if (options_mapping(m->job.options, m->p->mem, &said, e) != 0)
		return -1;
	for (size_t i = 0; i < m->n; i++) {
		struct suggest_column *c = &m->columns[i];
		const struct mapping_source *s = mapping_find(&said, c->name, strlen(c->name));
		if (s != NULL)
			c->found = *s;
		if (c->found.to == MAPPING_COLUMN && field_secret(c->found.field))
			m->secret[i] = true;
	}
	return 0;
}

static int read_columns(struct mapping_page *m, struct err *e)
{
	const struct reread to = { .ctx = m, .header = on_header, .record = on_record };

	return reread_stored(&m->file, &to, NULL, e) != 0 ? -1 : suggest(m, e);
}

/* --- the page --------------------------------------------------------------- */

static const char *label_of(struct page *p, enum field_id id)
{
	return page_text(p, arena_printf(p->mem, "user.label.%s", fields[id].name), NULL);
}

static void add_target(struct page *p, size_t n, const char *value, const char *text)
{
	view_set(p->view, value, "Targets.%zu.value", n);
	view_set(p->view, text, "Targets.%zu.text", n);
}

static void set_targets(const struct mapping_page *m)
{
	struct page *p = m->p;
	size_t n = 0;

	add_target(p, n++, "ignore", page_text(p, "mapping.ignore", NULL));
	add_target(p, n++, "lastname,firstname", page_text(p, "mapping.last_first", NULL));
	add_target(p, n++, "firstname,lastname", page_text(p, "mapping.first_last", NULL));
	for (int id = 0; id < FIELD__MAX; id++)
		if (fields[id].required != REQUIRED_NEVER)
			add_target(p, n++, fields[id].name, arena_printf(p->mem, "%s (%s)",
			    label_of(p, (enum field_id)id), fields[id].name));
	if (is_update(m) && page_may(p, RIGHT_USERS_DELETE))
		add_target(p, n, "_delete", page_text(p, "mapping.deletes", NULL));
}

static const char *chosen(struct page *p, const struct mapping_source *s)
{
	if (s->to == MAPPING_IGNORED)
		return "ignore";
	if (s->to == MAPPING_DELETES)
		return "_delete";
	return s->to == MAPPING_COLUMN ? fields[s->field].name
	    : arena_printf(p->mem, "%s,%s", fields[s->field].name, fields[s->second].name);
}

static void set_columns(struct mapping_page *m)
{
	struct view *v = m->p->view;

	for (size_t i = 0; i < m->n; i++) {
		const struct suggest_column *c = &m->columns[i];
		if (m->report[i])
			continue;
		view_set(v, c->name, "Columns.%zu.name", i);
		view_set(v, c->name[0] != '\0' ? c->name : page_text(m->p, "mapping.nameless", "n",
		    page_long(m->p, (long)i + 1), NULL), "Columns.%zu.shown", i);
		view_set(v, chosen(m->p, &c->found), "Columns.%zu.chosen", i);
		if (c->found.to == MAPPING_IGNORED)
			view_set(v, "1", "Columns.%zu.ignored", i);
		for (size_t k = 0; k < c->n && k < SHOWN_SAMPLES; k++)
			view_set(v, m->secret[i] ? "********" : c->samples[k], "Columns.%zu.samples.%zu", i, k);
	}
}

/* Columns for which the page offers one value for all rows. */
static const enum field_id fixed[] = {
	FIELD_context, FIELD_line_protocol, FIELD_incall_context, FIELD_voicemail_context, FIELD_language,
};
#define N_FIXED (sizeof(fixed) / sizeof(fixed[0]))

static bool finds(const struct mapping_page *m, enum field_id id)
{
	for (size_t i = 0; i < m->n; i++) {
		const struct mapping_source *s = &m->columns[i].found;
		if ((s->to == MAPPING_COLUMN && s->field == id)
		    || (s->to == MAPPING_SPLIT && (s->field == id || s->second == id)))
			return true;
	}
	return false;
}

static void add_choice(struct page *p, size_t i, size_t *n, const char *value, const char *usual)
{
	view_set(p->view, value, "Fixed.%zu.choices.%zu.value", i, *n);
	if (is(usual, value))
		view_set(p->view, "1", "Fixed.%zu.choices.%zu.chosen", i, *n);
	(*n)++;
}

/* Whether an earlier context has the same name: over all tenants several can have one name. */
static bool named_before(const struct choices *all, size_t n, const char *type)
{
	for (size_t k = 0; k < n; k++)
		if (is(all->contexts[k].name, all->contexts[n].name)
		    && (type == NULL || is(all->contexts[k].type, type)))
			return true;
	return false;
}

/* Sets the values to choose from: the contexts that a column can name, or the words of its type. */
static void set_choices(struct page *p, size_t i, const struct choices *all, const char *usual)
{
	enum field_id id = fixed[i];
	const char *type = id == FIELD_context ? "internal" : id == FIELD_incall_context ? "incall" : NULL;
	const char *words = types[fields[id].type].expected == NULL ? types[fields[id].type].values : "";
	size_t n = 0;

	for (size_t k = 0; fields[id].type != VALUE_LANGUAGE && fields[id].type != VALUE_PROTOCOL
	    && k < all->n_contexts; k++)
		if ((type == NULL || is(all->contexts[k].type, type)) && !named_before(all, k, type))
			add_choice(p, i, &n, all->contexts[k].name, usual);
	while (*words != '\0') {
		size_t length = strcspn(words, ",");
		add_choice(p, i, &n, arena_strndup(p->mem, words, length), usual);
		words += length;
		words += strspn(words, ", ");
	}
}

/* The value that is chosen at first: that of the job's mapping, else of an import the only possible context.  In
 * an update it would change users whose column the file does not have. */
static const char *usual(const struct mapping_page *m, enum field_id id, const struct mapping *said,
    const struct choices *all)
{
	const char *type = id == FIELD_context ? "internal" : "incall", *only = NULL;

	for (size_t i = 0; i < said->n_fixed; i++)
		if (said->fixed[i].field == id)
			return said->fixed[i].value;
	if (is_update(m))
		return NULL;
	if (id == FIELD_line_protocol)
		return finds(m, FIELD_exten) ? "sip" : NULL;
	if ((id != FIELD_context || !finds(m, FIELD_exten))
	    && (id != FIELD_incall_context || !finds(m, FIELD_incall_exten)))
		return NULL;
	for (size_t k = 0; k < all->n_contexts; k++)
		if (is(all->contexts[k].type, type) && (only == NULL || is(all->contexts[k].name, "default")))
			only = all->contexts[k].name;
	return only;
}

static bool is_one_of(size_t n, const char *const *names, const char *name)
{
	for (size_t i = 0; i < n; i++)
		if (strcmp(names[i], name) == 0)
			return true;
	return false;
}

/* Sets the labels and call permissions that the file names and the tenant does not have. */
static void set_missing(struct mapping_page *m, const struct choices *all)
{
	struct page *p = m->p;

	for (int k = 0; k < NAMINGS && page_may(p, RIGHT_SETUP); k++) {
		const struct naming *named = &m->naming[k];
		bool labels = k == NAMING_LABELS;
		struct buf list = {0};
		long n = 0;

		for (size_t i = 0; i < named->n; i++)
			if (!is_one_of(labels ? all->n_labels : all->n_permissions,
			    labels ? all->labels : all->permissions, named->names[i]))
				buf_addf(&list, "%s%s", n++ > 0 ? ", " : "", named->names[i]);
		if (n > 0) {
			view_set(p->view, named->option, "Create.%d.option", k);
			view_set(p->view, page_count(p, arena_printf(p->mem, "mapping.%s", named->option), n),
			    "Create.%d.text", k);
			view_set(p->view, buf_str(&list), "Create.%d.names", k);
		}
		buf_free(&list);
	}
}

static int set_fixed(struct mapping_page *m, struct err *e)
{
	struct page *p = m->p;
	struct mapping said;
	struct choices all;

	if (options_mapping(m->job.options, p->mem, &said, e) != 0
	    || choices_read(p->db, p->who, p->mem, &all, e) != 0)
		return -1;
	set_missing(m, &all);
	for (size_t i = 0; i < N_FIXED; i++) {
		const char *name = fields[fixed[i]].name;
		view_set(p->view, name, "Fixed.%zu.name", i);
		view_set(p->view, arena_printf(p->mem, "%s (%s)", label_of(p, fixed[i]), name), "Fixed.%zu.label", i);
		set_choices(p, i, &all, finds(m, fixed[i]) ? NULL : usual(m, fixed[i], &said, &all));
	}
	return 0;
}

static int show(struct mapping_page *m, struct err *e)
{
	struct page *p = m->p;
	char random[DIGEST_HEX_SIZE];

	if (read_columns(m, e) != 0)
		return -1;
	if (m->n == 0)
		return page_go(p, PATH_JOB, m->job.id);
	digest_random(random);
	view_set(p->view, random, "Mapping.nonce");
	view_set(p->view, arena_printf(p->mem, PATH_JOB, m->job.id), "Mapping.job");
	view_set(p->view, m->job.kind, "Mapping.kind");
	view_set(p->view, m->job.file_name, "Mapping.file");
	if (m->guessed)
		view_set(p->view, "1", "Mapping.guessed");
	if (p->who->tenant_id != 0)
		view_set(p->view, "1", "Mapping.keeps");
	if (m->file.as != STORED_AS_SENT)
		view_set(p->view, "1", "Mapping.masked");
	set_targets(m);
	set_columns(m);
	if (set_fixed(m, e) != 0)
		return -1;
	page_menu(p, "imports");
	page_trail(p, PATH_IMPORTS, page_text(p, "imports.title", NULL));
	page_trail(p, arena_printf(p->mem, PATH_JOB, m->job.id), page_name(p, m->job.file_name));
	return page_show(p, "mapping", page_text(p, "mapping.title", NULL), e);
}

int page_mapping(struct page *p, struct err *e)
{
	struct mapping_page m;
	int rc = find(&m, p, e);

	if (rc != CALL_PASS)
		return rc;
	/* Who is led here need not be told that the job has ended. */
	queue_seen(p->db, p->who, m.job.id);
	return show(&m, e);
}

/* --- what was chosen -------------------------------------------------------- */

static void add_text(json_t *list, const char *text)
{
	if (json_array_append_new(list, json_string(text)) != 0)
		abort();
}

/* Reads map and split from the form: a target for each source, in the order of the file. */
static void take_columns(struct page *p, json_t *map, json_t *split, bool given[FIELD__MAX])
{
	const char *source, *to;

	for (size_t i = 0; (source = form_nth(&p->form, "source", i)) != NULL
	    && (to = form_nth(&p->form, "to", i)) != NULL; i++) {
		const char *comma = strchr(to, ',');
		enum field_id id;

		if (source[0] == '\0')
			continue;
		add_text(comma != NULL ? split : map, arena_printf(p->mem, "%s:%s", source, to));
		if (field_find(to, comma != NULL ? (size_t)(comma - to) : strlen(to), &id) == FIELD_NEW)
			given[id] = true;
		if (comma != NULL && field_find(comma + 1, strlen(comma + 1), &id) == FIELD_NEW)
			given[id] = true;
	}
}

/* Reads the values for all rows, except for columns that the file gives. */
static void take_fixed(struct page *p, json_t *set, const bool given[FIELD__MAX])
{
	for (size_t i = 0; i < N_FIXED; i++) {
		const char *name = fields[fixed[i]].name;
		const char *value = form_get(&p->form, arena_printf(p->mem, "set_%s", name));
		if (value != NULL && value[0] != '\0' && !given[fixed[i]])
			add_text(set, arena_printf(p->mem, "%s:%s", name, value));
	}
}

/* Reads the form: *mapping is the chosen mapping as options of a job, *options all options of the
 * new job. */
static int take(struct mapping_page *m, const char **mapping, const char **options, struct err *e)
{
	struct page *p = m->p;
	json_t *chosen_ = json_object(), *all = json_parsed(m->options);
	json_t *map = json_array(), *split = json_array(), *set = json_array();
	bool given[FIELD__MAX] = {0};
	struct mapping checked;
	struct buf text = {0};

	take_columns(p, map, split, given);
	take_fixed(p, set, given);
	json_object_set_new(chosen_, "map", map);
	json_object_set_new(chosen_, "split", split);
	json_object_set_new(chosen_, "set", set);
	json_object_update(all, chosen_);
	json_object_del(all, "unknown");
	for (int k = 0; k < NAMINGS; k++) {
		const char *option = m->naming[k].option;
		if (form_get(&p->form, option) == NULL || !page_may(p, RIGHT_SETUP))
			continue;
		json_object_set_new(chosen_, option, json_string("1"));
		json_object_set_new(all, option, json_string("1"));
	}
	if (json_object_get(all, "encoding") != NULL)
		json_object_set(chosen_, "encoding", json_object_get(all, "encoding"));
	json_add(&text, chosen_);
	*mapping = arena_strdup(p->mem, buf_str(&text));
	buf_reset(&text);
	json_add(&text, all);
	*options = arena_strdup(p->mem, buf_str(&text));
	buf_free(&text);
	return options_mapping(*mapping, p->mem, &checked, e);
}

static const char *names_of(const struct mapping_page *m)
{
	json_t *names = json_array();
	struct buf text = {0};

	for (size_t i = 0; i < m->n; i++)
		if (m->columns[i].name[0] != '\0' && !m->report[i])
			add_text(names, m->columns[i].name);
	json_add(&text, names);
	const char *json = arena_strdup(m->p->mem, buf_str(&text));
	buf_free(&text);
	return json;
}

/* Stores the mapping for the next file with these names; not for a job over all tenants. */
static int keep(struct mapping_page *m, const char *mapping, struct err *e)
{
	struct page *p = m->p;

	if (p->who->tenant_id == 0)
		return 0;
	return account_query(p->db, p->who, "mapping_keep", ARGS(arg_long(p->who->tenant_id),
	    arg_text(names_of(m)), arg_text(mapping), arg_text(m->job.file_name), arg_text(p->who->username)), NULL, e);
}

int page_mapping_post(struct page *p, struct err *e)
{
	const char *action = form_get(&p->form, "action"), *nonce = form_get(&p->form, "nonce");
	const char *mapping, *options;
	struct mapping_page m;
	struct err why = {0};
	bool unmapped;
	long id;
	int rc = find(&m, p, e);

	if (rc != CALL_PASS)
		return rc;
	if (nonce == NULL || !digest_is_hex(nonce))
		return page_stop(p, 400, "bad_request", e);
	if (take(&m, &mapping, &options, &why) != 0) {
		p->res->status = 400;
		page_say(p, PAGE_ERROR, page_text(p, "mapping.wrong", NULL));
		return show(&m, e);
	}
	if (read_columns(&m, e) != 0)
		return -1;
	if (is(action, "save")) {
		if (keep(&m, mapping, e) != 0)
			return -1;
		page_say_next(p, PAGE_DONE, "mapping.saved", 1);
		return page_go(p, PATH_JOB, m.job.id);
	}
	if (m.file.as != STORED_AS_SENT)
		return page_stop(p, 410, "gone", e);
	if (page_job_again(p, &m.job, &m.file, options, is(action, "check"), &id, e) != 0)
		return -1;
	page_job_wait(p, id, p->conf->page_wait);
	/* A mapping with which the file could not be read is not stored. */
	if (queue_find(p->db, p->who, id, p->mem, &m.job, e) != 0
	    || page_job_unmapped(p, &m.job, &unmapped, e) != 0 || (!unmapped && keep(&m, mapping, e) != 0))
		return -1;
	return page_job_next(p, id, e);
}
