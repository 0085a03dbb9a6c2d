/* The lists of the setup (contexts, labels, administrators ...), and deleting a thing: the page asks
 * first, or shows where it is used. */
#include "pages/setup.h"

#include <string.h>

#include "base/json.h"
#include "pages/paths.h"
#include "pages/routes.h"

#define PAGE_SIZE 50
#define ROWS_SHOWN 8	/* items of a list that a cell shows */

const struct setup_resource *setup_begin(struct page *p, int *rc, struct err *e)
{
	const struct setup_resource *r = setup_resource_of(p->req->path);

	if (r == NULL || (r->for_root && !p->who->root)) {
		*rc = page_stop(p, 403, "forbidden", e);
		return NULL;
	}
	view_set(p->view, r->key, "Setup.key");
	view_set(p->view, r->page, "Setup.path");
	page_menu(p, r->key);
	*rc = 0;
	return r;
}

int setup_thing(struct page *p, const struct setup_resource *r, struct setup_thing *out, struct err *e)
{
	return setup_one(p->db, p->who, r, r->single ? 1 : route_id(&p->route), p->mem, out, e);
}

bool setup_chooses_tenant(const struct page *p, const struct setup_resource *r)
{
	return p->who->tenant_id == 0 && !r->for_root;
}

/* --- values ----------------------------------------------------------------- */

const char *setup_choice(struct page *p, const struct setup_field *f, const char *word)
{
	char *key = arena_strdup(p->mem, word);

	bool language = f->choices != NULL && strcmp(f->choices, "@languages") == 0;

	if (*word == '\0')
		return page_text(p, language ? "setup.choice.browser" : "setup.choice.none", NULL);
	if (language)
		return page_text(p, arena_printf(p->mem, "language.%s", word), NULL);
	if (f->choices != NULL && f->choices[0] == '@')
		return word;
	for (char *c = key; *c != '\0'; c++)
		if (*c == '.')
			*c = '_';
	return page_text(p, arena_printf(p->mem, "setup.choice.%s", key), NULL);
}

static const char *flag_text(struct page *p, const struct setup_field *f, bool is)
{
	return page_text(p, arena_printf(p->mem, "setup.flag.%s_%s", f->name, is ? "yes" : "no"), NULL);
}

/* One object of a list, in the form of its text: "{kind} {start}-{end}". */
static const char *row_text(struct page *p, const struct setup_resource *r, const struct setup_field *f,
    const json_t *row)
{
	const char *names[4] = {0}, *values[4] = {0};
	size_t n = 0;

	for (const struct setup_field *c = f->columns; c->name != NULL && n < 4; c++, n++) {
		names[n] = c->name;
		values[n] = setup_cell(p, r, c, json_object_get(row, c->name));
	}
	return page_text(p, arena_printf(p->mem, "setup.%s.%s_row", r->key, f->name),
	    names[0], values[0], names[1], values[1], names[2], values[2], names[3], values[3], NULL);
}

static const char *item_text(struct page *p, const struct setup_resource *r, const struct setup_field *f,
    const json_t *item)
{
	return f->type == SETUP_ROWS ? row_text(p, r, f, item)
	    : f->type == SETUP_TICKS ? setup_choice(p, f, json_string_value(item)) : json_string_value(item);
}

static const char *list_text(struct page *p, const struct setup_resource *r, const struct setup_field *f,
    const json_t *list)
{
	const char *text = "";
	json_t *item;
	size_t i;

	json_array_foreach(list, i, item)
		text = arena_printf(p->mem, "%s%s%s", text, i > 0 ? ", " : "", item_text(p, r, f, item));
	return text;
}

const char *setup_cell(struct page *p, const struct setup_resource *r, const struct setup_field *f,
    const json_t *value)
{
	switch (f->type) {
	case SETUP_FLAG:
		return flag_text(p, f, json_is_true(value));
	case SETUP_NUMBER:
		return json_is_integer(value) ? arena_printf(p->mem, "%lld", (long long)json_integer_value(value))
		    : "";
	case SETUP_CHOICE:
		return json_is_string(value) ? setup_choice(p, f, json_string_value(value)) : "";
	case SETUP_TICKS:
	case SETUP_LINES:
	case SETUP_ROWS:
		return list_text(p, r, f, value);
	default:
		return json_is_string(value) ? arena_strdup(p->mem, json_string_value(value)) : "";
	}
}

