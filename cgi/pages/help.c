/* The help beside an upload: columns with their rules, and the names that a file can use.  The
 * columns come from csv/fields.def, their rules from csv/types.def.  Contract: help.h. */
#include "pages/help.h"

#include <string.h>

#include "csv/field.h"
#include "csv/issue.h"
#include "csv/template.h"
#include "csv/value.h"
#include "csv/writer.h"
#include "pages/job_text.h"
#include "users/choices.h"

/* --- columns -------------------------------------------------------------- */

/* The rule of a column in words. */
static const char *rule(struct page *p, const struct field *f)
{
	const struct type *t = &types[f->type];
	const struct issue_param params[] = {
		{ "expected", t->expected },
		{ "min", page_long(p, f->low) },
		{ "max", page_long(p, f->high) },
	};
	struct buf text = {0};

	if (t->expected == NULL)
		return page_text(p, "import.rule.choice", "values", t->values, NULL);
	issue_format(&text, "{expected}", params, sizeof(params) / sizeof(*params), page_issue_text, p);
	const char *kept = arena_strdup(p->mem, buf_str(&text));
	buf_free(&text);
	return kept;
}

/* Whether every row needs a value. */
static bool is_always(enum reader_kind kind, const struct field *f)
{
	return f->required == (kind == READER_UPDATE ? REQUIRED_UPDATE : REQUIRED_ALWAYS);
}

static const char *required(struct page *p, enum reader_kind kind, const struct field *f)
{
	const char *name = is_always(kind, f) ? "always"
	    : f->required == REQUIRED_RESOURCE ? "resource"
	    : f->required == REQUIRED_CTI ? "cti" : "no";

	return page_text(p, arena_printf(p->mem, "upload.%s.required.%s",
	    kind == READER_UPDATE ? "update" : "import", name), NULL);
}

/* What an empty cell does to the value that is stored. */
static const char *empty_update(struct page *p, const struct field *f)
{
	static const char *const keys[] = {
		[UPDATE_EMPTY_IGNORED] = "upload.update.empty.ignored",
		[UPDATE_EMPTY_DEFAULT] = "upload.update.empty.default",
		[UPDATE_EMPTY_MISSING] = "upload.update.empty.missing",
		[UPDATE_EMPTY_SET_NULL] = "upload.update.empty.null",
		[UPDATE_EMPTY_PROTOCOL] = "upload.update.empty.protocol",
		[UPDATE_EMPTY_REMOVES] = "upload.update.empty.removes",
		[UPDATE_EMPTY_DETACHES] = "upload.update.empty.detaches",
	};

	return page_text(p, keys[f->update_empty], "value", f->empty, NULL);
}

/* What an empty cell means: a word for "nothing" or "generated", else the default value. */
static const char *empty(struct page *p, enum reader_kind kind, const struct field *f)
{
	static const char *const words[][2] = {
		{ "null", "upload.import.empty.null" },
		{ "generated", "upload.import.empty.generated" },
		{ "selected tenant", "upload.import.empty.selected_tenant" },
		{ "", "upload.import.empty.null" },
	};

	if (is_always(kind, f))
		return page_text(p, "common.none", NULL);
	if (kind == READER_UPDATE)
		return empty_update(p, f);
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (strcmp(f->empty, words[i][0]) == 0)
			return page_text(p, words[i][1], NULL);
	return f->empty;
}

static void set_column(struct page *p, enum reader_kind kind, const struct field *f, int group, int i)
{
	struct view *v = p->view;
	const char *meaning = arena_printf(p->mem, "field.%s", f->name);

	view_set(v, f->name, "Groups.%d.columns.%d.name", group, i);
	view_set(v, page_text(p, meaning, NULL), "Groups.%d.columns.%d.meaning", group, i);
	view_set(v, rule(p, f), "Groups.%d.columns.%d.rule", group, i);
	view_set(v, required(p, kind, f), "Groups.%d.columns.%d.required", group, i);
	if (is_always(kind, f))
		view_set(v, "1", "Groups.%d.columns.%d.always", group, i);
	view_set(v, empty(p, kind, f), "Groups.%d.columns.%d.empty", group, i);
	if (f->old[0] != '\0')
		view_set(v, page_text(p, "import.columns.older", "name", f->old, NULL),
		    "Groups.%d.columns.%d.older", group, i);
}

