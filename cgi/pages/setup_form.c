/* Add and edit one thing of the setup: a form of its fields (setup/resource.h).
 *
 * The fields that are sent become an object as in the setup file, and the form is always shown from
 * such an object.  An error is shown beside its field.  The name of a control is its place in the
 * object: "name", "ranges-1-end". */
#include <stdlib.h>
#include <string.h>

#include "auth/account.h"
#include "base/json.h"
#include "pages/paths.h"
#include "pages/routes.h"
#include "pages/setup.h"

#define ROWS_EMPTY 3	/* empty rows after the filled ones */
#define ROWS_MORE 10
#define ROWS_MAX 240	/* the most rows of a form */

struct setup_form {
	struct page *p;
	const struct setup_resource *r;
	const struct setup_thing *was;	/* NULL: a new one */
	json_t *object;
	const char *seen;
	long tenant_id;			/* of a new one, 0: none is chosen, or root */
	const char *tenant;
	bool strands, more;
};

/* --- showing ---------------------------------------------------------------- */

static void set_choice(struct page *p, const char *at, int i, const char *value, const char *text, bool chosen)
{
	view_set(p->view, value, "%s.choices.%d.value", at, i);
	view_set(p->view, text, "%s.choices.%d.text", at, i);
	if (chosen)
		view_set(p->view, "1", "%s.choices.%d.chosen", at, i);
}

static bool has_item(const json_t *list, const char *text)
{
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
		if (json_is_string(item) && strcmp(json_string_value(item), text) == 0)
			return true;
	return false;
}

static bool is_chosen(const json_t *value, const char *word)
{
	const char *text = json_string_value(value);

	return json_is_array(value) ? has_item(value, word) : text != NULL && strcmp(text, word) == 0;
}

/* The names of contexts behind the first `i` choices: the incoming ones, or all but the one
 * that is edited. */
static int fill_contexts(struct setup_form *f, bool incoming, const char *at, int i, const json_t *value,
    struct err *e)
{
	struct page *p = f->p;
	PGresult *res;

	if (account_query(p->db, p->who, "setup_context_names", ARGS(arg_bool(incoming),
	    arg_long(f->was != NULL ? f->was->tenant_id : 0),
	    f->was != NULL && !incoming ? arg_text(f->was->name) : arg_null()), &res, e) != 0)
		return -1;
	for (int row = 0; row < PQntuples(res); row++)
		set_choice(p, at, i + row, db_get(res, row, "name"), db_get(res, row, "name"), is_chosen(value,
		    db_get(res, row, "name")));
	PQclear(res);
	return 0;
}

static int fill_choices(struct setup_form *form, const struct setup_field *f, const char *at, const json_t *value,
    struct err *e)
{
	struct page *p = form->p;
	const char *words = strcmp(f->choices, "@languages") == 0 ? p->conf->languages : f->choices;
	int i = 0;

	if (f->choices[0] == '@' && f->type == SETUP_CHOICE)
		set_choice(p, at, i++, "", setup_choice(p, f, ""), false);
	if (strcmp(f->choices, "@incall") == 0 || strcmp(f->choices, "@contexts") == 0)
		return fill_contexts(form, strcmp(f->choices, "@incall") == 0, at, i, value, e);
	for (size_t n; *(words += strspn(words, " ,")) != '\0'; words += n) {
		n = strcspn(words, " ,");
		const char *word = arena_strndup(p->mem, words, n);
		set_choice(p, at, i++, word, setup_choice(p, f, word), is_chosen(value, word));
	}
	return 0;
}

static const char *lines_of(struct page *p, const json_t *list)
{
	const char *text = "";
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
		text = arena_printf(p->mem, "%s%s%s", text, i > 0 ? "\n" : "", json_string_value(item));
	return text;
}

static const char *text_of(struct page *p, const json_t *value)
{
	return json_is_integer(value) ? arena_printf(p->mem, "%lld", (long long)json_integer_value(value))
	    : json_is_string(value) ? arena_strdup(p->mem, json_string_value(value)) : "";
}

