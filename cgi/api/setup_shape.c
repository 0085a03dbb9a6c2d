/* The JSON of the setup in the API.  Contract: setup_shape.h. */
#include "api/setup_shape.h"

#include <string.h>

#include "base/json.h"

/* The members of a context, by the kind of their ranges. */
static const struct {
	const char *member, *kind;
} kinds[] = {
	{ "user_ranges", "user" },
	{ "group_ranges", "group" },
	{ "queue_ranges", "queue" },
	{ "conference_room_ranges", "meetme" },
	{ "incall_ranges", "incall" },
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

static bool is_list(const struct setup_resource *r, const char *key)
{
	return strcmp(r->key, key) == 0;
}

/* --- contexts ----------------------------------------------------------------- */

static void write_ranges(json_t *object)
{
	json_t *ranges = json_incref(json_object_get(object, "ranges")), *range;
	size_t j;

	json_object_del(object, "ranges");
	for (size_t i = 0; i < KINDS; i++) {
		json_t *list = json_array();
		json_array_foreach(ranges, j, range) {
			if (strcmp(json_string_value(json_object_get(range, "kind")), kinds[i].kind) != 0)
				continue;
			json_t *copy = json_copy(range);
			json_object_del(copy, "kind");
			json_array_append_new(list, copy);
		}
		json_object_set_new(object, kinds[i].member, list);
	}
	json_decref(ranges);
}

/* Replaces the ranges of `object` of each kind that was sent. */
static void read_ranges(json_t *object, json_t *sent)
{
	json_t *ranges = json_array(), *stored = json_object_get(object, "ranges"), *range;
	size_t j;

	for (size_t i = 0; i < KINDS; i++) {
		json_t *list = json_object_get(sent, kinds[i].member);
		if (list == NULL) {
			json_array_foreach(stored, j, range) {
				const char *kind = json_string_value(json_object_get(range, "kind"));
				if (kind != NULL && strcmp(kind, kinds[i].kind) == 0)
					json_array_append(ranges, range);
			}
			continue;
		}
		/* The check of the document complains if this is not a list of objects. */
		if (!json_is_array(list))
			json_array_append(ranges, list);
		json_array_foreach(list, j, range) {
			json_t *copy = json_copy(range);
			if (json_is_object(copy))
				json_object_set_new(copy, "kind", json_string(kinds[i].kind));
			json_array_append_new(ranges, copy);
		}
	}
	json_object_set_new(object, "ranges", ranges);
}

/* --- call permissions ---------------------------------------------------------- */

/* Adds mode, extensions and password.  Mode and password are null unless they are the same in all
 * rules. */
static void write_rules(json_t *object)
{
	json_t *rules = json_object_get(object, "rules"), *rule;
	json_t *first = json_array_get(rules, 0), *extensions = json_array();
	bool alike = true;
	size_t i;

	json_array_foreach(rules, i, rule) {
		json_array_append(extensions, json_object_get(rule, "pattern"));
		json_t *password = json_object_get(rule, "password"), *other = json_object_get(first, "password");
		alike = alike && json_equal(json_object_get(rule, "allow"), json_object_get(first, "allow"))
		    && (password == other || (password != NULL && other != NULL && json_equal(password, other)));
	}
	json_t *password = alike ? json_object_get(first, "password") : NULL;
	json_object_set_new(object, "mode", !alike ? json_null()
	    : json_string(json_is_true(json_object_get(first, "allow")) ? "allow" : "deny"));
	json_object_set_new(object, "extensions", extensions);
	json_object_set_new(object, "password", password != NULL ? json_incref(password) : json_null());
}

/* Reads `rules`, or what an older client sends: a list of numbers that are allowed or refused, with
 * one password.  If both were sent, the one counts that differs from the stored object. */
static void read_rules(json_t *object, json_t *sent)
{
	json_t *before = json_deep_copy(object), *rules = json_object_get(sent, "rules");
	json_t *pattern, *made = json_array();
	size_t i;

	write_rules(before);
	bool given = rules != NULL && !json_equal(rules, json_object_get(before, "rules"));
	bool older = false;
	static const char *const members[] = { "mode", "extensions", "password" };
	for (size_t m = 0; m < 3; m++) {
		json_t *value = json_object_get(sent, members[m]);
		if (value == NULL || json_equal(value, json_object_get(before, members[m])))
			continue;
		older = true;
		json_object_set(before, members[m], value);
	}
	if (given) {
		json_object_set(object, "rules", rules);
	} else if (older) {
		const char *mode = json_string_value(json_object_get(before, "mode"));
		json_t *password = json_object_get(before, "password");
		bool allow = mode != NULL && strcmp(mode, "allow") == 0;
		json_array_foreach(json_object_get(before, "extensions"), i, pattern) {
			json_t *rule = json_pack("{s:O, s:b}", "pattern", pattern, "allow", allow);
			if (!allow && !json_is_null(password))
				json_object_set(rule, "password", password);
			json_array_append_new(made, rule);
		}
		json_object_set(object, "rules", made);
		/* The check of the document complains about an unknown mode. */
		if (mode == NULL || (!allow && strcmp(mode, "deny") != 0))
			json_object_set(object, "mode", json_object_get(before, "mode"));
		if (!json_is_array(json_object_get(before, "extensions")))
			json_object_set(object, "rules", json_object_get(before, "extensions"));
	}
	json_decref(made);
	json_decref(before);
}

/* --- all ------------------------------------------------------------------------ */

json_t *setup_shape(const struct setup_resource *r, const struct setup_thing *thing)
{
	json_t *object = json_parsed(thing->object);

	for (const struct setup_field *f = r->fields; f->name != NULL; f++)
		if (f->type != SETUP_SECRET && f->type != SETUP_ROWS && json_object_get(object, f->name) == NULL)
			json_object_set_new(object, f->name, json_null());
	if (r->single)
		return object;
	json_object_set_new(object, "id", json_integer(thing->id));
	if (!r->for_root)
		json_object_set_new(object, "tenant_uuid", thing->tenant_uuid != NULL
		    ? json_string(thing->tenant_uuid) : json_null());
	if (is_list(r, "contexts")) {
		json_object_set(object, "label", json_object_get(object, "name"));
		write_ranges(object);
	} else if (is_list(r, "call_permissions")) {
		write_rules(object);
	}
	return object;
}

/* Whether only answers have the member, or it was read already. */
static bool is_left_out(const struct setup_resource *r, const struct setup_thing *was, const char *name)
{
	static const char *const answers[] = { "id", "tenant_uuid", "links" };
	static const char *const older[] = { "label", "mode", "extensions", "rules", "password" };

	for (size_t i = 0; i < 3; i++)
		if (strcmp(name, answers[i]) == 0)
			return true;
	if (r->for_root && was != NULL && strcmp(name, "uuid") == 0)
		return true;
	if (is_list(r, "contexts"))
		for (size_t i = 0; i < KINDS; i++)
			if (strcmp(name, kinds[i].member) == 0)
				return true;
	if (is_list(r, "contexts") && strcmp(name, older[0]) == 0)
		return true;
	if (is_list(r, "call_permissions"))
		for (size_t i = 1; i < 5; i++)
			if (strcmp(name, older[i]) == 0)
				return true;
	return false;
}

json_t *setup_shape_read(const struct setup_resource *r, const struct setup_thing *was, json_t *sent)
{
	json_t *object = was != NULL ? json_parsed(was->object) : json_object(), *value;
	const char *name;

	json_object_foreach(sent, name, value) {
		if (is_left_out(r, was, name))
			continue;
		if (json_is_null(value))
			json_object_del(object, name);
		else
			json_object_set(object, name, value);
	}
	if (is_list(r, "contexts") && json_object_get(sent, "ranges") == NULL)
		read_ranges(object, sent);
	else if (is_list(r, "call_permissions"))
		read_rules(object, sent);
	return object;
}
