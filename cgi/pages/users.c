/* The list of users: search, context filter, sorting and pages, all in the URL. */
#include "pages/users.h"

#include <string.h>

#include "pages/paths.h"
#include "pages/routes.h"

#define SEARCH_MAX_BYTES 200

/* The names that an order has in the URL and in the texts; enum list_order. */
static const char *const orders[LIST__MAX] = {"name", "code", "protocol", "number", "entity"};
static const long sizes[] = {20, 50, 100};

#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

struct list {
	struct list_filter filter;
	long page, size;
};

/* Without blanks around it, and not cut within a character. */
const char *users_search(struct page *p)
{
	const char *q = form_get(&p->query, "q");

	if (q == NULL)
		return "";
	q += strspn(q, " \t\r\n");
	size_t n = strlen(q);
	if (n > SEARCH_MAX_BYTES)
		for (n = SEARCH_MAX_BYTES; n > 0 && ((unsigned char)q[n] & 0xC0) == 0x80; n--)
			;
	while (n > 0 && strchr(" \t\r\n", q[n - 1]) != NULL)
		n--;
	return arena_strndup(p->mem, q, n);
}

/* A value that is not understood is ignored: the list is shown anyway. */
static struct list read_list(struct page *p)
{
	const char *sort = form_get(&p->query, "sort"), *dir = form_get(&p->query, "dir");
	const char *context = form_get(&p->query, "context"), *phones = form_get(&p->query, "phones");
	struct list l = {.size = sizes[0]};

	l.filter.search = users_search(p);
	l.filter.context = context ? context : "";
	l.filter.unregistered = phones != NULL && strcmp(phones, "missing") == 0;
	for (int i = 0; sort != NULL && i < LIST__MAX; i++)
		if (strcmp(sort, orders[i]) == 0)
			l.filter.order = (enum list_order)i;
	l.filter.descending = dir != NULL && strcmp(dir, "desc") == 0;
	for (size_t i = 0; i < SIZES; i++)
		if (form_number(form_get(&p->query, "size"), 1, 1000, 0) == sizes[i])
			l.size = sizes[i];
	l.page = form_number(form_get(&p->query, "page"), 1, 9999999, 1);
	l.filter.limit = l.size;
	l.filter.offset = (l.page - 1) * l.size;
	return l;
}

/* The query of the URL: only what differs from the default, so that one list has one
 * address. */
static const char *list_query(struct page *p, const struct list *l)
{
	struct buf query = {0};

	if (*l->filter.search != '\0')
		form_encode(&query, "q", l->filter.search);
	if (*l->filter.context != '\0')
		form_encode(&query, "context", l->filter.context);
	if (l->filter.unregistered)
		form_encode(&query, "phones", "missing");
	if (l->filter.order != LIST_BY_NAME)
		form_encode(&query, "sort", orders[l->filter.order]);
	if (l->filter.descending)
		form_encode(&query, "dir", "desc");
	if (l->size != sizes[0])
		form_encode(&query, "size", arena_printf(p->mem, "%ld", l->size));
	const char *kept = arena_strdup(p->mem, buf_str(&query));
	buf_free(&query);
	return kept;
}

static const char *list_href(struct page *p, const struct list *l)
{
	const char *query = list_query(p, l);

	return *query ? arena_printf(p->mem, PATH_USERS "?%s", query) : PATH_USERS;
}

/* The address that exports the users of this list: its filter, not its order. */
static const char *export_href(struct page *p, const struct list *l, const char *path)
{
	struct list filter = {.filter = {.search = l->filter.search, .context = l->filter.context},
	    .size = sizes[0]};
	const char *query = list_query(p, &filter);

	return *query ? arena_printf(p->mem, "%s?%s", path, query) : path;
}

/* The heads of the columns: a click sorts by the column, a second one the other way. */
static void fill_heads(struct page *p, const struct list *l)
{
	for (int i = 0; i < LIST__MAX; i++) {
		bool current = l->filter.order == (enum list_order)i;
		struct list other = *l;
		other.filter.order = (enum list_order)i;
		other.filter.descending = current && !l->filter.descending;
		view_set(p->view, orders[i], "Heads.%d.name", i);
		view_set(p->view, page_text(p, arena_printf(p->mem, "users.%s", orders[i]), NULL),
		    "Heads.%d.text", i);
		view_set(p->view, list_href(p, &other), "Heads.%d.href", i);
		if (current)
			view_set(p->view, l->filter.descending ? "descending" : "ascending", "Heads.%d.sort", i);
	}
}

