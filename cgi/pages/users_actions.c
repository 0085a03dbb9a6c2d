/* Actions on the selected users of the list, or on all that it finds.
 *
 * Selected users are changed at once.  All found users may be thousands: that change is only
 * checked, and applied on the job's page.  Before users are deleted, a page names them; if they are
 * too many for that, the deletion is checked too. */
#include <string.h>

#include "auth/digest.h"
#include "job/queue.h"
#include "pages/job.h"
#include "pages/paths.h"
#include "pages/routes.h"
#include "pages/users.h"
#include "pages/users_filter.h"
#include "users/action.h"

/* The users of the action: all of the list's filter, or the ticked ones. */
static struct users_filter selection(struct page *p, bool *all)
{
	struct users_filter f = {0};

	*all = form_get(&p->form, "all") != NULL;
	if (*all)
		return users_filter_read(p, &p->form);
	users_filter_read_users(p, &p->form, &f);
	return f;
}

static int say_and_go_back(struct page *p, enum page_tone tone, const char *key, long n)
{
	page_say_next(p, tone, key, n);
	return page_go(p, "%s", page_back(p, PATH_USERS));
}

/* Answers that the change cannot be stored because the account or its entity has too many jobs. */
static int refuse(struct page *p, struct err *why, struct err *e)
{
	if (why->code == ERR_QUOTA) {
		p->refused = REFUSED_QUOTA;
		return say_and_go_back(p, PAGE_ERROR, arena_printf(p->mem, "users_actions.%s", why->place), 1);
	}
	*e = *why;
	return -1;
}

static int change(struct page *p, struct action *a, struct err *e)
{
	struct err why = {0};
	struct job job;
	char nonce[DIGEST_HEX_SIZE];
	bool ended;
	long id, n;

	digest_random(nonce);
	a->address = p->req->remote_addr;
	a->nonce = arena_printf(p->mem, "%ld.%s", p->who->tenant_id, nonce);
	if (action_send(p->db, p->conf, p->who, a, p->mem, &id, &n, &why) != 0)
		return refuse(p, &why, e);
	if (n == 0)
		return say_and_go_back(p, PAGE_NOTICE, "users_actions.nothing", 1);
	if (queue_wait(p->db, p->conf, p->who, id, p->conf->page_wait, &ended, e) != 0
	    || queue_find(p->db, p->who, id, p->mem, &job, e) != 0)
		return -1;
	if (strcmp(job.state, "done") != 0)
		return page_go(p, PATH_JOB, id);
	queue_seen(p->db, p->who, id);
	page_say_next_of(p, PAGE_DONE, arena_printf(p->mem, "users_actions.%s", action_names[a->kind]), n, id);
	return page_go(p, "%s", page_back(p, PATH_USERS));
}

static int delete(struct page *p, struct action *a, struct err *e)
{
	bool asked;

	if (!page_may(p, RIGHT_USERS_DELETE))
		return page_stop(p, 403, "forbidden", e);
	if (users_delete_ask(p, &a->filter, &asked, e) != 0)
		return -1;
	if (asked)
		return 0;
	if (!page_may(p, RIGHT_USERS_UPDATE))
		return say_and_go_back(p, PAGE_ERROR, "users_delete.too_many", USERS_SELECTED_MAX);
	a->check = true;
	return change(p, a, e);
}

int page_users_actions(struct page *p, struct err *e)
{
	const char *name = form_get(&p->form, "action");
	struct action a = { .label = form_get(&p->form, "which_label") };
	int kind = 0;
	bool all;

	a.filter = selection(p, &all);
	if (name == NULL)
		return page_stop(p, 400, "bad_request", e);
	if (!all && a.filter.n_uuids == 0)
		return say_and_go_back(p, PAGE_NOTICE, "users_actions.nobody", 1);
	if (strcmp(name, "export") == 0)
		return users_export(p, &a.filter, e);
	if (strcmp(name, "sheets") == 0)
		return users_sheets(p, &a.filter, e);
	while (kind < ACTION__MAX && strcmp(name, action_names[kind]) != 0)
		kind++;
	if (kind == ACTION__MAX)
		return page_stop(p, 400, "bad_request", e);
	a.kind = (enum action_kind)kind;
	if (a.kind == ACTION_DELETE)
		return delete(p, &a, e);
	if (!page_may(p, RIGHT_USERS_UPDATE))
		return page_stop(p, 403, "forbidden", e);
	if ((a.kind == ACTION_LABEL_ADD || a.kind == ACTION_LABEL_REMOVE) && (a.label == NULL || *a.label == '\0'))
		return say_and_go_back(p, PAGE_NOTICE, "users_actions.no_label", 1);
	a.check = all;
	return change(p, &a, e);
}
