/* The help on the pages that take a file. */
#ifndef PAGES_HELP_H
#define PAGES_HELP_H

#include "csv/field.h"
#include "csv/reader.h"
#include "pages/page.h"

/* Sets Groups: the columns that a file of this kind can have, by resource; each with its meaning,
 * its rule, whether it is required, and what an empty cell means. */
void help_columns(struct page *p, enum reader_kind kind);

/* Sets Choices: the names that a file of the scope can use (users/choices.h).  0, or -1 with `e`. */
int help_choices(struct page *p, struct err *e);

#endif
