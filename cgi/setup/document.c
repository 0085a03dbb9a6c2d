/* The form of a setup file.  Contract: document.h. */
#include "setup/document.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "auth/admin.h"
#include "auth/password.h"
#include "auth/principal.h"
#include "base/arena.h"
#include "base/utf8.h"
#include "base/uuid.h"
#include "setup/check.h"

#define DIGITS_MOST	40

/* --- ranges and contexts ---------------------------------------------------- */

/* The digits of the start or end of a range; NULL, with a complaint, if they are not digits. */
static const char *get_digits(struct setup_check *k, const char *path, const json_t *range,
    const char *key)
{
	const char *text = setup_text(k, path, range, key, true);

	if (text == NULL)
		return NULL;
	const char *digits = text[0] == '+' ? text + 1 : text;
	size_t n = strspn(digits, "0123456789");
	if (n == 0 || n > DIGITS_MOST || digits[n] != '\0') {
		complain(k->c, setup_sub(k, path, key),
		    "digits", "most", arena_printf(k->mem, "%d", DIGITS_MOST), NULL);
		return NULL;
	}
	return digits;
}

/* A range in the form in which ranges are compared. */
struct span {
	const char *path, *kind, *start, *end;
};
struct spans {
	struct span *at;
	size_t n;
};

static void check_range(struct setup_check *k, const char *path, const json_t *range, json_t *seen,
    struct spans *spans)
{
	static const char kinds[] = "user group queue meetme incall";

	if (!setup_object(k, path, range, "kind start end did_length"))
		return;
	const char *kind = setup_text(k, path, range, "kind", true);
	if (kind != NULL && !setup_among(kinds, kind))
		complain(k->c, setup_sub(k, path, "kind"), "choice", "choices", kinds, NULL);
	const char *start = get_digits(k, path, range, "start");
	const char *end = get_digits(k, path, range, "end");
	/* how many of the last digits count; 0: all of them */
	long cut = setup_number(k, path, range, "did_length", 0, DIGITS_MOST);
	if (kind == NULL || start == NULL || end == NULL || cut < 0)
		return;
	size_t n = strlen(start), skip = cut > 0 && n > (size_t)cut ? n - (size_t)cut : 0;
	if (n != strlen(end))
		complain(k->c, setup_sub(k, path, "end"), "range_digits", NULL);
	else if (strcmp(start, end) > 0)
		complain(k->c, setup_sub(k, path, "end"), "range_below", NULL);
	else if (strcmp(start + skip, end + skip) > 0)
		complain(k->c, setup_sub(k, path, "did_length"),
		    "range_cut", "digits", arena_printf(k->mem, "%ld", cut), NULL);
	setup_once(k, seen, path, arena_printf(k->mem, "%s %s %s", kind,
	    json_string_value(json_object_get(range, "start")),
	    json_string_value(json_object_get(range, "end"))));
	spans->at[spans->n++] = (struct span){ path, kind, start + skip, end + skip };
}

/* By length, then by number. */
static int by_start(const void *a, const void *b)
{
	const struct span *one = a, *two = b;
	size_t n = strlen(one->start), m = strlen(two->start);
	int order = n != m ? (n < m ? -1 : 1) : strcmp(one->start, two->start);

	return order != 0 ? order : strcmp(one->end, two->end);
}

/* A number belongs to one range of its context: no two ranges overlap, also of different kinds. */
static void check_overlaps(struct setup_check *k, struct spans *spans)
{
	const struct span *widest = NULL;

	if (spans->n > 0)
		qsort(spans->at, spans->n, sizeof(*spans->at), by_start);
	for (size_t i = 0; i < spans->n; i++) {
		const struct span *s = &spans->at[i];
		if (widest == NULL || strlen(widest->start) != strlen(s->start) || strcmp(s->start,
		    widest->end) > 0) {
			widest = s;
			continue;
		}
		/* There is a complaint about two equal ranges already. */
		if (strcmp(s->kind, widest->kind) != 0 || strcmp(s->start, widest->start) != 0 || strcmp(s->end,
		    widest->end) != 0)
			complain(k->c, s->path, "overlap", "other", arena_printf(k->mem, "%s-%s", widest->start,
			    widest->end), NULL);
		if (strcmp(s->end, widest->end) > 0)
			widest = s;
	}
}

