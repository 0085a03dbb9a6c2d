/* Rendering a page within the frame of all pages: top bar, left menu, title, messages.
 * Contract: page.h. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "auth/session.h"
#include "base/log.h"
#include "job/queue.h"
#include "pages/cookie.h"
#include "pages/page.h"
#include "pages/paths.h"

/* The version in the addresses of static files, so that browsers can cache a file until it changes.
 * Computed once in each process. */
static const char *static_version(const struct conf *conf)
{
	static const char *const files[] = {"app.css", "pages.css", "app.js", "icons/icons.svg"};
	static char version[24];
	unsigned long long mix = 14695981039346656037ULL;

	if (version[0] != '\0')
		return version;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct stat st = {0};
		char path[4096];
		snprintf(path, sizeof(path), "%s/static/%s", conf->share_dir, files[i]);
		if (stat(path, &st) == 0)
			mix = (mix ^ (unsigned long long)st.st_mtime ^
			    (unsigned long long)st.st_size << 32) * 1099511628211ULL;
	}
	snprintf(version, sizeof(version), "%llx", mix);
	return version;
}

static void fill_languages(struct page *p)
{
	const char *code;

	for (size_t i = 0; (code = view_language_nth(p->conf, i)) != NULL; i++) {
		const char *key = arena_printf(p->mem, "language.%s", code);
		view_set(p->view, code, "Languages.%zu.code", i);
		view_set(p->view, page_text(p, key, NULL), "Languages.%zu.name", i);
		if (strcmp(code, p->language) == 0)
			view_set(p->view, "1", "Languages.%zu.current", i);
	}
}

/* Sets the tenants that root can choose from.  If they cannot be read, the page has no such list. */
static void fill_scopes(struct page *p)
{
	struct session_tenant *tenants = NULL;
	struct err e = {0};
	size_t n = 0;

	if (session_tenants(p->db, p->conf, cookie_get(p, COOKIE_SESSION), p->mem,
	    &tenants, &n, &e) != 0) {
		log_err("tenants of the scope chooser", &e);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		view_set_long(p->view, tenants[i].id, "Scopes.%zu.id", i);
		view_set(p->view, tenants[i].name, "Scopes.%zu.name", i);
		if (tenants[i].id == p->who->tenant_id)
			view_set(p->view, "1", "Scopes.%zu.current", i);
	}
}

/* Shows the message of page_say_next, which is a cookie TONE-KEY-N.JOB; only if there is a text for
 * the key.  With a job it links there. */
static void fill_said(struct page *p)
{
	const char *said = cookie_get(p, COOKIE_SAID);

	if (said == NULL || p->res->status != 200)
		return;
	cookie_set(p, COOKIE_SAID, "", 0);
	const char *dash = strrchr(said, '-');
	size_t n = strspn(said + (*said != '\0'), "-abcdefghijklmnopqrstuvwxyz_.");
	if (said[0] < '0' + PAGE_DONE || said[0] > '0' + PAGE_ERROR || said[1] != '-' ||
	    dash < said + 2 || n < (size_t)(dash - said) || n > 64)
		return;
	const char *key = arena_strndup(p->mem, said + 2, (size_t)(dash - said) - 2);
	if (view_text(p->view, arena_printf(p->mem, "%s.other", key)) == NULL)
		return;
	const char *count = dash + 1, *point = strchrnul(count, '.');
	const char *text = page_count(p, key, form_number(arena_strndup(p->mem, count, (size_t)(point - count)), 0,
	    999999999, 0));
	long job = *point == '.' ? form_number(point + 1, 0, 999999999, 0) : 0;
	page_say_at(p, (enum page_tone)(said[0] - '0'), job > 0 ? arena_printf(p->mem, PATH_JOB, job) : NULL, text);
}

/* Sets the number of running jobs, and a message if an own job has ended.  A request of the script
 * that refreshes a page gets no message, and the job does not count as announced.  If the news
 * cannot be read, the page is shown without them. */
