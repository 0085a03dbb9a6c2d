/* For tests of value_check: a cell is checked, and what comes out is compared. */
#ifndef VALUE_CHECKS_H
#define VALUE_CHECKS_H

#include "csv_transcript.h"

#include "csv/field.h"

static struct arena *mem;
static struct value value;
static struct issue_param params[ISSUE_PARAMS_MAX];

static inline const char *check(enum field_id id, const char *cell)
{
	return value_check(&fields[id], cell, true, mem, &value, params);
}

static inline const char *param(const char *name)
{
	for (size_t i = 0; i < ISSUE_PARAMS_MAX && params[i].name != NULL; i++) {
		if (strcmp(params[i].name, name) == 0)
			return params[i].value;
	}
	return NULL;
}

static inline void right(enum field_id id, const char *cell, const char *text)
{
	const char *key = check(id, cell);

	if (key != NULL)
		fail_msg("%s: '%s' is %s", fields[id].name, cell, key);
	assert_int_equal(value.state, VALUE_VALID);
	assert_string_equal(value.text, text);
}

static inline void same(enum field_id id, const char *cell)
{
	right(id, cell, cell);
}

static inline void wrong(enum field_id id, const char *cell, const char *key)
{
	const char *got = check(id, cell);

	if (got == NULL || strcmp(got, key) != 0)
		fail_msg("%s: '%s' is %s, not %s", fields[id].name, cell,
		    got == NULL ? "right" : got, key);
	assert_int_equal(value.state, VALUE_WRONG);
	assert_null(value.text);
	if (strcmp(key, "invalid") == 0)
		assert_non_null(issue_text(param("expected")));
}

static inline void empty(enum field_id id, const char *cell)
{
	assert_null(check(id, cell));
	assert_int_equal(value.state, VALUE_EMPTY);
	assert_null(value.text);
	assert_int_equal(value.n_items, 0);
}

/* n times s, in the arena */
static inline const char *times(const char *s, size_t n)
{
	char *out = arena_alloc(mem, strlen(s) * n + 1);

	for (size_t i = 0; i < n; i++)
		memcpy(out + i * strlen(s), s, strlen(s));
	return out;
}

static inline int set_up(void **state)
{
	(void)state;
	mem = arena_new();
	return 0;
}

static inline int tear_down(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

#endif
