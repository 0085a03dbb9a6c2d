/* JSON texts of large files are what jansson writes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"

static void expect_as_jansson(const char *text, size_t n)
{
	struct buf by_jansson = {0}, by_us = {0};

	json_add(&by_jansson, json_stringn(text, n));
	json_add_text(&by_us, text, n);
	assert_string_equal(buf_str(&by_us), buf_str(&by_jansson));
	buf_free(&by_jansson);
	buf_free(&by_us);
}

static void every_character_is_written_as_by_jansson(void **state)
{
	(void)state;
	for (int c = 0; c < 0x80; c++) {
		const char around[] = { 'a', (char)c, (char)c, 'z' };
		expect_as_jansson(around, sizeof(around));
		expect_as_jansson(around + 1, 1);
	}
	expect_as_jansson("", 0);
	expect_as_jansson("Zoë \"李\" \xf0\x9f\x98\x80\\", strlen("Zoë \"李\" \xf0\x9f\x98\x80\\"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_character_is_written_as_by_jansson),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
