/* Extensions, incoming calls and voicemails: the list of numbers with their owners, and how full the
 * ranges are; adding numbers; one number with all its owners. */
#include <string.h>

#include "pages/routes.h"
#include "setup/number.h"
#include "users/choices.h"

#define PAGE_SIZE 50

static const char *const pages[] = { "/services/ipbx/extensions", "/services/ipbx/incalls",
    "/services/ipbx/voicemails" };
static const char *const states[] = { "used", "free", "reserved" };

/* The kind of number of the page's address. */
static enum number_kind begin(struct page *p)
{
	enum number_kind kind = NUMBER_EXTENSION;

	for (int i = 0; i < 3; i++)
		if (strncmp(p->req->path, pages[i], strlen(pages[i])) == 0)
			kind = (enum number_kind)i;
	view_set(p->view, number_word(kind), "Numbers.kind");
	view_set(p->view, pages[kind], "Numbers.path");
	if (page_may(p, RIGHT_SETUP))
		view_set(p->view, "1", "Numbers.may");
	page_menu(p, number_word(kind));
	return kind;
}

static const char *title(struct page *p, enum number_kind kind)
{
	return page_text(p, arena_printf(p->mem, "numbers.%s.title", number_word(kind)), NULL);
}

/* --- the list --------------------------------------------------------------- */

/* The address of the form that adds a user with this number. */
static const char *add_href(struct page *p, enum number_kind kind, const char *context, const char *number)
{
	struct buf query = {0};

	form_encode(&query, "context", context);
	form_encode(&query, "number", number);
	const char *href = arena_printf(p->mem, "%s/add?%s", pages[kind], buf_str(&query));
	buf_free(&query);
	return href;
}

/* How full the ranges of the kind are, and the next free number of each. */
static int fill_ranges(struct page *p, enum number_kind kind, struct err *e)
{
	const char *wanted = kind == NUMBER_INCALL ? "incall" : "user";
	struct choices c;
	int i = 0;

	if (kind == NUMBER_VOICEMAIL)
		return 0;
	if (choices_read(p->db, p->who, p->mem, &c, e) != 0)
		return -1;
	for (size_t k = 0; k < c.n_contexts; k++)
		for (size_t j = 0; j < c.contexts[k].n_ranges; j++) {
			const struct choices_range *r = &c.contexts[k].ranges[j];
			if (strcmp(r->kind, wanted) != 0)
				continue;
			view_set(p->view, c.contexts[k].name, "Ranges.%d.context", i);
			view_set(p->view, page_text(p, "numbers.range", "from", r->low, "to", r->high, NULL),
			    "Ranges.%d.range", i);
			view_set(p->view, r->next, "Ranges.%d.next", i);
			if (r->next != NULL)
				view_set(p->view, add_href(p, kind, c.contexts[k].name, r->next), "Ranges.%d.href", i);
			if (r->size > 0) {
				view_set(p->view, page_text(p, "numbers.full", "used", page_long(p,
				    r->size - r->free),
				    "size", page_long(p, r->size), NULL), "Ranges.%d.full", i);
				view_set_long(p->view, r->size - r->free, "Ranges.%d.used", i);
				view_set_long(p->view, r->size, "Ranges.%d.size", i);
			}
			i++;
		}
	return 0;
}

/* The names of the contexts in which such numbers can be, each once. */
static int fill_contexts(struct page *p, enum number_kind kind, const char *chosen, struct err *e)
{
	struct number_context *list;
	size_t n;
	int i = 0;

	if (number_contexts(p->db, p->who, kind, p->mem, &list, &n, e) != 0)
		return -1;
	for (size_t j = 0; j < n; j++) {
		bool before = false;
		for (size_t k = 0; k < j; k++)
			before = before || strcmp(list[k].name, list[j].name) == 0;
		if (before)
			continue;
		view_set(p->view, list[j].name, "Contexts.%d.name", i);
		if (strcmp(list[j].name, chosen) == 0)
			view_set(p->view, "1", "Contexts.%d.current", i);
		i++;
	}
	return 0;
}

