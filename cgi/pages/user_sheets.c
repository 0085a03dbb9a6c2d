/* Sheets to print, one for each user: for one user, all users of a job, or a selection.  They only
 * have secrets if somebody who may see them asks for that. */
#include "users/user_sheets.h"

#include "pages/paths.h"
#include "pages/routes.h"
#include "pages/users.h"
#include "pages/users_filter.h"

#define SHEETS_A_PAGE 200

static void fill_sheet(struct page *p, const struct user_sheet *s, int i)
{
	view_set(p->view, s->name, "Sheets.%d.name", i);
	view_set(p->view, s->entity, "Sheets.%d.entity", i);
	view_set(p->view, s->exten, "Sheets.%d.exten", i);
	view_set(p->view, s->incalls, "Sheets.%d.incalls", i);
	view_set(p->view, s->username, "Sheets.%d.username", i);
	view_set(p->view, s->provisioning_code, "Sheets.%d.code", i);
	view_set(p->view, s->sip_username, "Sheets.%d.sip_username", i);
	view_set(p->view, s->sip_secret, "Sheets.%d.sip_secret", i);
	view_set(p->view, s->realm, "Sheets.%d.realm", i);
	view_set(p->view, s->voicemail_number, "Sheets.%d.voicemail", i);
	view_set(p->view, s->voicemail_password, "Sheets.%d.pin", i);
	if (s->has_pin)
		view_set(p->view, "1", "Sheets.%d.has_pin", i);
}

/* The other pages of many sheets.  They are buttons, because the users must not be in an address. */
static void fill_pages(struct page *p, long page, long total)
{
	if (page > 1)
		view_set_long(p->view, page - 1, "Sheet.previous");
	if (page < page_last(SHEETS_A_PAGE, total))
		view_set_long(p->view, page + 1, "Sheet.next");
}

static int show(struct page *p, const struct users_filter *f, bool secrets, long page, struct err *e)
{
	const struct user_sheets_request r = {
		.filter = *f, .secrets = secrets, .limit = SHEETS_A_PAGE, .offset = (page - 1) * SHEETS_A_PAGE,
		.address = p->req->remote_addr,
	};
	struct user_sheet *sheets;
	size_t n;
	long total;

	if (secrets && !page_may(p, RIGHT_USERS_SECRETS))
		return page_stop(p, 403, "forbidden", e);
	if (user_sheets(p->db, p->who, &r, p->mem, &sheets, &n, &total, e) != 0)
		return -1;
	if (n == 0) {
		page_say_next(p, PAGE_NOTICE, "user_sheets.nobody", 0);
		return page_go(p, "%s", page_back(p, PATH_USERS));
	}
	if (secrets) {
		response_header(p->res, "Cache-Control", "no-store");
		view_set(p->view, "1", "Sheet.secrets");
	}
	if (page_may(p, RIGHT_USERS_SECRETS))
		view_set(p->view, "1", "Sheet.may_show");
	for (size_t i = 0; i < n; i++)
		fill_sheet(p, &sheets[i], (int)i);
	for (size_t i = 0; i < f->n_uuids; i++)
		view_set(p->view, f->uuids[i], "Chosen.%zu", i);
	users_filter_keep(p, f);
	fill_pages(p, page, total);
	view_set(p->view, page_count(p, "user_sheets.count", total), "Sheet.count");
	page_menu(p, "users");
	page_trail(p, PATH_USERS, page_text(p, "users.title", NULL));
	return page_show(p, "user_sheets", page_text(p, "user_sheets.title", NULL), e);
}

int users_sheets(struct page *p, const struct users_filter *f, struct err *e)
{
	return show(p, f, false, 1, e);
}

int page_user_sheets(struct page *p, struct err *e)
{
	const struct form *from = p->req->method == HTTP_POST ? &p->form : &p->query;
	struct users_filter f = users_filter_read(p, from);
	bool secrets = form_get(&p->form, "secrets") != NULL;

	users_filter_read_users(p, from, &f);
	return show(p, &f, secrets, form_number(form_get(from, "page"), 1, 999999, 1), e);
}
