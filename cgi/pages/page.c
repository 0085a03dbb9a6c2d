/* Functions for the handlers of pages.  Contract: page.h; page_show and page_stop are in frame.c. */
#include "pages/page.h"

#include <stdarg.h>
#include <string.h>

#include "auth/session.h"
#include "csv/issue.h"
#include "csv/writer.h"
#include "pages/cookie.h"

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

const char *page_issue_text(void *page, const char *key)
{
	struct page *p = page;
	struct buf name = {0};

	/* Not in the arena: this is called for each issue of a download. */
	buf_addf(&name, "issue.%s", key);
	const char *text = view_text(p->view, buf_str(&name));
	buf_free(&name);
	return text;
}

const char *page_issue(struct page *p, const struct issue *i)
{
	struct buf text = {0};

	issue_write(&text, i, page_issue_text, p);
	const char *kept = arena_strdup(p->mem, buf_str(&text));
	buf_free(&text);
	return kept;
}

const char *page_time(struct page *p, const char *iso)
{
	char *text = arena_strdup(p->mem, iso);
	char *t = text != NULL ? strchr(text, 'T') : NULL;

	if (t == NULL || strlen(t) != strlen("T00:00:00Z"))
		return text;
	*t = ' ';
	t[strlen(t) - 1] = '\0';
	return arena_printf(p->mem, "%s UTC", text);
}

/* A number with one decimal digit, or none if that is 0. */
static const char *decimal(struct page *p, double n)
{
	const char *sign = view_text(p->view, "job.decimal");
	long tenths = (long)(n * 10 + 0.5);

	if (tenths % 10 == 0)
		return page_long(p, tenths / 10);
	return arena_printf(p->mem, "%s%s%ld", page_long(p, tenths / 10), sign != NULL ? sign : ".",
	    tenths % 10);
}

const char *page_duration(struct page *p, double seconds)
{
	long whole = (long)(seconds + 0.5);

	if (seconds < 0.05)
		return page_text(p, "job.duration.none", NULL);
	if (seconds < 9.95)
		return page_text(p, "job.duration.seconds", "s", decimal(p, seconds), NULL);
	if (whole < 60)
		return page_text(p, "job.duration.seconds", "s", page_long(p, whole), NULL);
	if (whole < 3600)
		return page_text(p, "job.duration.minutes", "m", page_long(p, whole / 60),
		    "s", page_long(p, whole % 60), NULL);
	return page_text(p, "job.duration.hours", "h", page_long(p, whole / 3600),
	    "m", page_long(p, whole % 3600 / 60), NULL);
}

const char *page_size(struct page *p, long bytes)
{
	if (bytes < 1024)
		return page_text(p, "job.size.bytes", "n", page_long(p, bytes), NULL);
	if (bytes < 1024L * 1024)
		return page_text(p, "job.size.kb", "n", decimal(p, (double)bytes / 1024), NULL);
	return page_text(p, "job.size.mb", "n", decimal(p, (double)bytes / 1024 / 1024), NULL);
}

/* The first UTF-8 bytes of the characters after Latin, Greek and Cyrillic.  They include all
 * scripts from right to left, and all characters that change the direction. */
#define MAY_TURN "\xd6\xd7\xd8\xd9\xda\xdb\xdc\xdd\xde\xdf\xe0\xe2\xef\xf0"
#define ISOLATE "\xe2\x81\xa8"	/* U+2068 */
#define ISOLATE_END "\xe2\x81\xa9"	/* U+2069 */

const char *page_name(struct page *p, const char *name)
{
	return strpbrk(name, MAY_TURN) == NULL ? name : arena_printf(p->mem, ISOLATE "%s" ISOLATE_END, name);
}

/* --- input ---------------------------------------------------------------- */

const char *page_param(const struct page *p, const char *name)
{
	return route_param(&p->route, name);
}

const char *page_back(const struct page *p, const char *otherwise)
{
	const char *go = form_get(&p->form, "go");

	if (go == NULL)
		go = form_get(&p->query, "go");
	return go != NULL && request_own_path(go) ? go : otherwise;
}