/* Sets one control below `at` in the view. */
static int fill_control(struct setup_form *form, const struct setup_field *f, const char *at, const json_t *value,
    struct err *e)
{
	struct page *p = form->p;
	static const char *const controls[] = { [SETUP_TEXT] = "text", [SETUP_SECRET] = "secret",
	    [SETUP_NUMBER] = "number",
		[SETUP_FLAG] = "choice", [SETUP_CHOICE] = "choice", [SETUP_TICKS] = "ticks", [SETUP_LINES] = "lines",
		[SETUP_ROWS] = "rows" };

	view_set(p->view, controls[f->type], "%s.control", at);
	if (f->needed)
		view_set(p->view, "1", "%s.required", at);
	switch (f->type) {
	case SETUP_FLAG:
		for (int i = 0; i < 2; i++)
			set_choice(p, at, i, i == 1 ? "1" : "0", page_text(p, arena_printf(p->mem,
			    "setup.flag.%s_%s", f->name,
			    i == 1 ? "yes" : "no"), NULL), json_is_true(value) == (i == 1));
		return 0;
	case SETUP_CHOICE:
	case SETUP_TICKS:
		return fill_choices(form, f, at, value, e);
	case SETUP_LINES:
		view_set(p->view, lines_of(p, value), "%s.value", at);
		return 0;
	default:
		view_set(p->view, text_of(p, value), "%s.value", at);
		return 0;
	}
}

static int fill_rows(struct setup_form *f, const struct setup_field *field, const char *at, const json_t *list,
    struct err *e)
{
	struct page *p = f->p;
	size_t n = json_array_size(list) + (f->more ? ROWS_MORE : ROWS_EMPTY);
	int k = 0;

	for (const struct setup_field *c = field->columns; c->name != NULL; c++)
		view_set(p->view, page_text(p, arena_printf(p->mem, "setup.%s.%s_%s", f->r->key, field->name,
		    c->name), NULL),
		    "%s.heads.%d", at, k++);
	for (size_t i = 0; i < n && i < ROWS_MAX; i++) {
		k = 0;
		view_set_long(p->view, (long)i + 1, "%s.rows.%zu.n", at, i);
		for (const struct setup_field *c = field->columns; c->name != NULL; c++, k++) {
			const char *cell = arena_printf(p->mem, "%s.rows.%zu.cells.%d", at, i, k);
			view_set(p->view, arena_printf(p->mem, "%s-%zu-%s", field->name, i, c->name), "%s.name",
			    cell);
			view_set(p->view, page_text(p, arena_printf(p->mem, "setup.%s.%s_%s", f->r->key,
			    field->name, c->name), NULL),
			    "%s.label", cell);
			if (fill_control(f, c, cell, json_object_get(json_array_get(list, i), c->name), e) != 0)
				return -1;
			/* An empty row is allowed: it is ignored. */
			view_set(p->view, "", "%s.required", cell);
		}
	}
	return 0;
}

/* Sets the entities to choose from, for root with all entities. */
static int fill_tenants(struct setup_form *f, struct err *e)
{
	const struct setup_filter all = { .limit = 100000 };
	struct page *p = f->p;
	struct setup_thing *tenants;
	size_t n;
	long total;
	bool root = strcmp(f->r->key, "admins") == 0;

	if (setup_found(p->db, p->who, setup_resource_of("/configuration/entities"), &all, p->mem, &tenants, &n,
	    &total, e) != 0)
		return -1;
	if (root)
		set_choice(p, "Tenant", 0, "0", page_text(p, "setup.root_choice", NULL), false);
	for (size_t i = 0; i < n; i++)
		set_choice(p, "Tenant", (int)i + root, arena_printf(p->mem, "%ld", tenants[i].id), tenants[i].name,
		    tenants[i].id == f->tenant_id);
	return 0;
}

