/* The fields of the form of one user.  Contract: user_fields.h. */
#include "pages/user_fields.h"

#include <string.h>

#include "csv/writer.h"

#define TICKS_MAX 40	/* up to so many names are shown as check boxes; more are typed */

/* The groups in the order of the form.  The columns that most users have are shown, in this order;
 * the rest of a group is behind "more". */
static const enum field_resource groups[] = {
	RESOURCE_USER, RESOURCE_PHONE, RESOURCE_INCALL, RESOURCE_VOICEMAIL, RESOURCE_LABELS,
	RESOURCE_CALL_PERMISSIONS, RESOURCE_CTI,
};
static const enum field_id frequent[] = {
	FIELD_entity_id, FIELD_firstname, FIELD_lastname, FIELD_email, FIELD_enabled, FIELD_line_protocol,
	FIELD_context, FIELD_exten, FIELD_incall_exten, FIELD_incall_context, FIELD_voicemail_number,
	FIELD_voicemail_context, FIELD_voicemail_name, FIELD_labels, FIELD_call_permissions,
};
#define N_FREQUENT (sizeof(frequent) / sizeof(*frequent))
_Static_assert(sizeof(groups) / sizeof(*groups) == RESOURCE__MAX, "each resource is a group");

static bool is_frequent(enum field_id id)
{
	for (size_t i = 0; i < N_FREQUENT; i++)
		if (frequent[i] == id)
			return true;
	return false;
}

bool user_fields_has(const struct user_fields *f, enum field_id id)
{
	const struct field *column = &fields[id];

	if (id == FIELD_uuid || column->required == REQUIRED_NEVER)
		return false;
	return id != FIELD_entity_id || (f->is_new && f->p->who->tenant_id == 0);
}

/* The number of items in a list cell; an empty cell has one item. */
static size_t list_items(const char *cell)
{
	size_t n = 1;

	for (; *cell != '\0'; cell++)
		if (*cell == '\\' && cell[1] != '\0')
			cell++;
		else if (*cell == ';')
			n++;
	return n;
}

/* A field of the page, Form.GROUP.PART.N, that is being set. */
struct control {
	struct user_fields *f;
	enum field_id id;
	int group;
	const char *part;		/* "fields", or "more": hidden at first */
	int n;
	size_t n_choices;
};

static void set(struct control *c, const char *value, const char *what)
{
	view_set(c->f->p->view, value, "Form.%d.%s.%d.%s", c->group, c->part, c->n, what);
}

static void add_choice(struct control *c, const char *value, const char *text, bool chosen)
{
	struct view *v = c->f->p->view;

	view_set(v, value, "Form.%d.%s.%d.choices.%zu.value", c->group, c->part, c->n, c->n_choices);
	view_set(v, text, "Form.%d.%s.%d.choices.%zu.text", c->group, c->part, c->n, c->n_choices);
	if (chosen)
		view_set(v, "1", "Form.%d.%s.%d.choices.%zu.chosen", c->group, c->part, c->n,
		    c->n_choices);
	c->n_choices++;
}

/* Adds names to choose one from.  The user's own value is always one of them, even if it no longer
 * exists. */
static void add_names(struct control *c, const char *const *names, size_t n)
{
	const char *now = c->f->cells[c->id];
	bool there = *now == '\0';

	add_choice(c, "", page_text(c->f->p, "common.none", NULL), *now == '\0');
	for (size_t i = 0; i < n; i++) {
		add_choice(c, names[i], names[i], strcmp(names[i], now) == 0);
		there = there || strcmp(names[i], now) == 0;
	}
	if (!there)
		add_choice(c, now, now, true);
	set(c, "choice", "control");
}

/* Adds the words of a type of types.def: "sip, sccp, webrtc, ua". */
static void add_words(struct control *c, const char *words)
{
	const char *names[32];
	size_t n = 0;

	while (*words != '\0' && n < 32) {
		size_t len = strcspn(words, ",");
		names[n++] = arena_strndup(c->f->p->mem, words, len);
		words += len;
		words += strspn(words, ", ");
	}
	add_names(c, names, n);
}

static void add_bool(struct control *c)
{
	struct page *p = c->f->p;
	const char *now = c->f->cells[c->id];

	if (fields[c->id].update_empty == UPDATE_EMPTY_SET_NULL)
		add_choice(c, "", page_text(p, "common.none", NULL), *now == '\0');
	add_choice(c, "1", page_text(p, "common.yes", NULL), strcmp(now, "1") == 0);
	add_choice(c, "0", page_text(p, "common.no", NULL), strcmp(now, "0") == 0);
	set(c, "choice", "control");
}

/* Whether a list cell has the name. */
static bool has_name(const char *cell, const char *name)
{
	struct buf one = {0};
	bool found = false;

	writer_list(&one, 1, &name);
	size_t n = one.len;
	for (const char *at = cell; !found && *at != '\0'; at++) {
		found = strncmp(at, buf_str(&one), n) == 0 && (at[n] == ';' || at[n] == '\0');
		while (*at != '\0' && *at != ';')
			at += *at == '\\' && at[1] != '\0' ? 2 : 1;
		if (*at == '\0')
			break;
	}
	buf_free(&one);
	return found;
}

static void add_ticks(struct control *c, const char *const *names, size_t n)
{
	if (n > TICKS_MAX) {
		set(c, "text", "control");
		return;
	}
	for (size_t i = 0; i < n; i++)
		add_choice(c, names[i], names[i], has_name(c->f->cells[c->id], names[i]));
	set(c, "ticks", "control");
}

