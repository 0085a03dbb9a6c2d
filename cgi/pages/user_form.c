/* Add and Edit: the form of one user, by the columns of the files.
 *
 * The fields become a file of one row (users/one.h), so the checks are those of any file; the errors
 * of its report are shown beside their fields.  Of an edit only changed columns are in the file: the
 * form has the old value of each field (was.NAME), and the user's version.  If somebody else has
 * changed the user meanwhile, changes of different fields are merged; for a field that both changed
 * both values are shown. */
#include <stdlib.h>
#include <string.h>

#include "auth/digest.h"
#include "csv/writer.h"
#include "pages/job.h"
#include "pages/paths.h"
#include "pages/routes.h"
#include "pages/user_fields.h"
#include "users/list.h"
#include "users/one.h"

#define JOINS_MAX 3	/* how often an edit is merged with changes of others and sent again */

struct user_form {
	struct page *p;
	const char *uuid;		/* NULL: a new user */
	struct user_detail user;	/* of an edit */
	struct user_fields f;
	const char *seen;
};

/* --- cells ----------------------------------------------------------------- */

/* A value as a cell of a file: the lines of a list become its items. */
static const char *cell_of(struct page *p, enum field_id id, const char *value)
{
	const struct field *column = &fields[id];
	struct buf cell = {0};
	const char *items[FORM_MAX_PAIRS];
	size_t n = 0;
	char *copy, *end;

	if (value == NULL)
		return "";
	if (!types[column->type].list)
		return value;
	copy = arena_strdup(p->mem, value);
	for (char *item = copy; item != NULL && n < FORM_MAX_PAIRS; item = end) {
		if ((end = strchr(item, '\n')) != NULL)
			*end++ = '\0';
		items[n++] = column->type == VALUE_INTS && strcmp(item, "-") == 0 ? "" : item;
	}
	writer_list(&cell, n, items);
	const char *text = arena_strdup(p->mem, buf_str(&cell));
	buf_free(&cell);
	return text;
}

/* The text with LF for CRLF: browsers send line ends as CRLF. */
static const char *line_ends(struct page *p, const char *text)
{
	char *out, *to;

	if (strchr(text, '\r') == NULL)
		return text;
	out = to = arena_strdup(p->mem, text);
	for (const char *from = text; *from != '\0'; from++)
		if (*from != '\r')
			*to++ = *from;
		else if (from[1] != '\n')
			*to++ = '\n';
	*to = '\0';
	return out;
}

static bool same(struct page *p, const char *a, const char *b)
{
	return strcmp(line_ends(p, a), line_ends(p, b)) == 0;
}

/* One context for several incoming numbers is shown once: "a;a" becomes "a" (users/one.h does the reverse). */
static const char *one_context(struct page *p, const char *cell)
{
	size_t n = strcspn(cell, ";");

	for (const char *item = cell; ; item += n + 1) {
		if (strncmp(item, cell, n) != 0 || (item[n] != ';' && item[n] != '\0') || memchr(cell, '\\', n) != NULL)
			return cell;
		if (item[n] == '\0')
			return arena_strndup(p->mem, cell, n);
	}
}

/* The value that was sent for a field; for check boxes the names of all ticked ones. */
static const char *sent(struct page *p, enum field_id id)
{
	const char *names[FORM_MAX_PAIRS], *name = fields[id].name;
	struct buf cell = {0};
	size_t n = 0;

	if (form_get(&p->form, arena_printf(p->mem, "ticks.%s", name)) == NULL) {
		const char *value = form_get(&p->form, name);
		return value != NULL ? line_ends(p, value) : "";
	}
	while (n < FORM_MAX_PAIRS && (names[n] = form_nth(&p->form, name, n)) != NULL)
		n++;
	writer_list(&cell, n, names);
	const char *text = arena_strdup(p->mem, buf_str(&cell));
	buf_free(&cell);
	return text;
}

static int show(struct user_form *f, struct err *e)
{
	struct page *p = f->p;
	char random[DIGEST_HEX_SIZE];
	const char *title = f->uuid == NULL ? page_text(p, "user_form.add", NULL)
	    : page_text(p, "user_form.edit", "name", f->user.name, NULL);

	digest_random(random);
	view_set(p->view, random, "User.nonce");
	view_set(p->view, f->seen, "User.seen");
	view_set(p->view, f->uuid != NULL ? arena_printf(p->mem, PATH_USERS "/%s/edit", f->uuid)
	    : PATH_USERS "/add", "User.path");
	view_set(p->view, f->uuid != NULL ? arena_printf(p->mem, PATH_USERS "/%s", f->uuid) : PATH_USERS, "User.back");
	if (user_fields_show(&f->f, e) != 0)
		return -1;
	page_menu(p, "users");
	page_trail(p, PATH_USERS, page_text(p, "users.title", NULL));
	if (f->uuid != NULL)
		page_trail(p, arena_printf(p->mem, PATH_USERS "/%s", f->uuid), f->user.name);
	return page_show(p, "user_form", title, e);
}

