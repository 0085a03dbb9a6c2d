/* What the pages of users share. */
#ifndef PAGES_USERS_H
#define PAGES_USERS_H

#include "pages/page.h"
#include "users/list.h"

/* First and last name of a user. */
const char *users_name(struct page *p, const struct list_user *u);

/* Answers with the export of users as CSV with all columns, if the reader has the right. */
int users_export(struct page *p, const struct users_filter *f, struct err *e);	/* export.c */

/* Shows the sheets of users, without secrets. */
int users_sheets(struct page *p, const struct users_filter *f, struct err *e);	/* user_sheets.c */

/* The most users that can be selected one by one, and that are named before they are deleted. */
#define USERS_SELECTED_MAX 500

/* Shows the page that asks before users are deleted, if the administrator has the right.  *asked is
 * false, and nothing is answered, if they are more than USERS_SELECTED_MAX. */
int users_delete_ask(struct page *p, const struct users_filter *f, bool *asked,
    struct err *e);							/* users_delete.c */

#endif
