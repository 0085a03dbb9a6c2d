/* The filter of users in addresses and forms, and as controls and words of a page. */
#ifndef PAGES_USERS_FILTER_H
#define PAGES_USERS_FILTER_H

#include "pages/page.h"
#include "users/filter.h"

/* The parameters of a filter, for the rows of routes.c. */
#define USERS_FILTER_PARAMS "q context label permission protocol enabled without job phones"

/* The filter that a query or a form has.  A value that is not understood is as if it were
 * not there: so the search is without blanks around it and not too long. */
struct users_filter users_filter_read(struct page *p, const struct form *from);

/* The uuids of a query or a form, its values `users`, into the filter. */
void users_filter_read_users(struct page *p, const struct form *from, struct users_filter *f);

/* Adds its conditions to a query. */
void users_filter_encode(struct buf *query, const struct users_filter *f);

/* PATH, with its conditions as query where it has some. */
const char *users_filter_href(struct page *p, const char *path, const struct users_filter *f);

/* "Label: sales", of one condition that is asked for. */
const char *users_filter_words(struct page *p, const struct users_filter *f, enum filter_key key);

/* Sets Filter.N.name and .value, which a form keeps in hidden fields. */
void users_filter_keep(struct page *p, const struct users_filter *f);

/* Sets Filters.N: the controls that choose the filter, with what they choose among; and
 * Labels.N, the labels that there are. */
int users_filter_controls(struct page *p, const struct users_filter *f, struct err *e);

#endif
