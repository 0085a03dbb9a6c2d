/* What is drawn by lot: its form, and that it is drawn at all. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "users/random.h"

static void a_text_has_characters_of_its_alphabet_and_all_of_them_come(void **state)
{
	static const char alphabet[] = "abcdefghijklmnopqrstuvwxyz0123456789";
	struct random_pool d = {0};
	struct arena *mem = arena_new();
	size_t seen[256] = {0};
	const char *text = random_text(&d, mem, alphabet, sizeof(alphabet) - 1, 36000);

	(void)state;
	assert_int_equal(strlen(text), 36000);
	assert_int_equal(strspn(text, alphabet), 36000);
	for (const char *c = text; *c != '\0'; c++)
		seen[(unsigned char)*c]++;
	/* 1000 of each are expected; a bias of the modulo would be one of seven. */
	for (const char *c = alphabet; *c != '\0'; c++)
		assert_in_range(seen[(unsigned char)*c], 800, 1200);
	random_end(&d);
	arena_free(mem);
}

static void a_uuid_is_of_version_4_and_each_is_another(void **state)
{
	struct random_pool d = {0};
	struct arena *mem = arena_new();
	const char *last = "";

	(void)state;
	for (int i = 0; i < 5000; i++) {
		const char *uuid = random_uuid(&d, mem);
		assert_int_equal(strlen(uuid), 36);
		assert_int_equal(strspn(uuid, "0123456789abcdef-"), 36);
		assert_true(uuid[8] == '-' && uuid[13] == '-' && uuid[18] == '-' && uuid[23] == '-');
		assert_int_equal(uuid[14], '4');
		assert_non_null(strchr("89ab", uuid[19]));
		assert_string_not_equal(uuid, last);
		last = uuid;
	}
	random_end(&d);
	arena_free(mem);
}

static void ascending_uuids_are_of_version_4_too_and_few_come_before_the_last(void **state)
{
	struct random_pool d = {0};
	struct random_ascending *u = calloc(1, sizeof(*u));
	struct arena *mem = arena_new();
	const char *last = "";
	int falls = 0;

	(void)state;
	for (int i = 0; i < 20000; i++) {
		const char *uuid = random_uuid_ascending(u, &d, mem);
		assert_int_equal(strlen(uuid), 36);
		assert_true(uuid[14] == '4' && strchr("89ab", uuid[19]) != NULL);
		assert_string_not_equal(uuid, last);
		falls += strcmp(uuid, last) < 0;
		last = uuid;
	}
	assert_in_range(falls, 1, 10);
	random_end(&d);
	arena_free(mem);
	free(u);
}

static void ascending_uuids_of_a_struct_begin_alike_those_of_another_do_not(void **state)
{
	struct random_pool d = {0};
	struct arena *mem = arena_new();
	char begin[20][8];
	int same = 0;

	(void)state;
	for (int i = 0; i < 20; i++) {
		struct random_ascending *u = calloc(1, sizeof(*u));
		snprintf(begin[i], sizeof(begin[i]), "%.6s", random_uuid_ascending(u, &d, mem));
		for (int k = 0; k < 5000; k++)
			assert_memory_equal(random_uuid_ascending(u, &d, mem), begin[i], 6);
		same += i > 0 && strcmp(begin[i], begin[i - 1]) == 0;
		free(u);
	}
	assert_in_range(same, 0, 1);
	random_end(&d);
	arena_free(mem);
}

static void ascending_texts_have_all_characters_and_few_come_before_the_last(void **state)
{
	struct random_pool d = {0};
	struct random_ascending *a = calloc(1, sizeof(*a));
	struct arena *mem = arena_new();
	const char *last = "";
	int falls = 0, first[4] = {0}, end[4] = {0};

	(void)state;
	for (int i = 0; i < 20000; i++) {
		const char *text = random_text_ascending(a, &d, mem, "abcd", 4, 8);
		assert_int_equal(strlen(text), 8);
		assert_int_equal(strspn(text, "abcd"), 8);
		first[text[0] - 'a']++;
		end[text[7] - 'a']++;
		falls += strcmp(text, last) < 0;
		last = text;
	}
	assert_in_range(falls, 1, 10);
	for (int i = 0; i < 4; i++) {
		assert_in_range(first[i], 4000, 6000);
		assert_in_range(end[i], 4000, 6000);
	}
	random_end(&d);
	arena_free(mem);
	free(a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_text_has_characters_of_its_alphabet_and_all_of_them_come),
		cmocka_unit_test(a_uuid_is_of_version_4_and_each_is_another),
		cmocka_unit_test(ascending_uuids_are_of_version_4_too_and_few_come_before_the_last),
		cmocka_unit_test(ascending_uuids_of_a_struct_begin_alike_those_of_another_do_not),
		cmocka_unit_test(ascending_texts_have_all_characters_and_few_come_before_the_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
