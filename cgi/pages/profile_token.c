/* Tokens for scripts: making one, which is shown once, and revoking one. */
#include "auth/profile.h"

#include <string.h>

#include "base/utf8.h"
#include "pages/cookie.h"
#include "pages/paths.h"
#include "pages/routes.h"

#define NAME_MOST 80	/* characters, the same as in the database */
#define DAY (24L * 3600)

/* The choices of how long a token is valid, in days; the second one is the default. */
static const long days[] = { 1, 30, 90, 365 };
#define DAYS_N (sizeof(days) / sizeof(days[0]))

/* --- the form --------------------------------------------------------------- */

static bool is_ticked(const struct page *p, const char *right)
{
	const char *value;

	for (size_t i = 0; (value = form_nth(&p->form, "rights", i)) != NULL; i++)
		if (strcmp(value, right) == 0)
			return true;
	return false;
}

static int show(struct page *p, struct err *e)
{
	long chosen = form_number(form_get(&p->form, "days"), 1, 365, days[1]);
	int i = 0;

	view_set(p->view, form_get(&p->form, "name"), "Token.name");
	for (unsigned bit = 1; bit < RIGHT_ALL; bit <<= 1) {
		const char *name = right_name((enum right)bit);

		if (!page_may(p, (enum right)bit))
			continue;
		view_set(p->view, name, "Rights.%d.name", i);
		view_set(p->view, page_text(p, arena_printf(p->mem, "right.%s", name), NULL), "Rights.%d.meaning", i);
		if (is_ticked(p, name))
			view_set(p->view, "1", "Rights.%d.ticked", i);
		i++;
	}
	for (size_t d = 0; d < DAYS_N; d++) {
		view_set_long(p->view, days[d], "Days.%zu.n", d);
		view_set(p->view, page_count(p, "token.days", days[d]), "Days.%zu.text", d);
		if (days[d] == chosen)
			view_set(p->view, "1", "Days.%zu.chosen", d);
	}
	page_trail(p, PATH_PROFILE, page_text(p, "profile.title", NULL));
	return page_show(p, "profile_token", page_text(p, "token.title", NULL), e);
}

int page_token_add(struct page *p, struct err *e)
{
	return show(p, e);
}

/* --- making and revoking ------------------------------------------------------ */

/* Characters of a name; 0 if it is empty or holds a control character. */
static size_t name_length(const char *name)
{
	size_t n = strlen(name), characters = 0;

	for (size_t i = 0, len; i < n; i += len, characters++)
		if (utf8_decode(name + i, n - i, &len) < 0x20)
			return 0;
	return strspn(name, " ") == n ? 0 : characters;
}

/* The rights that were ticked; 0 if there is none, or one that does not exist. */
static unsigned read_rights(const struct page *p)
{
	unsigned all = 0, one;
	const char *value;

	for (size_t i = 0; (value = form_nth(&p->form, "rights", i)) != NULL; i++) {
		if (!rights_parse(value, &one))
			return 0;
		all |= one;
	}
	return all;
}

int page_token_add_post(struct page *p, struct err *e)
{
	const char *name = form_get(&p->form, "name");
	size_t length = name != NULL ? name_length(name) : 0;
	long valid = form_number(form_get(&p->form, "days"), 1, 365, 0);
	unsigned rights = read_rights(p);
	char secret[DIGEST_HEX_SIZE];
	bool done;

	if (length == 0 || length > NAME_MOST)
		page_fault(p, "name", page_text(p, "token.fault.name", NULL));
	if (rights == 0 || (rights & ~p->who->rights) != 0)
		page_fault(p, "rights", page_text(p, "token.fault.rights", NULL));
	if (valid == 0)
		page_fault(p, "days", page_text(p, "token.fault.days", NULL));
	if (p->messages > 0) {
		p->res->status = 400;
		return show(p, e);
	}
	if (profile_token_open(p->db, p->conf, cookie_get(p, COOKIE_SESSION), name, rights, valid * DAY,
	    p->req->remote_addr, secret, &done, e) != 0)
		return -1;
	if (!done) {
		p->res->status = 409;
		page_say(p, PAGE_ERROR, page_text(p, "token.fault.many", NULL));
		return show(p, e);
	}
	view_set(p->view, secret, "Token.secret");
	view_set(p->view, page_site(p), "Token.url");
	page_say(p, PAGE_DONE, page_text(p, "token.done", NULL));
	return show(p, e);
}

int page_token_end(struct page *p, struct err *e)
{
	long id = form_number(form_get(&p->form, "id"), 1, 999999999, 0);
	bool done = false;

	if (profile_token_end(p->db, p->conf, cookie_get(p, COOKIE_SESSION), id, p->req->remote_addr, &done, e) != 0)
		return -1;
	page_say_next(p, done ? PAGE_DONE : PAGE_NOTICE, done ? "token.ended" : "token.gone", 1);
	return page_go(p, PATH_PROFILE);
}