/* Adds the contexts of a type; NULL: of any type. */
static void add_contexts(struct control *c, const char *type)
{
	const struct choices *all = &c->f->choices;
	const char **names = arena_alloc(c->f->p->mem, (all->n_contexts + 1) * sizeof(*names));
	size_t n = 0;

	for (size_t i = 0; i < all->n_contexts; i++)
		if (type == NULL || strcmp(all->contexts[i].type, type) == 0)
			names[n++] = all->contexts[i].name;
	add_names(c, names, n);
}

static void add_entities(struct control *c)
{
	const struct choices *all = &c->f->choices;

	add_choice(c, "", page_text(c->f->p, "common.none", NULL), *c->f->cells[c->id] == '\0');
	for (size_t i = 0; i < all->n_entities; i++) {
		const char *id = arena_printf(c->f->p->mem, "%ld", all->entities[i].id);
		add_choice(c, id, all->entities[i].name, strcmp(id, c->f->cells[c->id]) == 0);
	}
	set(c, "choice", "control");
}

/* Adds the next free number of each range of a kind, to choose from. */
static void add_numbers(struct control *c, const char *kind)
{
	const struct choices *all = &c->f->choices;
	struct page *p = c->f->p;

	for (size_t i = 0; i < all->n_contexts; i++)
		for (size_t r = 0; r < all->contexts[i].n_ranges; r++) {
			const struct choices_range *range = &all->contexts[i].ranges[r];
			if (strcmp(range->kind, kind) != 0 || range->next == NULL)
				continue;
			view_set(p->view, page_text(p, "user_form.free", "next", range->next, "context",
			    all->contexts[i].name, "low", range->low, "high", range->high, NULL),
			    "Form.%d.%s.%d.free.%zu", c->group, c->part, c->n, c->n_choices);
			add_choice(c, range->next, all->contexts[i].name, false);
		}
	set(c, "number", "control");
}

static void set_control(struct control *c)
{
	const struct choices *all = &c->f->choices;
	const char *now = c->f->cells[c->id];

	switch (c->id) {
	case FIELD_entity_id:
		add_entities(c);
		return;
	case FIELD_context:
		add_contexts(c, "internal");
		return;
	case FIELD_voicemail_context:
		add_contexts(c, NULL);
		return;
	case FIELD_incall_context:
		if (list_items(now) == 1)
			add_contexts(c, "incall");
		else
			set(c, "text", "control");
		return;
	case FIELD_cti_profile_name:
		add_names(c, all->profiles, all->n_profiles);
		return;
	case FIELD_line_site:
		add_names(c, all->sites, all->n_sites);
		return;
	case FIELD_labels:
		add_ticks(c, all->labels, all->n_labels);
		return;
	case FIELD_call_permissions:
		add_ticks(c, all->permissions, all->n_permissions);
		return;
	case FIELD_exten:
		add_numbers(c, "user");
		return;
	case FIELD_incall_exten:
		add_numbers(c, "incall");
		return;
	default:
		break;
	}
	if (fields[c->id].type == VALUE_BOOL)
		add_bool(c);
	else if (types[fields[c->id].type].expected == NULL)
		add_words(c, types[fields[c->id].type].values);
	else
		set(c, strchr(now, '\n') != NULL ? "area" : "text", "control");
}

static void set_field(struct user_fields *f, enum field_id id, int group, const char *part, int n)
{
	struct control c = { .f = f, .id = id, .group = group, .part = part, .n = n };
	struct page *p = f->p;
	const char *label = page_text(p, arena_printf(p->mem, "user.label.%s", fields[id].name), NULL);
	const char *help = page_text(p, arena_printf(p->mem, "field.%s", fields[id].name), NULL);

	set(&c, fields[id].name, "name");
	set(&c, label, "label");
	if (strcmp(label, help) != 0)
		set(&c, help, "help");
	set(&c, f->cells[id], "value");
	if (f->was[id] != NULL) {
		set(&c, "1", "edited");
		set(&c, f->was[id], "was");
	}
	if (fields[id].required == REQUIRED_ALWAYS)
		set(&c, "1", "required");
	set_control(&c);
}

static void set_group(struct user_fields *f, int group)
{
	const char *name = field_resource_name(groups[group]);
	struct page *p = f->p;
	int shown = 0, folded = 0;

	view_set(p->view, name, "Form.%d.name", group);
	view_set(p->view, page_text(p, arena_printf(p->mem, "user.group.%s", name), NULL), "Form.%d.title", group);
	for (size_t i = 0; i < N_FREQUENT; i++)
		if (fields[frequent[i]].resource == groups[group] && user_fields_has(f, frequent[i]))
			set_field(f, frequent[i], group, "fields", shown++);
	for (size_t i = 0; i < FIELD__MAX; i++) {
		enum field_id id = (enum field_id)i;
		if (fields[i].resource != groups[group] || !user_fields_has(f, id) || is_frequent(id))
			continue;
		if (f->wrong[id])
			view_set(p->view, "1", "Form.%d.open", group);
		set_field(f, id, group, "more", folded++);
	}
}

int user_fields_show(struct user_fields *f, struct err *e)
{
	if (choices_read(f->p->db, f->p->who, f->p->mem, &f->choices, e) != 0)
		return -1;
	for (int i = 0; i < RESOURCE__MAX; i++)
		set_group(f, i);
	return 0;
}
