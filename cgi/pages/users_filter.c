/* The filter of users on pages.  Contract: users_filter.h. */
#include "pages/users_filter.h"

#include <string.h>

#define SEARCH_MAX_BYTES 200
#define TEXT_MAX_BYTES 400	/* of the names of contexts, labels and permissions */

/* --- reading ---------------------------------------------------------------- */

/* The search, trimmed and cut to its longest length, but not inside a character. */
static const char *trimmed(struct page *p, const char *q)
{
	q += strspn(q, " \t\r\n");
	size_t n = strlen(q);
	if (n > SEARCH_MAX_BYTES)
		for (n = SEARCH_MAX_BYTES; n > 0 && ((unsigned char)q[n] & 0xC0) == 0x80; n--)
			;
	while (n > 0 && strchr(" \t\r\n", q[n - 1]) != NULL)
		n--;
	return arena_strndup(p->mem, q, n);
}

struct users_filter users_filter_read(struct page *p, const struct form *from)
{
	struct users_filter f = {0};

	for (int key = 0; key < FILTER__MAX; key++) {
		const char *value = form_get(from, filter_conditions[key].param);
		if (value != NULL && key == FILTER_SEARCH)
			value = trimmed(p, value);
		if (value != NULL && *value != '\0' && strlen(value) <= TEXT_MAX_BYTES
		    && filter_valid((enum filter_key)key, value))
			f.by[key] = value;
	}
	return f;
}

void users_filter_read_users(struct page *p, const struct form *from, struct users_filter *f)
{
	const char **uuids = arena_alloc(p->mem, FORM_MAX_PAIRS * sizeof(*uuids));

	while (f->n_uuids < FORM_MAX_PAIRS && (uuids[f->n_uuids] = form_nth(from, "users", f->n_uuids)) != NULL)
		f->n_uuids++;
	f->uuids = uuids;
}

/* --- addresses -------------------------------------------------------------- */

void users_filter_encode(struct buf *query, const struct users_filter *f)
{
	for (int key = 0; key < FILTER__MAX; key++)
		if (f->by[key] != NULL)
			form_encode(query, filter_conditions[key].param, f->by[key]);
	for (size_t i = 0; i < f->n_uuids; i++)
		form_encode(query, "users", f->uuids[i]);
}

const char *users_filter_href(struct page *p, const char *path, const struct users_filter *f)
{
	struct buf query = {0};

	users_filter_encode(&query, f);
	const char *href = query.len > 0 ? arena_printf(p->mem, "%s?%s", path, buf_str(&query)) : path;
	buf_free(&query);
	return href;
}

/* --- on the page ------------------------------------------------------------ */

static const char *title(struct page *p, enum filter_key key)
{
	return page_text(p, arena_printf(p->mem, "users.filter.%s.title", filter_conditions[key].name), NULL);
}

/* A value as it is shown: the text of a word, or the name itself. */
static const char *shown(struct page *p, enum filter_key key, const char *value)
{
	const char *words = filter_conditions[key].words;

	if (words == NULL || *words == '\0')
		return page_name(p, value);
	return page_text(p, arena_printf(p->mem, "users.filter.%s.%s", filter_conditions[key].name, value), NULL);
}

const char *users_filter_words(struct page *p, const struct users_filter *f, enum filter_key key)
{
	return arena_printf(p->mem, "%s%s %s", title(p, key), page_text(p, "common.colon", NULL),
	    shown(p, key, f->by[key]));
}

void users_filter_keep(struct page *p, const struct users_filter *f)
{
	int n = 0;

	for (int key = 0; key < FILTER__MAX; key++) {
		if (f->by[key] == NULL)
			continue;
		view_set(p->view, filter_conditions[key].param, "Filter.%d.name", n);
		view_set(p->view, f->by[key], "Filter.%d.value", n);
		n++;
	}
}

static void add_choice(struct page *p, int control, size_t i, enum filter_key key, const char *value,
    const char *chosen)
{
	view_set(p->view, value, "Filters.%d.choices.%zu.value", control, i);
	view_set(p->view, shown(p, key, value), "Filters.%d.choices.%zu.text", control, i);
	if (chosen != NULL && strcmp(chosen, value) == 0)
		view_set(p->view, "1", "Filters.%d.choices.%zu.chosen", control, i);
}

int users_filter_controls(struct page *p, const struct users_filter *f, struct err *e)
{
	struct filter_names names;
	int control = 0;

	if (filter_names(p->db, p->who, p->mem, &names, e) != 0)
		return -1;
	for (int key = 0; key < FILTER__MAX; key++) {
		const char *word;
		size_t n = 0;

		/* The search has its own field; a job is not chosen here. */
		if (key == FILTER_SEARCH || key == FILTER_JOB)
			continue;
		for (; (word = filter_word((enum filter_key)key, n, p->mem)) != NULL; n++)
			add_choice(p, control, n, (enum filter_key)key, word, f->by[key]);
		for (size_t i = 0; key == FILTER_LABEL && i < names.n[key]; i++)
			view_set(p->view, names.names[key][i], "Labels.%zu", i);
		for (size_t i = 0; i < names.n[key]; i++, n++)
			add_choice(p, control, n, (enum filter_key)key, names.names[key][i], f->by[key]);
		if (n == 0)
			continue;
		view_set(p->view, filter_conditions[key].param, "Filters.%d.name", control);
		view_set(p->view, title(p, (enum filter_key)key), "Filters.%d.title", control);
		control++;
	}
	return 0;
}
