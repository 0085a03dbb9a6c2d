/* Rights and their names; administrators' names and languages. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "auth/admin.h"
#include "auth/principal.h"

static void every_right_has_a_name_of_its_own(void **state)
{
	unsigned all = 0;

	(void)state;
	for (unsigned bit = 1; bit < RIGHT_ALL; bit <<= 1) {
		unsigned parsed = 0;
		const char *name = right_name((enum right)bit);
		assert_non_null(name);
		assert_true(rights_parse(name, &parsed));
		assert_int_equal(parsed, bit);
		all |= bit;
	}
	assert_int_equal(all, RIGHT_ALL);
	assert_null(right_name((enum right)(RIGHT_ALL + 1)));
	assert_null(right_name((enum right)0));
	assert_null(right_name(RIGHT_ALL));
}

static void a_list_is_separated_by_blanks_or_commas(void **state)
{
	unsigned rights = 0;

	(void)state;
	assert_true(rights_parse("users.read users.import", &rights));
	assert_int_equal(rights, RIGHT_USERS_READ | RIGHT_USERS_IMPORT);
	assert_true(rights_parse(" users.read, setup,,users.read ", &rights));
	assert_int_equal(rights, RIGHT_USERS_READ | RIGHT_SETUP);
	assert_true(rights_parse("", &rights));
	assert_int_equal(rights, 0);
}

static void what_is_no_right_is_refused(void **state)
{
	unsigned rights = 0;

	(void)state;
	assert_false(rights_parse("users", &rights));
	assert_false(rights_parse("users.readx", &rights));
	assert_false(rights_parse("users.rea", &rights));
	assert_false(rights_parse("Users.Read", &rights));
	assert_false(rights_parse("users.read;setup", &rights));
	assert_false(rights_parse("users.read admin", &rights));
}

static void rights_are_written_as_an_array(void **state)
{
	struct arena *mem = arena_new();

	(void)state;
	assert_string_equal(admin_rights(0, mem), "{}");
	assert_string_equal(admin_rights(RIGHT_USERS_READ | RIGHT_SETUP, mem), "{users.read,setup}");
	arena_free(mem);
}

static void user_names_are_plain_words(void **state)
{
	char longest[66];

	(void)state;
	memset(longest, 'a', sizeof(longest));
	longest[64] = '\0';
	assert_true(admin_username_valid(longest));
	longest[64] = 'a';
	longest[65] = '\0';
	assert_false(admin_username_valid(longest));
	assert_true(admin_username_valid("al"));
	assert_true(admin_username_valid("Al.ice_1@example-2"));
	assert_false(admin_username_valid(""));
	assert_false(admin_username_valid("a"));
	assert_false(admin_username_valid("al ice"));
	assert_false(admin_username_valid("alice'--"));
	assert_false(admin_username_valid("al\xc3\xa9"));
	assert_false(admin_username_valid("al\xff"));
}

static void languages_are_those_of_the_settings(void **state)
{
	char languages[] = " en, fr";
	struct conf conf = { .languages = languages };

	(void)state;
	assert_true(admin_language_valid(&conf, "en"));
	assert_true(admin_language_valid(&conf, "fr"));
	assert_false(admin_language_valid(&conf, "de"));
	assert_false(admin_language_valid(&conf, "f"));
	assert_false(admin_language_valid(&conf, "en, fr"));
	assert_false(admin_language_valid(&conf, ""));
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_right_has_a_name_of_its_own),
		cmocka_unit_test(a_list_is_separated_by_blanks_or_commas),
		cmocka_unit_test(what_is_no_right_is_refused),
		cmocka_unit_test(rights_are_written_as_an_array),
		cmocka_unit_test(user_names_are_plain_words),
		cmocka_unit_test(languages_are_those_of_the_settings),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
