/* The options of a job: what is read, refused and kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "users/options.h"
#include "arena_fixture.h"

/* Pairs "name=value&..." as the options of an update; NULL with e. */
static const char *read_update(const char *pairs, struct err *e)
{
	struct form said;

	*e = (struct err){0};
	form_init(&said, mem);
	assert_int_equal(form_parse(&said, pairs, strlen(pairs), NULL), 0);
	return options_read("update", &said, mem, e);
}

static void keeps(const char *pairs, const char *want)
{
	struct err e;
	const char *got = read_update(pairs, &e);

	if (got == NULL)
		fail_msg("%s: %s", pairs, e.message);
	assert_string_equal(got, want);
}

static void refuses(const char *pairs, const char *place, const char *why)
{
	struct err e;

	if (read_update(pairs, &e) != NULL)
		fail_msg("%s is taken", pairs);
	assert_int_equal(e.code, ERR_INVALID);
	assert_string_equal(e.place, place);
	if (strstr(e.message, why) == NULL)
		fail_msg("%s: %s", pairs, e.message);
}

static void only_what_is_not_meant_anyway_is_kept(void **state)
{
	(void)state;
	keeps("", "{}");
	keeps("zeros=kept&replace_incalls=0", "{}");
	keeps("zeros=lost", "{\"zeros\":\"lost\"}");
	keeps("dry_run=1&zeros=lost&escape=none", "{\"zeros\":\"lost\"}");
}

static void the_order_of_the_pairs_does_not_matter(void **state)
{
	struct err e;
	const char *one = read_update("zeros=lost&replace_incalls=1", &e);

	(void)state;
	assert_string_equal(read_update("replace_incalls=1&zeros=lost", &e), one);
}

static void a_value_that_is_none_of_its_type_is_refused(void **state)
{
	(void)state;
	refuses("zeros=LOST", "zeros", "kept, lost");
	refuses("zeros=", "zeros", "kept, lost");
	refuses("replace_incalls=yes", "replace_incalls", "0, 1");
	refuses("zeros=kept&zeros=lost", "zeros", "more than once");
	refuses("zeros=lost&zeros=lost", "zeros", "more than once");
}

static void an_import_has_none_of_an_update(void **state)
{
	struct form said;
	struct err e;

	(void)state;
	form_init(&said, mem);
	assert_int_equal(form_parse(&said, "zeros=lost", 10, NULL), 0);
	assert_string_equal(options_read("import", &said, mem, &e), "{}");
}

static void an_option_is_read_back(void **state)
{
	const char *const *list;

	(void)state;
	assert_string_equal(options_get("{\"a\":\"b\",\"zeros\":\"lost\"}", "zeros", mem), "lost");
	assert_null(options_get("{\"a\":\"b\"}", "zeros", mem));
	assert_null(options_get("{}", "zeros", mem));
	assert_int_equal(options_list("{\"map\":[\"x:a\",\"y:b\"]}", "map", mem, &list), 2);
	assert_string_equal(list[0], "x:a");
	assert_string_equal(list[1], "y:b");
	assert_int_equal(options_list("{}", "map", mem, &list), 0);
}

static void the_words_of_a_choice(void **state)
{
	const struct job_option o = { .name = "x", .type = OPTION_CHOICE, .values = "one two three" };

	(void)state;
	assert_string_equal(option_choice(&o, 0, mem), "one");
	assert_string_equal(option_choice(&o, 2, mem), "three");
	assert_null(option_choice(&o, 3, mem));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, new_arena, free_arena)
		TEST(only_what_is_not_meant_anyway_is_kept),
		TEST(the_order_of_the_pairs_does_not_matter),
		TEST(a_value_that_is_none_of_its_type_is_refused),
		TEST(an_import_has_none_of_an_update),
		TEST(an_option_is_read_back),
		TEST(the_words_of_a_choice),
	};

	return cmocka_run_group_tests_name("options", tests, NULL, NULL);
}