static void fill_sizes(struct page *p, const struct list *l)
{
	for (size_t i = 0; i < SIZES; i++) {
		struct list other = *l;
		other.size = sizes[i];
		view_set_long(p->view, sizes[i], "Sizes.%zu.n", i);
		view_set(p->view, list_href(p, &other), "Sizes.%zu.href", i);
		if (sizes[i] == l->size)
			view_set(p->view, "1", "Sizes.%zu.current", i);
	}
}

static int fill_contexts(struct page *p, const struct list *l, struct err *e)
{
	const char **names = NULL;
	size_t n = 0;

	if (list_contexts(p->db, p->who, p->mem, &names, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		view_set(p->view, names[i], "Contexts.%zu.name", i);
		if (strcmp(names[i], l->filter.context) == 0)
			view_set(p->view, "1", "Contexts.%zu.current", i);
	}
	return 0;
}

/* The values that the search form keeps. */
static void fill_form(struct page *p, const struct list *l)
{
	view_set(p->view, l->filter.search, "List.q");
	view_set(p->view, l->filter.context, "List.context");
	view_set(p->view, orders[l->filter.order], "List.sort");
	if (l->filter.descending)
		view_set(p->view, "desc", "List.dir");
	view_set_long(p->view, l->size, "List.size");
	view_set(p->view, list_href(p, l), "List.href");
	view_set(p->view, export_href(p, l, PATH_USERS_EXPORT), "List.export");
	view_set(p->view, export_href(p, l, PATH_USERS_EXPORT "/columns"), "List.export_columns");
	if (l->filter.unregistered)
		view_set(p->view, "1", "List.unregistered");
	if (*l->filter.search != '\0' || *l->filter.context != '\0' || l->filter.unregistered)
		view_set(p->view, "1", "List.narrowed");
}

static void fill_user(struct page *p, const struct list_user *u, int i)
{
	view_set(p->view, u->uuid, "Users.%d.uuid", i);
	view_set(p->view, u->lastname ? arena_printf(p->mem, "%s %s", u->firstname, u->lastname)
	    : u->firstname, "Users.%d.name", i);
	view_set(p->view, page_text(p, "users.choose", "name", view_value(p->view, "Users.%d.name", i), NULL),
	    "Users.%d.choose", i);
	view_set(p->view, u->enabled ? "enabled" : "disabled", "Users.%d.state", i);
	view_set(p->view, u->provisioning_code, "Users.%d.code", i);
	view_set(p->view, u->protocol, "Users.%d.protocol", i);
	view_set(p->view, u->exten, "Users.%d.number", i);
	view_set(p->view, u->context, "Users.%d.context", i);
	view_set(p->view, u->entity, "Users.%d.entity", i);
}

void users_fill(struct page *p, const struct list_user *users, size_t n)
{
	for (size_t i = 0; i < n; i++)
		fill_user(p, &users[i], (int)i);
}

int page_users(struct page *p, struct err *e)
{
	struct list l = read_list(p);
	struct list_user *users = NULL;
	size_t n = 0;
	long total = 0;

	if (list_users(p->db, p->who, &l.filter, p->mem, &users, &n, &total, e) != 0)
		return -1;
	/* A page behind the last one leads to the last one. */
	if (l.page > page_last(l.size, total)) {
		const char *query = list_query(p, &l);
		return page_go(p, PATH_USERS "?%s%spage=%ld", query, *query ? "&" : "", page_last(l.size, total));
	}
	if (fill_contexts(p, &l, e) != 0)
		return -1;
	fill_form(p, &l);
	fill_heads(p, &l);
	fill_sizes(p, &l);
	users_fill(p, users, n);
	view_set(p->view, page_count(p, "users.count", total), "List.count");
	page_pager(p, PATH_USERS, list_query(p, &l), l.page, l.size, total);
	page_menu(p, "users");
	return page_show(p, "users", page_text(p, "users.title", NULL), e);
}
