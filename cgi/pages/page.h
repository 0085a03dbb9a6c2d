/* The handler of a page: its input, and the functions to answer with.
 *
 * A handler reads input (p->query, p->form, page_param), calls a folder above, sets values
 * (view_set on p->view) and ends with one of page_show, page_go, page_stop.  The guards of its row
 * in routes.c have run before (serve/dispatch.h): a handler does not check session, rights or token
 * itself.
 *
 * It returns 0, or -1 with `e`, which becomes an error page. */
#ifndef PAGES_PAGE_H
#define PAGES_PAGE_H

#include <stdbool.h>

#include "serve/dispatch.h"
#include "view/view.h"

struct page {
	union {
		struct call call;
		struct { CALL_MEMBERS };
	};
	const char *language;
	struct view *view;
	int messages;			/* number of page_say so far */
};

typedef int page_handler(struct page *p, struct err *e);

/* --- answers -------------------------------------------------------------- */

/* Renders templates/TEMPLATE.cs in the frame.  `title` is a text, shown in the
 * browser's title; the template writes its own h1. */
int page_show(struct page *p, const char *template, const char *title, struct err *e);

/* 303 to a path of this site (formatted). */
int page_go(struct page *p, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* An error page: the status, and the keys error.NAME.title and error.NAME.text. */
int page_stop(struct page *p, int status, const char *name, struct err *e);

/* --- input ---------------------------------------------------------------- */

/* A parameter of the route's pattern. */
const char *page_param(const struct page *p, const char *name);

/* The field or parameter `go` if it is a path of this site, else `otherwise`. */
const char *page_back(const struct page *p, const char *otherwise);

/* The separator for the administrator's downloads, and its word (csv/writer.h).  It is that of the
 * parameter `separator`, which is then stored; else the stored one; else that of the language.
 * Returns 0 or -1. */
int page_separator(struct page *p, const char **word, char *separator, struct err *e);

/* Sets the separators to choose from below `name` of the view: word, label and chosen of each.
 * Returns 0 or -1. */
int page_separators(struct page *p, const char *name, struct err *e);

/* The address of this site, "https://pbx.example.org": the setting public_url, else the Host of the
 * request.  Only for texts, not for redirects. */
const char *page_site(struct page *p);

/* Whether the signed-in administrator has the right. */
bool page_may(const struct page *p, enum right right);

/* --- texts ---------------------------------------------------------------- */

/* The text of a key with each {name} replaced: the arguments are pairs of name and value, ended by
 * NULL. */
const char *page_text(struct page *p, const char *key, ...) __attribute__((sentinel));

/* "12 users": KEY.one or KEY.other. */
const char *page_count(struct page *p, const char *key, long n);

/* "12,345" */
const char *page_long(struct page *p, long n);

/* "2026-01-31 08:05:00 UTC" of an ISO 8601 time; NULL of NULL. */
const char *page_time(struct page *p, const char *iso);

/* "0.4 s", "3 min 20 s", "1 h 5 min". */
const char *page_duration(struct page *p, double seconds);

/* "812 bytes", "12 KB", "49.8 MB". */
const char *page_size(struct page *p, long bytes);

/* A name inside a sentence.  A name that is written from right to left is isolated, so that it does
 * not change the order of the other words.  Templates use <bdi> for that. */
const char *page_name(struct page *p, const char *name);

/* An issue as a sentence in the page's language. */
struct issue;
const char *page_issue(struct page *p, const struct issue *i);

/* The text of an issue's key or phrase in the page's language, NULL for none: an
 * issue_lookup (csv/issue.h) whose ctx is the struct page. */
const char *page_issue_text(void *page, const char *key);

/* --- parts of the frame --------------------------------------------------- */

/* Adds a message box above the content. */
enum page_tone { PAGE_DONE, PAGE_NOTICE, PAGE_WARNING, PAGE_ERROR };
void page_say(struct page *p, enum page_tone tone, const char *text);

/* The same; the text is a link. */
void page_say_at(struct page *p, enum page_tone tone, const char *href, const char *text);

/* Adds a message box to the page after a page_go: the text of KEY.one or KEY.other with {n}. */
void page_say_next(struct page *p, enum page_tone tone, const char *key, long n);

/* The same; the text is a link to the job. */
void page_say_next_of(struct page *p, enum page_tone tone, const char *key, long n, long job);

/* An error in a form: a message box with a link to the field of that id, and the text beside the
 * field (Fault.ID, which the field macros show). */
void page_fault(struct page *p, const char *id, const char *text);

/* Marks the entry of the left menu that this page belongs to: "users", "imports". */
void page_menu(struct page *p, const char *entry);

/* Adds a page to the trail above the heading ("Users > ..."); called for each level, the outermost
 * first. */
void page_trail(struct page *p, const char *href, const char *text);

/* Makes a browser without scripts load the page again after `seconds`. */
void page_refresh(struct page *p, long seconds);

/* Sets the values of the macro `pager` for a list.  `page` counts from 1.  `query` is the rest of
 * the URL's query without `page`, encoded; may be "". */
void page_pager(struct page *p, const char *path, const char *query,
    long page, long size, long total);
/* The same where there are more than `total`, which were not counted: the pages end there. */
void page_pager_more(struct page *p, const char *path, const char *query, long page, long size, long total);
/* The same where not the items on a page are counted, but its pages. */
void page_pager_pages(struct page *p, const char *path, const char *query, long page, long pages);

/* The number of the last page of a list with `total` items; at least 1. */
long page_last(long size, long total);

/* 303 to the last page of a list; `query` as for page_pager. */
int page_go_last(struct page *p, const char *path, const char *query, long size, long total);

/* --- signing in ------------------------------------------------------------- */

/* Whether the administrator has to set up a second factor before anything else. */
bool page_factor_due(const struct page *p);

#endif
