/* What the pages that take a file tell about it. */
#ifndef PAGES_HELP_H
#define PAGES_HELP_H

#include "csv/field.h"
#include "csv/reader.h"
#include "pages/page.h"

/* Sets Groups: the columns of csv/fields.def that a file of this kind may have, by
 * resource, each with meaning, rule, whether it is required and what empty does. */
void help_columns(struct page *p, enum reader_kind kind);

/* Sets Choices: what may be written in the scope's tenant.  0, or -1 with `e`. */
int help_choices(struct page *p, struct err *e);

#endif