/* Reads the user as it is stored into `cells`. */
static int read_user(struct user_form *f, const char *cells[FIELD__MAX], struct err *e)
{
	if (list_user(f->p->db, f->p->who, f->uuid, false, f->p->mem, &f->user, e) != 0)
		return -1;
	for (size_t i = 0; i < FIELD__MAX; i++)
		cells[i] = i < f->user.n_values ? cell_of(f->p, (enum field_id)i, f->user.values[i].value) : "";
	cells[FIELD_incall_context] = one_context(f->p, cells[FIELD_incall_context]);
	return 0;
}

int page_user_add(struct page *p, struct err *e)
{
	static const enum field_id given[] = { FIELD_line_protocol, FIELD_context, FIELD_exten, FIELD_incall_context,
		FIELD_incall_exten, FIELD_voicemail_context, FIELD_voicemail_number, FIELD_voicemail_name };
	struct user_form f = { .p = p, .f = { .p = p, .is_new = true } };

	for (size_t i = 0; i < FIELD__MAX; i++)
		f.f.cells[i] = fields[i].type == VALUE_BOOL ? fields[i].empty : "";
	f.f.cells[FIELD_voicemail_attach_audio] = "";
	/* The pages of free numbers lead here with a number. */
	for (size_t i = 0; i < sizeof(given) / sizeof(given[0]); i++)
		if (form_get(&p->query, fields[given[i]].name) != NULL)
			f.f.cells[given[i]] = form_get(&p->query, fields[given[i]].name);
	return show(&f, e);
}

int page_user_edit(struct page *p, struct err *e)
{
	struct user_form f = { .p = p, .uuid = page_param(p, "uuid"), .f = { .p = p } };

	if (!page_may(p, RIGHT_USERS_READ))
		return page_stop(p, 403, "forbidden", e);
	if (read_user(&f, f.f.was, e) != 0)
		return -1;
	memcpy(f.f.cells, f.f.was, sizeof(f.f.cells));
	f.seen = f.user.version;
	return show(&f, e);
}

/* --- what was sent ---------------------------------------------------------- */

static void read_form(struct user_form *f)
{
	struct page *p = f->p;

	f->seen = form_get(&p->form, "seen");
	for (size_t i = 0; i < FIELD__MAX; i++) {
		const char *was = form_get(&p->form, arena_printf(p->mem, "was.%s", fields[i].name));
		f->f.was[i] = f->uuid == NULL ? NULL : was != NULL ? line_ends(p, was) : "";
		f->f.cells[i] = user_fields_has(&f->f, (enum field_id)i) ? sent(p, (enum field_id)i) : "";
	}
}

/* Chooses the columns of the file: for a new user those that are not empty, else those that were
 * changed.  Returns their number. */
static size_t choose(struct user_form *f, struct one *o)
{
	size_t n = 0;

	for (size_t i = 0; i < FIELD__MAX; i++) {
		if (!user_fields_has(&f->f, (enum field_id)i))
			continue;
		if (f->uuid == NULL ? *f->f.cells[i] == '\0' : same(f->p, f->f.cells[i], f->f.was[i]))
			continue;
		o->cells[i] = f->f.cells[i];
		n++;
	}
	/* The three lists of the incoming numbers belong together. */
	if (o->cells[FIELD_incall_exten] != NULL || o->cells[FIELD_incall_context] != NULL) {
		o->cells[FIELD_incall_exten] = f->f.cells[FIELD_incall_exten];
		o->cells[FIELD_incall_context] = f->f.cells[FIELD_incall_context];
	}
	return n;
}

/* Shows the errors of the report beside the fields. */
static void set_faults(struct user_form *f, const struct one_result *r)
{
	struct page *p = f->p;

	for (size_t i = 0; i < r->n; i++) {
		const struct issue *issue = &r->issues[i];
		const char *text;
		enum field_id id;

		if (issue->level != ISSUE_ERROR)
			continue;
		text = page_issue(p, issue);
		if (issue->column != NULL && field_find(issue->column, strlen(issue->column), &id) == FIELD_NEW
		    && user_fields_has(&f->f, id)) {
			f->f.wrong[id] = true;
			page_fault(p, issue->column, text);
		} else {
			page_say(p, PAGE_ERROR, text);
		}
	}
}

