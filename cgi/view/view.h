/* Templates: made of names and values, rendered as HTML with every value escaped.
 *
 * The only file with ClearSilver.h is view.c.  Every value is HTML-escaped by
 * the engine; templates cannot switch that off (a lint looks).  Names are HDF
 * paths such as "Users.0.name"; names are the program's, never input.
 *
 * Texts stand in templates/i18n/LANGUAGE.hdf.  A key such as "login.title" is
 * T.login.title in a template. */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

#include <stdarg.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/conf.h"
#include "base/err.h"

struct view;

/* A view in a language that view_language gave. */
int view_new(struct view **out, const struct conf *conf, const char *language,
    struct err *e);
void view_free(struct view *v);

/* Sets a value (NULL: nothing is set).  The name is formatted. */
void view_set(struct view *v, const char *value, const char *name, ...)
	__attribute__((format(printf, 3, 4)));
void view_set_long(struct view *v, long value, const char *name, ...)
	__attribute__((format(printf, 3, 4)));

/* A value that was set, NULL for none. */
const char *view_value(struct view *v, const char *name, ...)
	__attribute__((format(printf, 2, 3)));

/* The text of a key in the view's language, the first language where it has
 * none there; NULL for none.  Valid for the process. */
const char *view_text(struct view *v, const char *key);

/* A text with {name} replaced by values of a NULL-terminated list of
 * name, value pairs (a NULL value is ""). Added to `out` unescaped. */
void view_message(struct view *v, struct buf *out, const char *key, ...)
	__attribute__((sentinel));

/* The same from a list that va_start began. */
void view_vmessage(struct view *v, struct buf *out, const char *key, va_list ap);

/* A count with its word: the text of KEY.one or KEY.other, by the language's
 * rule, with {n} as view_number writes it. */
void view_count(struct view *v, struct buf *out, const char *key, long n);

/* A number as people of the language write it: "12,345". */
void view_number(struct view *v, struct buf *out, long n);

/* Renders templates/NAME.cs inside templates/layout.cs. */
int view_render(struct view *v, const char *template, struct buf *out, struct err *e);

/* The language to use: the administrator's, else the best of Accept-Language,
 * else the first of conf->languages.  The result lives as long as the process.
 * Either may be NULL. */
const char *view_language(const struct conf *conf, const char *admin,
    const char *accept_language);

/* The i-th language that is offered, NULL past the last. */
const char *view_language_nth(const struct conf *conf, size_t i);

#endif
