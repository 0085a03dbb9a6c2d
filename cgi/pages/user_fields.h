/* The fields of the form of one user: which there are, and how each is shown. */
#ifndef PAGES_USER_FIELDS_H
#define PAGES_USER_FIELDS_H

#include <stdbool.h>

#include "csv/field.h"
#include "pages/page.h"
#include "users/choices.h"

struct user_fields {
	struct page *p;
	bool is_new;			/* of a user who is not there yet */
	struct choices choices;		/* set by user_fields_show */
	const char *was[FIELD__MAX];	/* cells when the form was shown; of a new user NULL */
	const char *cells[FIELD__MAX];	/* what the fields hold, never NULL */
	bool wrong[FIELD__MAX];		/* an error stands beside the field: it is not folded */
};

/* Whether the form has a field for the column. */
bool user_fields_has(const struct user_fields *f, enum field_id id);

/* How many items a list cell holds; an empty cell is one item. */
size_t user_fields_items(const char *cell);

/* Sets Form.GROUP of the template, with choices of what exists in the scope.  0 or -1. */
int user_fields_show(struct user_fields *f, struct err *e);

#endif
