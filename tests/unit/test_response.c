/* Answers, as the web server gets them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "http/response.h"

static struct arena *mem;
static struct buf wire;		/* what was sent */
static bool gone;		/* the client went away */

static int set_up(void **state)
{
	(void)state;
	mem = arena_new();
	gone = false;
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	arena_free(mem);
	buf_free(&wire);
	return 0;
}

static int write_wire(void *ctx, const char *bytes, size_t n)
{
	(void)ctx;
	if (gone)
		return -1;
	buf_add(&wire, bytes, n);
	return 0;
}

static void start(struct response *res, bool head)
{
	buf_reset(&wire);
	response_init(res, mem, head, write_wire, NULL);
}

static const char *sent(struct response *res)
{
	struct err e = {0};

	assert_int_equal(response_send(res, &e), 0);
	response_free(res);
	return buf_str(&wire);
}

static void a_page_has_status_type_length_and_is_not_stored(void **state)
{
	struct response res;

	(void)state;
	start(&res, false);
	response_body_add(&res, "<p>", 3);
	response_body_add(&res, "hi", 2);
	assert_string_equal(sent(&res), "Status: 200 OK\r\n"
	    "Content-Type: text/html; charset=utf-8\r\n"
	    "Cache-Control: no-store\r\n"
	    "Content-Length: 5\r\n\r\n<p>hi");
}

static void a_header_is_set_once_whatever_its_case(void **state)
{
	struct response res;

	(void)state;
	start(&res, false);
	assert_int_equal(response_header(&res, "Content-Type", "text/plain"), 0);
	assert_int_equal(response_header(&res, "content-type", "text/csv"), 0);
	assert_int_equal(response_header(&res, "Cache-Control", "max-age=5"), 0);
	response_body_add(&res, "x", 1);
	assert_string_equal(sent(&res), "Status: 200 OK\r\nContent-Length: 1\r\n"
	    "Content-Type: text/csv\r\nCache-Control: max-age=5\r\n\r\nx");
}

static void a_header_cannot_be_split(void **state)
{
	struct response res;

	(void)state;
	start(&res, false);
	assert_int_equal(response_header(&res, "X-A", "a\r\nSet-Cookie: b"), -1);
	assert_int_equal(response_header(&res, "X-A", "a\nb"), -1);
	assert_int_equal(response_header(&res, "X-A", "a\rb"), -1);
	assert_int_equal(response_header(&res, "X-A", "a\x7F"), -1);
	assert_int_equal(response_header(&res, "X A", "a"), -1);
	assert_int_equal(response_header(&res, "X-A:", "a"), -1);
	assert_int_equal(response_header(&res, "", "a"), -1);
	assert_int_equal(response_cookie(&res, "sid", "a;b", -1, 0), -1);
	assert_int_equal(response_cookie(&res, "sid", "a\r\nb", -1, 0), -1);
	assert_int_equal(response_cookie(&res, "s d", "a", -1, 0), -1);
	assert_string_equal(sent(&res), "Status: 200 OK\r\nCache-Control: no-store\r\n"
	    "Content-Length: 0\r\n\r\n");
}

static void cookies_are_for_the_server_alone(void **state)
{
	struct response res;

	(void)state;
	start(&res, false);
	assert_int_equal(response_cookie(&res, "__Host-sid", "abc", 3600,
	    COOKIE_SECURE | COOKIE_STRICT), 0);
	assert_int_equal(response_cookie(&res, "lang", "fr", -1, 0), 0);
	assert_int_equal(response_cookie(&res, "old", "", 0, 0), 0);
	const char *text = sent(&res);
	assert_non_null(strstr(text, "Set-Cookie: __Host-sid=abc; Path=/; Max-Age=3600; HttpOnly; "
	    "Secure; SameSite=Strict\r\n"));
	assert_non_null(strstr(text, "Set-Cookie: lang=fr; Path=/; HttpOnly; SameSite=Lax\r\n"));
	assert_non_null(strstr(text, "Set-Cookie: old=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax\r\n"));
}

static void a_redirect_goes_to_an_encoded_place(void **state)
{
	struct response res;

	(void)state;
	start(&res, false);
	response_body_add(&res, "half a page", 11);
	response_redirect(&res, 303, "/a?q=b%20c\r\nX: \xC3\xA9<\"\\");
	const char *text = sent(&res);
	assert_non_null(strstr(text, "Status: 303 See Other\r\n"));
	assert_non_null(strstr(text, "Location: /a?q=b%20c%0D%0AX:%20%C3%A9%3C%22%5C\r\n"));
	assert_non_null(strstr(text, "Content-Length: 0\r\n"));
	assert_null(strstr(text, "half"));
}

