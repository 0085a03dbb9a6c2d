/* What a page's handler has: the request, who asks, the database, a view; and
 * the few words in which it answers.
 *
 * A handler reads input (p->query, p->form, page_param), calls a room above,
 * sets values (view_set on p->view) and ends with one of page_show, page_go,
 * page_stop.  By then the guards of its row in routes.c have passed: it never
 * asks for session, rights or token itself (but page_csrf for uploads).
 *
 * Returns 0, or -1 with `e`: dispatch.c makes the error page of it. */
#ifndef PAGES_PAGE_H
#define PAGES_PAGE_H

#include <stdbool.h>

#include "auth/principal.h"
#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "db/db.h"
#include "http/form.h"
#include "http/request.h"
#include "http/response.h"
#include "http/route.h"
#include "view/view.h"

struct page {
	struct request *req;
	struct response *res;		/* status 200 unless the handler says otherwise */
	const struct conf *conf;
	struct db *db;
	struct arena *mem;		/* of the request */
	const struct principal *who;	/* NULL on public pages before sign-in */
	const struct route_match *route;
	struct form query;		/* of the URL */
	struct form form;		/* of the body, where the row says ROUTE_FORM */
	const char *language;
	const char *csrf;		/* the token that forms of this page carry */
	struct view *view;
	int messages;			/* of page_say so far */
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

/* Whether `token` is the one that this page's forms carry.  For uploads alone:
 * their body is read by the handler; the token is their first part. */
bool page_csrf(const struct page *p, const char *token);

/* The `go` that was sent, where it is a path of this site, else `otherwise`. */
const char *page_back(const struct page *p, const char *otherwise);

/* Whether who asks has the right. */
bool page_may(const struct page *p, enum right right);

/* --- texts ---------------------------------------------------------------- */

/* The text of a key, {name} replaced from the NULL-terminated pairs. */
const char *page_text(struct page *p, const char *key, ...) __attribute__((sentinel));

/* "12 users": KEY.one or KEY.other. */
const char *page_count(struct page *p, const char *key, long n);

/* "12,345" */
const char *page_long(struct page *p, long n);

/* The name of a download that comes of the file `sent`: "users.csv" and "errors.csv"
 * make "users-errors.csv"; with `end` NULL, the file itself.  Safe whatever was sent. */
const char *page_file_name(struct page *p, const char *sent, const char *end);

/* --- parts of the frame --------------------------------------------------- */

/* A box above the content.  Several may be said. */
enum page_tone { PAGE_DONE, PAGE_NOTICE, PAGE_WARNING, PAGE_ERROR };
void page_say(struct page *p, enum page_tone tone, const char *text);

/* A box on the page that comes after a page_go: the text of KEY.one or
 * KEY.other with {n}.  Keys are the program's. */
void page_say_next(struct page *p, enum page_tone tone, const char *key, long n);

/* An error in a form: a box that links to the field with that id and, through
 * the field macros, the text beside the field (Fault.ID). */
void page_fault(struct page *p, const char *id, const char *text);

/* The entry of the left menu that this page belongs to: "users", "imports". */
void page_menu(struct page *p, const char *entry);

/* A page above this one in the trail over the heading ("Users > ..."): called
 * once a level, outermost first. */
void page_trail(struct page *p, const char *href, const char *text);

/* The same page again after `seconds`, where scripts do not run. */
void page_refresh(struct page *p, long seconds);

/* Pages of a list: sets what the macro `pager` shows.  `page` counts from 1.
 * `query` is the rest of the URL's query without page, encoded, may be "". */
void page_pager(struct page *p, const char *path, const char *query,
    long page, long size, long total);

/* The last page of a list of `total`, at least 1. */
long page_last(long size, long total);

#endif
