/* What the pages of the setup share.  There is one list, one form and one deletion for all
 * resources in the table of setup/resource.h. */
#ifndef PAGES_SETUP_H
#define PAGES_SETUP_H

#include <jansson.h>

#include "pages/page.h"
#include "setup/change.h"

/* The resource of the page's address.  NULL if the administrator may not use it: the page has
 * answered, and *rc is the result of the handler. */
const struct setup_resource *setup_begin(struct page *p, int *rc, struct err *e);

/* Reads the thing of the address.  Returns 0 or -1; ERR_NOT_FOUND. */
int setup_thing(struct page *p, const struct setup_resource *r, struct setup_thing *out, struct err *e);

/* The value of a field in one line. */
const char *setup_cell(struct page *p, const struct setup_resource *r, const struct setup_field *f,
    const json_t *value);

/* The text of a word of a choice. */
const char *setup_choice(struct page *p, const struct setup_field *f, const char *word);

/* Whether the form of a new thing has a choice of the entity: for root with all entities. */
bool setup_chooses_tenant(const struct page *p, const struct setup_resource *r);

#endif
