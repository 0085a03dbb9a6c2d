/* What of the API needs no database: the guards of transport and type, problems. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "api/guard.h"

struct fixture {
	struct arena *mem;
	struct conf conf;
	struct request req;
	struct response res;
	struct route route;
	struct api api;
};

static int no_write(void *ctx, const char *bytes, size_t n)
{
	(void)ctx, (void)bytes, (void)n;
	return 0;
}

/* A request with those parameters (NAME=value, NULL ends them). */
static void ask(struct fixture *f, const char *const *params)
{
	response_free(&f->res);
	request_init(&f->req, f->mem, params, NULL, NULL);
	response_init(&f->res, f->mem, false, no_write, NULL);
	f->api = (struct api){ .req = &f->req, .res = &f->res, .conf = &f->conf, .mem = f->mem,
		.route = { .route = &f->route } };
}

static int setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .mem = arena_new(), .conf = { .secure_cookies = true, .max_upload_mb = 1 },
		.route = { .methods = HTTP_POST, .pattern = "/x", .login = ROUTE_ACCOUNT, .body = ROUTE_CSV } };
	response_init(&f.res, f.mem, false, no_write, NULL);
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	response_free(&f->res);
	arena_free(f->mem);
	return 0;
}

static void passwords_cross_the_network_encrypted(void **state)
{
	struct fixture *f = *state;
	static const struct {
		const char *address, *https;
		bool passes;
	} cases[] = {
		{ "REMOTE_ADDR=192.0.2.1", "HTTPS=", false },
		{ "REMOTE_ADDR=192.0.2.1", "HTTPS=on", true },
		{ "REMOTE_ADDR=127.0.0.1", "HTTPS=", true },
		{ "REMOTE_ADDR=::1", "HTTPS=", true },
		{ "REMOTE_ADDR=2001:db8::1", "HTTPS=", false },
		{ "REMOTE_ADDR=", "HTTPS=", false },
	};

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		ask(f, (const char *const[]){ "REQUEST_URI=/x", cases[i].address, cases[i].https, NULL });
		assert_int_equal(guard_transport(&f->api) == CALL_PASS, cases[i].passes);
		assert_int_equal(f->res.status, cases[i].passes ? 200 : 403);
		assert_int_equal(guard_private(&f->api), cases[i].passes);
	}
	f->conf.secure_cookies = false;
	ask(f, (const char *const[]){ "REQUEST_URI=/x", "REMOTE_ADDR=192.0.2.1", NULL });
	assert_int_equal(guard_transport(&f->api), CALL_PASS);
	f->conf.secure_cookies = true;
}

static void only_what_anybody_may_read_is_answered_in_the_clear(void **state)
{
	struct fixture *f = *state;
	const char *const params[] = { "REQUEST_URI=/x", "REMOTE_ADDR=192.0.2.1", NULL };
	const struct route before = f->route;

	f->route.login = ROUTE_PUBLIC;
	f->route.methods = HTTP_GET;
	ask(f, params);
	assert_int_equal(guard_transport(&f->api), CALL_PASS);
	/* A token is asked for with the password, shown and ended by itself. */
	f->route.pattern = "/api/auth/0.1/token/{token}";
	ask(f, params);
	assert_int_not_equal(guard_transport(&f->api), CALL_PASS);
	f->route.methods = HTTP_POST;
	ask(f, params);
	assert_int_not_equal(guard_transport(&f->api), CALL_PASS);
	assert_int_equal(f->res.status, 403);
	f->route.methods = HTTP_DELETE;
	ask(f, params);
	assert_int_not_equal(guard_transport(&f->api), CALL_PASS);
	f->route = before;
}

static void body(struct fixture *f, const char *type, const char *length, int status)
{
	ask(f, (const char *const[]){ "REQUEST_URI=/x", type, length, NULL });
	assert_int_equal(guard_body_type(&f->api) == CALL_PASS, status == 200);
	assert_int_equal(f->res.status, status);
}

static void a_file_is_csv_in_utf8_or_a_form(void **state)
{
	struct fixture *f = *state;

	body(f, "CONTENT_TYPE=text/csv", "CONTENT_LENGTH=1", 200);
	body(f, "CONTENT_TYPE=text/csv; charset=utf-8", "CONTENT_LENGTH=1", 200);
	body(f, "CONTENT_TYPE=Text/CSV; Charset=\"UTF-8\"", "CONTENT_LENGTH=1", 200);
	body(f, "CONTENT_TYPE=text/csv charset=utf-8", "CONTENT_LENGTH=1", 200);
	body(f, "CONTENT_TYPE=multipart/form-data; boundary=x", "CONTENT_LENGTH=1", 200);
	body(f, "CONTENT_TYPE=", "CONTENT_LENGTH=0", 200);
	body(f, "CONTENT_TYPE=", "CONTENT_LENGTH=", 200);
	body(f, "CONTENT_TYPE=", "CONTENT_LENGTH=1", 415);
	body(f, "CONTENT_TYPE=text/csv charset=latin1", "CONTENT_LENGTH=1", 415);
	body(f, "CONTENT_TYPE=text/csv; charset=utf-16", "CONTENT_LENGTH=1", 415);
	body(f, "CONTENT_TYPE=text/csv; charset=\"utf-8", "CONTENT_LENGTH=1", 415);
	body(f, "CONTENT_TYPE=text/csvx", "CONTENT_LENGTH=1", 415);
	body(f, "CONTENT_TYPE=application/x-www-form-urlencoded", "CONTENT_LENGTH=1", 415);
	assert_non_null(strstr(f->res.body.data, "--data-binary"));
}

static void a_problem_is_json(void **state)
{
	struct fixture *f = *state;
	char want[200];

	ask(f, (const char *const[]){ "REQUEST_URI=/x", NULL });
	api_problem(&f->api, 404, "there is no \"%s\"", "x");
	assert_int_equal(f->res.status, 404);
	snprintf(want, sizeof(want), "{\"title\":\"Not Found\",\"status\":404,"
	    "\"detail\":\"there is no \\\"x\\\"\",\"request_id\":\"%s\"}", f->req.id);
	assert_string_equal(buf_str(&f->res.body), want);
	api_problem_with(&f->api, 418, json_pack("{s:i}", "plan", 1), "%s", "\xFF");
	snprintf(want, sizeof(want), "{\"title\":\"Bad Request\",\"status\":418,"
	    "\"detail\":\"The request cannot be read.\",\"request_id\":\"%s\",\"plan\":1}",
	    f->req.id);
	assert_string_equal(buf_str(&f->res.body), want);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passwords_cross_the_network_encrypted),
		cmocka_unit_test(only_what_anybody_may_read_is_answered_in_the_clear),
		cmocka_unit_test(a_file_is_csv_in_utf8_or_a_form),
		cmocka_unit_test(a_problem_is_json),
	};

	return cmocka_run_group_tests_name("api_guard", tests, setup, teardown);
}
