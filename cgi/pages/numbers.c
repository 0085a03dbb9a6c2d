/* Extensions, incoming calls and voicemails: the list of numbers with their owners, and how full the
 * ranges are; adding numbers; one number with all its owners. */
#include <string.h>

#include "base/json.h"
#include "base/utf8.h"
#include "pages/paths.h"
#include "pages/routes.h"
#include "setup/number.h"
#include "users/choices.h"

#define PAGE_SIZE 50

/* More that are searched for are not counted, as in the list of users. */
#define MOST 10000

static const char *const pages[] = { ROUTE_IPBX "/extensions", ROUTE_IPBX "/incalls",
    ROUTE_IPBX "/voicemails" };
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
	view_set(p->view, number_state(n), "List.%zu.state", i);
}

static const char *value(struct page *p, const char *name)
{
	const char *text = form_get(&p->query, name);

	return text != NULL ? text : "";
}

int page_numbers(struct page *p, struct err *e)
{
	enum number_kind kind = begin(p);
	long page = form_number(form_get(&p->query, "page"), 1, 9999999, 1);
	struct number_filter f = { .search = value(p, "q"), .context = value(p, "context"), .state = value(p,
	    "state"),
		.limit = PAGE_SIZE, .offset = (page - 1) * PAGE_SIZE, .most = MOST };
	struct number_total total;
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
	if (page > page_last(PAGE_SIZE, total.n))
		return page_go_last(p, pages[kind], kept, PAGE_SIZE, total.n);
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
	(total.more ? page_pager_more : page_pager)(p, pages[kind], kept, page, PAGE_SIZE, total.n);
	return page_show(p, "numbers", title(p, kind), e);
}

/* --- adding ----------------------------------------------------------------- */

static int show_add(struct page *p, enum number_kind kind, const char *context, const char *first, const char *last,
    const char *name, struct err *e)
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
	view_set(p->view, name, "Number.name");
	page_trail(p, pages[kind], title(p, kind));
	return page_show(p, "number_add", page_text(p, arena_printf(p->mem, "numbers.%s.add", number_word(kind)),
	    NULL), e);
}

/* A number that exists already, and that a range offers as its next free one, has its own
 * page. */
int page_number_add(struct page *p, struct err *e)
{
	enum number_kind kind = begin(p);
	const char *context = value(p, "context"), *number = value(p, "number");
	struct number_context *list;
	long id = 0;
	size_t n;

	if (*number != '\0' && number_contexts(p->db, p->who, kind, p->mem, &list, &n, e) != 0)
		return -1;
	for (size_t i = 0; *number != '\0' && id == 0 && i < n; i++)
		if (strcmp(list[i].name, context) == 0
		    && number_find(p->db, p->who, kind, list[i].id, number, &id, e) != 0)
			return -1;
	if (id != 0)
		return page_go(p, "%s/%ld", pages[kind], id);
	return show_add(p, kind, context, number, "", "", e);
}

static const char *trimmed(struct page *p, const char *name)
{
	const char *text = form_get(&p->form, name);
	size_t n;

	if (text == NULL)
		return "";
	n = utf8_trim(&text, strlen(text));
	return arena_strndup(p->mem, text, n);
}

static const char *fault_text(struct page *p, const struct number_fault *fault)
{
	struct buf text = {0};

	number_fault_write(&text, fault, page_issue_text, p);
	const char *kept = arena_strdup(p->mem, buf_str(&text));
	buf_free(&text);
	return kept;
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
	const char *name = kind == NUMBER_VOICEMAIL ? trimmed(p, "name") : "";
	const struct number_new new = { .first = first, .last = last, .name = name,
		.reserve = form_get(&p->form, "reserve") != NULL };
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
		return show_add(p, kind, context, first, last, name, e);
	}
	if (number_add(p->db, p->who, kind, chosen, &new, p->req->remote_addr, p->mem, &fault, &why) != 0)
		return is_busy(p, &why, e) ? show_add(p, kind, context, first, last, name, e) : -1;
	if (fault.key != NULL) {
		p->res->status = 400;
		page_fault(p, strcmp(fault.key, "block") == 0 ? "last"
		    : strcmp(fault.key, "name") == 0 ? "name" : "first", fault_text(p, &fault));
		return show_add(p, kind, context, first, last, name, e);
	}
	page_say_next(p, PAGE_DONE, "setup.added", 1);
	return page_go(p, "%s", pages[kind]);
}