static int show(struct setup_form *f, struct err *e)
{
	struct page *p = f->p;
	const char *key = f->r->key;
	int i = 0;

	for (const struct setup_field *field = f->r->fields; field->name != NULL; field++, i++) {
		const char *at = arena_printf(p->mem, "Fields.%d", i);
		const char *label = arena_printf(p->mem, "setup.%s.%s", key, field->name);
		const char *help = arena_printf(p->mem, "setup.%s.%s_help", key, field->name);
		json_t *value = json_object_get(f->object, field->name);

		view_set(p->view, field->name, "%s.name", at);
		view_set(p->view, page_text(p, label, NULL), "%s.label", at);
		if (view_text(p->view, help) != NULL)
			view_set(p->view, page_text(p, help, NULL), "%s.help", at);
		if (fill_control(f, field, at, value, e) != 0
		    || (field->type == SETUP_ROWS && fill_rows(f, field, at, value, e) != 0))
			return -1;
		if (i == 0 && f->was != NULL && f->r->fixed_name)
			view_set(p->view, "fixed", "%s.control", at);
		/* The password of an existing administrator is changed on its own page. */
		if (f->was != NULL && field->type == SETUP_SECRET && f->r->fixed_name)
			view_set(p->view, f->was->id == p->who->admin_id ? PATH_PASSWORD
			    : arena_printf(p->mem, "%s/%ld/password", f->r->page, f->was->id), "%s.link", at);
	}
	if (f->was == NULL && setup_chooses_tenant(p, f->r) && fill_tenants(f, e) != 0)
		return -1;
	view_set(p->view, f->seen, "Setup.seen");
	if (f->strands)
		view_set(p->view, "1", "Setup.strands");
	view_set(p->view, f->r->single ? f->r->page : f->was != NULL
	    ? arena_printf(p->mem, "%s/%ld", f->r->page, f->was->id)
	    : arena_printf(p->mem, "%s/add", f->r->page), "Setup.action");
	if (f->was != NULL && setup_may_delete(p->who, f->r, f->was))
		view_set(p->view, arena_printf(p->mem, "%s/%ld/delete", f->r->page, f->was->id), "Setup.delete");
	const char *title = page_text(p, arena_printf(p->mem, "setup.%s.title", key), NULL);
	if (f->r->single) {
		view_set(p->view, "1", "Setup.single");
		return page_show(p, "setup_form", title, e);
	}
	page_trail(p, f->r->page, title);
	return page_show(p, "setup_form", f->was != NULL
	    ? page_text(p, arena_printf(p->mem, "setup.%s.edit", key), "name", page_name(p, f->was->name), NULL)
	    : page_text(p, arena_printf(p->mem, "setup.%s.add", key), NULL), e);
}

/* --- what was sent ---------------------------------------------------------- */

static const char *trimmed(struct page *p, const char *text)
{
	size_t n;

	if (text == NULL)
		return "";
	text += strspn(text, " \t\r\n");
	for (n = strlen(text); n > 0 && strchr(" \t\r\n", text[n - 1]) != NULL; n--)
		;
	return arena_strndup(p->mem, text, n);
}

static json_t *read_lines(struct page *p, const char *text)
{
	json_t *list = json_array();

	for (size_t n; text != NULL && *text != '\0'; text += n) {
		n = strcspn(text, "\r\n");
		const char *line = trimmed(p, arena_strndup(p->mem, text, n));
		if (*line != '\0')
			json_array_append_new(list, json_string(line));
		n += strspn(text + n, "\r\n");
	}
	return list;
}

static json_t *read_number(const char *text)
{
	long n = form_number(text, 0, 999999999, -1);

	return n >= 0 ? json_integer(n) : json_string(text);
}

static json_t *read_rows(struct page *p, const struct setup_field *f);

/* The value of a control; NULL: the object has no such key. */
static json_t *read_value(struct page *p, const struct setup_field *f, const char *name)
{
	const char *text = trimmed(p, form_get(&p->form, name)), *item;
	json_t *list;

	switch (f->type) {
	case SETUP_FLAG:
		return json_boolean(strcmp(text, "1") == 0);
	case SETUP_NUMBER:
		return *text != '\0' ? read_number(text) : NULL;
	case SETUP_TICKS:
		list = json_array();
		for (size_t i = 0; (item = form_nth(&p->form, name, i)) != NULL; i++)
			json_array_append_new(list, json_string(item));
		return list;
	case SETUP_LINES:
		return read_lines(p, form_get(&p->form, name));
	case SETUP_ROWS:
		return read_rows(p, f);
	case SETUP_CHOICE:
		/* An empty language is a value (that of the browser), an empty context is not. */
		return *text != '\0' || strcmp(f->choices, "@languages") == 0 ? json_string(text) : NULL;
	case SETUP_SECRET:
		text = form_get(&p->form, name);
		return text != NULL && *text != '\0' ? json_string(text) : NULL;
	default:
		return *text != '\0' || f->needed ? json_string(text) : NULL;
	}
}

