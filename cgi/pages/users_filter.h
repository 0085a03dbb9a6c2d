/* The filter of users (users/filter.h) on pages: in addresses and forms, as controls, and in words. */
#ifndef PAGES_USERS_FILTER_H
#define PAGES_USERS_FILTER_H

#include "pages/page.h"
#include "users/filter.h"

/* The parameters of a filter, for the rows of routes.c. */
#define USERS_FILTER_PARAMS "q context label permission protocol enabled without job phones"

/* Reads the filter from a query or a form.  Invalid values are ignored; the search is trimmed, and
 * cut if it is too long. */
struct users_filter users_filter_read(struct page *p, const struct form *from);

/* Reads the uuids (values named `users`) of a query or a form into the filter. */
void users_filter_read_users(struct page *p, const struct form *from, struct users_filter *f);

/* Adds its conditions to a query. */
void users_filter_encode(struct buf *query, const struct users_filter *f);

/* The address `path` with the conditions as its query. */
const char *users_filter_href(struct page *p, const char *path, const struct users_filter *f);

/* A condition in words: "Label: sales". */
const char *users_filter_words(struct page *p, const struct users_filter *f, enum filter_key key);

/* Sets Filter.N.name and .value, for the hidden fields of a form. */
void users_filter_keep(struct page *p, const struct users_filter *f);

/* Sets Filters.N: the controls of the filter with their choices; and Labels.N: the existing labels.
 * Returns 0 or -1. */
int users_filter_controls(struct page *p, const struct users_filter *f, struct err *e);

#endif
