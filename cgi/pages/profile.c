/* The profile of the administrator: language, separator, mails, open sessions, tokens. */
#include "auth/profile.h"

#include <string.h>

#include "csv/writer.h"
#include "pages/cookie.h"
#include "pages/paths.h"
#include "pages/routes.h"

/* --- showing --------------------------------------------------------------- */

static void set_languages(struct page *p)
{
	const char *code;

	for (size_t i = 0; (code = view_language_nth(p->conf, i)) != NULL; i++) {
		view_set(p->view, code, "Profile.languages.%zu.code", i);
		view_set(p->view, page_text(p, arena_printf(p->mem, "language.%s", code), NULL),
		    "Profile.languages.%zu.name", i);
		if (p->who->language != NULL && strcmp(code, p->who->language) == 0)
			view_set(p->view, "1", "Profile.languages.%zu.chosen", i);
	}
}

/* The name of the first word of a table that is in the text.  The order matters: browsers also name
 * the browsers that they are derived from. */
static const char *found(const char *agent, const char *const (*table)[2], size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (strstr(agent, table[i][0]) != NULL)
			return table[i][1];
	return NULL;
}

/* "Firefox, Linux" for the User-Agent of a known browser; else its beginning. */
static const char *browser_name(struct page *p, const char *agent)
{
	static const char *const browsers[][2] = { { "Edg/", "Edge" }, { "OPR/", "Opera" },
		{ "Firefox/", "Firefox" }, { "Chrome/", "Chrome" }, { "Safari/", "Safari" } };
	static const char *const systems[][2] = { { "Windows", "Windows" }, { "Android", "Android" },
		{ "iPhone", "iPhone" }, { "iPad", "iPad" }, { "Mac OS X", "macOS" }, { "CrOS", "ChromeOS" },
		{ "Linux", "Linux" } };
	const char *browser, *system;

	if (agent == NULL)
		return NULL;
	browser = found(agent, browsers, sizeof(browsers) / sizeof(browsers[0]));
	system = found(agent, systems, sizeof(systems) / sizeof(systems[0]));
	if (browser == NULL || system == NULL)
		return arena_strndup(p->mem, agent, strcspn(agent, " ("));
	return arena_printf(p->mem, "%s, %s", browser, system);
}

static void set_time(struct page *p, const char *iso, const char *list, size_t i, const char *name)
{
	view_set(p->view, iso, "%s.%zu.%s.iso", list, i, name);
	view_set(p->view, page_time(p, iso), "%s.%zu.%s.text", list, i, name);
}

static int set_sessions(struct page *p, struct err *e)
{
	struct profile_session *sessions;
	size_t n;

	if (profile_sessions(p->db, p->conf, cookie_get(p, COOKIE_SESSION), p->mem, &sessions, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		view_set_long(p->view, sessions[i].id, "Sessions.%zu.id", i);
		view_set(p->view, browser_name(p, sessions[i].agent), "Sessions.%zu.browser", i);
		view_set(p->view, sessions[i].address, "Sessions.%zu.address", i);
		set_time(p, sessions[i].created_at, "Sessions", i, "created");
		set_time(p, sessions[i].seen_at, "Sessions", i, "seen");
		if (sessions[i].own)
			view_set(p->view, "1", "Sessions.%zu.own", i);
	}
	if (n > 1)
		view_set(p->view, "1", "Profile.others");
	return 0;
}

static int set_tokens(struct page *p, struct err *e)
{
	struct profile_token *tokens;
	size_t n;

	if (profile_tokens(p->db, p->conf, cookie_get(p, COOKIE_SESSION), p->mem, &tokens, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		view_set_long(p->view, tokens[i].id, "Tokens.%zu.id", i);
		view_set(p->view, tokens[i].name, "Tokens.%zu.name", i);
		view_set(p->view, tokens[i].rights != NULL ? tokens[i].rights
		    : page_text(p, "token.rights_all", NULL), "Tokens.%zu.rights", i);
		set_time(p, tokens[i].created_at, "Tokens", i, "created");
		set_time(p, tokens[i].expires_at, "Tokens", i, "expires");
		set_time(p, tokens[i].used_at, "Tokens", i, "used");
	}
	return 0;
}

int page_profile(struct page *p, struct err *e)
{
	if (p->who->factor)
		view_set(p->view, "1", "Who.factor");
	set_languages(p);
	if (strcmp(p->conf->sendmail, "none") != 0) {
		const char *email;

		if (profile_email(p->db, p->conf, cookie_get(p, COOKIE_SESSION), false, NULL, p->mem, &email, e) != 0)
			return -1;
		view_set(p->view, "1", "Profile.mails");
		if (form_get(&p->form, "email") != NULL)
			email = form_get(&p->form, "email");
		view_set(p->view, email, "Profile.email");
	}
	if (page_separators(p, "Profile.separators", e) != 0 || set_sessions(p, e) != 0 || set_tokens(p, e) != 0)
		return -1;
	return page_show(p, "profile", page_text(p, "profile.title", NULL), e);
}

/* --- changing --------------------------------------------------------------- */

/* Stores the address for mails, if the form has that field.  Returns 1; 0 if it is not an address;
 * or -1. */
static int keep_email(struct page *p, struct err *e)
{
	const char *wanted = form_get(&p->form, "email"), *email;
	struct err why = {0};

	if (wanted == NULL || profile_email(p->db, p->conf, cookie_get(p, COOKIE_SESSION), true,
	    *wanted != '\0' ? wanted : NULL, p->mem, &email, &why) == 0)
		return 1;
	if (why.code == ERR_INVALID) {
		p->res->status = 400;
		page_fault(p, "email", page_text(p, "profile.email_wrong", NULL));
		return 0;
	}
	*e = why;
	return -1;
}

int page_profile_post(struct page *p, struct err *e)
{
	int kept;

	const char *session = cookie_get(p, COOKIE_SESSION), *chosen;
	const char *language = form_get(&p->form, "language"), *separator = form_get(&p->form, "separator");

	if (language == NULL || separator == NULL || writer_separator(separator) == '\0')
		return page_stop(p, 400, "bad_request", e);
	if ((kept = keep_email(p, e)) != 1)
		return kept == 0 ? page_profile(p, e) : -1;
	if (session_language(p->db, p->conf, session, *language != '\0' ? language : NULL, e) != 0
	    || session_separator(p->db, p->conf, session, separator, p->mem, &chosen, e) != 0)
		return -1;
	/* "As the browser" also removes the language that was chosen before the sign-in. */
	if (*language == '\0')
		cookie_set(p, COOKIE_LANGUAGE, "", 0);
	page_say_next(p, PAGE_DONE, "profile.saved", 1);
	return page_go(p, PATH_PROFILE);
}

int page_session_end(struct page *p, struct err *e)
{
	const char *which = form_get(&p->form, "id");
	long id = form_number(which, 1, 999999999, 0), n;

	if (which == NULL || (id == 0 && strcmp(which, "all") != 0))
		return page_stop(p, 400, "bad_request", e);
	if (profile_session_end(p->db, p->conf, cookie_get(p, COOKIE_SESSION), id, p->req->remote_addr, &n, e) != 0)
		return -1;
	if (n > 0)
		page_say_next(p, PAGE_DONE, "profile.sessions.ended", n);
	else
		page_say_next(p, PAGE_NOTICE, "profile.sessions.gone", 1);
	return page_go(p, PATH_PROFILE);
}
