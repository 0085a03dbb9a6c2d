/* The table of columns, and the meaning of a name in a header.  Contract: field.h. */
#include "csv/field.h"

#include <string.h>
#include <strings.h>

#include "base/nearest.h"
#include "base/utf8.h"

#define NAME_MAX_BYTES 64	/* every name is shorter */

const struct field fields[FIELD__MAX] = {
#define FIELD(name, resource, type, low, high, required, empty, update_empty, unique, exported, old, kept) \
	[FIELD_##name] = { #name, RESOURCE_##resource, VALUE_##type, low, high, \
	    REQUIRED_##required, empty, UPDATE_EMPTY_##update_empty, UNIQUE_##unique, \
	    exported, old },
#define SPREAD(name)
#define DROPPED(name)
#include "csv/fields.def"
#undef FIELD
#undef SPREAD
#undef DROPPED
};

/* Names in a header that are not columns of the table. */
static const struct other {
	const char *name;
	enum field_kind kind;
} others[] = {
#define FIELD(name, ...)
#define SPREAD(name) { #name, FIELD_SPREAD },
#define DROPPED(name) { #name, FIELD_DROPPED },
#include "csv/fields.def"
#undef FIELD
#undef SPREAD
#undef DROPPED
	{ "_errors", FIELD_REPORT },
	{ "_delete", FIELD_DELETE },
};

bool field_secret(enum field_id id)
{
	return types[fields[id].type].secret;
}

const char *field_resource_name(enum field_resource r)
{
	static const char *const names[RESOURCE__MAX] = {
		[RESOURCE_USER] = "user",
		[RESOURCE_CTI] = "cti",
		[RESOURCE_LABELS] = "labels",
		[RESOURCE_PHONE] = "phone",
		[RESOURCE_INCALL] = "incall",
		[RESOURCE_VOICEMAIL] = "voicemail",
		[RESOURCE_CALL_PERMISSIONS] = "call_permissions",
	};

	return names[r];
}

static bool same(const char *known, const char *name, size_t n)
{
	return strncasecmp(known, name, n) == 0 && known[n] == '\0';
}

enum field_kind field_find(const char *name, size_t n, enum field_id *id)
{
	n = utf8_trim(&name, n);
	if (n == 0 || n > NAME_MAX_BYTES || memchr(name, '\0', n) != NULL)
		return FIELD_UNKNOWN;
	for (int i = 0; i < FIELD__MAX; i++) {
		bool is_new = same(fields[i].name, name, n);
		if (is_new || same(fields[i].old, name, n)) {
			*id = (enum field_id)i;
			return is_new ? FIELD_NEW : FIELD_OLD;
		}
	}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (same(others[i].name, name, n))
			return others[i].kind;
	}
	return FIELD_UNKNOWN;
}

/* Whether `known` is nearer to the name than *limit, which is then lowered to its
 * distance. */
static bool nearer(const char *name, size_t n, const char *known, size_t *limit)
{
	size_t m = strlen(known), d;

	if (m == 0)
		return false;
	d = nearest_distance(name, n, known, m);
	if (d >= *limit)
		return false;
	*limit = d;
	return true;
}

const char *field_nearest(const char *name)
{
	size_t n = utf8_trim(&name, strlen(name));
	size_t limit = n >= 9 ? 4 : n >= 6 ? 3 : 2;
	const char *nearest = NULL;

	if (n < 3)
		return NULL;
	for (int i = 0; i < FIELD__MAX; i++) {
		if (nearer(name, n, fields[i].name, &limit) || nearer(name, n, fields[i].old, &limit))
			nearest = fields[i].name;
	}
	return nearest;
}
