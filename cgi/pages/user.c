/* One user with everything that belongs to it, by the columns of the files. */
#include <string.h>

#include "csv/field.h"
#include "csv/value.h"
#include "pages/paths.h"
#include "pages/routes.h"
#include "users/list.h"
#include "users/report.h"

/* The values that people look for most are shown first. */
static const enum field_id first[] = {
	FIELD_exten, FIELD_incall_exten, FIELD_username, FIELD_email, FIELD_labels,
};

/* A value as it is shown: "yes" and "no" for 1 and 0. */
static const char *shown(struct page *p, size_t field, const char *value)
{
	if (value == NULL || fields[field].type != VALUE_BOOL)
		return value;
	return page_text(p, strcmp(value, "1") == 0 ? "common.yes" : "common.no", NULL);
}

static void fill_first(struct page *p, const struct user_detail *u)
{
	for (size_t i = 0; i < sizeof(first) / sizeof(*first); i++) {
		view_set(p->view, fields[first[i]].name, "First.%zu.column", i);
		view_set(p->view, page_text(p, arena_printf(p->mem, "user.first.%s", fields[first[i]].name), NULL),
		    "First.%zu.label", i);
		view_set(p->view, u->values[first[i]].value, "First.%zu.value", i);
	}
}

/* Whether the value is a masked secret that the reader may see. */
static bool can_be_shown(struct page *p, size_t field, const char *value)
{
	return page_may(p, RIGHT_USERS_SECRETS) && field != FIELD_password && field_secret((enum field_id)field)
	    && value != NULL && strcmp(value, VALUE_MASK) == 0;
}

/* The columns in groups, by resource.  A group without any value is a resource that the
 * user does not have. */
static void fill_groups(struct page *p, const struct user_detail *u)
{
	int count[RESOURCE__MAX] = {0};

	for (size_t i = 0; i < u->n_values; i++) {
		int group = (int)fields[i].resource, n = count[group]++;

		view_set(p->view, u->values[i].column, "Groups.%d.values.%d.column", group, n);
		view_set(p->view, shown(p, i, u->values[i].value), "Groups.%d.values.%d.value", group, n);
		if (can_be_shown(p, i, u->values[i].value)) {
			view_set(p->view, "1", "Groups.%d.values.%d.secret", group, n);
			view_set(p->view, "1", "User.secrets");
		}
		if (u->values[i].value != NULL && *u->values[i].value != '\0')
			view_set(p->view, "1", "Groups.%d.has", group);
	}
	for (int group = 0; group < RESOURCE__MAX; group++) {
		const char *name = field_resource_name((enum field_resource)group);
		view_set(p->view, name, "Groups.%d.name", group);
		view_set(p->view, page_text(p, arena_printf(p->mem, "user.group.%s", name), NULL),
		    "Groups.%d.title", group);
	}
}

/* The phones that are registered now. */
static int fill_phones(struct page *p, const char *uuid, struct err *e)
{
	struct list_phone *phones;
	size_t n;

	if (list_phones(p->db, p->who, uuid, p->mem, &phones, &n, e) != 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		view_set(p->view, phones[i].since, "Phones.%zu.since.iso", i);
		view_set(p->view, page_time(p, phones[i].since), "Phones.%zu.since.text", i);
		view_set(p->view, phones[i].address, "Phones.%zu.address", i);
		view_set(p->view, phones[i].transport, "Phones.%zu.transport", i);
		view_set(p->view, phones[i].user_agent, "Phones.%zu.user_agent", i);
	}
	return 0;
}

/* The warnings of the job that has just changed the user. */
static int say_warnings(struct page *p, struct err *e)
{
	const struct report report = { .db = p->db, .who = p->who, .mem = p->mem,
		.job = form_number(form_get(&p->query, "job"), 1, 999999999, 0) };
	const struct report_filter warnings = { .level = "warning" };
	struct report_slice slice = { .limit = 20 };
	struct issue *issues;

	if (report.job == 0)
		return 0;
	if (report_issues(&report, &warnings, &slice, &issues, e) != 0)
		return -1;
	for (size_t i = 0; i < slice.n; i++)
		page_say(p, PAGE_WARNING, page_issue(p, &issues[i]));
	return 0;
}

static int show(struct page *p, const struct user_detail *u, struct err *e)
{
	if (fill_phones(p, u->uuid, e) != 0 || say_warnings(p, e) != 0)
		return -1;
	view_set(p->view, u->uuid, "User.uuid");
	view_set(p->view, u->name, "User.name");
	view_set(p->view, u->enabled ? "enabled" : "disabled", "User.state");
	view_set(p->view, u->entity, "User.entity");
	if (u->values[FIELD_voicemail_number].value != NULL)
		view_set(p->view, "1", "User.voicemail");
	if (u->values[FIELD_sip_username].value != NULL)
		view_set(p->view, "1", "User.registers");
	fill_first(p, u);
	fill_groups(p, u);
	page_menu(p, "users");
	page_trail(p, PATH_USERS, page_text(p, "users.title", NULL));
	return page_show(p, "user", u->name, e);
}

int page_user(struct page *p, struct err *e)
{
	struct user_detail u;

	if (list_user(p->db, p->who, page_param(p, "uuid"), false, p->mem, &u, e) != 0)
		return -1;
	return show(p, &u, e);
}

/* The same page with the secrets; it is written to the audit. */
int page_user_secrets(struct page *p, struct err *e)
{
	struct user_detail u;

	if (!page_may(p, RIGHT_USERS_READ))
		return page_stop(p, 403, "forbidden", e);
	if (p->req->method != HTTP_POST)
		return page_go(p, PATH_USERS "/%s", page_param(p, "uuid"));
	if (list_user(p->db, p->who, page_param(p, "uuid"), true, p->mem, &u, e) != 0
	    || list_audit_secrets(p->db, p->who, p->req->remote_addr, 1, &u.uuid, e) != 0)
		return -1;
	response_header(p->res, "Cache-Control", "no-store");
	return show(p, &u, e);
}
