/* Export to CSV or a workbook: the download, and the page that chooses its columns. */
#include "users/export.h"

#include <string.h>

#include "pages/paths.h"
#include "pages/routes.h"
#include "pages/users.h"
#include "pages/users_filter.h"
#include "serve/download.h"

/* The users to export: by the list's filter, or by uuid. */
static struct users_filter read_filter(struct page *p)
{
	struct users_filter f = users_filter_read(p, &p->query);

	users_filter_read_users(p, &p->query, &f);
	return f;
}

/* Reads the chosen columns: one list, or one value for each ticked box. */
static bool read_columns(struct page *p, struct export_options *o, char unknown[EXPORT_UNKNOWN_SIZE])
{
	const char *list;

	for (size_t i = 0; (list = form_nth(&p->query, "columns", i)) != NULL; i++)
		if (!export_columns(o, list, unknown))
			return false;
	return true;
}

/* --- choosing columns ----------------------------------------------------- */

/* Whether the column is ticked at first: those by which people recognize users. */
static bool is_usual(enum field_id id)
{
	return id == FIELD_firstname || id == FIELD_lastname;
}

static bool is_chosen(const struct export_options *o, enum field_id id)
{
	for (size_t i = 0; i < o->n_columns; i++)
		if (o->columns[i] == id)
			return true;
	return false;
}

static bool is_ticked(struct page *p, const struct export_options *o, enum field_id id)
{
	const char *tick = form_get(&p->query, "tick");

	if (tick != NULL && (strcmp(tick, "all") == 0 || strcmp(tick, "none") == 0))
		return tick[0] == 'a';
	return o->n_columns == 0 ? is_usual(id) : is_chosen(o, id);
}

static void set_columns(struct page *p, const struct export_options *o)
{
	struct view *v = p->view;

	for (int r = 0; r < RESOURCE__MAX; r++) {
		const char *resource = field_resource_name((enum field_resource)r);
		const char *title = arena_printf(p->mem, "import.resource.%s", resource);
		int i = 0;

		view_set(v, page_text(p, title, NULL), "Groups.%d.title", r);
		for (enum field_id id = 0; id < FIELD__MAX; id++) {
			if (fields[id].resource != (enum field_resource)r || !fields[id].exported
			    || id == FIELD_uuid)
				continue;
			view_set(v, fields[id].name, "Groups.%d.columns.%d.name", r, i);
			view_set(v, page_text(p, arena_printf(p->mem, "field.%s", fields[id].name), NULL),
			    "Groups.%d.columns.%d.meaning", r, i);
			if (field_secret(id) && !page_may(p, RIGHT_USERS_SECRETS))
				view_set(v, "1", "Groups.%d.columns.%d.masked", r, i);
			if (is_ticked(p, o, id))
				view_set(v, "1", "Groups.%d.columns.%d.ticked", r, i);
			i++;
		}
	}
}

/* The text that says which users are exported. */
static const char *scope_text(struct page *p, const struct users_filter *f)
{
	struct buf words = {0};

	if (filter_is_empty(f))
		return p->who->tenant_id == 0 ? page_text(p, "export.scope_all", NULL)
		    : page_text(p, "export.scope", "tenant", p->who->tenant_name, NULL);
	for (int key = 0; key < FILTER__MAX; key++)
		if (f->by[key] != NULL)
			buf_addf(&words, "%s%s", words.len > 0 ? " · " : "",
			    users_filter_words(p, f, (enum filter_key)key));
	if (f->n_uuids > 0)
		buf_addf(&words, "%s%s", words.len > 0 ? " · " : "", page_count(p, "users.count", (long)f->n_uuids));
	const char *text = page_text(p, "export.narrowed", "filter", buf_str(&words), NULL);
	buf_free(&words);
	return text;
}

static int show_columns(struct page *p, const struct export_options *o, struct err *e)
{
	const char *tick = users_filter_href(p, PATH_USERS_EXPORT "/columns", &o->filter);

	view_set(p->view, arena_printf(p->mem, "%s%stick=", tick, strchr(tick, '?') != NULL ? "&" : "?"),
	    "Export.tick");
	for (size_t i = 0; i < o->filter.n_uuids; i++)
		view_set(p->view, o->filter.uuids[i], "Chosen.%zu", i);
	users_filter_keep(p, &o->filter);
	view_set(p->view, scope_text(p, &o->filter), "Export.scope");
	set_columns(p, o);
	if (page_separators(p, "Export.separators", e) != 0)
		return -1;
	page_menu(p, "users");
	page_trail(p, PATH_USERS, page_text(p, "menu.users", NULL));
	return page_show(p, "export", page_text(p, "export.title", NULL), e);
}

int page_export_columns(struct page *p, struct err *e)
{
	struct export_options o = { .filter = read_filter(p) };
	char unknown[EXPORT_UNKNOWN_SIZE];

	/* Unknown columns are ignored here. */
	read_columns(p, &o, unknown);
	return show_columns(p, &o, e);
}

/* --- the download --------------------------------------------------------- */

static int send(struct page *p, struct export_options *o, struct err *e)
{
	const char *separator;
	char name[EXPORT_NAME_SIZE];
	struct download d = { .call = &p->call, .type = o->format->type, .name = name };

	if (page_separator(p, &separator, &o->separator, e) != 0)
		return -1;
	export_name(o->format, name);
	/* HEAD gets no data, so it is not written to the audit. */
	if (p->req->method == HTTP_HEAD)
		return download_send(&d, "", 0, e);
	return download_end(&d, export_run(p->db, p->who, p->req->remote_addr, o, download_send, &d, NULL, e));
}

int page_export(struct page *p, struct err *e)
{
	const char *format = form_get(&p->query, "format");
	struct export_options o = {
		.format = format != NULL && strcmp(format, "xlsx") == 0 ? &export_xlsx : &export_csv,
		.filter = read_filter(p), .guard = true, .bom = true,
	};
	char unknown[EXPORT_UNKNOWN_SIZE];

	if (!read_columns(p, &o, unknown)) {
		p->res->status = 400;
		page_say(p, PAGE_ERROR, page_text(p, "export.unknown", "name", unknown, NULL));
		return show_columns(p, &o, e);
	}
	return send(p, &o, e);
}

int users_export(struct page *p, const struct users_filter *f, struct err *e)
{
	struct export_options o = { .format = &export_csv, .filter = *f, .guard = true, .bom = true };

	return page_may(p, RIGHT_USERS_EXPORT) ? send(p, &o, e) : page_stop(p, 403, "forbidden", e);
}
