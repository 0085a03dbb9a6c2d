/* One user with everything that belongs to it, by the columns of the files. */
#include <string.h>

#include "csv/field.h"
#include "pages/paths.h"
#include "pages/routes.h"
#include "users/list.h"
#include "users/phones.h"
#include "users/report.h"

/* A value as it is shown: yes and no for 1 and 0. */
static const char *shown(struct page *p, size_t field, const char *value)
{
	if (value == NULL || fields[field].type != VALUE_BOOL)
		return value;
	return page_text(p, strcmp(value, "1") == 0 ? "common.yes" : "common.no", NULL);
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
	struct phone *phones;
	size_t n;

	if (phones_of_user(p->db, p->who, uuid, p->mem, &phones, &n, e) != 0)
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
	for (size_t i = 0; i < slice.n; i++) {
		struct buf text = {0};
		issue_write(&text, &issues[i], page_issue_text, p);
		page_say(p, PAGE_WARNING, buf_str(&text));
		buf_free(&text);
	}
	return 0;
}

int page_user(struct page *p, struct err *e)
{
	struct user_detail u;

	if (list_user(p->db, p->who, page_param(p, "uuid"), p->mem, &u, e) != 0
	    || fill_phones(p, u.uuid, e) != 0 || say_warnings(p, e) != 0)
		return -1;
	view_set(p->view, u.uuid, "User.uuid");
	view_set(p->view, u.name, "User.name");
	view_set(p->view, u.enabled ? "enabled" : "disabled", "User.state");
	view_set(p->view, u.entity, "User.entity");
	if (u.values[FIELD_voicemail_number].value != NULL)
		view_set(p->view, "1", "User.voicemail");
	fill_groups(p, &u);
	if (u.values[FIELD_sip_username].value != NULL)
		view_set(p->view, "1", "User.registers");
	page_menu(p, "users");
	page_trail(p, PATH_USERS, page_text(p, "users.title", NULL));
	return page_show(p, "user", u.name, e);
}
