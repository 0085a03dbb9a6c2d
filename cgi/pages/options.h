/* The options of a job (users/options.h) on the page: fields of the form, and what a job was
 * sent with. */
#ifndef PAGES_OPTIONS_H
#define PAGES_OPTIONS_H

#include "pages/page.h"

/* Fills Options.N with the options that a form can show: name, label, help, and as their
 * type is choices.N, flag or number; with what was sent in p->form.  A LIST is no field.  Those
 * by which a file may become the whole truth are in Sync.N.  Sets Import.Options_said and
 * Import.Sync_said where one was sent, and Import.sync_rights, what the reader may not choose. */
void page_options(struct page *p, const char *kind);

/* options_read of the fields that were sent; one that was left empty was not said. */
const char *page_options_read(struct page *p, const char *kind, struct err *e);

/* Fills NAME.N with the options of a job, a sentence each. */
void page_options_said(struct page *p, const char *options, const char *name);

#endif