/* Checks the reserved numbers. */
static void check_reserved(struct setup_check *k, const char *path, const json_t *context)
{
	const json_t *list = setup_list(k, path, context, "reserved");
	json_t *seen = json_object();

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *place = setup_item(k, path, "reserved", i);
		const char *number = json_string_value(json_array_get(list, i));
		const char *digits = number != NULL && number[0] == '+' ? number + 1 : number;
		size_t n = digits != NULL ? strspn(digits, "0123456789") : 0;
		if (n == 0 || n > DIGITS_MOST || digits[n] != '\0')
			complain(k->c, place, "digits", "most", arena_printf(k->mem, "%d", DIGITS_MOST), NULL);
		else
			setup_once(k, seen, place, number);
	}
	json_decref(seen);
}

/* The contexts whose numbers can be called from this one, too; whether they are there, the
 * database knows. */
static void check_includes(struct setup_check *k, const char *path, const json_t *context, const char *name)
{
	const json_t *list = setup_list(k, path, context, "includes");
	json_t *seen = json_object();

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *place = setup_item(k, path, "includes", i);
		const char *other = json_string_value(json_array_get(list, i));
		if (other == NULL)
			complain(k->c, place, "text", NULL);
		else if (name != NULL && strcmp(other, name) == 0)
			complain(k->c, place, "includes_itself", NULL);
		else
			setup_once(k, seen, place, other);
	}
	json_decref(seen);
}

static void check_context(struct setup_check *k, const char *path, const json_t *context, json_t *seen)
{
	static const char types[] = "internal incall outcall services others";

	if (!setup_object(k, path, context, "name type ranges includes reserved"))
		return;
	const char *name = setup_text(k, path, context, "name", true);
	if (name != NULL && setup_name(k, setup_sub(k, path, "name"), name))
		setup_once(k, seen, setup_sub(k, path, "name"), name);
	const char *type = setup_text(k, path, context, "type", true);
	if (type != NULL && !setup_among(types, type))
		complain(k->c, setup_sub(k, path, "type"), "choice", "choices", types, NULL);
	const json_t *ranges = setup_list(k, path, context, "ranges");
	json_t *seen_ranges = json_object();
	struct spans spans = { .at = arena_alloc(k->mem, (json_array_size(ranges) + 1) * sizeof(*spans.at)) };
	for (size_t i = 0; i < json_array_size(ranges); i++)
		check_range(k, setup_item(k, path, "ranges", i), json_array_get(ranges, i), seen_ranges, &spans);
	json_decref(seen_ranges);
	check_overlaps(k, &spans);
	check_includes(k, path, context, name);
	check_reserved(k, path, context);
}

/* --- administrators --------------------------------------------------------- */

static void check_rights(struct setup_check *k, const char *path, const json_t *admin)
{
	const json_t *rights = setup_list(k, path, admin, "rights");

	for (size_t i = 0; i < json_array_size(rights); i++) {
		const char *name = json_string_value(json_array_get(rights, i));
		unsigned bits = 0;
		/* Each item is one name, and not a list of names. */
		if (name == NULL || !rights_parse(name, &bits) || bits == 0 || (bits & (bits - 1)) != 0)
			complain(k->c, setup_item(k, path, "rights", i), "choice", "choices", "users.read "
			    "users.import users.update users.delete users.export users.secrets setup", NULL);
	}
}

static void check_admin(struct setup_check *k, const char *path, const json_t *admin, const char *keys)
{
	struct err e;

	if (!setup_object(k, path, admin, keys))
		return;
	const char *username = setup_text(k, path, admin, "username", true);
	if (username != NULL && !admin_username_valid(username))
		complain(k->c, setup_sub(k, path, "username"),
		    "username", NULL);
	else if (username != NULL)
		setup_once(k, k->usernames, setup_sub(k, path, "username"), setup_lower(k, username));
	const char *password = setup_text(k, path, admin, "password", false);
	if (password != NULL && password_rule(password, &e) != 0)
		complain(k->c, setup_sub(k, path, "password"), "password", "reason", e.message, NULL);
	const char *language = setup_text(k, path, admin, "language", false);
	const json_t *disabled = json_object_get(admin, "disabled");
	if (disabled != NULL && !json_is_boolean(disabled))
		complain(k->c, setup_sub(k, path, "disabled"), "flag", NULL);
	/* An empty text means the language of the browser. */
	if (language != NULL && *language != '\0' && !admin_language_valid(k->conf, language))
		complain(k->c, setup_sub(k, path, "language"), "choice", "choices", k->conf->languages, NULL);
	check_rights(k, path, admin);
}

