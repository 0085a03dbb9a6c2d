/* What the pages of the setup share: one list, one form and one deletion for everything in
 * the table of setup/resource.h. */
#ifndef PAGES_SETUP_H
#define PAGES_SETUP_H

#include <jansson.h>

#include "pages/page.h"
#include "setup/change.h"

/* What the page's address is about.  NULL: this one may not; the page has answered, *rc is
 * the result of the handler. */
const struct setup_resource *setup_begin(struct page *p, int *rc, struct err *e);

/* The thing of the address. */
int setup_thing(struct page *p, const struct setup_resource *r, struct setup_thing *out, struct err *e);

/* A field's value in one line. */
const char *setup_cell(struct page *p, const struct setup_resource *r, const struct setup_field *f,
    const json_t *value);

/* The text of a word that may be chosen. */
const char *setup_choice(struct page *p, const struct setup_field *f, const char *word);

/* Whether the entity of a new thing is to be chosen: root is in all of them. */
bool setup_chooses_tenant(const struct page *p, const struct setup_resource *r);

#endif
