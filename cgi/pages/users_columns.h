/* The columns of the list of users: each administrator chooses them. */
#ifndef PAGES_USERS_COLUMNS_H
#define PAGES_USERS_COLUMNS_H

#include "pages/page.h"
#include "users/list.h"

enum users_column {
	COLUMN_CODE, COLUMN_PROTOCOL, COLUMN_NUMBER, COLUMN_INCALLS, COLUMN_LABELS, COLUMN_EMAIL, COLUMN_MOBILE,
	COLUMN_LOGIN, COLUMN_ENTITY, COLUMN__MAX
};

/* The name of a column, also of its text (users.NAME) and its style. */
const char *users_column_name(enum users_column column);

/* The value of a user in a column; NULL for none.  Several values have one line each. */
const char *users_column_value(enum users_column column, const struct list_user *u);

/* The columns that the administrator has chosen, else the usual ones.  Only root sees the entity. */
int users_columns(struct page *p, bool shown[COLUMN__MAX], struct err *e);

/* Sets Columns.N: the boxes of the form that chooses them. */
void users_columns_form(struct page *p, const bool shown[COLUMN__MAX]);

#endif
