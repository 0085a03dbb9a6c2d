/* Forms and the query strings that they come from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/form.h"
#include "http/header.h"
#include "arena_fixture.h"

static int parse(struct form *f, const char *text, struct err *e)
{
	form_init(f, mem);
	*e = (struct err){0};
	return form_parse(f, text, strlen(text), e);
}

static void pairs_are_decoded_in_order(void **state)
{
	struct form f;
	struct err e;

	(void)state;
	assert_int_equal(parse(&f, "q=Ren%C3%A9+%26+Co&empty=&bare&q=2&&a%3db=c=d&", &e), 0);
	assert_int_equal(f.n, 5);
	assert_string_equal(form_get(&f, "q"), "Ren\xC3\xA9 & Co");
	assert_string_equal(form_nth(&f, "q", 1), "2");
	assert_null(form_nth(&f, "q", 2));
	assert_string_equal(form_get(&f, "empty"), "");
	assert_string_equal(form_get(&f, "bare"), "");
	assert_string_equal(form_get(&f, "a=b"), "c=d");
	assert_null(form_get(&f, "absent"));
	assert_int_equal(parse(&f, "", &e), 0);
	assert_int_equal(f.n, 0);
}

static void what_cannot_be_decoded_is_refused_whole(void **state)
{
	static const char *const bad[] = {
		"a=1&b=%", "a=1&b=%4", "a=1&b=%zz", "a=1&%=2", "a=1&b=%00", "a=1&b%00=1", "a=1&b=%FF",
		"a=1&b=%C3", "a=1&b=%ED%A0%80", "a=1&b=\xC3", "a=1&b=100%&c=3",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct form f;
		struct err e;
		if (parse(&f, bad[i], &e) != -1)
			fail_msg("accepted: %s", bad[i]);
		assert_int_equal(e.code, ERR_INVALID);
		assert_null(form_get(&f, "a"));
	}
}

static void limits_hold(void **state)
{
	struct buf b = {0};
	struct form f;
	struct err e;

	(void)state;
	for (int i = 0; i < FORM_MAX_PAIRS; i++)
		form_encode(&b, "a", "1");
	assert_int_equal(parse(&f, b.data, &e), 0);
	form_encode(&b, "a", "1");
	assert_int_equal(parse(&f, b.data, &e), -1);
	assert_int_equal(e.code, ERR_TOO_LARGE);

	buf_reset(&b);
	for (int i = 0; i < FORM_MAX_NAME; i++)
		buf_addch(&b, 'n');
	assert_int_equal(parse(&f, b.data, &e), 0);
	buf_addch(&b, 'n');
	assert_int_equal(parse(&f, b.data, &e), -1);
	assert_int_equal(e.code, ERR_TOO_LARGE);

	buf_reset(&b);
	buf_adds(&b, "a=");
	while (b.len < FORM_MAX_BYTES)
		buf_addch(&b, 'x');
	assert_int_equal(parse(&f, b.data, &e), 0);
	assert_int_equal(form_parse(&f, "b=xx", 4, &e), -1);
	assert_int_equal(e.code, ERR_TOO_LARGE);
	assert_int_equal(f.n, 1);
	buf_addch(&b, 'x');
	assert_int_equal(parse(&f, b.data, &e), -1);
	assert_int_equal(e.code, ERR_TOO_LARGE);
	buf_free(&b);
}

static void a_pair_can_be_added_and_is_checked_the_same(void **state)
{
	struct form f;
	struct err e = {0};

	(void)state;
	form_init(&f, mem);
	assert_int_equal(form_add(&f, "a", "12", 1, &e), 0);
	assert_string_equal(form_get(&f, "a"), "1");
	assert_int_equal(form_add(&f, "b", "x\0y", 3, &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	assert_int_equal(form_add(&f, "b", "\xFF", 1, &e), -1);
	assert_null(form_get(&f, "b"));
}

static void what_is_encoded_is_decoded_to_the_same(void **state)
{
	struct buf b = {0};
	struct form f;
	struct err e;
	char all[256];

	(void)state;
	for (int c = 1; c < 128; c++)
		all[c - 1] = (char)c;
	memcpy(all + 127, "\xE2\x82\xAC", 4);
	buf_adds(&b, "/users?");
	form_encode(&b, all, all);
	form_encode(&b, "page", "2");
	assert_int_equal(parse(&f, b.data + 7, &e), 0);
	assert_string_equal(form_get(&f, all), all);
	assert_string_equal(form_get(&f, "page"), "2");
	assert_null(strpbrk(b.data + 7, " <>\"'#?/\\\n\x7F"));

	buf_reset(&b);
	form_encode(&b, "q", "a b&c");
	assert_string_equal(b.data, "q=a+b%26c");
	buf_free(&b);
}

/* --- from a body ---------------------------------------------------------- */