/* Reads the rows; a row whose texts are all empty is left out. */
static json_t *read_rows(struct page *p, const struct setup_field *f)
{
	json_t *list = json_array();

	for (size_t i = 0; i < ROWS_MAX; i++) {
		json_t *row = json_object();
		bool filled = false, sent = false;
		for (const struct setup_field *c = f->columns; c->name != NULL; c++) {
			const char *name = arena_printf(p->mem, "%s-%zu-%s", f->name, i, c->name);
			json_t *value = read_value(p, c, name);
			sent = sent || form_get(&p->form, name) != NULL;
			filled = filled || (c->type == SETUP_TEXT && *trimmed(p, form_get(&p->form, name)) != '\0');
			if (value != NULL)
				json_object_set_new(row, c->name, value);
		}
		if (filled)
			json_array_append(list, row);
		json_decref(row);
		if (!sent)
			break;
	}
	return list;
}

static json_t *read_object(struct page *p, const struct setup_resource *r)
{
	json_t *object = json_object();

	for (const struct setup_field *f = r->fields; f->name != NULL; f++) {
		json_t *value = read_value(p, f, f->name);
		if (value != NULL)
			json_object_set_new(object, f->name, value);
	}
	return object;
}

/* The id of the control for a path such as "ranges[1].end".  For a whole row it is the row's first
 * control, for an item of a list the control of the list. */
static const char *control_id(struct page *p, const struct setup_resource *r, const char *path)
{
	const struct setup_field *f = r->fields;
	size_t n = strcspn(path, "[.");

	while (f->name != NULL && (strlen(f->name) != n || strncmp(f->name, path, n) != 0))
		f++;
	if (f->name == NULL)
		return r->fields[0].name;
	if (f->type != SETUP_ROWS || path[n] != '[')
		return f->name;
	const char *column = strchr(path, '.');
	return arena_printf(p->mem, "%s-%ld-%s", f->name, strtol(path + n + 1, NULL, 10),
	    column != NULL ? column + 1 : f->columns[0].name);
}

static void show_complaints(struct setup_form *f, const struct complaints *c)
{
	struct page *p = f->p;

	for (size_t i = 0; i < c->n; i++) {
		const char *id = control_id(p, f->r, c->list[i].path);
		const char *dash = strrchr(id, '-');
		const char *name = dash != NULL ? arena_printf(p->mem, "%.*s_%s", (int)strcspn(id, "-"), id,
		    dash + 1) : id;
		struct buf text = {0};
		buf_addf(&text, "%s ", page_text(p, arena_printf(p->mem, "setup.%s.%s", f->r->key, name), NULL));
		complaint_write(&text, &c->list[i], page_issue_text, p);
		page_fault(p, id, buf_str(&text));
		buf_free(&text);
	}
}

/* Somebody else has changed the thing meanwhile: shows the stored values beside the typed ones. */
static int show_both(struct setup_form *f, struct err *e)
{
	struct page *p = f->p;
	struct setup_thing now;

	if (setup_thing(p, f->r, &now, e) != 0)
		return -1;
	json_t *stored = json_parsed(now.object);
	page_say(p, PAGE_WARNING, page_text(p, "setup.changed", NULL));
	for (const struct setup_field *field = f->r->fields; field->name != NULL; field++) {
		const char *mine = setup_cell(p, f->r, field, json_object_get(f->object, field->name));
		const char *theirs = setup_cell(p, f->r, field, json_object_get(stored, field->name));
		if (field->type != SETUP_SECRET && strcmp(mine, theirs) != 0)
			page_fault(p, field->name, page_text(p, "setup.both", "value", *theirs != '\0' ? theirs
			    : page_text(p, "common.none", NULL), NULL));
	}
	json_decref(stored);
	f->seen = now.version;
	return 0;
}