static void fill_news(struct page *p)
{
	const char *dest = request_header(p->req, "sec-fetch-dest");
	bool reads = p->req->method == HTTP_GET && p->res->status == 200
	    && (dest == NULL || strcmp(dest, "document") == 0);
	struct queue_news news;
	struct err e = {0};

	if (queue_news(p->db, p->who, reads, p->mem, &news, &e) != 0) {
		log_err("jobs under way", &e);
		return;
	}
	view_set_long(p->view, news.under_way, "News.under_way");
	view_set(p->view, page_count(p, "job_news.under_way", news.under_way), "News.under_way_text");
	if (news.ended > 1)
		page_say_at(p, PAGE_NOTICE, PATH_IMPORTS, page_count(p, "job_news.ended", news.ended));
	else if (news.id != 0)
		page_say_at(p, PAGE_NOTICE, arena_printf(p->mem, PATH_JOB, news.id), page_text(p,
		    arena_printf(p->mem, "job_news.state.%s", news.state),
		    "id", arena_printf(p->mem, "%ld", news.id), "file", page_name(p, news.file_name), NULL));
}

static void fill_frame(struct page *p, const char *title)
{
	view_set(p->view, title, "Page.title");
	view_set(p->view, static_version(p->conf), "Page.static");
	view_set(p->view, ROUTE_IPBX, "Page.ipbx");
	view_set(p->view, p->req->target, "Page.target");
	view_set(p->view, p->csrf, "Page.csrf");
	fill_languages(p);
	fill_said(p);
	if (p->who == NULL)
		return;
	/* Until the password and the second factor are set up no other page is open. */
	if (!p->who->password_due && !page_factor_due(p))
		view_set(p->view, "1", "Page.menu");
	/* Only for administrators who send files: the version would show an attacker which faults to
	 * look for. */
	if (page_may(p, RIGHT_USERS_IMPORT) || page_may(p, RIGHT_USERS_UPDATE))
		fill_news(p);
	view_set(p->view, ROLLCALL_VERSION, "Page.version");
	view_set(p->view, p->who->username, "Who.username");
	view_set(p->view, p->who->tenant_name, "Who.tenant");
	if (p->who->root) {
		view_set(p->view, "1", "Who.root");
		fill_scopes(p);
	}
	if (page_may(p, RIGHT_USERS_READ))
		view_set(p->view, "1", "May.read");
	if (page_may(p, RIGHT_USERS_IMPORT))
		view_set(p->view, "1", "May.import");
	if (page_may(p, RIGHT_USERS_UPDATE))
		view_set(p->view, "1", "May.update");
	if (page_may(p, RIGHT_USERS_EXPORT))
		view_set(p->view, "1", "May.export");
	if (page_may(p, RIGHT_SETUP))
		view_set(p->view, "1", "May.setup");
	if (page_may(p, RIGHT_USERS_DELETE))
		view_set(p->view, "1", "May.delete");
	if (page_may(p, RIGHT_SETUP))
		view_set(p->view, "1", "May.setup");
}

int page_show(struct page *p, const char *template, const char *title, struct err *e)
{
	fill_frame(p, title);
	p->res->body.len = 0;
	return view_render(p->view, template, &p->res->body, e);
}

int page_stop(struct page *p, int status, const char *name, struct err *e)
{
	p->res->status = status;
	view_set_long(p->view, status, "Error.status");
	view_set(p->view, p->req->id, "Error.id");
	view_set(p->view, name, "Error.name");
	if (p->req->method & (HTTP_GET | HTTP_HEAD))
		view_set(p->view, p->req->target, "Error.again");
	if (p->who != NULL && page_may(p, RIGHT_USERS_READ))
		view_set(p->view, "1", "Error.users");
	const char *key = arena_printf(p->mem, "error.%s.title", name);
	return page_show(p, "error", page_text(p, key, NULL), e);
}
