/* Passwords of administrators: one's own, and one that is set for another administrator. */
#include "auth/profile.h"

#include <string.h>

#include "auth/factor.h"
#include "auth/password.h"
#include "pages/cookie.h"
#include "pages/paths.h"
#include "pages/routes.h"
#include "users/random.h"

static const char *field(const struct page *p, const char *name)
{
	const char *text = form_get(&p->form, name);

	return text != NULL ? text : "";
}

/* Shows what is wrong with the new password or its repetition; false if nothing is. */
static bool new_is_wrong(struct page *p, const char *username)
{
	const char *fault = password_fault(field(p, "new"), username);

	if (fault != NULL)
		page_fault(p, "new", page_text(p, arena_printf(p->mem, "password.fault.%s", fault), NULL));
	else if (strcmp(field(p, "new"), field(p, "again")) != 0)
		page_fault(p, "again", page_text(p, "password.fault.again", NULL));
	return p->messages > 0;
}

/* --- one's own -------------------------------------------------------------- */

static int show_own(struct page *p, struct err *e)
{
	if (p->who->password_due)
		view_set(p->view, "1", "Password.due");
	else
		page_trail(p, PATH_PROFILE, page_text(p, "profile.title", NULL));
	return page_show(p, "profile_password", page_text(p, "password.title", NULL), e);
}

int page_password(struct page *p, struct err *e)
{
	return show_own(p, e);
}

int page_password_post(struct page *p, struct err *e)
{
	bool done = false;
	long wait = 0;

	if (new_is_wrong(p, p->who->username)) {
		p->res->status = 400;
		return show_own(p, e);
	}
	if (strcmp(field(p, "old"), field(p, "new")) == 0) {
		p->res->status = 400;
		page_fault(p, "new", page_text(p, "password.fault.same", NULL));
		return show_own(p, e);
	}
	if (profile_password(p->db, p->conf, cookie_get(p, COOKIE_SESSION), p->who->username, field(p, "old"),
	    field(p, "new"), p->req->remote_addr, &done, &wait, e) != 0)
		return -1;
	if (done) {
		page_say_next(p, PAGE_DONE, "password.done", 1);
		return page_go(p, PATH_PROFILE);
	}
	p->res->status = wait > 0 ? 429 : 400;
	if (wait > 0)
		response_header(p->res, "Retry-After", arena_printf(p->mem, "%ld", wait));
	page_fault(p, "old", wait > 0 ? page_count(p, "login.wait", wait) : page_text(p, "password.fault.old", NULL));
	return show_own(p, e);
}

/* --- another administrator's -------------------------------------------------- */

/* Letters and digits that cannot be confused when they are read out. */
#define LEGIBLE "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789"
#define GENERATED_LENGTH 16

static int show_other(struct page *p, const char *username, struct err *e)
{
	view_set(p->view, page_param(p, "id"), "Admin.id");
	view_set(p->view, username, "Admin.username");
	return page_show(p, "admin_password", page_text(p, "admin_password.title", "name", username, NULL), e);
}

/* Finds the other administrator.  If there is none, answers so and sets *username to NULL. */
static int find_other(struct page *p, const char **username, struct err *e)
{
	if (profile_other(p->db, p->conf, cookie_get(p, COOKIE_SESSION), route_id(&p->route), p->mem, username, e) != 0)
		return -1;
	return *username != NULL ? 0 : page_stop(p, 404, "not_found", e);
}

int page_admin_password(struct page *p, struct err *e)
{
	const char *username;
	int rc = find_other(p, &username, e);

	return username != NULL ? show_other(p, username, e) : rc;
}

int page_admin_password_post(struct page *p, struct err *e)
{
	const char *username, *password = field(p, "new");
	struct random_pool pool = {0};
	bool off = false;
	int rc = find_other(p, &username, e);

	if (username == NULL)
		return rc;
	if (*password == '\0' && *field(p, "again") == '\0') {
		password = random_text(&pool, p->mem, LEGIBLE, strlen(LEGIBLE), GENERATED_LENGTH);
		random_end(&pool);
		view_set(p->view, password, "Admin.password");
	} else if (new_is_wrong(p, username)) {
		p->res->status = 400;
		return show_other(p, username, e);
	}
	if (profile_other_password(p->db, p->conf, cookie_get(p, COOKIE_SESSION), route_id(&p->route), password,
	    p->req->remote_addr, e) != 0)
		return -1;
	if (form_get(&p->form, "factor") != NULL && factor_other_off(p->db, p->conf, cookie_get(p, COOKIE_SESSION),
	    route_id(&p->route), p->req->remote_addr, &off, e) != 0)
		return -1;
	if (off)
		view_set(p->view, "1", "Admin.factor_off");
	view_set(p->view, "1", "Admin.done");
	page_say(p, PAGE_DONE, page_text(p, "admin_password.done", "name", username, NULL));
	return show_other(p, username, e);
}