static bool changed_since(const struct one_result *r)
{
	for (size_t i = 0; i < r->n; i++)
		if (one_is_changed_since(&r->issues[i]))
			return true;
	return false;
}

/* Merges the form with changes that somebody else has stored meanwhile.  *both: both have changed
 * the same field differently; then both values are shown. */
static int join(struct user_form *f, bool *both, struct err *e)
{
	const char *now[FIELD__MAX] = {0};
	struct page *p = f->p;

	*both = false;
	if (read_user(f, now, e) != 0)
		return -1;
	for (size_t i = 0; i < FIELD__MAX; i++) {
		if (!user_fields_has(&f->f, (enum field_id)i) || now[i] == NULL || same(p, now[i], f->f.was[i]))
			continue;
		if (same(p, f->f.cells[i], f->f.was[i])) {
			f->f.cells[i] = now[i];
		} else if (!same(p, f->f.cells[i], now[i])) {
			*both = f->f.wrong[i] = true;
			page_fault(p, fields[i].name, page_text(p, "user_form.both",
			    "value", *now[i] != '\0' ? now[i] : page_text(p, "common.none", NULL), NULL));
		}
		f->f.was[i] = now[i];
	}
	f->seen = f->user.version;
	return 0;
}

/* The user's name, for the history. */
static const char *name_of(const struct user_form *f)
{
	const char *first = f->f.cells[FIELD_firstname], *last = f->f.cells[FIELD_lastname];

	return arena_printf(f->p->mem, "%s%s%s", first, *first != '\0' && *last != '\0' ? " " : "", last);
}

static int answer_done(struct user_form *f, long job, const struct one_result *r, struct err *e)
{
	struct page *p = f->p;
	const char *uuid = f->uuid != NULL ? f->uuid : r->uuid;

	(void)e;
	page_say_next(p, PAGE_DONE, f->uuid != NULL ? "user_form.saved" : "user_form.added", 1);
	if (uuid == NULL || !page_may(p, RIGHT_USERS_READ))
		return page_go(p, PATH_JOB, job);
	return page_go(p, PATH_USERS "/%s?job=%ld", uuid, job);
}

static int post(struct user_form *f, struct err *e)
{
	struct page *p = f->p;
	const char *nonce = form_get(&p->form, "nonce");
	struct one_result r;
	bool both = false;
	long job;

	if (nonce == NULL || !digest_is_hex(nonce))
		return page_stop(p, 400, "bad_request", e);
	for (int i = 0; i < JOINS_MAX; i++) {
		struct one o = { .kind = f->uuid != NULL ? "update" : "import", .uuid = f->uuid,
			.name = name_of(f), .seen = f->seen, .address = p->req->remote_addr,
			.nonce = arena_printf(p->mem, "%ld.%s.%d", p->who->tenant_id, nonce, i) };
		if (choose(f, &o) == 0 && f->uuid != NULL) {
			page_say_next(p, PAGE_NOTICE, "user_form.nothing", 1);
			return page_go(p, PATH_USERS "/%s", f->uuid);
		}
		if (one_send(p->db, p->conf, p->who, &o, p->mem, &job, e) != 0
		    || one_wait(p->db, p->conf, p->who, job, p->conf->page_wait, p->mem, &r, e) != 0)
			return -1;
		if (!r.ended)
			return page_go(p, PATH_JOB, job);
		if (r.done)
			return answer_done(f, job, &r, e);
		if (!changed_since(&r))
			break;
		if (join(f, &both, e) != 0)
			return -1;
		if (both)
			break;
	}
	p->res->status = both ? 409 : 400;
	if (!both)
		set_faults(f, &r);
	return show(f, e);
}

int page_user_add_post(struct page *p, struct err *e)
{
	struct user_form f = { .p = p, .f = { .p = p, .is_new = true } };

	read_form(&f);
	return post(&f, e);
}

int page_user_edit_post(struct page *p, struct err *e)
{
	struct user_form f = { .p = p, .uuid = page_param(p, "uuid"), .f = { .p = p } };

	if (!page_may(p, RIGHT_USERS_READ))
		return page_stop(p, 403, "forbidden", e);
	if (list_user(p->db, p->who, f.uuid, false, p->mem, &f.user, e) != 0)
		return -1;
	read_form(&f);
	return post(&f, e);
}
