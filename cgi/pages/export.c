/* Export to CSV: the download, and the page that chooses its columns. */
#include "users/export.h"

#include <string.h>

#include "base/log.h"
#include "pages/pages.h"
#include "users/list.h"

#define PATH "/services/ipbx/users/export"

static const char *context(const struct page *p)
{
	const char *name = form_get(&p->query, "context");

	return name != NULL ? name : "";
}

/* Reads the columns that were chosen: one list, or a value for each tick. */
static bool read_columns(struct page *p, struct export_options *o, char unknown[EXPORT_UNKNOWN_SIZE])
{
	const char *list;

	for (size_t i = 0; (list = form_nth(&p->query, "columns", i)) != NULL; i++)
		if (!export_columns(o, list, unknown))
			return false;
	return true;
}

/* --- choosing columns ----------------------------------------------------- */

/* What is ticked at first: enough to know each user by, and no more. */
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

/* Whose users they will be, in words. */
static const char *scope_text(struct page *p, const char *search, const char *in)
{
	const char *users = p->who->tenant_id == 0 ? page_text(p, "export.scope_all", NULL)
	    : page_text(p, "export.scope", "tenant", p->who->tenant_name, NULL);

	if (*search != '\0' && *in != '\0')
		return page_text(p, "export.narrowed_both", "search", search, "context", in, NULL);
	if (*search != '\0')
		return page_text(p, "export.narrowed_search", "search", search, NULL);
	if (*in != '\0')
		return page_text(p, "export.narrowed_context", "context", in, NULL);
	return users;
}

static int show_columns(struct page *p, const struct export_options *o, struct err *e)
{
	const char *search = users_search(p), *in = context(p);
	struct buf query = {0};

	if (*search != '\0')
		form_encode(&query, "q", search);
	if (*in != '\0')
		form_encode(&query, "context", in);
	view_set(p->view, search, "Export.q");
	view_set(p->view, in, "Export.context");
	view_set(p->view, arena_printf(p->mem, PATH "/columns?%s%stick=", buf_str(&query),
	    query.len > 0 ? "&" : ""), "Export.tick");
	buf_free(&query);
	view_set(p->view, scope_text(p, search, in), "Export.scope");
	set_columns(p, o);
	page_menu(p, "users");
	page_trail(p, "/services/ipbx/users", page_text(p, "menu.users", NULL));
	return page_show(p, "export", page_text(p, "export.title", NULL), e);
}

int page_export_columns(struct page *p, struct err *e)
{
	struct export_options o = {0};
	char unknown[EXPORT_UNKNOWN_SIZE];

	/* One that is unknown here is simply not ticked. */
	read_columns(p, &o, unknown);
	return show_columns(p, &o, e);
}

/* --- the download --------------------------------------------------------- */

struct download {
	struct page *p;
	bool gone;	/* the browser is */
};

static int send_piece(void *ctx, const char *bytes, size_t n, struct err *e)
{
	struct download *d = ctx;
	struct response *res = d->p->res;
	char name[EXPORT_NAME_SIZE];

	if (!res->streaming) {
		export_name(name);
		response_header(res, "Content-Type", "text/csv; charset=utf-8");
		response_attachment(res, name);
		d->gone = response_stream_begin(res, e) != 0;
	}
	if (!d->gone)
		d->gone = response_stream(res, bytes, n, e) != 0;
	return d->gone ? -1 : 0;
}

int page_export(struct page *p, struct err *e)
{
	struct export_options o = {
		.search = users_search(p), .context = context(p), .guard = true, .bom = true,
	};
	struct download d = { .p = p };
	char unknown[EXPORT_UNKNOWN_SIZE];

	if (!read_columns(p, &o, unknown)) {
		p->res->status = 400;
		page_say(p, PAGE_ERROR, page_text(p, "export.unknown", "name", unknown, NULL));
		return show_columns(p, &o, e);
	}
	/* Whoever only asks what would come gets no data and leaves no record. */
	if (p->req->method == HTTP_HEAD)
		return send_piece(&d, "", 0, e);
	if (export_run(p->db, p->who, p->req->remote_addr, &o, send_piece, &d, NULL, e) == 0)
		return 0;
	if (!d.gone)
		return -1;
	log_line(LOG_INFO, "%s: the browser went away before the end of its export", p->req->id);
	response_abort(p->res);
	return 0;
}
