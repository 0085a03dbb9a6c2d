/* What the pages that take a file tell about it. */
#ifndef PAGES_HELP_H
#define PAGES_HELP_H

#include "pages/page.h"

/* Sets Groups: the columns of csv/fields.def that a file may have, by resource,
 * each with meaning, rule, whether it is required and what empty means. */
void help_columns(struct page *p);

/* Sets Choices: what may be written in the scope's tenant.  0, or -1 with `e`. */
int help_choices(struct page *p, struct err *e);

#endif