void help_columns(struct page *p, enum reader_kind kind)
{
	for (int r = 0; r < RESOURCE__MAX; r++) {
		const char *name = field_resource_name((enum field_resource)r);
		const char *title = page_text(p, arena_printf(p->mem, "import.resource.%s", name), NULL);
		int i = 0;

		view_set(p->view, title, "Groups.%d.title", r);
		view_set(p->view, page_text(p, "import.columns.caption", "resource", title, NULL),
		    "Groups.%d.caption", r);
		for (size_t f = 0; f < FIELD__MAX; f++)
			if (fields[f].resource == (enum field_resource)r && template_has(kind, &fields[f]))
				set_column(p, kind, &fields[f], r, i++);
	}
}

/* --- names of the tenant --------------------------------------------------- */

static void set_range(struct page *p, const struct choices_range *r, int context, int i)
{
	struct view *v = p->view;
	const char *kind = arena_printf(p->mem, "import.choices.kind_name.%s", r->kind);

	view_set(v, page_text(p, kind, NULL), "Contexts.%d.ranges.%d.kind", context, i);
	view_set(v, r->low, "Contexts.%d.ranges.%d.low", context, i);
	view_set(v, r->high, "Contexts.%d.ranges.%d.high", context, i);
	view_set(v, r->size < 0 ? page_text(p, "import.choices.many", NULL) : page_long(p, r->free),
	    "Contexts.%d.ranges.%d.free", context, i);
	view_set(v, r->next, "Contexts.%d.ranges.%d.next", context, i);
}

static void set_contexts(struct page *p, const struct choices *c)
{
	for (size_t i = 0; i < c->n_contexts; i++) {
		const struct choices_context *x = &c->contexts[i];
		const char *type = arena_printf(p->mem, "import.choices.type_name.%s", x->type);

		view_set(p->view, x->name, "Contexts.%zu.name", i);
		view_set(p->view, page_text(p, type, NULL), "Contexts.%zu.type", i);
		view_set_long(p->view, x->entity_id, "Contexts.%zu.entity", i);
		for (size_t r = 0; r < x->n_ranges; r++)
			set_range(p, &x->ranges[r], (int)i, (int)r);
	}
}

/* Sets one list of names, at place i of Choices.  With `list` the column can hold several names:
 * they are shown as they are written in a cell, with ; and \ escaped. */
static void set_names(struct page *p, int i, const char *kind, const char *const *names, size_t n,
    bool list)
{
	struct buf cell = {0};

	view_set(p->view, page_text(p, arena_printf(p->mem, "import.choices.%s", kind), NULL),
	    "Choices.%d.title", i);
	view_set(p->view, page_text(p, arena_printf(p->mem, "import.choices.for_columns.%s", kind), NULL),
	    "Choices.%d.for", i);
	for (size_t k = 0; k < n; k++) {
		buf_reset(&cell);
		if (list)
			writer_list(&cell, 1, &names[k]);
		else
			buf_adds(&cell, names[k]);
		view_set(p->view, buf_str(&cell), "Choices.%d.names.%zu", i, k);
	}
	buf_free(&cell);
}

int help_choices(struct page *p, struct err *e)
{
	struct choices c = {0};

	if (choices_read(p->db, p->who, p->mem, &c, e) != 0)
		return -1;
	if (p->who->tenant_id == 0)
		view_set(p->view, "1", "Help.entities");
	view_set(p->view, p->who->tenant_id == 0 ? page_text(p, "import.choices.intro_all", NULL)
	    : page_text(p, "import.choices.intro", "tenant", p->who->tenant_name, NULL), "Help.intro");
	set_contexts(p, &c);
	set_names(p, 0, "permissions", c.permissions, c.n_permissions, true);
	set_names(p, 1, "labels", c.labels, c.n_labels, true);
	set_names(p, 2, "profiles", c.profiles, c.n_profiles, false);
	set_names(p, 3, "sites", c.sites, c.n_sites, false);
	for (size_t i = 0; i < c.n_entities; i++) {
		view_set_long(p->view, c.entities[i].id, "Entities.%zu.id", i);
		view_set(p->view, c.entities[i].name, "Entities.%zu.name", i);
	}
	return 0;
}
