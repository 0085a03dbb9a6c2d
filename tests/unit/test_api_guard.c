/* The guards of the API that need no database: transport, types, sizes. */
#include <stdarg.h>
#include <setjmp.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "api/guard.h"

struct fixture {
	struct arena *mem;
	struct conf conf;
	struct request req;
	struct response res;
	struct route route;
	struct route_match match;
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
	f->match.route = &f->route;
	f->api = (struct api){ .req = &f->req, .res = &f->res, .conf = &f->conf, .mem = f->mem,
		.route = &f->match };
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
		assert_int_equal(guard_transport(&f->api) == API_PASS, cases[i].passes);
		assert_int_equal(f->res.status, cases[i].passes ? 200 : 403);
	}
	f->conf.secure_cookies = false;
	ask(f, (const char *const[]){ "REQUEST_URI=/x", "REMOTE_ADDR=192.0.2.1", NULL });
	assert_int_equal(guard_transport(&f->api), API_PASS);
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
	assert_int_equal(guard_transport(&f->api), API_PASS);
	/* A token is asked for with the password, and ended by itself. */
	f->route.methods = HTTP_POST;
	ask(f, params);
	assert_int_not_equal(guard_transport(&f->api), API_PASS);
	assert_int_equal(f->res.status, 403);
	f->route.methods = HTTP_DELETE;
	ask(f, params);
	assert_int_not_equal(guard_transport(&f->api), API_PASS);
	f->route = before;
}

static void body(struct fixture *f, const char *type, const char *length, int status)
{
	ask(f, (const char *const[]){ "REQUEST_URI=/x", type, length, NULL });
	assert_int_equal(guard_body(&f->api) == API_PASS, status == 200);
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

static void a_file_has_a_largest_size(void **state)
{
	struct fixture *f = *state;

	body(f, "CONTENT_TYPE=text/csv", "CONTENT_LENGTH=1048576", 200);
	body(f, "CONTENT_TYPE=text/csv", "CONTENT_LENGTH=1048577", 413);
	/* What is around a file may be large as well. */
	body(f, "CONTENT_TYPE=multipart/form-data; boundary=x", "CONTENT_LENGTH=1048577", 200);
	body(f, "CONTENT_TYPE=multipart/form-data; boundary=x", "CONTENT_LENGTH=2097153", 413);
	body(f, "CONTENT_TYPE=image/png", "CONTENT_LENGTH=9999999", 415);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passwords_cross_the_network_encrypted),
		cmocka_unit_test(only_what_anybody_may_read_is_answered_in_the_clear),
		cmocka_unit_test(a_file_is_csv_in_utf8_or_a_form),
		cmocka_unit_test(a_file_has_a_largest_size),
	};

	return cmocka_run_group_tests_name("api_guard", tests, setup, teardown);
}