/* --- the list --------------------------------------------------------------- */

/* A value, or the first items of a list, each of which stays in one piece. */
static void fill_cell(struct page *p, const struct setup_resource *r, const struct setup_field *f,
    const json_t *value, const char *at)
{
	size_t n = json_array_size(value);

	view_set(p->view, page_text(p, arena_printf(p->mem, "setup.%s.%s", r->key, f->name), NULL), "%s.label", at);
	if (!json_is_array(value))
		view_set(p->view, setup_cell(p, r, f, value), "%s.text", at);
	for (size_t k = 0; k < n && k < ROWS_SHOWN; k++)
		view_set(p->view, item_text(p, r, f, json_array_get(value, k)), "%s.items.%zu", at, k);
	if (n > ROWS_SHOWN)
		view_set(p->view, arena_printf(p->mem, "… (%zu)", n), "%s.items.%d", at, ROWS_SHOWN);
}

static void fill_thing(struct page *p, const struct setup_resource *r, const struct setup_thing *t, size_t i)
{
	json_t *object = json_parsed(t->object);
	int cell = 0;

	view_set_long(p->view, t->id, "Things.%zu.id", i);
	view_set(p->view, t->name, "Things.%zu.name", i);
	view_set(p->view, t->tenant != NULL ? t->tenant : page_text(p, "setup.root", NULL), "Things.%zu.entity", i);
	if (setup_may_change(p->who, r, t))
		view_set(p->view, "1", "Things.%zu.mine", i);
	if (setup_may_delete(p->who, r, t))
		view_set(p->view, "1", "Things.%zu.delete", i);
	view_set(p->view, page_long(p, t->uses), "Things.%zu.uses", i);
	for (const struct setup_field *f = r->fields + 1; f->name != NULL; f++)
		if (f->listed)
			fill_cell(p, r, f, json_object_get(object, f->name), arena_printf(p->mem,
			    "Things.%zu.cells.%d", i, cell++));
	json_decref(object);
}

static void fill_heads(struct page *p, const struct setup_resource *r)
{
	int i = 0;

	for (const struct setup_field *f = r->fields; f->name != NULL; f++)
		if (f->listed)
			view_set(p->view, page_text(p, arena_printf(p->mem, "setup.%s.%s", r->key, f->name), NULL),
			    "Heads.%d", i++);
}

int page_setup_list(struct page *p, struct err *e)
{
	long page = form_number(form_get(&p->query, "page"), 1, 9999999, 1), total;
	const char *q = form_get(&p->query, "q");
	struct setup_filter filter = { .search = q, .limit = PAGE_SIZE, .offset = (page - 1) * PAGE_SIZE };
	struct setup_thing *things;
	struct buf query = {0};
	size_t n;
	int rc;
	const struct setup_resource *r = setup_begin(p, &rc, e);

	if (r == NULL)
		return rc;
	if (setup_found(p->db, p->who, r, &filter, p->mem, &things, &n, &total, e) != 0)
		return -1;
	if (q != NULL && *q != '\0') {
		view_set(p->view, q, "Setup.q");
		form_encode(&query, "q", q);
	}
	const char *kept = arena_strdup(p->mem, buf_str(&query));
	buf_free(&query);
	if (page > page_last(PAGE_SIZE, total))
		return page_go_last(p, r->page, kept, PAGE_SIZE, total);
	fill_heads(p, r);
	for (size_t i = 0; i < n; i++)
		fill_thing(p, r, &things[i], i);
	if (setup_chooses_tenant(p, r))
		view_set(p->view, "1", "Setup.entities");
	page_pager(p, r->page, kept, page, PAGE_SIZE, total);
	return page_show(p, "setup_list", page_text(p, arena_printf(p->mem, "setup.%s.title", r->key), NULL), e);
}

/* --- deleting --------------------------------------------------------------- */

/* The address of a use of the thing. */
static const char *use_href(struct page *p, const struct setup_use *u)
{
	const struct setup_resource *r;

	if (strcmp(u->what, "user") == 0)
		return arena_printf(p->mem, PATH_USERS "/%s", u->ref);
	if (strcmp(u->what, "job") == 0)
		return arena_printf(p->mem, PATH_IMPORTS "/%s", u->ref);
	for (size_t i = 0; (r = setup_resource(i)) != NULL; i++)
		if (strcmp(r->key, u->what) == 0 || (strcmp(u->what, "trunk") == 0 && strcmp(r->key, "trunks") == 0))
			return arena_printf(p->mem, "%s/%s", r->page, u->ref);
	return NULL;
}

