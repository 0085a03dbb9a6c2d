/* Filters of users.  Contract: filter.h; the SQL is sql/views/users_matching.sql. */
#include "users/filter.h"

#include <string.h>

#include <jansson.h>

#include "auth/account.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/uuid.h"

#define JOB_MAX_DIGITS 9

const struct filter_condition filter_conditions[FILTER__MAX] = {
	[FILTER_SEARCH] = { "search", "q", NULL },
	[FILTER_CONTEXT] = { "context", "context", NULL },
	[FILTER_LABEL] = { "label", "label", NULL },
	[FILTER_PERMISSION] = { "permission", "permission", NULL },
	[FILTER_PROTOCOL] = { "protocol", "protocol", "sip sccp webrtc ua" },
	[FILTER_ENABLED] = { "enabled", "enabled", "yes no" },
	[FILTER_WITHOUT] = { "without", "without", "number login" },
	[FILTER_JOB] = { "job", "job", "" },
	[FILTER_PHONES] = { "phones", "phones", "missing" },
};

const char *filter_word(enum filter_key key, size_t i, struct arena *mem)
{
	const char *word = filter_conditions[key].words;

	if (word == NULL)
		return NULL;
	for (; i > 0 && *word != '\0'; i--) {
		word += strcspn(word, " ");
		word += strspn(word, " ");
	}
	return *word != '\0' ? arena_strndup(mem, word, strcspn(word, " ")) : NULL;
}

bool filter_valid(enum filter_key key, const char *value)
{
	const char *words = filter_conditions[key].words;
	size_t n = strlen(value);

	if (words == NULL)
		return true;
	if (*words == '\0')
		return n > 0 && n <= JOB_MAX_DIGITS && strspn(value, "0123456789") == n;
	for (const char *word = words; *word != '\0'; word += strspn(word, " ")) {
		size_t len = strcspn(word, " ");
		if (len == n && strncmp(word, value, n) == 0)
			return true;
		word += len;
	}
	return false;
}

bool filter_is_empty(const struct users_filter *f)
{
	for (int key = 0; key < FILTER__MAX; key++)
		if (f->by[key] != NULL && *f->by[key] != '\0')
			return false;
	return f->n_uuids == 0;
}

const char *filter_json(const struct users_filter *f, struct arena *mem, struct err *e)
{
	json_t *all = json_object();
	struct buf text = {0};

	for (int key = 0; key < FILTER__MAX; key++)
		if (f->by[key] != NULL && *f->by[key] != '\0')
			json_object_set_new(all, filter_conditions[key].name, json_string(f->by[key]));
	if (f->n_uuids > 0) {
		json_t *users = json_array();
		for (size_t i = 0; i < f->n_uuids; i++) {
			if (!uuid_valid(f->uuids[i])) {
				json_decref(users);
				json_decref(all);
				err_set(e, ERR_INVALID, NULL, "one of the users is not named by a uuid");
				return NULL;
			}
			json_array_append_new(users, json_string(f->uuids[i]));
		}
		json_object_set_new(all, "users", users);
	}
	json_add(&text, all);
	const char *kept = arena_strdup(mem, buf_str(&text));
	buf_free(&text);
	return kept;
}

int filter_count(struct db *db, const char *json, long *total, struct err *e)
{
	PGresult *res = NULL;

	if (db_query(db, "users_count", ARGS(arg_text(json)), &res, e) != 0)
		return -1;
	*total = db_get_long(res, 0, "total");
	PQclear(res);
	return 0;
}

int filter_names(struct db *db, const struct principal *who, struct arena *mem,
    struct filter_names *out, struct err *e)
{
	PGresult *res;

	if (account_query(db, who, "users_filters", NO_ARGS, &res, e) != 0)
		return -1;
	*out = (struct filter_names){0};
	for (int key = 0; key < FILTER__MAX; key++) {
		out->names[key] = arena_alloc(mem, ((size_t)PQntuples(res) + 1) * sizeof(*out->names[key]));
		for (int i = 0; i < PQntuples(res); i++)
			if (strcmp(db_get(res, i, "kind"), filter_conditions[key].name) == 0)
				out->names[key][out->n[key]++] = arena_strdup(mem, db_get(res, i, "name"));
	}
	PQclear(res);
	return 0;
}
