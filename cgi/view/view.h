/* Templates: a view has values by name, and a template renders them as HTML.
 *
 * Only view.c includes ClearSilver.h.  The engine HTML-escapes every value; templates cannot
 * switch that off (a lint checks it).  Names are HDF paths such as "Users.0.name"; they come
 * from the program, never from input.
 *
 * Texts are in templates/i18n/LANGUAGE.hdf.  The key "login.title" is T.login.title in a
 * template. */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include <stdarg.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/conf.h"
#include "base/err.h"

struct view;

/* A view in a language that view_language has returned.  view_free ends it. */
int view_new(struct view **out, const struct conf *conf, const char *language,
    struct err *e);
void view_free(struct view *v);

/* Sets a value, copied; NULL sets nothing.  The name is a format of printf(3). */
void view_set(struct view *v, const char *value, const char *name, ...)
	__attribute__((format(printf, 3, 4)));
void view_set_long(struct view *v, long value, const char *name, ...)
	__attribute__((format(printf, 3, 4)));

/* A value that was set; NULL if there is none. */
const char *view_value(struct view *v, const char *name, ...)
	__attribute__((format(printf, 2, 3)));

/* The text of a key in the view's language, else in the first language; NULL if neither has it.
 * Valid for the process. */
const char *view_text(struct view *v, const char *key);

/* Adds a text to `out`, unescaped, with each {name} replaced: the arguments are pairs of name
 * and value (NULL: ""), ended by NULL. */
void view_message(struct view *v, struct buf *out, const char *key, ...)
	__attribute__((sentinel));

/* The same with a va_list. */
void view_vmessage(struct view *v, struct buf *out, const char *key, va_list ap);

/* Adds a count with its word: the text of KEY.one or KEY.other, by the rule of the language,
 * with {n} as view_number writes it. */
void view_count(struct view *v, struct buf *out, const char *key, long n);

/* Adds a number in the style of the language: "12,345". */
void view_number(struct view *v, struct buf *out, long n);

/* Renders templates/NAME.cs inside templates/layout.cs. */
int view_render(struct view *v, const char *template, struct buf *out, struct err *e);

/* The language to use: the administrator's, else the best of Accept-Language, else the first of
 * conf->languages.  Both arguments may be NULL.  The result is valid for the process. */
const char *view_language(const struct conf *conf, const char *admin,
    const char *accept_language);

/* The i-th language that is offered, NULL past the last. */
const char *view_language_nth(const struct conf *conf, size_t i);

#endif