static void an_error_page_keeps_cookies_and_the_id_alone(void **state)
{
	struct response res;

	(void)state;
	start(&res, false);
	response_header(&res, "X-Request-Id", "1234");
	response_header(&res, "Content-Type", "text/csv");
	response_cookie(&res, "sid", "", 0, 0);
	response_header(&res, "Content-Disposition", "attachment");
	response_body_add(&res, "a,b", 3);
	assert_int_equal(response_restart(&res), 0);
	res.status = 500;
	response_header(&res, "X-Late", "1");
	response_body_add(&res, "sorry", 5);
	const char *text = sent(&res);
	assert_non_null(strstr(text, "Status: 500 Internal Server Error\r\n"));
	assert_non_null(strstr(text, "Set-Cookie: sid="));
	assert_non_null(strstr(text, "X-Request-Id: 1234\r\n"));
	assert_non_null(strstr(text, "X-Late: 1\r\n"));
	assert_non_null(strstr(text, "text/html"));
	assert_null(strstr(text, "attachment"));
	assert_null(strstr(text, "a,b"));
}

static void head_has_the_headers_of_get_and_no_body(void **state)
{
	struct response res;
	struct err e = {0};

	(void)state;
	start(&res, true);
	response_body_add(&res, "hello", 5);
	const char *text = sent(&res);
	assert_non_null(strstr(text, "Content-Length: 5\r\n"));
	assert_null(strstr(text, "hello"));

	start(&res, true);
	assert_int_equal(response_stream_begin(&res, &e), 0);
	assert_int_equal(response_stream(&res, "hello", 5, &e), 0);
	assert_null(strstr(sent(&res), "hello"));
}

static void some_statuses_have_no_body_and_no_length(void **state)
{
	struct response res;

	(void)state;
	start(&res, false);
	res.status = 204;
	response_body_add(&res, "x", 1);
	const char *text = sent(&res);
	assert_null(strstr(text, "Content-Length"));
	assert_string_equal(text + strlen(text) - 4, "\r\n\r\n");
}

static void a_stream_is_sent_as_it_comes(void **state)
{
	struct response res;
	struct err e = {0};

	(void)state;
	start(&res, false);
	response_header(&res, "Content-Type", "text/csv; charset=utf-8");
	assert_int_equal(response_stream_begin(&res, &e), 0);
	assert_null(strstr(buf_str(&wire), "Content-Length"));
	assert_int_equal(response_stream(&res, "a,b\r\n", 5, &e), 0);
	assert_non_null(strstr(buf_str(&wire), "\r\n\r\na,b\r\n"));
	assert_int_equal(response_stream(&res, "", 0, &e), 0);
	assert_int_equal(response_stream(&res, "c", 1, &e), 0);
	assert_int_equal(response_restart(&res), -1);
	size_t n = wire.len;
	sent(&res);
	assert_int_equal(wire.len, n);
}

static void a_client_that_went_away_is_told(void **state)
{
	struct response res;
	struct err e = {0};

	(void)state;
	start(&res, false);
	gone = true;
	response_body_add(&res, "x", 1);
	assert_int_equal(response_send(&res, &e), -1);
	assert_int_equal(e.code, ERR_IO);
	response_free(&res);

	gone = false;
	start(&res, false);
	assert_int_equal(response_stream_begin(&res, &e), 0);
	gone = true;
	assert_int_equal(response_stream(&res, "x", 1, &e), -1);
	response_abort(&res);
	gone = false;
	size_t n = wire.len;
	sent(&res);
	assert_int_equal(wire.len, n);
}

static void a_download_has_a_name_for_old_and_new_clients(void **state)
{
	struct response res;

	(void)state;
	start(&res, false);
	response_attachment(&res, "Ren\xC3\xA9 \"x\"\r\n.csv");
	assert_non_null(strstr(sent(&res), "Content-Disposition: attachment; "
	    "filename=\"Ren_ _x___.csv\"; filename*=UTF-8''Ren%C3%A9%20%22x%22%0D%0A.csv\r\n"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_page_has_status_type_length_and_is_not_stored),
		TEST(a_header_is_set_once_whatever_its_case),
		TEST(a_header_cannot_be_split),
		TEST(cookies_are_for_the_server_alone),
		TEST(a_redirect_goes_to_an_encoded_place),
		TEST(an_error_page_keeps_cookies_and_the_id_alone),
		TEST(head_has_the_headers_of_get_and_no_body),
		TEST(some_statuses_have_no_body_and_no_length),
		TEST(a_stream_is_sent_as_it_comes),
		TEST(a_client_that_went_away_is_told),
		TEST(a_download_has_a_name_for_old_and_new_clients),
	};
	return cmocka_run_group_tests_name("response", tests, NULL, NULL);
}
