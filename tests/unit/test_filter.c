/* Which users: the values that a condition may have, and the filter as SQL takes it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "users/filter.h"
#include "arena_fixture.h"

static void a_condition_has_its_words_or_a_number_or_any_text(void **state)
{
	(void)state;
	assert_true(filter_valid(FILTER_PROTOCOL, "sip"));
	assert_true(filter_valid(FILTER_PROTOCOL, "ua"));
	assert_false(filter_valid(FILTER_PROTOCOL, "si"));
	assert_false(filter_valid(FILTER_PROTOCOL, "sip sccp"));
	assert_false(filter_valid(FILTER_ENABLED, ""));
	assert_true(filter_valid(FILTER_JOB, "123456789"));
	assert_false(filter_valid(FILTER_JOB, "1234567890"));
	assert_false(filter_valid(FILTER_JOB, "-1"));
	assert_false(filter_valid(FILTER_JOB, ""));
	assert_true(filter_valid(FILTER_LABEL, "a \"label\"; of any kind"));
}

static void words_are_told_one_by_one(void **state)
{
	(void)state;
	assert_string_equal(filter_word(FILTER_WITHOUT, 0, mem), "number");
	assert_string_equal(filter_word(FILTER_WITHOUT, 1, mem), "login");
	assert_null(filter_word(FILTER_WITHOUT, 2, mem));
	assert_null(filter_word(FILTER_JOB, 0, mem));
	assert_null(filter_word(FILTER_SEARCH, 0, mem));
}

static void what_is_not_asked_for_is_not_in_the_json(void **state)
{
	struct users_filter f = { .by = { [FILTER_SEARCH] = "", [FILTER_LABEL] = "a\"b" } };
	struct err e = {0};

	(void)state;
	assert_true(filter_is_empty(&(struct users_filter){ .by = { [FILTER_SEARCH] = "" } }));
	assert_string_equal(filter_json(&(struct users_filter){0}, mem, &e), "{}");
	assert_false(filter_is_empty(&f));
	assert_string_equal(filter_json(&f, mem, &e), "{\"label\":\"a\\\"b\"}");
}

static void users_are_named_by_uuids_alone(void **state)
{
	const char *uuids[] = { "00000000-0000-4000-8000-000000000001", "x'}" };
	struct users_filter f = { .n_uuids = 1, .uuids = uuids };
	struct err e = {0};

	(void)state;
	assert_false(filter_is_empty(&f));
	assert_string_equal(filter_json(&f, mem, &e), "{\"users\":[\"00000000-0000-4000-8000-000000000001\"]}");
	f.n_uuids = 2;
	assert_null(filter_json(&f, mem, &e));
	assert_int_equal(e.code, ERR_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(a_condition_has_its_words_or_a_number_or_any_text, new_arena, free_arena),
		cmocka_unit_test_setup_teardown(words_are_told_one_by_one, new_arena, free_arena),
		cmocka_unit_test_setup_teardown(what_is_not_asked_for_is_not_in_the_json, new_arena, free_arena),
		cmocka_unit_test_setup_teardown(users_are_named_by_uuids_alone, new_arena, free_arena),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
