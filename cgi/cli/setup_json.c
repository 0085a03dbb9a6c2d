/* The form of a setup file.  Contract: setup_json.h. */
#include "cli/setup_json.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>

#include "auth/admin.h"
#include "auth/password.h"
#include "auth/principal.h"
#include "base/arena.h"
#include "base/utf8.h"
#include "base/uuid.h"

#define NAME_MOST	128	/* characters, as csv/fields.def has for names */
#define DIGITS_MOST	40
#define ITEMS_MOST	100000	/* of one list */

struct check {
	struct complaints *c;
	const struct conf *conf;
	struct arena *mem;
	json_t *tenants, *uuids, *usernames;	/* objects as sets: over the whole file */
};

void complain(struct complaints *c, const char *path, const char *fmt, ...)
{
	struct err e;
	char text[sizeof(e.message)];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	/* By err_set for its care of cut characters and line ends. */
	err_set(&e, ERR_INVALID, NULL, "%s", text);
	buf_addf(&c->lines, "%s: %s\n", path, e.message);
	c->n++;
}

/* --- pieces ----------------------------------------------------------------- */

static bool printable(const char *s)
{
	size_t n = strlen(s);

	for (size_t i = 0, len; i < n; i += len) {
		int32_t c = utf8_decode(s + i, n - i, &len);
		if (c < 0 || utf8_unprintable(c))
			return false;
	}
	return true;
}

/* Whether `name` is one of the words of a list separated by blanks. */
static bool among(const char *list, const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || strchr(name, ' ') != NULL)
		return false;
	for (const char *p = strstr(list, name); p != NULL; p = strstr(p + 1, name))
		if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
			return true;
	return false;
}

static const char *sub(struct check *k, const char *path, const char *key)
{
	return path[0] == '\0' ? key : arena_printf(k->mem, "%s.%s", path, key);
}

/* Whether it is an object; its keys must be among `keys`. */
static bool is_object(struct check *k, const char *path, const json_t *v, const char *keys)
{
	const char *key;
	json_t *value;

	const char *self = path[0] == '\0' ? "the file" : path;
	if (!json_is_object(v)) {
		complain(k->c, self, "must be an object { }");
		return false;
	}
	json_object_foreach((json_t *)(uintptr_t)v, key, value) {
		if (!among(keys, key))
			complain(k->c, key[0] != '\0' && printable(key) ? sub(k, path, key) : self,
			    "there is no such key; there are: %s", keys);
	}
	return true;
}

/* The text below a key, NULL where it is absent (complained of where it is
 * needed) or none. */
static const char *get_text(struct check *k, const char *path, const json_t *object,
    const char *key, bool needed)
{
	const json_t *v = json_object_get(object, key);

	if (v == NULL) {
		if (needed)
			complain(k->c, sub(k, path, key), "is missing");
		return NULL;
	}
	if (!json_is_string(v)) {
		complain(k->c, sub(k, path, key), "must be a text in quotes");
		return NULL;
	}
	return json_string_value(v);
}

/* The list below a key, NULL where it is absent or none. */
static const json_t *get_list(struct check *k, const char *path, const json_t *object,
    const char *key)
{
	const json_t *v = json_object_get(object, key);

	if (v == NULL)
		return NULL;
	if (!json_is_array(v)) {
		complain(k->c, sub(k, path, key), "must be a list [ ]");
		return NULL;
	}
	if (json_array_size(v) > ITEMS_MOST) {
		complain(k->c, sub(k, path, key), "has more than %d items", ITEMS_MOST);
		return NULL;
	}
	return v;
}

static const char *item(struct check *k, const char *path, const char *key, size_t i)
{
	return arena_printf(k->mem, "%s[%zu]", sub(k, path, key), i);
}

/* Puts a name into a set; complains where it is there already. */
static void once(struct check *k, json_t *set, const char *path, const char *name)
{
	const json_t *before = json_object_get(set, name);

	if (before != NULL)
		complain(k->c, path, "stands twice: also %s", json_string_value(before));
	else
		json_object_set_new(set, name, json_string(path));
}

static bool is_blank(int32_t c)
{
	return c == ' ' || c == '\t' || c == 0xA0;
}

