/* What is around every page: top bar, left menu, title, messages. */
#ifndef PAGES_FRAME_H
#define PAGES_FRAME_H

#include "pages/page.h"

/* Sets what templates/layout.cs shows. */
void frame_fill(struct page *p, const char *title);

#endif
