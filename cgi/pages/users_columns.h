/* The columns that the list of users shows: each administrator chooses his own. */
#ifndef PAGES_USERS_COLUMNS_H
#define PAGES_USERS_COLUMNS_H

#include "pages/page.h"
#include "users/list.h"

enum users_column {
	COLUMN_CODE, COLUMN_PROTOCOL, COLUMN_NUMBER, COLUMN_INCALLS, COLUMN_LABELS, COLUMN_EMAIL, COLUMN_MOBILE,
	COLUMN_LOGIN, COLUMN_ENTITY, COLUMN__MAX
};

/* Name of a column, of its text (users.NAME) and of its style. */
const char *users_column_name(enum users_column column);

/* What a user has in a column; NULL for nothing.  Several values are on lines of their own. */
const char *users_column_value(enum users_column column, const struct list_user *u);

/* Which columns are shown to who asks: his choice, else the usual ones.  The entity is for
 * root alone. */
int users_columns(struct page *p, bool shown[COLUMN__MAX], struct err *e);

/* Sets Columns.N: the boxes of the form that chooses them. */
void users_columns_form(struct page *p, const bool shown[COLUMN__MAX]);

#endif
