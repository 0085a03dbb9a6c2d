/* Issues: the table, its templates, and the phrases that scripts look for. */
#include "csv_transcript.h"

static const char *format(struct buf *b, const char *tmpl, const struct issue_param *params,
    size_t n)
{
	buf_reset(b);
	issue_format(b, tmpl, params, n, NULL, NULL);
	return buf_str(b);
}

static void parameters_take_the_place_of_their_names(void **state)
{
	const struct issue_param params[] = { { "a", "1" }, { "ab", "{a}[x]" }, { "none", NULL } };
	struct buf b = {0};

	(void)state;
	assert_string_equal(format(&b, "{a}-{ab}-{none}-{other}.", params, 3), "1-{a}[x]--.");
	assert_string_equal(format(&b, "no {end", params, 3), "no {end");
	assert_string_equal(format(&b, "no [end {a}", params, 3), "no [end 1");
	assert_string_equal(format(&b, "", params, 3), "");
	buf_free(&b);
}

static void optional_parts_need_their_parameters(void **state)
{
	const struct issue_param params[] = { { "a", "1" }, { "b", NULL } };
	struct buf b = {0};

	(void)state;
	assert_string_equal(format(&b, "x[, {a}]y", params, 2), "x, 1y");
	assert_string_equal(format(&b, "x[, {b}]y", params, 2), "xy");
	assert_string_equal(format(&b, "x[, {a} {b}]y", params, 2), "xy");
	assert_string_equal(format(&b, "x[ always]y", params, 2), "x alwaysy");
	assert_string_equal(format(&b, "x['{a}'|empty]y", params, 2), "x'1'y");
	assert_string_equal(format(&b, "x['{b}'|empty {a}]y", params, 2), "xempty 1y");
	buf_free(&b);
}

static const char *french(void *ctx, const char *key)
{
	(void)ctx;
	if (strcmp(key, "hint.boolean") == 0)
		return "1 pour oui ({max})";
	return strcmp(key, "masked") == 0 ? "{column} masqu\xc3\xa9" : NULL;
}

static void some_parameters_hold_keys_of_texts(void **state)
{
	const struct issue_param params[] = {
		{ "hint", "hint.boolean" }, { "expected", "expected.text" },
		{ "resource", "phone" }, { "why", "just so" }, { "max", "9" },
	};
	struct buf b = {0};

	(void)state;
	assert_string_equal(format(&b, "{hint}|{expected}|{resource}|{why}", params, 5),
	    "write 1 for yes and 0 for no, or one of true/false, yes/no, vrai/faux, oui/non, wahr/falsch, ja/nein, on/off, x|at most 9 characters|phone|just so");
	buf_reset(&b);
	issue_format(&b, "{hint}|{expected}", params, 5, french, NULL);
	assert_string_equal(buf_str(&b), "1 pour oui (9)|at most 9 characters");
	buf_free(&b);
}

static const char *text_of(struct buf *b, const struct issue *i)
{
	buf_reset(b);
	issue_write(b, i, NULL, NULL);
	return buf_str(b);
}

static void texts_hold_the_phrases_of_older_releases(void **state)
{
	struct buf b = {0};
	struct issue i = { .key = "missing", .row = 3, .line = 4, .column = "firstname" };

	(void)state;
	assert_string_equal(text_of(&b, &i), "Input Error - missing parameters: firstname");
	i = (struct issue){ .key = "invalid", .column = "email", .value = "x",
	    .params = { { "expected", "expected.email" }, { "max", "254" } } };
	assert_string_equal(text_of(&b, &i), "Input Error - field 'email': 'x' is not valid "
	    "(an e-mail address such as name@example.com, at most 254 characters, no blanks)");
	i = (struct issue){ .key = "range", .column = "ring_seconds",
	    .params = { { "min", "0" }, { "max", "10800" }, { "multiple", "5" } } };
	assert_string_equal(text_of(&b, &i),
	    "Input Error - ring_seconds is outside of range (0..10800, multiple of 5)");
	i = (struct issue){ .key = "taken.extension", .column = "exten", .value = "1000" };
	assert_string_equal(text_of(&b, &i),
	    "Resource Error - Extension already exists ('exten': '1000'); choose another number, or take it away "
	    "from its user first");
	buf_free(&b);
}

static void a_secret_leaves_no_trace_in_its_text(void **state)
{
	struct buf b = {0};
	const struct issue i = { .key = "invalid", .column = "sip_secret",
	    .params = { { "expected", "expected.sip_secret" }, { "max", "80" } } };

	(void)state;
	assert_string_equal(text_of(&b, &i), "Input Error - field 'sip_secret': is not valid "
	    "(1 to 80 printable ASCII characters)");
	buf_free(&b);
}

static void an_issues_own_parameters_come_first(void **state)
{
	struct buf b = {0};
	const struct issue i = { .key = "duplicate", .row = 9, .column = "exten",
	    .value = "1000", .params = { { "row", "2" } } };

	(void)state;
	assert_string_equal(text_of(&b, &i), "Resource Error - 'exten' '1000' is already on row 2");
	buf_free(&b);
}

static void another_language_is_looked_up(void **state)
{
	struct buf b = {0};
	const struct issue i = { .key = "masked", .column = "password" };

	(void)state;
	issue_write(&b, &i, french, NULL);
	assert_string_equal(buf_str(&b), "password masqu\xc3\xa9");
	buf_free(&b);
}

static void keys_are_unique_and_have_texts(void **state)
{
	const char *key;

	(void)state;
	for (size_t i = 0; (key = issue_key(i)) != NULL; i++) {
		assert_non_null(issue_text(key));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(issue_key(j), key);
	}
	for (size_t i = 0; (key = issue_text_key(i)) != NULL; i++) {
		assert_non_null(strchr(key, '.'));
		for (size_t j = 0; j < i; j++)
			assert_string_not_equal(issue_text_key(j), key);
	}
	assert_null(issue_text("nonsense"));
	assert_int_equal(issue_level_of("masked"), ISSUE_WARNING);
	assert_int_equal(issue_level_of("file.nul"), ISSUE_ERROR);
}

static void long_values_are_cut_between_characters(void **state)
{
	struct arena *mem = arena_new();
	struct buf b = {0};

	(void)state;
	assert_string_equal(issue_cut(mem, "short"), "short");
	for (int i = 0; i < ISSUE_VALUE_MAX; i++)
		buf_adds(&b, "\xf0\x9f\x98\x80");
	assert_string_equal(issue_cut(mem, buf_str(&b)), buf_str(&b));
	struct buf longer = {0};
	buf_adds(&longer, buf_str(&b));
	buf_adds(&longer, "!");
	buf_adds(&b, "\xe2\x80\xa6");
	assert_string_equal(issue_cut(mem, buf_str(&longer)), buf_str(&b));
	buf_free(&longer);
	buf_free(&b);
	arena_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(parameters_take_the_place_of_their_names),
		cmocka_unit_test(optional_parts_need_their_parameters),
		cmocka_unit_test(some_parameters_hold_keys_of_texts),
		cmocka_unit_test(texts_hold_the_phrases_of_older_releases),
		cmocka_unit_test(a_secret_leaves_no_trace_in_its_text),
		cmocka_unit_test(an_issues_own_parameters_come_first),
		cmocka_unit_test(another_language_is_looked_up),
		cmocka_unit_test(keys_are_unique_and_have_texts),
		cmocka_unit_test(long_values_are_cut_between_characters),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
