/* The form of a setup file.  Contract: setup_json.h. */
#include "cli/setup_json.h"

#include <stdbool.h>
#include <string.h>

#include "auth/admin.h"
#include "auth/password.h"
#include "auth/principal.h"
#include "base/arena.h"
#include "base/uuid.h"
#include "cli/setup_check.h"

#define DIGITS_MOST	40

/* --- ranges and contexts ---------------------------------------------------- */

/* The digits of an end of a range, NULL where it is none. */
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
		    "must be 1 to %d digits, with an optional + in front", DIGITS_MOST);
		return NULL;
	}
	return digits;
}

static void check_range(struct setup_check *k, const char *path, const json_t *range, json_t *seen)
{
	static const char kinds[] = "user group queue meetme incall";

	if (!setup_object(k, path, range, "kind start end did_length"))
		return;
	const char *kind = setup_text(k, path, range, "kind", true);
	if (kind != NULL && !setup_among(kinds, kind))
		complain(k->c, setup_sub(k, path, "kind"), "must be one of: %s", kinds);
	const char *start = get_digits(k, path, range, "start");
	const char *end = get_digits(k, path, range, "end");
	/* how many of the last digits count; 0: all of them */
	long cut = setup_number(k, path, range, "did_length", 0, DIGITS_MOST);
	if (kind == NULL || start == NULL || end == NULL || cut < 0)
		return;
	size_t n = strlen(start), skip = cut > 0 && n > (size_t)cut ? n - (size_t)cut : 0;
	if (n != strlen(end))
		complain(k->c, setup_sub(k, path, "end"), "must have as many digits as start");
	else if (strcmp(start, end) > 0)
		complain(k->c, setup_sub(k, path, "end"), "is below start");
	else if (strcmp(start + skip, end + skip) > 0)
		complain(k->c, setup_sub(k, path, "did_length"),
		    "the last %ld digits of end are below those of start", cut);
	setup_once(k, seen, path, arena_printf(k->mem, "%s %s %s", kind,
	    json_string_value(json_object_get(range, "start")),
	    json_string_value(json_object_get(range, "end"))));
}

static void check_context(struct setup_check *k, const char *path, const json_t *context, json_t *seen)
{
	static const char types[] = "internal incall outcall services others";

	if (!setup_object(k, path, context, "name type ranges"))
		return;
	const char *name = setup_text(k, path, context, "name", true);
	if (name != NULL && setup_name(k, setup_sub(k, path, "name"), name))
		setup_once(k, seen, setup_sub(k, path, "name"), name);
	const char *type = setup_text(k, path, context, "type", true);
	if (type != NULL && !setup_among(types, type))
		complain(k->c, setup_sub(k, path, "type"), "must be one of: %s", types);
	const json_t *ranges = setup_list(k, path, context, "ranges");
	json_t *seen_ranges = json_object();
	for (size_t i = 0; i < json_array_size(ranges); i++)
		check_range(k, setup_item(k, path, "ranges", i), json_array_get(ranges, i), seen_ranges);
	json_decref(seen_ranges);
}

/* --- administrators --------------------------------------------------------- */

static void check_rights(struct setup_check *k, const char *path, const json_t *admin)
{
	const json_t *rights = setup_list(k, path, admin, "rights");

	for (size_t i = 0; i < json_array_size(rights); i++) {
		const char *name = json_string_value(json_array_get(rights, i));
		unsigned bits = 0;
		/* One name each: an item is no list. */
		if (name == NULL || !rights_parse(name, &bits) || bits == 0 || (bits & (bits - 1)) != 0)
			complain(k->c, setup_item(k, path, "rights", i), "must be one of: users.read "
			    "users.import users.update users.delete users.export users.secrets setup");
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
		    "must be 2 to 64 letters without accents, digits or signs of ._@-");
	else if (username != NULL)
		setup_once(k, k->usernames, setup_sub(k, path, "username"), setup_lower(k, username));
	const char *password = setup_text(k, path, admin, "password", false);
	if (password != NULL && password_rule(password, &e) != 0)
		complain(k->c, setup_sub(k, path, "password"), "%s", e.message);
	const char *language = setup_text(k, path, admin, "language", false);
	if (language != NULL && !admin_language_valid(k->conf, language))
		complain(k->c, setup_sub(k, path, "language"), "must be one of: %s", k->conf->languages);
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
			complain(k->c, place, "must be a text in quotes");
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
		    "must be a UUID such as 12345678-9abc-4def-8123-456789abcdef");
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
		    "username password language rights");
}

void setup_json_check(const json_t *doc, const struct conf *conf, struct complaints *c)
{
	struct setup_check k = { .c = c, .conf = conf, .mem = arena_new(), .tenants = json_object(),
		.uuids = json_object(), .usernames = json_object(), .trunks = json_object() };

	if (setup_object(&k, "", doc, "root telephony tenants")) {
		const json_t *root = setup_list(&k, "", doc, "root");
		for (size_t i = 0; i < json_array_size(root); i++)
			check_admin(&k, setup_item(&k, "", "root", i), json_array_get(root, i),
			    "username password language");
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
