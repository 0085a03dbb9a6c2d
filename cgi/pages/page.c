/* The words in which handlers answer, and the parts of the frame. */
#include "pages/page.h"

#include <stdarg.h>
#include <string.h>

#include "auth/csrf.h"
#include "pages/cookie.h"
#include "pages/frame.h"

/* --- texts ---------------------------------------------------------------- */

const char *page_text(struct page *p, const char *key, ...)
{
	struct buf text = {0};
	va_list ap;

	va_start(ap, key);
	view_vmessage(p->view, &text, key, ap);
	va_end(ap);
	const char *kept = arena_strdup(p->mem, buf_str(&text));
	buf_free(&text);
	return kept;
}

const char *page_count(struct page *p, const char *key, long n)
{
	struct buf text = {0};

	view_count(p->view, &text, key, n);
	const char *kept = arena_strdup(p->mem, buf_str(&text));
	buf_free(&text);
	return kept;
}

const char *page_long(struct page *p, long n)
{
	struct buf text = {0};

	view_number(p->view, &text, n);
	const char *kept = arena_strdup(p->mem, buf_str(&text));
	buf_free(&text);
	return kept;
}

/* --- input ---------------------------------------------------------------- */

const char *page_param(const struct page *p, const char *name)
{
	return route_param(p->route, name);
}

bool page_csrf(const struct page *p, const char *token)
{
	return csrf_check(p->csrf, token);
}

const char *page_back(const struct page *p, const char *otherwise)
{
	const char *go = form_get(&p->form, "go");

	if (go == NULL)
		go = form_get(&p->query, "go");
	return go != NULL && request_own_path(go) ? go : otherwise;
}

bool page_may(const struct page *p, enum right right)
{
	return p->who != NULL && (p->who->rights & right) == right;
}

/* --- answers -------------------------------------------------------------- */

int page_show(struct page *p, const char *template, const char *title, struct err *e)
{
	frame_fill(p, title);
	p->res->body.len = 0;
	return view_render(p->view, template, &p->res->body, e);
}

int page_go(struct page *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	response_redirect(p->res, 303, arena_vprintf(p->mem, fmt, ap));
	va_end(ap);
	return 0;
}

int page_stop(struct page *p, int status, const char *name, struct err *e)
{
	p->res->status = status;
	view_set_long(p->view, status, "Error.status");
	view_set(p->view, p->req->id, "Error.id");
	view_set(p->view, name, "Error.name");
	if (p->req->method & (HTTP_GET | HTTP_HEAD))
		view_set(p->view, p->req->target, "Error.again");
	if (p->who != NULL && page_may(p, RIGHT_USERS_READ))
		view_set(p->view, "1", "Error.users");
	const char *key = arena_printf(p->mem, "error.%s.title", name);
	return page_show(p, "error", page_text(p, key, NULL), e);
}

/* --- parts of the frame --------------------------------------------------- */

static const char *tone_name(enum page_tone tone)
{
	static const char *const names[] = {"done", "notice", "warning", "error"};

	return names[tone];
}

static int say(struct page *p, enum page_tone tone, const char *text)
{
	int i = p->messages++;

	view_set(p->view, tone_name(tone), "Messages.%d.tone", i);
	view_set(p->view, text, "Messages.%d.text", i);
	if (tone == PAGE_ERROR)
		view_set(p->view, "1", "Page.wrong");
	return i;
}

void page_say(struct page *p, enum page_tone tone, const char *text)
{
	say(p, tone, text);
}

void page_say_next(struct page *p, enum page_tone tone, const char *key, long n)
{
	cookie_set(p, COOKIE_SAID, arena_printf(p->mem, "%d-%s-%ld", (int)tone, key, n), 60);
}

void page_fault(struct page *p, const char *id, const char *text)
{
	int i = say(p, PAGE_ERROR, text);

	view_set(p->view, id, "Messages.%d.field", i);
	view_set(p->view, text, "Fault.%s", id);
}

void page_menu(struct page *p, const char *entry)
{
	view_set(p->view, entry, "Page.entry");
}

void page_trail(struct page *p, const char *href, const char *text)
{
	int i = 0;

	while (view_value(p->view, "Trail.%d.href", i) != NULL)
		i++;
	view_set(p->view, href, "Trail.%d.href", i);
	view_set(p->view, text, "Trail.%d.text", i);
}

void page_refresh(struct page *p, long seconds)
{
	view_set_long(p->view, seconds, "Page.refresh");
}

/* --- pages of a list ------------------------------------------------------ */

long page_last(long size, long total)
{
	return total > 0 ? (total + size - 1) / size : 1;
}

static const char *pager_href(struct page *p, const char *path, const char *query, long page)
{
	return arena_printf(p->mem, "%s?%s%spage=%ld", path, query, *query ? "&" : "", page);
}

void page_pager(struct page *p, const char *path, const char *query,
    long page, long size, long total)
{
	long last = page_last(size, total), shown = 0;
	int i = 0;

	view_set(p->view, page_text(p, "common.rows_of", "from", page_long(p, total ? (page - 1) * size + 1 : 0),
	    "to", page_long(p, page * size < total ? page * size : total),
	    "total", page_long(p, total), NULL), "Pager.rows");
	if (last < 2)
		return;
	if (page > 1)
		view_set(p->view, pager_href(p, path, query, page - 1), "Pager.previous");
	if (page < last)
		view_set(p->view, pager_href(p, path, query, page + 1), "Pager.next");
	for (long n = 1; n <= last; n++) {
		/* The ends and the neighbours; what is between is a gap. */
		if (n > 1 && n < last && (n < page - 1 || n > page + 1)) {
			n = n < page - 1 ? page - 2 : last - 1;
			continue;
		}
		if (n > shown + 1)
			view_set(p->view, "1", "Pager.pages.%d.gap", i);
		shown = n;
		view_set(p->view, page_long(p, n), "Pager.pages.%d.n", i);
		if (n == page)
			view_set(p->view, "1", "Pager.pages.%d.current", i);
		view_set(p->view, pager_href(p, path, query, n), "Pager.pages.%d.href", i);
		i++;
	}
}
