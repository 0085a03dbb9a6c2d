/* Requests made of FastCGI parameters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/request.h"
#include "arena_fixture.h"

static int request_of(struct request *req, const char *uri)
{
	const char *const params[] = { "REQUEST_METHOD=GET",
		arena_printf(mem, "REQUEST_URI=%s", uri), NULL };

	return request_init(req, mem, params, NULL, NULL);
}

static void what_the_web_server_said_is_there(void **state)
{
	char params_text[] = "REMOTE_ADDR=192.0.2.1";
	const char *const params[] = {
		"REQUEST_METHOD=POST", "REQUEST_URI=/services/ipbx/users?q=a%20b", params_text,
		"CONTENT_TYPE=text/csv", "CONTENT_LENGTH=12", "HTTPS=on",
		"HTTP_HOST=pbx.example.com:9486", "HTTP_ACCEPT_LANGUAGE=fr", "HTTP_SEC_FETCH_SITE=none",
		"HTTP_COOKIE=a=1; sid=x=y ;b=\"2\"", NULL,
	};
	struct request req;

	(void)state;
	assert_int_equal(request_init(&req, mem, params, NULL, NULL), 0);
	memset(params_text, 'X', sizeof(params_text) - 1);
	assert_int_equal(req.method, HTTP_POST);
	assert_string_equal(req.path, "/services/ipbx/users");
	assert_string_equal(req.query, "q=a%20b");
	assert_string_equal(req.target, "/services/ipbx/users?q=a%20b");
	assert_string_equal(req.remote_addr, "192.0.2.1");
	assert_string_equal(req.content_type, "text/csv");
	assert_int_equal(req.content_length, 12);
	assert_true(req.https);
	assert_string_equal(req.host, "pbx.example.com:9486");
	assert_string_equal(req.accept_language, "fr");
	assert_string_equal(request_header(&req, "sec-fetch-site"), "none");
	assert_string_equal(request_header(&req, "content-type"), "text/csv");
	assert_null(request_header(&req, "origin"));
	assert_string_equal(request_cookie(&req, "sid"), "x=y");
	assert_string_equal(request_cookie(&req, "a"), "1");
	assert_string_equal(request_cookie(&req, "b"), "\"2\"");
	assert_null(request_cookie(&req, "id"));
	assert_null(request_cookie(&req, "si"));
	assert_int_equal(strlen(req.id), 16);
	assert_int_equal(strspn(req.id, "0123456789abcdef"), 16);
}

static void what_it_did_not_say_is_empty(void **state)
{
	struct request req, other;

	(void)state;
	assert_int_equal(request_of(&req, "/"), 0);
	assert_int_equal(request_of(&other, "/"), 0);
	assert_string_equal(req.path, "/");
	assert_string_equal(req.query, "");
	assert_string_equal(req.content_type, "");
	assert_int_equal(req.content_length, -1);
	assert_string_equal(req.remote_addr, "");
	assert_string_equal(req.host, "");
	assert_false(req.https);
	assert_null(request_cookie(&req, "sid"));
	assert_null(request_header(&req, "content-type"));
	assert_string_not_equal(req.id, other.id);
}

static void methods_are_known_or_other(void **state)
{
	static const struct {
		const char *param;
		enum http_method method;
	} cases[] = {
		{ "REQUEST_METHOD=GET", HTTP_GET }, { "REQUEST_METHOD=HEAD", HTTP_HEAD },
		{ "REQUEST_METHOD=PUT", HTTP_PUT }, { "REQUEST_METHOD=DELETE", HTTP_DELETE },
		{ "REQUEST_METHOD=get", HTTP_OTHER }, { "REQUEST_METHOD=TRACE", HTTP_OTHER },
		{ "REQUEST_METHOD=", HTTP_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *const params[] = { cases[i].param, "REQUEST_URI=/", NULL };
		struct request req;
		assert_int_equal(request_init(&req, mem, params, NULL, NULL), 0);
		assert_int_equal(req.method, cases[i].method);
	}
}

static void a_path_is_decoded_and_made_plain(void **state)
{
	static const char *const cases[][2] = {
		{ "/", "/" }, { "//", "/" }, { "/a//b", "/a/b" }, { "/a/", "/a/" }, { "/a/./b", "/a/b" },
		{ "/a/.", "/a/" }, { "/a/../b", "/b" }, { "/a/b/..", "/a/" }, { "/a/..", "/" },
		{ "/%61%2Fb", "/a/b" }, { "/a/%2e%2E/b", "/b" }, { "/Ren%C3%A9", "/Ren\xC3\xA9" },
		{ "/a+b", "/a+b" }, { "/...", "/..." }, { "/.a", "/.a" }, { "/a?b/../c", "/a" },
		{ "/%3Fa", "/?a" }, { "/a/b/../../c", "/c" }, { "/.//./a", "/a" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct request req;
		if (request_of(&req, cases[i][0]) != 0)
			fail_msg("refused: %s", cases[i][0]);
		assert_string_equal(req.path, cases[i][1]);
	}
}

static void a_path_that_makes_no_sense_is_refused_and_empty(void **state)
{
	static const char *const bad[] = {
		"", "users", "http://example.com/", "*", "/..", "/a/../..", "/%2e%2e/a", "/%", "/%4",
		"/%zz", "/a#", "/#/../login", "/x#/../login", "/a%00b",
		"/%0A", "/%7F", "/%FF", "/%C3", "/%E2%80%AE", "/a\x01", "/\xE9",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct request req;
		if (request_of(&req, bad[i]) != -1)
			fail_msg("accepted: %s", bad[i]);
		assert_int_equal(req.error.code, ERR_INVALID);
		assert_string_equal(req.path, "");
		assert_int_equal(strlen(req.id), 16);
	}
}

/* What nginx passes as the path that it has read (DOCUMENT_URI). */
static void a_path_that_the_web_server_reads_otherwise_is_refused(void **state)
{
	static const struct {
		const char *uri, *read;
		bool same;
	} cases[] = {
		{ "/login", "/login", true }, { "//login", "/login", true }, { "/a/../login", "/login", true },
		{ "/%6cogin?x", "/login", true }, { "/a%23b", "/a#b", true }, { "/a%2F..%2Fb", "/b", true },
		{ "/login", "/", false }, { "/x/../login", "/x", false }, { "/login/", "/login", false },
		{ "/a//b", "/a//b", false }, { "/%2561", "/a", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *const params[] = { arena_printf(mem, "REQUEST_URI=%s", cases[i].uri),
			arena_printf(mem, "DOCUMENT_URI=%s", cases[i].read), NULL };
		struct request req;
		if ((request_init(&req, mem, params, NULL, NULL) == 0) != cases[i].same)
			fail_msg("%s, read as %s", cases[i].uri, cases[i].read);
	}
}

static void a_host_or_length_that_makes_no_sense_is_refused(void **state)
{
	static const char *const bad[] = {
		"HTTP_HOST=a b", "HTTP_HOST=a/b", "HTTP_HOST=a@b", "HTTP_HOST=<script>", "HTTP_HOST=\xE9",
		"CONTENT_LENGTH=-1", "CONTENT_LENGTH=1a", "CONTENT_LENGTH= 1", "CONTENT_LENGTH=+1",
		"CONTENT_LENGTH=99999999999999999999",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		const char *const params[] = { "REQUEST_METHOD=GET", "REQUEST_URI=/a", bad[i], NULL };
		struct request req;
		if (request_init(&req, mem, params, NULL, NULL) != -1)
			fail_msg("accepted: %s", bad[i]);
		assert_int_equal(req.error.code, ERR_INVALID);
		assert_string_equal(req.path, "");
	}
}

static long read_text(void *ctx, char *bytes, size_t n)
{
	const char **text = ctx;
	size_t left = strlen(*text);

	if (n > left)
		n = left;
	memcpy(bytes, *text, n);
	*text += n;
	return (long)n;
}

static void a_body_is_read_up_to_its_length_and_not_beyond(void **state)
{
	const char *const params[] = { "REQUEST_URI=/", "CONTENT_LENGTH=5", NULL };
	const char *text = "1234567";
	struct request req;
	struct err e = {0};
	char bytes[10];
	size_t n;

	(void)state;
	assert_int_equal(request_init(&req, mem, params, read_text, &text), 0);
	assert_int_equal(request_read(&req, bytes, 3, &n, &e), 0);
	assert_int_equal(n, 3);
	assert_int_equal(request_read(&req, bytes, sizeof(bytes), &n, &e), 0);
	assert_int_equal(n, 2);
	assert_memory_equal(bytes, "45", 2);
	assert_int_equal(request_read(&req, bytes, sizeof(bytes), &n, &e), 0);
	assert_int_equal(n, 0);
	assert_string_equal(text, "67");
}

static void a_body_shorter_than_its_length_is_an_error(void **state)
{
	const char *const params[] = { "REQUEST_URI=/", "CONTENT_LENGTH=5", NULL };
	const char *text = "123";
	struct request req;
	struct err e = {0};
	char bytes[10];
	size_t n;

	(void)state;
	assert_int_equal(request_init(&req, mem, params, read_text, &text), 0);
	assert_int_equal(request_read(&req, bytes, sizeof(bytes), &n, &e), 0);
	assert_int_equal(n, 3);
	assert_int_equal(request_read(&req, bytes, sizeof(bytes), &n, &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	assert_int_equal(n, 0);
}

static void only_own_paths_are_places_to_go(void **state)
{
	(void)state;
	assert_true(request_own_path("/"));
	assert_true(request_own_path("/services/ipbx/users?q=a&b=//c"));
	assert_false(request_own_path(""));
	assert_false(request_own_path("users"));
	assert_false(request_own_path("//example.com"));
	assert_false(request_own_path("/\\example.com"));
	assert_false(request_own_path("/\t/example.com"));
	assert_false(request_own_path("/a\r\nLocation: x"));
	assert_false(request_own_path("https://example.com/"));
	assert_false(request_own_path("javascript:alert(1)"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_web_server_said_is_there),
		cmocka_unit_test(what_it_did_not_say_is_empty),
		cmocka_unit_test(methods_are_known_or_other),
		cmocka_unit_test(a_path_is_decoded_and_made_plain),
		cmocka_unit_test(a_path_that_makes_no_sense_is_refused_and_empty),
		cmocka_unit_test(a_path_that_the_web_server_reads_otherwise_is_refused),
		cmocka_unit_test(a_host_or_length_that_makes_no_sense_is_refused),
		cmocka_unit_test(a_body_is_read_up_to_its_length_and_not_beyond),
		cmocka_unit_test(a_body_shorter_than_its_length_is_an_error),
		cmocka_unit_test(only_own_paths_are_places_to_go),
	};
	return cmocka_run_group_tests_name("request", tests, new_arena, free_arena);
}
