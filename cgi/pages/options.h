/* The options of a job (users/options.h) on pages: as fields of a form, and in words. */
#ifndef PAGES_OPTIONS_H
#define PAGES_OPTIONS_H

#include "pages/page.h"

/* Sets Options.N to the options of a form: name, label, help, and by their type choices.N, flag or
 * number; with the values that were sent in p->form.  A LIST has no field.  The options of a
 * synchronization are in Sync.N.  Sets Import.Options_said and Import.Sync_said if one was sent, and
 * Import.sync_rights to what the reader may not choose. */
void page_options(struct page *p, const char *kind);

/* Reads the options from the form (options_read); an empty field is not set.  NULL with `e`. */
const char *page_options_read(struct page *p, const char *kind, struct err *e);

/* Sets NAME.N to the options of a job, one sentence each. */
void page_options_said(struct page *p, const char *options, const char *name);

#endif
