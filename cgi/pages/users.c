/* The list of users.  Filter, order and page are in the URL; the columns are a choice that is
 * stored for each administrator. */
#include "pages/users.h"

#include <string.h>

#include "pages/paths.h"
#include "pages/routes.h"
#include "pages/users_columns.h"
#include "pages/users_filter.h"

/* The names that an order has in the URL and in the texts; enum list_order. */
static const char *const orders[LIST__MAX] = {"name", "code", "protocol", "number", "entity"};
static const long sizes[] = {20, 50, 100};

#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

struct list {
	struct list_request r;
	bool columns[COLUMN__MAX];
	long page, size;
};

/* Reads the URL.  An invalid value is ignored. */
static struct list read_list(struct page *p)
{
	const char *sort = form_get(&p->query, "sort"), *dir = form_get(&p->query, "dir");
	struct list l = { .r = { .filter = users_filter_read(p, &p->query) }, .size = sizes[0] };

	for (int i = 0; sort != NULL && i < LIST__MAX; i++)
		if (strcmp(sort, orders[i]) == 0)
			l.r.order = (enum list_order)i;
	l.r.descending = dir != NULL && strcmp(dir, "desc") == 0;
	for (size_t i = 0; i < SIZES; i++)
		if (form_number(form_get(&p->query, "size"), 1, 1000, 0) == sizes[i])
			l.size = sizes[i];
	l.page = form_number(form_get(&p->query, "page"), 1, 9999999, 1);
	l.r.limit = l.size;
	l.r.offset = (l.page - 1) * l.size;
	return l;
}

/* The query of the URL: only what differs from the default, so that one list has one
 * address. */
static const char *list_query(struct page *p, const struct list *l)
{
	struct buf query = {0};

	users_filter_encode(&query, &l->r.filter);
	if (l->r.order != LIST_BY_NAME)
		form_encode(&query, "sort", orders[l->r.order]);
	if (l->r.descending)
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

/* Sets the head of a column: a click sorts by it, a second click reverses the order.  `order` is
 * LIST__MAX if the list cannot be sorted by it. */
static void fill_head(struct page *p, const struct list *l, int i, const char *name, int order)
{
	bool current = l->r.order == (enum list_order)order;
	struct list other = *l;

	view_set(p->view, name, "Heads.%d.name", i);
	view_set(p->view, page_text(p, arena_printf(p->mem, "users.%s", name), NULL), "Heads.%d.text", i);
	if (order == LIST__MAX)
		return;
	other.r.order = (enum list_order)order;
	other.r.descending = current && !l->r.descending;
	view_set(p->view, list_href(p, &other), "Heads.%d.href", i);
	if (current)
		view_set(p->view, l->r.descending ? "descending" : "ascending", "Heads.%d.sort", i);
}

static int order_of(const char *name)
{
	int i = 0;

	while (i < LIST__MAX && strcmp(orders[i], name) != 0)
		i++;
	return i;
}

static void fill_heads(struct page *p, const struct list *l)
{
	int n = 0;

	fill_head(p, l, n++, orders[LIST_BY_NAME], LIST_BY_NAME);
	for (int i = 0; i < COLUMN__MAX; i++) {
		const char *name = users_column_name((enum users_column)i);
		if (l->columns[i])
			fill_head(p, l, n++, name, order_of(name));
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

/* Sets the conditions of the filter, each with the address of the list without it. */
static void fill_chips(struct page *p, const struct list *l)
{
	int n = 0;

	for (int key = 0; key < FILTER__MAX; key++) {
		struct list other = *l;

		if (l->r.filter.by[key] == NULL)
			continue;
		other.r.filter.by[key] = NULL;
		view_set(p->view, users_filter_words(p, &l->r.filter, (enum filter_key)key), "Chips.%d.text", n);
		view_set(p->view, list_href(p, &other), "Chips.%d.href", n);
		n++;
	}
}

/* Sets the values of the search form, and the addresses that the list links to. */
static void fill_form(struct page *p, const struct list *l)
{
	struct list all = *l;

	view_set(p->view, l->r.filter.by[FILTER_SEARCH], "List.q");
	view_set(p->view, l->r.filter.by[FILTER_JOB], "List.job");
	view_set(p->view, orders[l->r.order], "List.sort");
	if (l->r.descending)
		view_set(p->view, "desc", "List.dir");
	view_set_long(p->view, l->size, "List.size");
	view_set(p->view, list_href(p, l), "List.href");
	view_set(p->view, users_filter_href(p, PATH_USERS_EXPORT, &l->r.filter), "List.export");
	view_set(p->view, users_filter_href(p, PATH_USERS_EXPORT "/columns", &l->r.filter), "List.export_columns");
	view_set(p->view, users_filter_href(p, "", &l->r.filter), "List.filter");
	users_filter_keep(p, &l->r.filter);
	all.r.filter = (struct users_filter){0};
	view_set(p->view, list_href(p, &all), "List.all");
	if (!filter_is_empty(&l->r.filter))
		view_set(p->view, "1", "List.narrowed");
}

static void fill_user(struct page *p, const struct list *l, const struct list_user *u, int i)
{
	const char *name = users_name(p, u);
	int n = 0;

	view_set(p->view, u->uuid, "Users.%d.uuid", i);
	view_set(p->view, name, "Users.%d.name", i);
	view_set(p->view, page_text(p, "users.choose", "name", name, NULL), "Users.%d.choose", i);
	view_set(p->view, u->enabled ? "enabled" : "disabled", "Users.%d.state", i);
	for (int column = 0; column < COLUMN__MAX; column++) {
		if (!l->columns[column])
			continue;
		view_set(p->view, users_column_name((enum users_column)column), "Users.%d.cells.%d.name", i, n);
		view_set(p->view, users_column_value((enum users_column)column, u), "Users.%d.cells.%d.value", i, n);
		n++;
	}
}

const char *users_name(struct page *p, const struct list_user *u)
{
	return u->lastname ? arena_printf(p->mem, "%s %s", u->firstname, u->lastname) : u->firstname;
}

int page_users(struct page *p, struct err *e)
{
	struct list l = read_list(p);
	struct list_user *users = NULL;
	size_t n = 0;
	struct list_total total;

	if (list_users(p->db, p->who, &l.r, p->mem, &users, &n, &total, e) != 0)
		return -1;
	/* A page behind the last one leads to the last one. */
	if (l.page > page_last(l.size, total.n))
		return page_go_last(p, PATH_USERS, list_query(p, &l), l.size, total.n);
	if (users_filter_controls(p, &l.r.filter, e) != 0 || users_columns(p, l.columns, e) != 0)
		return -1;
	fill_form(p, &l);
	fill_chips(p, &l);
	fill_heads(p, &l);
	fill_sizes(p, &l);
	users_columns_form(p, l.columns);
	for (size_t i = 0; i < n; i++)
		fill_user(p, &l, &users[i], (int)i);
	view_set(p->view, page_count(p, total.more ? "users.count_more" : "users.count", total.n), "List.count");
	view_set(p->view, page_count(p, total.more ? "users_actions.all_more" : "users_actions.all", total.n),
	    "List.all_found");
	view_set_long(p->view, USERS_SELECTED_MAX, "List.most");
	view_set(p->view, page_count(p, "users_actions.most", USERS_SELECTED_MAX), "List.most_text");
	(total.more ? page_pager_more : page_pager)(p, PATH_USERS, list_query(p, &l), l.page, l.size, total.n);
	page_menu(p, "users");
	return page_show(p, "users", page_text(p, "users.title", NULL), e);
}
