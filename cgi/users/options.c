/* The options of a job.  Contract: options.h. */
#include "users/options.h"

#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/buf.h"
#include "base/json.h"
#include "base/utf8.h"

const struct job_option job_options[] = {
#define OPTION(name, import, update, type, values) { #name, import, update, OPTION_##type, values },
#include "users/options.def"
#undef OPTION
};
const size_t job_options_n = sizeof(job_options) / sizeof(job_options[0]);

bool option_is_of(const struct job_option *o, const char *kind)
{
	return strcmp(kind, "import") == 0 ? o->of_import : strcmp(kind, "update") == 0 && o->of_update;
}

bool option_syncs(const struct job_option *o)
{
	bool behind = false;

	for (size_t i = 0; i < job_options_n; i++) {
		behind = behind || strcmp(job_options[i].name, "match") == 0;
		if (o == &job_options[i])
			return behind;
	}
	return false;
}

const char *option_choice(const struct job_option *o, size_t n, struct arena *mem)
{
	const char *word = o->values;

	for (; n > 0 && *word != '\0'; n--)
		word += strcspn(word, " "), word += strspn(word, " ");
	return *word == '\0' ? NULL : arena_strndup(mem, word, strcspn(word, " "));
}

/* --- reading -------------------------------------------------------------- */

static int read_choice(const struct job_option *o, const char *value, struct arena *mem, struct err *e)
{
	struct buf words = {0};
	const char *word;

	for (size_t i = 0; (word = option_choice(o, i, mem)) != NULL; i++) {
		if (strcmp(word, value) == 0) {
			buf_free(&words);
			return 0;
		}
		buf_addf(&words, "%s%s", i > 0 ? ", " : "", word);
	}
	err_set(e, ERR_INVALID, o->name, "%s must be one of: %s", o->name, buf_str(&words));
	buf_free(&words);
	return -1;
}

static int read_number(const struct job_option *o, const char *value, struct err *e)
{
	char *end;
	long low = strtol(o->values, &end, 10), high = strtol(end, NULL, 10);

	if (form_number(value, low, high, -1) >= 0)
		return 0;
	return err_set(e, ERR_INVALID, o->name, "%s must be a number from %ld to %ld", o->name, low, high);
}

static int read_text(const struct job_option *o, const char *value, struct err *e)
{
	size_t n = strlen(value), most = strtoul(o->values, NULL, 10);

	if (n > 0 && n <= most && utf8_printable(value, n))
		return 0;
	return err_set(e, ERR_INVALID, o->name, "%s must be a text of 1 to %zu bytes", o->name, most);
}

static int check_value(const struct job_option *o, const char *value, struct arena *mem, struct err *e)
{
	switch (o->type) {
	case OPTION_CHOICE:
	case OPTION_FLAG:
		return read_choice(o, value, mem, e);
	case OPTION_NUMBER:
		return read_number(o, value, e);
	case OPTION_TEXT:
	case OPTION_LIST:
		return read_text(o, value, e);
	}
	return -1;
}

static json_t *text_of(const char *value)
{
	json_t *text = json_string(value);

	if (text == NULL)
		abort();
	return text;
}

static int read_list(const struct job_option *o, const struct form *said, json_t *out, struct arena *mem,
    struct err *e)
{
	json_t *list = json_array();
	const char *value;

	for (size_t i = 0; (value = form_nth(said, o->name, i)) != NULL; i++) {
		if (check_value(o, value, mem, e) != 0) {
			json_decref(list);
			return -1;
		}
		if (json_array_append_new(list, text_of(value)) != 0)
			abort();
	}
	if (json_object_set_new(out, o->name, list) != 0)
		abort();
	return 0;
}

static int read_one(const struct job_option *o, const struct form *said, json_t *out, struct arena *mem,
    struct err *e)
{
	const char *value = form_get(said, o->name), *meant;

	if (value == NULL)
		return 0;
	if (o->type == OPTION_LIST)
		return read_list(o, said, out, mem, e);
	if (form_nth(said, o->name, 1) != NULL)
		return err_set(e, ERR_INVALID, o->name, "%s is there more than once", o->name);
	if (check_value(o, value, mem, e) != 0)
		return -1;
	meant = o->type == OPTION_CHOICE || o->type == OPTION_FLAG ? option_choice(o, 0, mem) : NULL;
	if ((meant == NULL || strcmp(meant, value) != 0)
	    && json_object_set_new(out, o->name, text_of(value)) != 0)
		abort();
	return 0;
}