/* Reads the entity of a new thing. */
static int read_tenant(struct setup_form *f, bool *known, struct err *e)
{
	struct page *p = f->p;
	struct setup_thing tenant;
	struct err why = {0};

	*known = true;
	f->tenant_id = p->who->tenant_id;
	f->tenant = p->who->tenant_name;
	if (!setup_chooses_tenant(p, f->r))
		return 0;
	const char *chosen = form_get(&p->form, "tenant");
	f->tenant_id = form_number(chosen, 1, 999999999, 0);
	if (f->tenant_id == 0 && strcmp(f->r->key, "admins") == 0 && chosen != NULL && strcmp(chosen, "0") == 0)
		return 0;
	if (setup_one(p->db, p->who, setup_resource_of("/configuration/entities"), f->tenant_id, p->mem, &tenant,
	    &why) == 0) {
		f->tenant = tenant.name;
		return 0;
	}
	*known = false;
	page_fault(p, "tenant", page_text(p, "setup.tenant_needed", NULL));
	return why.code == ERR_NOT_FOUND ? 0 : err_set(e, why.code, why.place, "%s", why.message);
}

static int save(struct setup_form *f, struct err *e)
{
	struct page *p = f->p;
	struct setup_change change = { .resource = f->r, .was = f->was, .tenant_id = f->tenant_id,
	    .tenant = f->tenant,
		.object = f->object, .seen = f->seen, .force = form_get(&p->form, "force") != NULL,
		.address = p->req->remote_addr };
	struct complaints c = { .mem = p->mem };
	enum setup_result result;
	struct err why = {0};
	long id = 0;

	if (setup_put(p->db, p->conf, p->who, &change, &c, &result, &id, &why) != 0) {
		if (why.code != ERR_DB_RETRY) {
			*e = why;
			return -1;
		}
		p->res->status = 409;
		page_say(p, PAGE_WARNING, page_text(p, "setup.busy", NULL));
		return show(f, e);
	}
	if (result == SETUP_DONE) {
		page_say_next(p, PAGE_DONE, f->was != NULL ? "setup.saved" : "setup.added", 1);
		return page_go(p, "%s", f->r->page);
	}
	p->res->status = result == SETUP_WRONG ? 400 : 409;
	f->strands = result == SETUP_STRANDS;
	show_complaints(f, &c);
	if (result == SETUP_CHANGED && show_both(f, e) != 0)
		return -1;
	return show(f, e);
}

static int post(struct setup_form *f, struct err *e)
{
	struct page *p = f->p;
	bool known = true;
	int rc;

	f->object = read_object(p, f->r);
	f->seen = form_get(&p->form, "seen");
	f->more = form_get(&p->form, "more") != NULL;
	if (f->was == NULL && !f->more)
		rc = read_tenant(f, &known, e);
	else
		rc = 0;
	if (rc == 0 && !known)
		p->res->status = 400;
	if (rc == 0)
		rc = f->more || !known ? show(f, e) : save(f, e);
	json_decref(f->object);
	return rc;
}

int page_setup_add(struct page *p, struct err *e)
{
	struct setup_form f = { .p = p };
	int rc;

	if ((f.r = setup_begin(p, &rc, e)) == NULL)
		return rc;
	f.object = json_object();
	f.tenant_id = p->who->tenant_id;
	rc = show(&f, e);
	json_decref(f.object);
	return rc;
}

int page_setup_add_post(struct page *p, struct err *e)
{
	struct setup_form f = { .p = p };
	int rc;

	if ((f.r = setup_begin(p, &rc, e)) == NULL)
		return rc;
	return post(&f, e);
}

/* Reads the thing of the address.  CALL_PASS if the administrator may change it. */
static int begin_edit(struct setup_form *f, struct setup_thing *was, struct err *e)
{
	int rc;

	if ((f->r = setup_begin(f->p, &rc, e)) == NULL)
		return rc;
	if (setup_thing(f->p, f->r, was, e) != 0)
		return -1;
	f->was = was;
	return setup_may_change(f->p->who, f->r, was) ? CALL_PASS : page_stop(f->p, 403, "forbidden", e);
}

int page_setup_edit(struct page *p, struct err *e)
{
	struct setup_form f = { .p = p };
	struct setup_thing was = {0};
	int rc = begin_edit(&f, &was, e);

	if (rc != CALL_PASS)
		return rc;
	f.object = json_parsed(was.object);
	f.seen = was.version;
	rc = show(&f, e);
	json_decref(f.object);
	return rc;
}

int page_setup_edit_post(struct page *p, struct err *e)
{
	struct setup_form f = { .p = p };
	struct setup_thing was = {0};
	int rc = begin_edit(&f, &was, e);

	return rc == CALL_PASS ? post(&f, e) : rc;
}
