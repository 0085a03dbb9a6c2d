/* Sets of names: rows with the same names have a number in common, others never. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "users/name_set.h"

static struct row row;

/* The number of a row with these contexts; NULL: an empty cell. */
static long number(struct name_sets *s, const char *context, const char *voicemail_context, bool *first)
{
	memset(&row, 0, sizeof(row));
	if (context != NULL)
		row.values[FIELD_context] = (struct value){ .state = VALUE_VALID, .text = context };
	if (voicemail_context != NULL)
		row.values[FIELD_voicemail_context] = (struct value){ .state = VALUE_VALID, .text = voicemail_context };
	return name_sets_number(s, &row, first);
}

static void rows_with_the_same_names_have_one_number(void **state)
{
	struct name_sets *s = name_sets_new();
	bool first;

	(void)state;
	assert_int_equal(number(s, "a", "b", &first), 1);
	assert_true(first);
	assert_int_equal(number(s, "a", "b", &first), 1);
	assert_false(first);
	assert_int_equal(number(s, "b", "a", &first), 2);
	assert_true(first);
	assert_int_equal(number(s, "a", "b", &first), 1);
	assert_false(first);
	name_sets_free(s);
}

static void a_row_without_names_is_a_set_too(void **state)
{
	struct name_sets *s = name_sets_new();
	bool first;

	(void)state;
	assert_int_equal(number(s, NULL, NULL, &first), 1);
	assert_true(first);
	assert_int_equal(number(s, "a", NULL, &first), 2);
	assert_int_equal(number(s, NULL, "a", &first), 3);
	assert_int_equal(number(s, NULL, NULL, &first), 1);
	assert_false(first);
	name_sets_free(s);
}

static void no_sign_in_a_name_makes_two_sets_one(void **state)
{
	struct name_sets *s = name_sets_new();
	bool first;

	(void)state;
	assert_int_equal(number(s, "a1:b", "c", &first), 1);
	assert_int_equal(number(s, "a", "1:bc", &first), 2);
	assert_int_equal(number(s, "a1:", "bc", &first), 3);
	assert_int_equal(number(s, "a,1:b", "c", &first), 4);
	name_sets_free(s);
}

/* Some thousand sets are kept: one that was forgotten is as a new one. */
static void in_a_file_with_many_sets_no_two_get_one_number(void **state)
{
	struct name_sets *s = name_sets_new();
	long highest = 0;
	char name[32];
	bool first;

	(void)state;
	for (int round = 0; round < 2; round++)
		for (int i = 0; i < 10000; i++) {
			snprintf(name, sizeof(name), "context %d", i);
			long n = number(s, name, NULL, &first);
			assert_true(first);
			assert_true(n > highest);
			highest = n;
			assert_int_equal(number(s, name, NULL, &first), n);
			assert_false(first);
		}
	assert_int_equal(number(s, "context 9999", NULL, &first), highest);
	assert_int_equal(number(s, "context 9998", NULL, &first), highest - 1);
	assert_false(first);
	name_sets_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_with_the_same_names_have_one_number),
		cmocka_unit_test(a_row_without_names_is_a_set_too),
		cmocka_unit_test(no_sign_in_a_name_makes_two_sets_one),
		cmocka_unit_test(in_a_file_with_many_sets_no_two_get_one_number),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
