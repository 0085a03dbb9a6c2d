/* The route table. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "http/route.h"
#include "arena_fixture.h"

enum {
	HOME, USER, USERS, IMPORT, IMPORT_POST, JOB, JOB_ERRORS, JOB_CANCEL, TWO, TWO_LEFT
};

/* A parameter before the words on purpose: the order must not matter. */
static const struct route table[] = {
	[HOME] = { .methods = HTTP_GET, .pattern = "/" },
	[USER] = { .methods = HTTP_GET | HTTP_DELETE, .pattern = "/users/{uuid}" },
	[USERS] = { .methods = HTTP_GET, .pattern = "/users" },
	[IMPORT] = { .methods = HTTP_GET, .pattern = "/users/import" },
	[IMPORT_POST] = { .methods = HTTP_POST, .pattern = "/users/import" },
	[JOB] = { .methods = HTTP_GET, .pattern = "/imports/{id}" },
	[JOB_ERRORS] = { .methods = HTTP_GET, .pattern = "/imports/{id}/errors.csv" },
	[JOB_CANCEL] = { .methods = HTTP_POST, .pattern = "/imports/{id}/cancel" },
	[TWO] = { .methods = HTTP_PUT, .pattern = "/{a}/x/{b}" },
	[TWO_LEFT] = { .methods = HTTP_PUT, .pattern = "/left/{a}/{b}" },
};
#define N (sizeof(table) / sizeof(table[0]))

static void finds(enum http_method method, const char *path, int want, struct route_match *m)
{
	if (route_find(table, N, method, path, mem, m) != ROUTE_FOUND)
		fail_msg("not found: %s", path);
	assert_ptr_equal(m->route, &table[want]);
}

static void a_path_finds_its_row_and_parameters(void **state)
{
	struct route_match m;

	(void)state;
	finds(HTTP_GET, "/", HOME, &m);
	assert_int_equal(m.n, 0);
	finds(HTTP_GET, "/users", USERS, &m);
	finds(HTTP_GET, "/users/1234", USER, &m);
	assert_string_equal(route_param(&m, "uuid"), "1234");
	assert_null(route_param(&m, "id"));
	finds(HTTP_GET, "/imports/7/errors.csv", JOB_ERRORS, &m);
	assert_string_equal(route_param(&m, "id"), "7");
	finds(HTTP_PUT, "/1/x/2", TWO, &m);
	assert_string_equal(route_param(&m, "a"), "1");
	assert_string_equal(route_param(&m, "b"), "2");
}

static void a_word_wins_over_a_parameter_from_the_left(void **state)
{
	struct route_match m;

	(void)state;
	finds(HTTP_GET, "/users/import", IMPORT, &m);
	finds(HTTP_POST, "/users/import", IMPORT_POST, &m);
	finds(HTTP_PUT, "/left/x/y", TWO_LEFT, &m);
}

static void head_is_served_where_get_is(void **state)
{
	struct route_match m;

	(void)state;
	finds(HTTP_HEAD, "/users", USERS, &m);
}

static void what_is_not_there_is_not_found(void **state)
{
	static const char *const paths[] = {
		"", "/user", "/users/", "/users/a/b", "/imports", "/imports/", "/imports//errors.csv",
		"/imports/7/errors", "/Users", "/users/import/", "users",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct route_match m;
		if (route_find(table, N, HTTP_GET, paths[i], mem, &m) != ROUTE_NOT_FOUND)
			fail_msg("found: %s", paths[i]);
		assert_null(m.route);
	}
}

static void a_method_that_a_path_does_not_have_gets_the_list(void **state)
{
	struct route_match m;

	(void)state;
	assert_int_equal(route_find(table, N, HTTP_POST, "/users", mem, &m), ROUTE_METHOD_NOT_ALLOWED);
	assert_string_equal(m.allow, "GET, HEAD");
	assert_int_equal(route_find(table, N, HTTP_OTHER, "/users/import", mem, &m),
	    ROUTE_METHOD_NOT_ALLOWED);
	assert_string_equal(m.allow, "GET, HEAD, POST");
	assert_int_equal(route_find(table, N, HTTP_GET, "/imports/7/cancel", mem, &m),
	    ROUTE_METHOD_NOT_ALLOWED);
	assert_string_equal(m.allow, "POST");
	/* "import" is no user: the row with the parameter is not asked. */
	assert_int_equal(route_find(table, N, HTTP_DELETE, "/users/import", mem, &m),
	    ROUTE_METHOD_NOT_ALLOWED);
	assert_string_equal(m.allow, "GET, HEAD, POST");
	assert_null(m.route);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_path_finds_its_row_and_parameters),
		cmocka_unit_test(a_word_wins_over_a_parameter_from_the_left),
		cmocka_unit_test(head_is_served_where_get_is),
		cmocka_unit_test(what_is_not_there_is_not_found),
		cmocka_unit_test(a_method_that_a_path_does_not_have_gets_the_list),
	};
	return cmocka_run_group_tests_name("route", tests, new_arena, free_arena);
}