int page_separator(struct page *p, const char **word, char *separator, struct err *e)
{
	const char *wanted = form_get(&p->query, "separator");

	if (writer_separator(wanted) == '\0')
		wanted = NULL;
	if (session_separator(p->db, p->conf, cookie_get(p, COOKIE_SESSION), wanted, p->mem, word, e) != 0)
		return -1;
	if (*word == NULL)
		*word = page_text(p, "common.separator", NULL);
	*separator = writer_separator(*word);
	return 0;
}

int page_separators(struct page *p, const char *name, struct err *e)
{
	static const char *const words[] = { "comma", "semicolon", "tab" };
	const char *chosen;
	char separator;

	if (page_separator(p, &chosen, &separator, e) != 0)
		return -1;
	for (int i = 0; i < 3; i++) {
		view_set(p->view, words[i], "%s.%d.word", name, i);
		view_set(p->view, page_text(p, arena_printf(p->mem, "export.separator.%s", words[i]), NULL),
		    "%s.%d.label", name, i);
		if (strcmp(words[i], chosen) == 0)
			view_set(p->view, "1", "%s.%d.chosen", name, i);
	}
	return 0;
}

const char *page_site(struct page *p)
{
	if (strcmp(p->conf->public_url, "none") != 0)
		return p->conf->public_url;
	return arena_printf(p->mem, "%s://%s", p->req->https ? "https" : "http", p->req->host);
}

bool page_may(const struct page *p, enum right right)
{
	return p->who != NULL && (p->who->rights & right) == right;
}

bool page_factor_due(const struct page *p)
{
	return p->conf->second_factor_required && !p->who->factor;
}

/* --- answers -------------------------------------------------------------- */

int page_go(struct page *p, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	response_redirect(p->res, 303, arena_vprintf(p->mem, fmt, ap));
	va_end(ap);
	return 0;
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

void page_say_at(struct page *p, enum page_tone tone, const char *href, const char *text)
{
	int i = say(p, tone, text);

	view_set(p->view, href, "Messages.%d.href", i);
}

void page_say_next(struct page *p, enum page_tone tone, const char *key, long n)
{
	page_say_next_of(p, tone, key, n, 0);
}

void page_say_next_of(struct page *p, enum page_tone tone, const char *key, long n, long job)
{
	cookie_set(p, COOKIE_SAID, arena_printf(p->mem, "%d-%s-%ld.%ld", (int)tone, key, n, job), 60);
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

int page_go_last(struct page *p, const char *path, const char *query, long size, long total)
{
	return page_go(p, "%s", pager_href(p, path, query, page_last(size, total)));
}

/* Sets the links to the pages, if there are several. */
static void set_pages(struct page *p, const char *path, const char *query, long page, long last)
{
	long shown = 0;
	int i = 0;

	if (last < 2)
		return;
	if (page > 1)
		view_set(p->view, pager_href(p, path, query, page - 1), "Pager.previous");
	if (page < last)
		view_set(p->view, pager_href(p, path, query, page + 1), "Pager.next");
	for (long n = 1; n <= last; n++) {
		/* Only the first, the last and the neighbouring pages are shown. */
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

static void set_pager(struct page *p, const char *rows, const char *path, const char *query,
    long page, long size, long total)
{
	view_set(p->view, page_text(p, rows, "from", page_long(p, total ? (page - 1) * size + 1 : 0),
	    "to", page_long(p, page * size < total ? page * size : total),
	    "total", page_long(p, total), NULL), "Pager.rows");
	set_pages(p, path, query, page, page_last(size, total));
}

void page_pager(struct page *p, const char *path, const char *query, long page, long size, long total)
{
	set_pager(p, "common.rows_of", path, query, page, size, total);
}

void page_pager_more(struct page *p, const char *path, const char *query, long page, long size, long total)
{
	set_pager(p, "common.rows_of_more", path, query, page, size, total);
}

void page_pager_pages(struct page *p, const char *path, const char *query, long page, long pages)
{
	view_set(p->view, page_text(p, "common.page_of", "page", page_long(p, page),
	    "pages", page_long(p, pages), NULL), "Pager.rows");
	set_pages(p, path, query, page, pages);
}
