/* The buttons of a user's page: enable, disable, a new PIN, a new SIP password.  Each sends a file of
 * one row, as the form does (users/one.h). */
#include <string.h>

#include "auth/digest.h"
#include "pages/job.h"
#include "pages/paths.h"
#include "pages/routes.h"
#include "users/list.h"
#include "users/one.h"
#include "users/random.h"

static const char digits[] = "0123456789";
static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/* A button sets a column to a value, or to a random text of an alphabet. */
struct action {
	const char *name;		/* of the button */
	enum field_id column;
	const char *value;		/* NULL: random */
	const char *alphabet;
	size_t length;
	const char *done;		/* texts: KEY.one */
};

static const struct action actions[] = {
	{ "enable",     FIELD_enabled,            "1",  NULL,    0,  "user_set.enabled" },
	{ "disable",    FIELD_enabled,            "0",  NULL,    0,  "user_set.disabled" },
	{ "pin",        FIELD_voicemail_password, NULL, digits,  6,  NULL },
	{ "sip_secret", FIELD_sip_secret,         NULL, letters, 16, NULL },
};

static const struct action *find(const char *name)
{
	for (size_t i = 0; name != NULL && i < sizeof(actions) / sizeof(*actions); i++)
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
	return NULL;
}

/* Shows why nothing was changed. */
static void say_errors(struct page *p, const struct one_result *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (r->issues[i].level == ISSUE_ERROR)
			page_say(p, PAGE_ERROR, page_issue(p, &r->issues[i]));
}

/* Shows a generated secret once, in this answer: it is in no address, cookie or log. */
static int show_secret(struct page *p, const struct action *a, const struct user_detail *u,
    const char *secret, struct err *e)
{
	const char *back = arena_printf(p->mem, PATH_USERS "/%s", u->uuid);

	response_header(p->res, "Cache-Control", "no-store");
	view_set(p->view, page_text(p, arena_printf(p->mem, "user_set.%s.label", a->name), NULL), "Secret.label");
	view_set(p->view, secret, "Secret.value");
	view_set(p->view, back, "Secret.back");
	page_say(p, PAGE_DONE, page_text(p, arena_printf(p->mem, "user_set.%s.done", a->name), NULL));
	page_menu(p, "users");
	page_trail(p, PATH_USERS, page_text(p, "users.title", NULL));
	page_trail(p, back, u->name);
	return page_show(p, "user_secret",
	    page_text(p, arena_printf(p->mem, "user_set.%s.title", a->name), NULL), e);
}

int page_user_set(struct page *p, struct err *e)
{
	const struct action *a = find(form_get(&p->form, "action"));
	struct one o = { .kind = "update", .uuid = page_param(p, "uuid"),
		.address = p->req->remote_addr };
	struct random_pool pool = {0};
	struct user_detail u;
	struct one_result r;
	char nonce[DIGEST_HEX_SIZE];
	long job;

	if (a == NULL)
		return page_stop(p, 400, "bad_request", e);
	if (!page_may(p, RIGHT_USERS_READ))
		return page_stop(p, 403, "forbidden", e);
	if (list_user(p->db, p->who, o.uuid, false, p->mem, &u, e) != 0)
		return -1;
	digest_random(nonce);
	o.nonce = arena_printf(p->mem, "%ld.%s", p->who->tenant_id, nonce);
	o.name = u.name;
	o.cells[a->column] = a->value != NULL ? a->value
	    : random_text(&pool, p->mem, a->alphabet, strlen(a->alphabet), a->length);
	random_end(&pool);
	if (one_send(p->db, p->conf, p->who, &o, p->mem, &job, e) != 0
	    || one_wait(p->db, p->conf, p->who, job, p->conf->page_wait, p->mem, &r, e) != 0)
		return -1;
	if (r.ended && r.done && a->value == NULL)
		return show_secret(p, a, &u, o.cells[a->column], e);
	if (r.ended && r.done) {
		page_say_next(p, PAGE_DONE, a->done, 1);
		return page_go(p, PATH_USERS "/%s?job=%ld", u.uuid, job);
	}
	if (!r.ended)
		return page_go(p, PATH_JOB, job);
	p->res->status = 409;
	say_errors(p, &r);
	return page_user(p, e);
}
