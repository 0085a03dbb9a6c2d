/* The fields of the form of one user. */
#ifndef PAGES_USER_FIELDS_H
#define PAGES_USER_FIELDS_H

#include <stdbool.h>

#include "csv/field.h"
#include "pages/page.h"
#include "users/choices.h"

struct user_fields {
	struct page *p;
	bool is_new;			/* the form adds a user */
	struct choices choices;		/* set by user_fields_show */
	const char *was[FIELD__MAX];	/* cells when the form was shown; NULL for a new user */
	const char *cells[FIELD__MAX];	/* values of the fields, never NULL */
	bool wrong[FIELD__MAX];		/* the field has an error: it is not hidden in "more" */
};

/* Whether the form has a field for the column. */
bool user_fields_has(const struct user_fields *f, enum field_id id);

/* Sets Form.GROUP of the template, with the existing names of the scope to choose from.  0 or -1. */
int user_fields_show(struct user_fields *f, struct err *e);

#endif