/* --- tenants ---------------------------------------------------------------- */

static void check_names(struct setup_check *k, const char *path, const json_t *tenant, const char *key)
{
	const json_t *list = setup_list(k, path, tenant, key);
	json_t *seen = json_object();

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = json_string_value(json_array_get(list, i));
		const char *place = setup_item(k, path, key, i);
		if (name == NULL)
			complain(k->c, place, "text", NULL);
		else if (setup_name(k, place, name))
			setup_once(k, seen, place, name);
	}
	json_decref(seen);
}

static void check_tenant(struct setup_check *k, const char *path, const json_t *tenant)
{
	if (!setup_object(k, path, tenant, "name uuid contexts call_permissions labels cti_profiles "
	    "template_lines trunks emergency_numbers admins"))
		return;
	const char *name = setup_text(k, path, tenant, "name", true);
	if (name != NULL && setup_name(k, setup_sub(k, path, "name"), name))
		setup_once(k, k->tenants, setup_sub(k, path, "name"), name);
	const char *uuid = setup_text(k, path, tenant, "uuid", false);
	if (uuid != NULL && !uuid_valid(uuid))
		complain(k->c, setup_sub(k, path, "uuid"),
		    "uuid", NULL);
	else if (uuid != NULL)
		setup_once(k, k->uuids, setup_sub(k, path, "uuid"), setup_lower(k, uuid));

	const json_t *contexts = setup_list(k, path, tenant, "contexts");
	json_t *seen = json_object();
	for (size_t i = 0; i < json_array_size(contexts); i++)
		check_context(k, setup_item(k, path, "contexts", i), json_array_get(contexts, i), seen);
	json_decref(seen);
	setup_check_tenant_telephony(k, path, tenant);
	check_names(k, path, tenant, "labels");
	check_names(k, path, tenant, "cti_profiles");
	check_names(k, path, tenant, "template_lines");
	const json_t *admins = setup_list(k, path, tenant, "admins");
	for (size_t i = 0; i < json_array_size(admins); i++)
		check_admin(k, setup_item(k, path, "admins", i), json_array_get(admins, i),
		    "username password language rights disabled");
}

void setup_document_normalise(json_t *value)
{
	struct arena *mem;
	const char *key;
	json_t *member;
	size_t i;

	json_object_foreach(value, key, member)
		if (strcmp(key, "password") != 0)
			setup_document_normalise(member);
	json_array_foreach(value, i, member)
		setup_document_normalise(member);
	if (!json_is_string(value))
		return;
	mem = arena_new();
	if (json_string_set(value, utf8_nfc(mem, json_string_value(value))) != 0)
		abort();
	arena_free(mem);
}

void setup_document_check(const json_t *doc, const struct conf *conf, struct complaints *c)
{
	struct setup_check k = { .c = c, .conf = conf, .mem = arena_new(), .tenants = json_object(),
		.uuids = json_object(), .usernames = json_object(), .trunks = json_object() };

	if (setup_object(&k, "", doc, "root telephony tenants")) {
		const json_t *root = setup_list(&k, "", doc, "root");
		for (size_t i = 0; i < json_array_size(root); i++)
			check_admin(&k, setup_item(&k, "", "root", i), json_array_get(root, i),
			    "username password language disabled");
		setup_check_telephony(&k, doc);
		const json_t *tenants = setup_list(&k, "", doc, "tenants");
		for (size_t i = 0; i < json_array_size(tenants); i++)
			check_tenant(&k, setup_item(&k, "", "tenants", i), json_array_get(tenants, i));
	}
	json_decref(k.tenants);
	json_decref(k.uuids);
	json_decref(k.usernames);
	json_decref(k.trunks);
	arena_free(k.mem);
}
