/* Deletes users, after a page that names them and asks. */
#include "pages/users.h"

#include "pages/paths.h"
#include "pages/routes.h"

/* The uuids to delete: from the button of a row, or from the ticked rows. */
static size_t chosen(struct page *p, const char *uuids[USERS_SELECTED_MAX])
{
	size_t n = 0;

	if ((uuids[0] = form_get(&p->form, "only")) != NULL)
		return 1;
	while (n < USERS_SELECTED_MAX && (uuids[n] = form_nth(&p->form, "users", n)) != NULL)
		n++;
	return n;
}

int users_delete_ask(struct page *p, const struct users_filter *f, bool *asked, struct err *e)
{
	const struct list_request doomed = { .filter = *f, .limit = USERS_SELECTED_MAX };
	struct list_user *users = NULL;
	size_t n = 0;
	struct list_total total;

	*asked = true;
	if (list_users(p->db, p->who, &doomed, p->mem, &users, &n, &total, e) != 0)
		return -1;
	*asked = !total.more && total.n <= USERS_SELECTED_MAX;
	if (!*asked)
		return 0;
	if (n == 0) {
		page_say_next(p, PAGE_NOTICE, "users_delete.nobody", 0);
		return page_go(p, "%s", page_back(p, PATH_USERS));
	}
	for (size_t i = 0; i < n; i++) {
		view_set(p->view, users[i].uuid, "Users.%zu.uuid", i);
		view_set(p->view, users_name(p, &users[i]), "Users.%zu.name", i);
		view_set(p->view, users[i].exten, "Users.%zu.number", i);
		view_set(p->view, users[i].entity, "Users.%zu.entity", i);
	}
	view_set(p->view, page_back(p, PATH_USERS), "Delete.go");
	view_set(p->view, page_count(p, "users_delete.sure", (long)n), "Delete.sure");
	/* The box is ticked at first: so it also counts if the form was sent without the page. */
	if (form_get(&p->form, "sure") == NULL || form_get(&p->form, "numbers") != NULL)
		view_set(p->view, "1", "Delete.numbers");
	page_menu(p, "users");
	page_trail(p, page_back(p, PATH_USERS), page_text(p, "users.title", NULL));
	return page_show(p, "users_delete", page_text(p, "users_delete.title", NULL), e);
}

/* Shows the page that asks, also after an attempt that failed. */
static int ask(struct page *p, size_t n, const char *const *uuids, struct err *e)
{
	const struct users_filter chosen_ones = { .n_uuids = n, .uuids = uuids };
	bool asked;

	if (n > 0)
		return users_delete_ask(p, &chosen_ones, &asked, e);
	page_say_next(p, PAGE_NOTICE, "users_delete.nobody", 0);
	return page_go(p, "%s", page_back(p, PATH_USERS));
}

int page_users_delete(struct page *p, struct err *e)
{
	const char *uuids[USERS_SELECTED_MAX];
	size_t n = chosen(p, uuids);
	unsigned with = form_get(&p->form, "numbers") != NULL ? LIST_WITH_VOICEMAILS | LIST_WITH_INCALLS : 0;
	struct err why = {0};
	long deleted = 0;

	if (form_get(&p->form, "sure") == NULL)
		return ask(p, n, uuids, e);
	if (list_delete(p->db, p->who, p->req->remote_addr, n, uuids, with, &deleted, &why) == 0) {
		page_say_next(p, PAGE_DONE, "users_delete.done", deleted);
		return page_go(p, "%s", page_back(p, PATH_USERS));
	}
	if (why.code != ERR_DB_RETRY) {
		*e = why;
		return -1;
	}
	p->res->status = 409;
	page_say(p, PAGE_WARNING, page_text(p, "users_delete.busy", NULL));
	return ask(p, n, uuids, e);
}