/* An error for options that only modify `absent`, if `absent` is not set. */
static int check_narrowing(const json_t *said, struct err *e)
{
	static const char *const of_absent[] = { "context", "label", "absent_confirm" };

	for (size_t i = 0; i < sizeof(of_absent) / sizeof(*of_absent); i++)
		if (json_object_get(said, of_absent[i]) != NULL && json_object_get(said, "absent") == NULL)
			return err_set(e, ERR_INVALID, of_absent[i], "%s goes with absent (disable or delete) alone",
			    of_absent[i]);
	return 0;
}

const char *options_read(const char *kind, const struct form *said, struct arena *mem, struct err *e)
{
	json_t *out = json_object();
	struct mapping mapping;
	const char *result = NULL;
	char *text;

	for (size_t i = 0; i < job_options_n; i++)
		if (option_is_of(&job_options[i], kind) && read_one(&job_options[i], said, out, mem, e) != 0)
			goto out;
	if (check_narrowing(out, e) != 0)
		goto out;
	text = json_dumps(out, JSON_COMPACT);
	if (text == NULL)
		abort();
	if (options_mapping(text, mem, &mapping, e) == 0)
		result = arena_strdup(mem, text);
	free(text);
out:
	json_decref(out);
	return result;
}

/* --- what was read -------------------------------------------------------- */

const char *options_get(const char *options, const char *name, struct arena *mem)
{
	json_t *all = json_parsed(options);
	const char *text = json_string_value(json_object_get(all, name));
	const char *copy = text != NULL ? arena_strdup(mem, text) : NULL;

	json_decref(all);
	return copy;
}

size_t options_list(const char *options, const char *name, struct arena *mem, const char *const **out)
{
	json_t *all = json_parsed(options), *list = json_object_get(all, name), *item;
	size_t i, n = json_array_size(list);
	const char **texts = arena_alloc(mem, (n + 1) * sizeof(*texts));

	json_array_foreach(list, i, item)
		texts[i] = arena_strdup(mem, json_string_value(item));
	*out = texts;
	json_decref(all);
	return n;
}

/* --- the mapping ------------------------------------------------------------ */

typedef const char *add_text(struct mapping *m, struct arena *mem, const char *text);

static int read_texts(const char *options, const char *name, add_text *add, struct arena *mem,
    struct mapping *out, struct err *e)
{
	const char *const *texts;
	size_t n = options_list(options, name, mem, &texts);

	for (size_t i = 0; i < n; i++) {
		const char *wrong = add(out, mem, texts[i]);
		if (wrong != NULL)
			return err_set(e, ERR_INVALID, name, "%s: %s", name, wrong);
	}
	return 0;
}

int options_mapping(const char *options, struct arena *mem, struct mapping *out, struct err *e)
{
	*out = (struct mapping){0};
	if (read_texts(options, "map", mapping_map, mem, out, e) != 0
	    || read_texts(options, "split", mapping_split, mem, out, e) != 0
	    || read_texts(options, "set", mapping_set, mem, out, e) != 0)
		return -1;
	return 0;
}

bool options_has_mapping(const char *options, struct arena *mem)
{
	struct mapping m;

	return options_mapping(options, mem, &m, NULL) == 0 && (m.n_sources > 0 || m.n_fixed > 0);
}

struct reader_key options_key(const char *options, struct arena *mem)
{
	const char *match = options_get(options, "match", mem);
	struct reader_key key = { FIELD_uuid, options_get(options, "create", mem) != NULL };

	if (match != NULL)
		field_find(match, strlen(match), &key.field);
	return key;
}

bool options_uuids(const char *options, struct arena *mem)
{
	struct reader_key key = options_key(options, mem);

	return key.field == FIELD_uuid && !key.creates;
}

bool options_absent(const char *options)
{
	struct arena *mem = arena_new();
	bool is = options_get(options, "absent", mem) != NULL;

	arena_free(mem);
	return is;
}

unsigned options_rights(const char *options, struct arena *mem)
{
	const char *absent = options_get(options, "absent", mem);

	return (options_get(options, "create_labels", mem) != NULL ? RIGHT_SETUP : 0)
	    | (options_get(options, "create_call_permissions", mem) != NULL ? RIGHT_SETUP : 0)
	    | (options_get(options, "create", mem) != NULL ? RIGHT_USERS_IMPORT : 0)
	    | (absent != NULL && strcmp(absent, "delete") == 0 ? RIGHT_USERS_DELETE : 0);
}