static long read_text(void *ctx, char *bytes, size_t n)
{
	const char **text = ctx;
	size_t left = strlen(*text);

	if (n > left)
		n = left;
	if (n > 3)
		n = 3;
	memcpy(bytes, *text, n);
	*text += n;
	return (long)n;
}

static int read_form(const char *type, const char *length, const char *text, struct form *f,
    struct err *e)
{
	struct request req;
	const char *const params[] = { "REQUEST_METHOD=POST", "REQUEST_URI=/",
		arena_printf(mem, "CONTENT_TYPE=%s", type),
		arena_printf(mem, "CONTENT_LENGTH=%s", length), NULL };

	assert_int_equal(request_init(&req, mem, params, read_text, &text), 0);
	form_init(f, mem);
	*e = (struct err){0};
	return form_read(f, &req, e);
}

static void a_body_is_read_to_its_declared_end(void **state)
{
	struct form f;
	struct err e;

	(void)state;
	assert_int_equal(read_form("application/x-www-form-urlencoded", "7", "a=1&b=2&c=3", &f, &e), 0);
	assert_int_equal(f.n, 2);
	assert_string_equal(form_get(&f, "b"), "2");
	assert_int_equal(read_form("Application/X-WWW-Form-Urlencoded ; charset=\"UTF-8\"", "3", "a=1",
	    &f, &e), 0);
	assert_int_equal(read_form("", "", "", &f, &e), 0);
	assert_int_equal(f.n, 0);
}

static void a_body_that_is_no_form_is_refused(void **state)
{
	static const char form[] = "application/x-www-form-urlencoded";
	struct form f;
	struct err e;

	(void)state;
	assert_int_equal(read_form("text/plain", "3", "a=1", &f, &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	assert_int_equal(read_form("application/x-www-form-urlencoded; charset=latin1", "3", "a=1", &f,
	    &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	assert_int_equal(read_form(form, "9", "a=1", &f, &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	assert_non_null(strstr(e.message, "cut off"));
	assert_int_equal(read_form(form, "99999999999", "a=1", &f, &e), -1);
	assert_int_equal(e.code, ERR_TOO_LARGE);
}

static void parameters_of_headers_are_found(void **state)
{
	struct buf b = {0};

	(void)state;
	assert_true(header_is("Text/CSV", "text/csv"));
	assert_true(header_is(" text/csv ;charset=utf-8", "text/csv"));
	assert_false(header_is("text/csvx", "text/csv"));
	assert_false(header_is("text/csv x", "text/csv"));
	assert_false(header_is("", "text/csv"));
	assert_int_equal(header_param("text/csv; charset=utf-8;", "Charset", &b), 1);
	assert_string_equal(b.data, "utf-8");
	assert_int_equal(header_param("x; a=\"b\\\"c\\\\d\\e;f\" ; g=h", "a", &b), 1);
	assert_string_equal(b.data, "b\"c\\d\\e;f");
	assert_int_equal(header_param("text/csv; header=present", "charset", &b), 0);
	assert_string_equal(buf_str(&b), "");
	assert_int_equal(header_param("text/csv", "charset", &b), 0);
	assert_int_equal(header_param("x; a=1; a=2", "a", &b), -1);
	assert_int_equal(header_param("x; a=1; b", "a", &b), -1);
	assert_int_equal(header_param("x; a=\"1", "a", &b), -1);
	assert_int_equal(header_param("x; a=1 2", "a", &b), -1);
	assert_int_equal(header_param("x; =1", "a", &b), -1);
	assert_string_equal(buf_str(&b), "");
	buf_free(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pairs_are_decoded_in_order),
		cmocka_unit_test(what_cannot_be_decoded_is_refused_whole),
		cmocka_unit_test(limits_hold),
		cmocka_unit_test(a_pair_can_be_added_and_is_checked_the_same),
		cmocka_unit_test(what_is_encoded_is_decoded_to_the_same),
		cmocka_unit_test(a_body_is_read_to_its_declared_end),
		cmocka_unit_test(a_body_that_is_no_form_is_refused),
		cmocka_unit_test(parameters_of_headers_are_found),
	};
	return cmocka_run_group_tests_name("form", tests, new_arena, free_arena);
}
