/* Functions that check the form of a setup file.  Contract: check.h. */
#include "setup/check.h"

#include <ctype.h>
#include <string.h>

#include "base/utf8.h"

#define NAME_MOST	128	/* characters, the same as for names in csv/fields.def */
#define ITEMS_MOST	100000	/* of one list */

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

bool setup_among(const char *list, const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || strchr(name, ' ') != NULL)
		return false;
	for (const char *p = strstr(list, name); p != NULL; p = strstr(p + 1, name))
		if ((p == list || p[-1] == ' ') && (p[n] == ' ' || p[n] == '\0'))
			return true;
	return false;
}

const char *setup_sub(struct setup_check *k, const char *path, const char *key)
{
	return path[0] == '\0' ? key : arena_printf(k->mem, "%s.%s", path, key);
}

bool setup_object(struct setup_check *k, const char *path, const json_t *v, const char *keys)
{
	const char *key;
	json_t *value;

	const char *self = path[0] == '\0' ? "the file" : path;
	if (!json_is_object(v)) {
		complain(k->c, self, "object", NULL);
		return false;
	}
	json_object_foreach((json_t *)(uintptr_t)v, key, value) {
		if (!setup_among(keys, key))
			complain(k->c, key[0] != '\0' && printable(key) ? setup_sub(k, path, key) : self,
			    "no_key", "keys", keys, NULL);
	}
	return true;
}

const char *setup_text(struct setup_check *k, const char *path, const json_t *object,
    const char *key, bool needed)
{
	const json_t *v = json_object_get(object, key);

	if (v == NULL) {
		if (needed)
			complain(k->c, setup_sub(k, path, key), "missing", NULL);
		return NULL;
	}
	if (!json_is_string(v)) {
		complain(k->c, setup_sub(k, path, key), "text", NULL);
		return NULL;
	}
	return json_string_value(v);
}

const json_t *setup_list(struct setup_check *k, const char *path, const json_t *object,
    const char *key)
{
	const json_t *v = json_object_get(object, key);

	if (v == NULL)
		return NULL;
	if (!json_is_array(v)) {
		complain(k->c, setup_sub(k, path, key), "list", NULL);
		return NULL;
	}
	if (json_array_size(v) > ITEMS_MOST) {
		complain(k->c, setup_sub(k, path, key), "items", "most", arena_printf(k->mem, "%d", ITEMS_MOST),
		    NULL);
		return NULL;
	}
	return v;
}

long setup_number(struct setup_check *k, const char *path, const json_t *object,
    const char *key, long empty, long most)
{
	const json_t *v = json_object_get(object, key);

	if (v == NULL)
		return empty;
	if (json_is_integer(v) && json_integer_value(v) >= 0 && json_integer_value(v) <= most)
		return (long)json_integer_value(v);
	complain(k->c, setup_sub(k, path, key), "number", "most", arena_printf(k->mem, "%ld", most), NULL);
	return -1;
}

const char *setup_item(struct setup_check *k, const char *path, const char *key, size_t i)
{
	return arena_printf(k->mem, "%s[%zu]", setup_sub(k, path, key), i);
}

void setup_once(struct setup_check *k, json_t *set, const char *path, const char *name)
{
	const json_t *before = json_object_get(set, name);

	if (before != NULL)
		complain(k->c, path, "twice", "other", json_string_value(before), NULL);
	else
		json_object_set_new(set, name, json_string(path));
}

static bool is_blank(int32_t c)
{
	return c == ' ' || c == '\t' || c == 0xA0;
}

bool setup_name(struct setup_check *k, const char *path, const char *name)
{
	size_t n = strlen(name), characters = 0;
	int32_t first = 0, last = 0;

	for (size_t i = 0, len; i < n; i += len, characters++) {
		last = utf8_decode(name + i, n - i, &len);
		if (i == 0)
			first = last;
	}
	if (characters == 0 || characters > NAME_MOST)
		complain(k->c, path, "length", "most", arena_printf(k->mem, "%d", NAME_MOST), NULL);
	else if (!printable(name))
		complain(k->c, path, "control", NULL);
	else if (is_blank(first) || is_blank(last))
		complain(k->c, path, "blank", NULL);
	else
		return true;
	return false;
}

const char *setup_lower(struct setup_check *k, const char *s)
{
	char *copy = arena_strdup(k->mem, s);

	for (char *p = copy; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	return copy;
}
