/* What an export guards from spreadsheets, and that an import takes off just that. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "csv/spreadsheet.h"

static struct arena *mem;

/* With its guards. */
static const char *guarded(const char *s)
{
	struct buf out = {0};
	const char *text;

	spreadsheet_guard(&out, s, strlen(s));
	text = arena_strdup(mem, buf_str(&out));
	buf_free(&out);
	return text;
}

static const char *unguarded(const char *s)
{
	struct buf out = {0};
	const char *text;

	spreadsheet_unguard(&out, s, strlen(s));
	text = arena_strdup(mem, buf_str(&out));
	buf_free(&out);
	return text;
}

static void guarding_and_unguarding_are_inverse(void **state)
{
	static const char letters[] = "'=+1;,\t\r\n|\"#N/A ";
	static const char *const texts[] = {
		"", "'", "''", "=", "'=", "''=", "-1", "+", "+33", "+33 6", "+*#", "'+33", "@x",
		"\t", "\rx", "'\n", "\n", "a=", "'a=", "#N/A", "'#N/A", "###", "''####", "#REF!", "Err:502", "'Err:502",
		";", ";;", "+33;+44", "a;'+1", "\r\n-x", "#N/A;=1", "'", "x,\"'=1", "＝1", "'＝1", "＋33", "a;－1", "a;'＠x", "＝", "\xef\xbc", "－\t＠",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		assert_string_equal(unguarded(guarded(texts[i])), texts[i]);
	/* Every text of up to four of these. */
	size_t k = sizeof(letters) - 1;
	for (size_t i = 0; i < k * k * k * k; i++) {
		const char text[] = { letters[i % k], letters[i / k % k], letters[i / k / k % k], letters[i / k / k / k], '\0' };
		assert_string_equal(unguarded(guarded(text)), text);
		assert_int_equal(spreadsheet_unsafe(text, 4), strcmp(guarded(text), text) != 0);
		arena_reset(mem);
	}
}

static void a_formula_is_guarded_where_any_locale_would_see_one(void **state)
{
	static const char *const pairs[][2] = {
		{ "plain", "plain" }, { "+33611223344", "+33611223344" }, { "+1*2#", "+1*2#" }, { "+", "'+" },
		{ "+1-2", "'+1-2" }, { "'+1", "''+1" }, { "=1", "'=1" }, { "\tx", "'\tx" },
		{ "\t=1", "'\t=1" }, { "\r=1", "'\r=1" }, { "'\t\t=1", "''\t\t=1" }, { "\t;=1", "'\t;'=1" },
		{ "\n=1", "'\n'=1" }, { ";=x", "';'=x" }, { ";'=x", "';''=x" }, { "=1;=2", "'=1;'=2" },
		{ "Sales;=1+1", "'Sales;'=1+1" }, { "a\t@x", "'a\t'@x" }, { "a|-1", "'a|'-1" }, { "a,+1 2", "'a,'+1 2" },
		{ "a\n=1", "'a\n'=1" }, { "a\r\n=1", "'a\r\n'=1" }, { "a;\"=1\"", "'a;'\"=1\"" }, { "a;'=1", "'a;''=1" },
		{ "2005;+33142000001", "2005;+33142000001" }, { "Smith; -x", "Smith; -x" }, { "a=1;b=2", "a=1;b=2" },
		{ "#\xc2\xa1REF!", "'#\xc2\xa1REF!" }, { "#\xc3\x9c" "BERLAUF!", "'#\xc3\x9c" "BERLAUF!" }, { "#\xc3\xbc" "BER!", "#\xc3\xbc" "BER!" },
		{ "#\xd0\x97\xd0\x9d\xd0\x90\xd0\xa7!", "'#\xd0\x97\xd0\x9d\xd0\x90\xd0\xa7!" }, { "#GETTING_DATA", "'#GETTING_DATA" }, { "#\xe9\x87\x8d!", "#\xe9\x87\x8d!" },
		{ "#N/A", "'#N/A" }, { "####", "'####" }, { "#NOM?", "'#NOM?" }, { "#5", "#5" }, { "#N/A x", "#N/A x" },
		{ "＝1+1", "'＝1+1" }, { "＋33", "'＋33" }, { "＠x", "'＠x" }, { "a;－1", "'a;'－1" }, { "（x）", "（x）" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
		assert_string_equal(guarded(pairs[i][0]), pairs[i][1]);
}

static void what_no_export_writes_is_read_as_it_stands(void **state)
{
	static const char *const texts[] = {
		"", "'", "''", "x", ";'=x", "a;'=b", "a,'\"-1", "O'Neil;'+x", "\t'=1", "\t=1", "=1", "+1-2", "'a;b", "a'=1",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		assert_string_equal(unguarded(texts[i]), texts[i]);
		assert_false(spreadsheet_guarded(texts[i], strlen(texts[i])));
	}
}

static int set_up(void **state)
{
	(void)state;
	mem = arena_new();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(mem);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(guarding_and_unguarding_are_inverse),
		cmocka_unit_test(a_formula_is_guarded_where_any_locale_would_see_one),
		cmocka_unit_test(what_no_export_writes_is_read_as_it_stands),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