static void fill_number(struct page *p, const struct number *n, size_t i)
{
	if (n->id != 0)
		view_set_long(p->view, n->id, "List.%zu.id", i);
	view_set(p->view, n->number, "List.%zu.number", i);
	view_set(p->view, n->name, "List.%zu.name", i);
	view_set(p->view, n->context, "List.%zu.context", i);
	view_set(p->view, n->tenant, "List.%zu.entity", i);
	view_set(p->view, n->uuid, "List.%zu.uuid", i);
	view_set(p->view, n->owner, "List.%zu.owner", i);
	if (n->owners > 1)
		view_set(p->view, page_count(p, "numbers.others", n->owners - 1), "List.%zu.others", i);
	view_set(p->view, n->owners > 0 ? "used" : n->reserved ? "reserved" : "free", "List.%zu.state", i);
}

static const char *value(struct page *p, const char *name)
{
	const char *text = form_get(&p->query, name);

	return text != NULL ? text : "";
}

int page_numbers(struct page *p, struct err *e)
{
	enum number_kind kind = begin(p);
	long page = form_number(form_get(&p->query, "page"), 1, 9999999, 1), total;
	struct number_filter f = { .search = value(p, "q"), .context = value(p, "context"), .state = value(p,
	    "state"),
		.limit = PAGE_SIZE, .offset = (page - 1) * PAGE_SIZE };
	const char *const names[] = { "q", "context", "state" }, *const values[] = { f.search, f.context, f.state };
	struct buf query = {0};
	struct number *list;
	size_t n;

	if (number_list(p->db, p->who, kind, &f, p->mem, &list, &n, &total, e) != 0)
		return -1;
	for (int i = 0; i < 3; i++)
		if (*values[i] != '\0') {
			form_encode(&query, names[i], values[i]);
			view_set(p->view, values[i], "Numbers.%s", names[i]);
		}
	const char *kept = arena_strdup(p->mem, buf_str(&query));
	buf_free(&query);
	if (n == 0 && page > 1)
		return page_go(p, "%s?%s", pages[kind], kept);
	for (size_t i = 0; i < n; i++)
		fill_number(p, &list[i], i);
	for (int i = 0; i < (kind == NUMBER_VOICEMAIL ? 2 : 3); i++) {
		view_set(p->view, states[i], "States.%d.name", i);
		if (strcmp(states[i], f.state) == 0)
			view_set(p->view, "1", "States.%d.current", i);
	}
	if (fill_contexts(p, kind, f.context, e) != 0 || (p->who->tenant_id != 0 && fill_ranges(p, kind, e) != 0))
		return -1;
	if (p->who->tenant_id == 0)
		view_set(p->view, "1", "Numbers.entities");
	page_pager(p, pages[kind], kept, page, PAGE_SIZE, total);
	return page_show(p, "numbers", title(p, kind), e);
}

/* --- adding ----------------------------------------------------------------- */

static int show_add(struct page *p, enum number_kind kind, const char *context, const char *first, const char *last,
    struct err *e)
{
	struct number_context *list;
	size_t n;

