/* Which language a page is in: what the administrator chose, else what the
 * browser asks for, else the first of the settings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "view/view.h"

static const struct conf conf = {.languages = (char[]){"en fr"}};

static void assert_language(const char *admin, const char *accept, const char *expected)
{
	assert_string_equal(view_language(&conf, admin, accept), expected);
}

static void the_choice_of_the_administrator_wins(void **state)
{
	(void)state;
	assert_language("fr", "en", "fr");
	assert_language("en", "fr", "en");
}

static void a_choice_that_is_not_offered_does_not_count(void **state)
{
	(void)state;
	assert_language("de", "fr", "fr");
	assert_language("", "fr", "fr");
	assert_language("../fr", NULL, "en");
}

static void the_browser_is_asked_next(void **state)
{
	(void)state;
	assert_language(NULL, "fr", "fr");
	assert_language(NULL, "fr-CA", "fr");
	assert_language(NULL, "FR-ca,en;q=0.5", "fr");
	assert_language(NULL, "de, fr", "fr");
	assert_language(NULL, "en-GB,en;q=0.9,fr;q=0.8", "en");
}

static void its_weights_decide_and_not_the_order(void **state)
{
	(void)state;
	assert_language(NULL, "en;q=0.2, fr;q=0.8", "fr");
	assert_language(NULL, "en;q=0.85,fr;q=0.9", "fr");
	assert_language(NULL, "en ; q=0.5 , fr ; q=1.0", "fr");
	assert_language(NULL, "fr;q=0.5,en;q=0.5", "fr");
}

static void a_weight_of_nothing_means_not(void **state)
{
	(void)state;
	assert_language(NULL, "fr;q=0", "en");
	assert_language(NULL, "fr;q=0.000, en;q=0.001", "en");
}

static void without_an_answer_it_is_the_first_of_the_settings(void **state)
{
	const struct conf french = {.languages = (char[]){" fr, en"}};

	(void)state;
	assert_language(NULL, NULL, "en");
	assert_language(NULL, "", "en");
	assert_language(NULL, "*", "en");
	assert_language(NULL, "de-DE,it;q=0.5", "en");
	assert_string_equal(view_language(&french, NULL, "de"), "fr");
}

static void nonsense_is_no_answer(void **state)
{
	static const char *const headers[] = {",", ";;;,,,;q=", "fr;q", "fr;q=x", "fr;q=9", "f", "frfr", "-fr", ";q=1fr"};

	(void)state;
	for (size_t i = 0; i < sizeof(headers) / sizeof(headers[0]); i++)
		assert_language(NULL, headers[i], "en");
}

static void the_languages_can_be_listed(void **state)
{
	(void)state;
	assert_string_equal(view_language_nth(&conf, 0), "en");
	assert_string_equal(view_language_nth(&conf, 1), "fr");
	assert_null(view_language_nth(&conf, 2));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_choice_of_the_administrator_wins),
		cmocka_unit_test(a_choice_that_is_not_offered_does_not_count),
		cmocka_unit_test(the_browser_is_asked_next),
		cmocka_unit_test(its_weights_decide_and_not_the_order),
		cmocka_unit_test(a_weight_of_nothing_means_not),
		cmocka_unit_test(without_an_answer_it_is_the_first_of_the_settings),
		cmocka_unit_test(nonsense_is_no_answer),
		cmocka_unit_test(the_languages_can_be_listed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
