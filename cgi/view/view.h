/* Templates: data goes in as names and values, a page comes out escaped.
 *
 * The only file with ClearSilver.h is view.c.  Every value is HTML-escaped by
 * the engine; templates cannot switch that off (a lint looks).  Names are HDF
 * paths such as "Users.0.name"; names are the program's, never input. */
#ifndef VIEW_VIEW_H
#define VIEW_VIEW_H

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

/* The text of a key in the view's language, the first language where it has
 * none there; NULL for none.  Valid for the process. */
const char *view_text(struct view *v, const char *key);

/* A text with {name} replaced by values of a NULL-terminated list of
 * name, value pairs. Added to `out` unescaped. */
void view_message(struct view *v, struct buf *out, const char *key, ...)
	__attribute__((sentinel));

/* Renders templates/NAME.cs inside templates/layout.cs. */
int view_render(struct view *v, const char *template, struct buf *out, struct err *e);

/* The language to use: the administrator's, else the best of Accept-Language,
 * else the first of conf->languages.  The result lives with `conf`. */
const char *view_language(const struct conf *conf, const char *admin,
    const char *accept_language);

#endif
