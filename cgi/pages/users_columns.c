/* The columns of the list.  Contract: users_columns.h. */
#include "pages/users_columns.h"

#include <string.h>

#include "auth/session.h"
#include "pages/cookie.h"
#include "pages/paths.h"
#include "pages/routes.h"

static const struct {
	const char *name;
	bool usual;
} columns[COLUMN__MAX] = {
	[COLUMN_CODE] = { "code", true },
	[COLUMN_PROTOCOL] = { "protocol", true },
	[COLUMN_NUMBER] = { "number", true },
	[COLUMN_INCALLS] = { "incalls", false },
	[COLUMN_LABELS] = { "labels", false },
	[COLUMN_EMAIL] = { "email", false },
	[COLUMN_MOBILE] = { "mobile", false },
	[COLUMN_LOGIN] = { "login", false },
	[COLUMN_ENTITY] = { "entity", true },
};

const char *users_column_name(enum users_column column)
{
	return columns[column].name;
}

const char *users_column_value(enum users_column column, const struct list_user *u)
{
	const char *const values[COLUMN__MAX] = {
		[COLUMN_CODE] = u->provisioning_code, [COLUMN_PROTOCOL] = u->protocol, [COLUMN_NUMBER] = u->exten,
		[COLUMN_INCALLS] = u->incalls, [COLUMN_LABELS] = u->labels, [COLUMN_EMAIL] = u->email,
		[COLUMN_MOBILE] = u->mobile, [COLUMN_LOGIN] = u->username, [COLUMN_ENTITY] = u->entity,
	};

	return values[column];
}

static bool offered(const struct page *p, int column)
{
	return column != COLUMN_ENTITY || p->who->root;
}

/* Whether `name` is one of the words of `list`. */
static bool has_word(const char *list, const char *name)
{
	for (const char *word = list; *word != '\0'; word += strspn(word, " ")) {
		size_t n = strcspn(word, " ");
		if (n == strlen(name) && strncmp(word, name, n) == 0)
			return true;
		word += n;
	}
	return false;
}

int users_columns(struct page *p, bool shown[COLUMN__MAX], struct err *e)
{
	const char *chosen;

	if (session_columns(p->db, p->conf, cookie_get(p, COOKIE_SESSION), NULL, p->mem, &chosen, e) != 0)
		return -1;
	for (int i = 0; i < COLUMN__MAX; i++)
		shown[i] = offered(p, i) && (chosen != NULL ? has_word(chosen, columns[i].name) : columns[i].usual);
	return 0;
}

void users_columns_form(struct page *p, const bool shown[COLUMN__MAX])
{
	for (int i = 0; i < COLUMN__MAX; i++) {
		if (!offered(p, i))
			continue;
		view_set(p->view, columns[i].name, "Columns.%d.name", i);
		view_set(p->view, page_text(p, arena_printf(p->mem, "users.%s", columns[i].name), NULL),
		    "Columns.%d.text", i);
		if (shown[i])
			view_set(p->view, "1", "Columns.%d.shown", i);
	}
}

/* Keeps the choice: the boxes that are ticked. */
int page_users_columns(struct page *p, struct err *e)
{
	struct buf wanted = {0};
	const char *chosen;
	int rc;

	for (int i = 0; i < COLUMN__MAX; i++) {
		const char *name;
		for (size_t n = 0; (name = form_nth(&p->form, "columns", n)) != NULL; n++) {
			if (offered(p, i) && strcmp(name, columns[i].name) == 0) {
				buf_addf(&wanted, "%s%s", wanted.len > 0 ? " " : "", name);
				break;
			}
		}
	}
	rc = session_columns(p->db, p->conf, cookie_get(p, COOKIE_SESSION), buf_str(&wanted), p->mem, &chosen, e);
	buf_free(&wanted);
	return rc == 0 ? page_go(p, "%s", page_back(p, PATH_USERS)) : -1;
}