	if (number_contexts(p->db, p->who, kind, p->mem, &list, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		view_set_long(p->view, list[i].id, "Contexts.%zu.id", i);
		view_set(p->view, p->who->tenant_id != 0 ? list[i].name : arena_printf(p->mem, "%s (%s)",
		    list[i].name,
		    list[i].tenant), "Contexts.%zu.name", i);
		if (strcmp(list[i].name, context) == 0 || strcmp(arena_printf(p->mem, "%ld", list[i].id),
		    context) == 0)
			view_set(p->view, "1", "Contexts.%zu.current", i);
	}
	view_set(p->view, first, "Number.first");
	view_set(p->view, last, "Number.last");
	page_trail(p, pages[kind], title(p, kind));
	return page_show(p, "number_add", page_text(p, arena_printf(p->mem, "numbers.%s.add", number_word(kind)),
	    NULL), e);
}

int page_number_add(struct page *p, struct err *e)
{
	return show_add(p, begin(p), value(p, "context"), value(p, "number"), "", e);
}

static const char *trimmed(struct page *p, const char *name)
{
	const char *text = form_get(&p->form, name);

	if (text == NULL)
		return "";
	text += strspn(text, " \t");
	return arena_strndup(p->mem, text, strcspn(text, " \t\r\n"));
}

static const char *fault_text(struct page *p, const struct number_fault *fault)
{
	return page_text(p, arena_printf(p->mem, "numbers.fault.%s", fault->key), "number", fault->number, NULL);
}

/* Whether an import runs: then the page says so.  Any other error is passed on in `e`. */
static bool is_busy(struct page *p, const struct err *why, struct err *e)
{
	if (why->code != ERR_DB_RETRY) {
		*e = *why;
		return false;
	}
	p->res->status = 409;
	page_say(p, PAGE_WARNING, page_text(p, "setup.busy", NULL));
	return true;
}

int page_number_add_post(struct page *p, struct err *e)
{
	enum number_kind kind = begin(p);
	const char *context = trimmed(p, "context"), *first = trimmed(p, "first"), *last = trimmed(p, "last");
	long id = form_number(context, 1, 999999999, 0);
	struct number_context *list, *chosen = NULL;
	struct number_fault fault = {0};
	struct err why = {0};
	size_t n;

	if (number_contexts(p->db, p->who, kind, p->mem, &list, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++)
		if (list[i].id == id)
			chosen = &list[i];
	if (chosen == NULL) {
		p->res->status = 400;
		page_fault(p, "context", page_text(p, "numbers.fault.context", NULL));
		return show_add(p, kind, context, first, last, e);
	}
	if (number_add(p->db, p->who, kind, chosen, first, last, form_get(&p->form, "reserve") != NULL,
	    p->req->remote_addr, p->mem, &fault, &why) != 0)
		return is_busy(p, &why, e) ? show_add(p, kind, context, first, last, e) : -1;
	if (fault.key != NULL) {
		p->res->status = 400;
		page_fault(p, strcmp(fault.key, "block") == 0 ? "last" : "first", fault_text(p, &fault));
		return show_add(p, kind, context, first, last, e);
	}
	page_say_next(p, PAGE_DONE, "setup.added", 1);
	return page_go(p, "%s", pages[kind]);
}

/* --- one -------------------------------------------------------------------- */

static int show_one(struct page *p, enum number_kind kind, const struct number *number, const char *typed,
    struct err *e)
{
	struct number_owner *owners;
	size_t n;

	if (number_owners(p->db, p->who, kind, number->id, p->mem, &owners, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		view_set(p->view, owners[i].uuid, "Owners.%zu.uuid", i);
		view_set(p->view, owners[i].name, "Owners.%zu.name", i);
	}
	view_set(p->view, typed, "Number.number");
	view_set(p->view, number->context, "Number.context");
	view_set(p->view, number->name, "Number.name");
	view_set_long(p->view, number->id, "Number.id");
	view_set(p->view, number->owners > 0 ? "used" : number->reserved ? "reserved" : "free", "Number.state");
	page_trail(p, pages[kind], title(p, kind));
	return page_show(p, "number", number->number, e);
}

int page_number(struct page *p, struct err *e)
{
	enum number_kind kind = begin(p);
	struct number number = {0};

	if (number_one(p->db, p->who, kind, route_id(&p->route), p->mem, &number, e) != 0)
		return -1;
	return show_one(p, kind, &number, number.number, e);
}

int page_number_post(struct page *p, struct err *e)
{
	static const struct { const char *word; enum number_action action; const char *done; } actions[] = {
		{ "save", NUMBER_RENAME, "setup.saved" }, { "delete", NUMBER_DELETE, "setup.deleted" },
		{ "reserve", NUMBER_RESERVE, "numbers.reserved" }, { "release", NUMBER_RELEASE, "numbers.released" },
	};
	enum number_kind kind = begin(p);
	const char *word = form_get(&p->form, "do"), *typed = trimmed(p, "number");
	struct number_fault fault = {0};
	struct number number = {0};
	struct err why = {0};
	size_t i = 0;

	if (number_one(p->db, p->who, kind, route_id(&p->route), p->mem, &number, e) != 0)
		return -1;
	while (i < 4 && (word == NULL || strcmp(actions[i].word, word) != 0))
		i++;
	if (i == 4 || (kind == NUMBER_VOICEMAIL && i >= 2))
		return page_stop(p, 400, "bad_request", e);
	if (number_act(p->db, p->who, kind, &number, actions[i].action, typed, p->req->remote_addr, p->mem,
	    &fault, &why) != 0)
		return is_busy(p, &why, e) ? show_one(p, kind, &number, typed, e) : -1;
	if (fault.key != NULL) {
		p->res->status = strcmp(fault.key, "used") == 0 ? 409 : 400;
		page_fault(p, "number", fault_text(p, &fault));
		return show_one(p, kind, &number, typed, e);
	}
	page_say_next(p, PAGE_DONE, actions[i].done, 1);
	return page_go(p, "%s", pages[kind]);
}