/* Shows the page that asks, or says where the thing is used. */
static int ask(struct page *p, const struct setup_resource *r, const struct setup_thing *t, struct err *e)
{
	struct setup_use *uses;
	bool history = r->for_root;	/* nothing but jobs that can be forgotten */
	int kind = -1, item = 0;
	size_t n;

	if (setup_uses(p->db, p->who, r, t, p->mem, &uses, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (i == 0 || strcmp(uses[i].what, uses[i - 1].what) != 0) {
			view_set(p->view, page_count(p, arena_printf(p->mem, "setup.uses.%s", uses[i].what),
			    uses[i].n),
			    "Uses.%d.text", ++kind);
			item = 0;
		}
		view_set(p->view, uses[i].name, "Uses.%d.items.%d.name", kind, item);
		view_set(p->view, use_href(p, &uses[i]), "Uses.%d.items.%d.href", kind, item++);
		view_set(p->view, uses[i].n > item ? "1" : "", "Uses.%d.more", kind);
		history = history && strcmp(uses[i].what, "job") == 0;
	}
	if (history && n > 0)
		view_set(p->view, page_text(p, "setup.delete.history", "name", page_name(p, t->name), "jobs",
		    page_count(p, "setup.uses.job", uses[0].n), NULL), "Setup.history");
	view_set_long(p->view, t->id, "Setup.id");
	view_set(p->view, page_text(p, "setup.delete.sure", "name", page_name(p, t->name), NULL), "Setup.sure");
	view_set(p->view, page_text(p, "setup.delete.used", "name", page_name(p, t->name), NULL), "Setup.used");
	page_trail(p, r->page, page_text(p, arena_printf(p->mem, "setup.%s.title", r->key), NULL));
	page_trail(p, arena_printf(p->mem, "%s/%ld", r->page, t->id), t->name);
	return page_show(p, "setup_delete", page_text(p, "setup.delete.title", "name", page_name(p, t->name), NULL),
	    e);
}

static int begin_delete(struct page *p, const struct setup_resource **r, struct setup_thing *t, struct err *e)
{
	int rc;

	*r = setup_begin(p, &rc, e);
	if (*r == NULL)
		return rc;
	if (setup_thing(p, *r, t, e) != 0)
		return -1;
	if (!setup_may_delete(p->who, *r, t))
		return page_stop(p, 403, "forbidden", e);
	return CALL_PASS;
}

int page_setup_delete(struct page *p, struct err *e)
{
	const struct setup_resource *r;
	struct setup_thing t = {0};
	int rc = begin_delete(p, &r, &t, e);

	return rc == CALL_PASS ? ask(p, r, &t, e) : rc;
}

int page_setup_delete_post(struct page *p, struct err *e)
{
	const struct setup_resource *r;
	enum setup_result result;
	struct setup_thing t = { .name = "" };
	struct err why = {0};
	int rc = begin_delete(p, &r, &t, e);
	const char *typed = form_get(&p->form, "name");

	if (rc != CALL_PASS)
		return rc;
	if (typed != NULL && strcmp(typed, t.name) != 0) {
		p->res->status = 400;
		page_fault(p, "name", page_text(p, "setup.delete.not_name", "name", page_name(p, t.name), NULL));
		return ask(p, r, &t, e);
	}
	rc = setup_delete(p->db, p->who, r, &t, typed != NULL, p->req->remote_addr, &result, &why);
	if (rc != 0 && why.code != ERR_DB_RETRY) {
		*e = why;
		return -1;
	}
	if (rc == 0 && result == SETUP_DONE) {
		page_say_next(p, PAGE_DONE, "setup.deleted", 1);
		return page_go(p, "%s", r->page);
	}
	p->res->status = 409;
	if (rc != 0)
		page_say(p, PAGE_WARNING, page_text(p, "setup.busy", NULL));
	else
		page_say(p, PAGE_ERROR, page_text(p, "setup.delete.refused", NULL));
	return ask(p, r, &t, e);
}
