/* The growing buffer, errors and UTF-8. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/utf8.h"

static void an_unused_buffer_is_an_empty_string(void **state)
{
	struct buf b = {0};

	(void)state;
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(b.len, 0);
	buf_reset(&b);
	buf_free(&b);
}

static void it_grows_and_stays_ended(void **state)
{
	struct buf b = {0};

	(void)state;
	for (int i = 0; i < 10000; i++) {
		buf_addch(&b, (char)('a' + i % 26));
		assert_int_equal(b.data[b.len], '\0');
	}
	assert_int_equal(b.len, 10000);
	assert_int_equal(b.data[9999], 'a' + 9999 % 26);
	buf_free(&b);
	assert_null(b.data);
}

static void all_ways_to_add_agree(void **state)
{
	struct buf b = {0};

	(void)state;
	buf_adds(&b, "one");
	buf_add(&b, " two", 4);
	buf_add(&b, NULL, 0);
	buf_addch(&b, ' ');
	buf_addf(&b, "%d%%", 3);
	assert_string_equal(buf_str(&b), "one two 3%");
	buf_reset(&b);
	assert_string_equal(buf_str(&b), "");
	buf_add(&b, "a\0b", 3);
	assert_int_equal(b.len, 3);
	assert_memory_equal(b.data, "a\0b", 4);
	buf_free(&b);
}

static void an_error_is_one_line_with_place_and_hint(void **state)
{
	struct err e = {0};

	(void)state;
	assert_int_equal(err_set(&e, ERR_IO, "file", "a\nb %d\n", 1), -1);
	assert_int_equal(e.code, ERR_IO);
	assert_string_equal(e.place, "file");
	assert_string_equal(e.message, "a b 1");
	assert_string_equal(e.hint, "");
	assert_int_equal(err_hint(&e, "do %s", "it"), -1);
	assert_string_equal(e.hint, "do it");
	assert_int_equal(err_set(NULL, ERR_IO, NULL, "x"), -1);
	assert_int_equal(err_hint(NULL, "x"), -1);
}

static void an_error_can_be_made_from_itself(void **state)
{
	struct err e = {0};

	(void)state;
	err_set(&e, ERR_IO, "here", "inner");
	err_set(&e, ERR_CONF, e.place, "outer: %s", e.message);
	assert_string_equal(e.place, "here");
	assert_string_equal(e.message, "outer: inner");
}

static void a_long_error_ends_with_a_whole_character(void **state)
{
	struct err e = {0};
	char text[1000];

	(void)state;
	for (size_t shift = 0; shift < 4; shift++) {
		memset(text, 'x', shift);
		for (size_t i = shift; i + 3 < sizeof(text); i += 3)
			memcpy(text + i, "\xE2\x82\xAC", 4);
		err_set(&e, ERR_IO, text, "%s", text);
		assert_true(utf8_valid(e.message, strlen(e.message)));
		assert_true(strlen(e.message) >= sizeof(e.message) - 4);
		assert_true(utf8_valid(e.place, strlen(e.place)));
		assert_true(strlen(e.place) >= sizeof(e.place) - 4);
	}
}

static void utf8_is_sound_or_not(void **state)
{
	static const char *const good[] = {
		"", "a", "\xC2\x80", "\xDF\xBF", "\xE0\xA0\x80", "\xED\x9F\xBF", "\xEF\xBF\xBF",
		"\xF0\x90\x80\x80", "\xF4\x8F\xBF\xBF", "Ren\xC3\xA9",
	};
	static const char *const bad[] = {
		"\x80", "\xC0\x80", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xED\xBF\xBF",
		"\xF0\x8F\xBF\xBF", "\xF4\x90\x80\x80", "\xF8\x88\x80\x80\x80", "\xFF", "\xE2\x82",
		"a\xC3", "\xE2\x28\xA1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++)
		assert_true(utf8_valid(good[i], strlen(good[i])));
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_false(utf8_valid(bad[i], strlen(bad[i])));
	assert_false(utf8_valid("\xE2\x82\xAC", 2));
	assert_true(utf8_valid("a\0b", 3));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_unused_buffer_is_an_empty_string),
		cmocka_unit_test(it_grows_and_stays_ended),
		cmocka_unit_test(all_ways_to_add_agree),
		cmocka_unit_test(an_error_is_one_line_with_place_and_hint),
		cmocka_unit_test(an_error_can_be_made_from_itself),
		cmocka_unit_test(a_long_error_ends_with_a_whole_character),
		cmocka_unit_test(utf8_is_sound_or_not),
	};
	return cmocka_run_group_tests_name("buf", tests, NULL, NULL);
}