/* --- one -------------------------------------------------------------------- */

/* The form of a new user with this number. */
static const char *user_href(struct page *p, enum number_kind kind, const struct number *n)
{
	static const char *const names[][2] = { { "context", "exten" }, { "incall_context", "incall_exten" },
		{ "voicemail_context", "voicemail_number" } };
	struct buf query = {0};

	if (kind == NUMBER_EXTENSION)
		form_encode(&query, "line_protocol", "sip");
	form_encode(&query, names[kind][0], n->context);
	form_encode(&query, names[kind][1], n->number);
	if (n->name != NULL)
		form_encode(&query, "voicemail_name", n->name);
	const char *href = arena_printf(p->mem, PATH_USERS "/add?%s", buf_str(&query));
	buf_free(&query);
	return href;
}

/* `typed` and `name` are what the form shows. */
static int show_one(struct page *p, enum number_kind kind, const struct number *number, const char *typed,
    const char *name, struct err *e)
{
	json_t *users = json_parsed(number->users), *user;
	size_t i;

	json_array_foreach(users, i, user) {
		view_set(p->view, json_string_value(json_object_get(user, "uuid")), "Owners.%zu.uuid", i);
		view_set(p->view, json_string_value(json_object_get(user, "name")), "Owners.%zu.name", i);
	}
	json_decref(users);
	view_set(p->view, typed, "Number.number");
	view_set(p->view, number->context, "Number.context");
	view_set(p->view, name, "Number.name");
	view_set_long(p->view, number->id, "Number.id");
	view_set(p->view, number_state(number), "Number.state");
	if (number->owners == 0 && !number->reserved && page_may(p, RIGHT_USERS_IMPORT))
		view_set(p->view, user_href(p, kind, number), "Number.user_href");
	page_trail(p, pages[kind], title(p, kind));
	return page_show(p, "number", number->number, e);
}

int page_number(struct page *p, struct err *e)
{
	enum number_kind kind = begin(p);
	struct number number = {0};

	if (number_one(p->db, p->who, kind, route_id(&p->route), p->mem, &number, e) != 0)
		return -1;
	return show_one(p, kind, &number, number.number, number.name, e);
}

int page_number_post(struct page *p, struct err *e)
{
	static const struct { const char *word; enum number_action action; const char *done; } actions[] = {
		{ "save", NUMBER_RENAME, "setup.saved" }, { "delete", NUMBER_DELETE, "setup.deleted" },
		{ "reserve", NUMBER_RESERVE, "numbers.reserved" }, { "release", NUMBER_RELEASE, "numbers.released" },
	};
	enum number_kind kind = begin(p);
	const char *word = form_get(&p->form, "do"), *typed = trimmed(p, "number");
	const char *name = kind == NUMBER_VOICEMAIL ? trimmed(p, "name") : NULL;
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
	const struct number_act act = { .action = actions[i].action, .number = typed, .name = name };
	if (number_act(p->db, p->who, kind, &number, &act, 1, p->req->remote_addr, p->mem, &fault, &why) != 0)
		return is_busy(p, &why, e) ? show_one(p, kind, &number, typed, name, e) : -1;
	if (fault.key != NULL) {
		p->res->status = strcmp(fault.key, "used") == 0 ? 409 : 400;
		page_fault(p, strcmp(fault.key, "name") == 0 ? "name" : "number", fault_text(p, &fault));
		return show_one(p, kind, &number, typed, name, e);
	}
	page_say_next(p, PAGE_DONE, actions[i].done, 1);
	return page_go(p, "%s", pages[kind]);
}