/* A name that a cell of a file can name: cells are trimmed. */
static bool check_name(struct check *k, const char *path, const char *name)
{
	size_t n = strlen(name), characters = 0;
	int32_t first = 0, last = 0;

	for (size_t i = 0, len; i < n; i += len, characters++) {
		last = utf8_decode(name + i, n - i, &len);
		if (i == 0)
			first = last;
	}
	if (characters == 0 || characters > NAME_MOST)
		complain(k->c, path, "must have 1 to %d characters", NAME_MOST);
	else if (!printable(name))
		complain(k->c, path, "holds a control character");
	else if (is_blank(first) || is_blank(last))
		complain(k->c, path, "begins or ends with a blank");
	else
		return true;
	return false;
}

static const char *lower(struct check *k, const char *s)
{
	char *copy = arena_strdup(k->mem, s);

	for (char *p = copy; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}

/* --- ranges and contexts ---------------------------------------------------- */

/* The digits of an end of a range, NULL where it is none. */
static const char *get_digits(struct check *k, const char *path, const json_t *range,
    const char *key)
{
	const char *text = get_text(k, path, range, key, true);

	if (text == NULL)
		return NULL;
	const char *digits = text[0] == '+' ? text + 1 : text;
	size_t n = strspn(digits, "0123456789");
	if (n == 0 || n > DIGITS_MOST || digits[n] != '\0') {
		complain(k->c, sub(k, path, key),
		    "must be 1 to %d digits, with an optional + in front", DIGITS_MOST);
		return NULL;
	}
	return digits;
}

/* How many of the last digits count; 0: all of them.  -1 where it is wrong. */
static long get_did_length(struct check *k, const char *path, const json_t *range)
{
	const json_t *v = json_object_get(range, "did_length");

	if (v == NULL)
		return 0;
	if (json_is_integer(v) && json_integer_value(v) >= 0 && json_integer_value(v) <= DIGITS_MOST)
		return (long)json_integer_value(v);
	complain(k->c, sub(k, path, "did_length"), "must be a whole number from 0 to %d", DIGITS_MOST);
	return -1;
}

static void check_range(struct check *k, const char *path, const json_t *range, json_t *seen)
{
	static const char kinds[] = "user group queue meetme incall";

	if (!is_object(k, path, range, "kind start end did_length"))
		return;
	const char *kind = get_text(k, path, range, "kind", true);
	if (kind != NULL && !among(kinds, kind))
		complain(k->c, sub(k, path, "kind"), "must be one of: %s", kinds);
	const char *start = get_digits(k, path, range, "start");
	const char *end = get_digits(k, path, range, "end");
	long cut = get_did_length(k, path, range);
	if (kind == NULL || start == NULL || end == NULL || cut < 0)
		return;
	size_t n = strlen(start), skip = cut > 0 && n > (size_t)cut ? n - (size_t)cut : 0;
	if (n != strlen(end))
		complain(k->c, sub(k, path, "end"), "must have as many digits as start");
	else if (strcmp(start, end) > 0)
		complain(k->c, sub(k, path, "end"), "is below start");
	else if (strcmp(start + skip, end + skip) > 0)
		complain(k->c, sub(k, path, "did_length"),
		    "the last %ld digits of end are below those of start", cut);
	once(k, seen, path, arena_printf(k->mem, "%s %s %s", kind,
	    json_string_value(json_object_get(range, "start")),
	    json_string_value(json_object_get(range, "end"))));
}

static void check_context(struct check *k, const char *path, const json_t *context, json_t *seen)
{
	static const char types[] = "internal incall outcall services others";

	if (!is_object(k, path, context, "name type ranges"))
		return;
	const char *name = get_text(k, path, context, "name", true);
	if (name != NULL && check_name(k, sub(k, path, "name"), name))
		once(k, seen, sub(k, path, "name"), name);
	const char *type = get_text(k, path, context, "type", true);
	if (type != NULL && !among(types, type))
		complain(k->c, sub(k, path, "type"), "must be one of: %s", types);
	const json_t *ranges = get_list(k, path, context, "ranges");
	json_t *seen_ranges = json_object();
	for (size_t i = 0; i < json_array_size(ranges); i++)
		check_range(k, item(k, path, "ranges", i), json_array_get(ranges, i), seen_ranges);
	json_decref(seen_ranges);
}

/* --- administrators --------------------------------------------------------- */

static void check_rights(struct check *k, const char *path, const json_t *admin)
{
	const json_t *rights = get_list(k, path, admin, "rights");

	for (size_t i = 0; i < json_array_size(rights); i++) {
		const char *name = json_string_value(json_array_get(rights, i));
		unsigned bits = 0;
		/* One name each: an item is no list. */
		if (name == NULL || !rights_parse(name, &bits) || bits == 0 || (bits & (bits - 1)) != 0)
			complain(k->c, item(k, path, "rights", i), "must be one of: users.read "
			    "users.import users.update users.delete users.export users.secrets setup");
	}
}

static void check_admin(struct check *k, const char *path, const json_t *admin, const char *keys)
{
	struct err e;

	if (!is_object(k, path, admin, keys))
		return;
	const char *username = get_text(k, path, admin, "username", true);
	if (username != NULL && !admin_username_valid(username))
		complain(k->c, sub(k, path, "username"),
		    "must be 2 to 64 letters without accents, digits or signs of ._@-");
	else if (username != NULL)
		once(k, k->usernames, sub(k, path, "username"), lower(k, username));
	const char *password = get_text(k, path, admin, "password", false);
	if (password != NULL && password_rule(password, &e) != 0)
		complain(k->c, sub(k, path, "password"), "%s", e.message);
	const char *language = get_text(k, path, admin, "language", false);
	if (language != NULL && !admin_language_valid(k->conf, language))
		complain(k->c, sub(k, path, "language"), "must be one of: %s", k->conf->languages);
	check_rights(k, path, admin);
}

/* --- tenants ---------------------------------------------------------------- */

static void check_names(struct check *k, const char *path, const json_t *tenant, const char *key)
{
	const json_t *list = get_list(k, path, tenant, key);
	json_t *seen = json_object();

	for (size_t i = 0; i < json_array_size(list); i++) {
		const char *name = json_string_value(json_array_get(list, i));
		const char *place = item(k, path, key, i);
		if (name == NULL)
			complain(k->c, place, "must be a text in quotes");
		else if (check_name(k, place, name))
			once(k, seen, place, name);
	}
	json_decref(seen);
}

static void check_tenant(struct check *k, const char *path, const json_t *tenant)
{
	if (!is_object(k, path, tenant, "name uuid contexts call_permissions labels cti_profiles "
	    "template_lines admins"))
		return;
	const char *name = get_text(k, path, tenant, "name", true);
	if (name != NULL && check_name(k, sub(k, path, "name"), name))
		once(k, k->tenants, sub(k, path, "name"), name);
	const char *uuid = get_text(k, path, tenant, "uuid", false);
	if (uuid != NULL && !uuid_valid(uuid))
		complain(k->c, sub(k, path, "uuid"),
		    "must be a UUID such as 12345678-9abc-4def-8123-456789abcdef");
	else if (uuid != NULL)
		once(k, k->uuids, sub(k, path, "uuid"), lower(k, uuid));

	const json_t *contexts = get_list(k, path, tenant, "contexts");
	json_t *seen = json_object();
	for (size_t i = 0; i < json_array_size(contexts); i++)
		check_context(k, item(k, path, "contexts", i), json_array_get(contexts, i), seen);
	json_decref(seen);
	check_names(k, path, tenant, "call_permissions");
	check_names(k, path, tenant, "labels");
	check_names(k, path, tenant, "cti_profiles");
	check_names(k, path, tenant, "template_lines");
	const json_t *admins = get_list(k, path, tenant, "admins");
	for (size_t i = 0; i < json_array_size(admins); i++)
		check_admin(k, item(k, path, "admins", i), json_array_get(admins, i),
		    "username password language rights");
}

void setup_json_check(const json_t *doc, const struct conf *conf, struct complaints *c)
{
	struct check k = { .c = c, .conf = conf, .mem = arena_new(), .tenants = json_object(),
		.uuids = json_object(), .usernames = json_object() };

	if (is_object(&k, "", doc, "root tenants")) {
		const json_t *root = get_list(&k, "", doc, "root");
		for (size_t i = 0; i < json_array_size(root); i++)
			check_admin(&k, item(&k, "", "root", i), json_array_get(root, i),
			    "username password language");
		const json_t *tenants = get_list(&k, "", doc, "tenants");
		for (size_t i = 0; i < json_array_size(tenants); i++)
			check_tenant(&k, item(&k, "", "tenants", i), json_array_get(tenants, i));
	}
	json_decref(k.tenants);
	json_decref(k.uuids);
	json_decref(k.usernames);
	arena_free(k.mem);
}
