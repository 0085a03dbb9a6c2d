/* What other pages of users share with the list. */
#ifndef PAGES_USERS_H
#define PAGES_USERS_H

#include "pages/page.h"
#include "users/list.h"

/* The search of the list, q of the URL: without blanks around it, not too long; "" for
 * none. */
const char *users_search(struct page *p);

/* Sets Users.N of the templates that show a list. */
void users_fill(struct page *p, const struct list_user *users, size_t n);

#endif
