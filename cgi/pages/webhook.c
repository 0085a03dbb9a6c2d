/* The webhook of an entity: where the end of its jobs is posted to. */
#include <string.h>

#include "auth/profile.h"
#include "pages/cookie.h"
#include "pages/paths.h"
#include "pages/routes.h"

#define URL_MOST 2000	/* bytes, as the database has it */
#define TEST_SECONDS 2	/* until the page looks again for the answer */

static int show(struct page *p, const char *url, struct err *e)
{
	struct profile_webhook hook;

	if (profile_webhook(p->db, p->conf, cookie_get(p, COOKIE_SESSION), p->mem, &hook, e) != 0)
		return -1;
	view_set(p->view, url != NULL ? url : hook.url, "Webhook.url");
	if (hook.url != NULL)
		view_set(p->view, "1", "Webhook.is");
	if (p->who->tenant_id == 0)
		view_set(p->view, "1", "Webhook.no_entity");
	view_set(p->view, hook.failure, "Webhook.failure");
	view_set(p->view, hook.failed_at, "Webhook.failed.iso");
	view_set(p->view, page_time(p, hook.failed_at), "Webhook.failed.text");
	if (hook.waiting > 0)
		view_set(p->view, page_count(p, "webhook.waiting", hook.waiting), "Webhook.waiting");
	if (hook.tested) {
		view_set(p->view, hook.test_answer == NULL ? "waits" : hook.test_arrived ? "done" : "warning",
		    "Webhook.test.state");
		view_set(p->view, hook.test_answer, "Webhook.test.answer");
		if (hook.test_answer == NULL)
			page_refresh(p, TEST_SECONDS);
	}
	page_menu(p, "webhook");
	return page_show(p, "webhook", page_text(p, "webhook.title", NULL), e);
}

int page_webhook(struct page *p, struct err *e)
{
	return show(p, NULL, e);
}

/* The same check as the database's.  Any other fault of the address shows at the first delivery. */
static bool url_valid(const char *url)
{
	size_t scheme = strncmp(url, "https://", 8) == 0 ? 8 : strncmp(url, "http://", 7) == 0 ? 7 : 0;

	if (scheme == 0 || url[scheme] == '\0' || strlen(url) > URL_MOST)
		return false;
	/* Only the characters of an address (RFC 3986).  "@" is not allowed, as a name and password
	 * would be shown on the page. */
	for (const char *c = url; *c != '\0'; c++)
		if (*c <= ' ' || *c > '~' || strchr("@\"<>\\^`{|}", *c) != NULL)
			return false;
	return true;
}

int page_webhook_post(struct page *p, struct err *e)
{
	const char *url = form_get(&p->form, "url"), *session = cookie_get(p, COOKIE_SESSION);
	struct profile_webhook hook;
	char secret[DIGEST_HEX_SIZE];
	bool renews, done;

	if (url == NULL || p->who->tenant_id == 0)
		return page_stop(p, 400, "bad_request", e);
	if (*url != '\0' && !url_valid(url)) {
		p->res->status = 400;
		page_fault(p, "url", page_text(p, "webhook.url_wrong", NULL));
		return show(p, url, e);
	}
	if (profile_webhook(p->db, p->conf, session, p->mem, &hook, e) != 0)
		return -1;
	renews = *url != '\0' && (hook.url == NULL || form_get(&p->form, "renew") != NULL);
	digest_random(secret);
	if (profile_webhook_set(p->db, p->conf, session, *url != '\0' ? url : NULL, renews ? secret : NULL,
	    p->req->remote_addr, &done, e) != 0)
		return -1;
	if (!done)
		return page_stop(p, 400, "bad_request", e);
	if (*url == '\0') {
		page_say_next(p, PAGE_DONE, "webhook.ended", 1);
		return page_go(p, PATH_WEBHOOK);
	}
	if (renews)
		view_set(p->view, secret, "Webhook.secret");
	page_say(p, PAGE_DONE, page_text(p, "webhook.saved", NULL));
	return show(p, NULL, e);
}

int page_webhook_test(struct page *p, struct err *e)
{
	bool done;

	if (profile_webhook_test(p->db, p->conf, cookie_get(p, COOKIE_SESSION), p->req->remote_addr, &done, e) != 0)
		return -1;
	return done ? page_go(p, PATH_WEBHOOK) : page_stop(p, 400, "bad_request", e);
}
