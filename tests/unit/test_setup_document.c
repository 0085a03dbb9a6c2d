/* The form of a setup file: what is wrong is told by its path, all at once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "setup/document.h"

static char languages[] = "en fr";
static const struct conf conf = { .languages = languages };

/* The complaints about a text of JSON. */
static void check(const char *text, struct complaints *c)
{
	json_error_t fault;
	json_t *doc = json_loads(text, JSON_REJECT_DUPLICATES, &fault);

	if (doc == NULL)
		fail_msg("%s", fault.text);
	*c = (struct complaints){ .mem = arena_new() };
	setup_document_check(doc, &conf, c);
	json_decref(doc);
}

/* All of them as lines, and the end of `c`; the caller frees. */
static struct buf lines_of(struct complaints *c)
{
	struct buf lines = {0};

	complaints_write(&lines, c);
	arena_free(c->mem);
	return lines;
}

/* Exactly these lines. */
static void expect(const char *text, const char *lines)
{
	struct complaints c;

	check(text, &c);
	struct buf all = lines_of(&c);
	assert_string_equal(buf_str(&all), lines);
	buf_free(&all);
}

/* One complaint, with this path. */
static void expect_path(const char *text, const char *path)
{
	struct complaints c;
	char begin[200];

	check(text, &c);
	snprintf(begin, sizeof(begin), "%s: ", path);
	struct buf all = lines_of(&c);
	if (c.n != 1 || strncmp(buf_str(&all), begin, strlen(begin)) != 0)
		fail_msg("for %s wanted one line of %s, got: %s", text, path, buf_str(&all));
	buf_free(&all);
}

/* A tenant with these contents. */
static void expect_in_tenant(const char *contents, const char *path)
{
	char text[2000];

	snprintf(text, sizeof(text), "{\"tenants\": [{\"name\": \"t\", %s}]}", contents);
	if (path == NULL)
		expect(text, "");
	else
		expect_path(text, path);
}

/* A range of a context of a tenant. */
static void expect_range(const char *range, const char *path)
{
	char text[1000];

	snprintf(text, sizeof(text), "\"contexts\": [{\"name\": \"c\", \"type\": \"incall\", "
	    "\"ranges\": [{\"kind\": \"incall\", %s}]}]", range);
	expect_in_tenant(text, path);
}

static void the_sample_site_is_right(void **state)
{
	struct complaints c = { .mem = arena_new() };
	json_t *doc = json_load_file("tests/data/site.json", JSON_REJECT_DUPLICATES, NULL);

	(void)state;
	assert_non_null(doc);
	setup_document_check(doc, &conf, &c);
	assert_int_equal(c.n, 0);
	arena_free(c.mem);
	json_decref(doc);
}

static void little_is_needed(void **state)
{
	(void)state;
	expect("{}", "");
	expect("{\"root\": [], \"tenants\": []}", "");
	expect("{\"tenants\": [{\"name\": \"one\"}, {\"name\": \"two\"}]}", "");
	expect_in_tenant("\"contexts\": [{\"name\": \"c\", \"type\": \"others\"}]", NULL);
	expect_in_tenant("\"admins\": [{\"username\": \"alice\"}]", NULL);
}

static void what_is_no_object_or_list_is_told(void **state)
{
	(void)state;
	expect_path("[]", "the file");
	expect_path("{\"tenants\": {}}", "tenants");
	expect_path("{\"tenants\": [7]}", "tenants[0]");
	expect_path("{\"root\": [null]}", "root[0]");
	expect_in_tenant("\"contexts\": \"default\"", "tenants[0].contexts");
	expect_in_tenant("\"contexts\": [[]]", "tenants[0].contexts[0]");
	expect_in_tenant("\"labels\": {}", "tenants[0].labels");
	expect_in_tenant("\"labels\": [1]", "tenants[0].labels[0]");
}

static void unknown_keys_are_told(void **state)
{
	(void)state;
	expect_path("{\"tenant\": []}", "tenant");
	expect_in_tenant("\"context\": []", "tenants[0].context");
	expect_range("\"start\": \"1\", \"end\": \"2\", \"length\": 3",
	    "tenants[0].contexts[0].ranges[0].length");
	/* root has all rights */
	expect_path("{\"root\": [{\"username\": \"rr\", \"rights\": []}]}", "root[0].rights");
	/* a key that is two known ones, or a part of one */
	expect_path("{\"root tenants\": []}", "root tenants");
	expect_path("{\"ten\": []}", "ten");
	expect_path("{\"\": []}", "the file");
	/* one that would steer the terminal is not repeated */
	expect_in_tenant("\"\\u001b[2J\": 1", "tenants[0]");
}

static void missing_and_mistyped_values_are_told(void **state)
{
	(void)state;
	expect_path("{\"tenants\": [{}]}", "tenants[0].name");
	expect_path("{\"tenants\": [{\"name\": 5}]}", "tenants[0].name");
	expect_path("{\"root\": [{}]}", "root[0].username");
	expect_in_tenant("\"contexts\": [{\"name\": \"c\"}]", "tenants[0].contexts[0].type");
	expect_in_tenant("\"contexts\": [{\"name\": \"c\", \"type\": \"phone\"}]",
	    "tenants[0].contexts[0].type");
	expect_in_tenant("\"uuid\": \"1234\"", "tenants[0].uuid");
	expect_in_tenant("\"uuid\": \"11111111-1111-4111-8111-11111111111g\"", "tenants[0].uuid");
	expect_range("\"end\": \"2\"", "tenants[0].contexts[0].ranges[0].start");
}

static void names_are_such_that_a_cell_can_name_them(void **state)
{
	char text[400];

	(void)state;
	expect_in_tenant("\"labels\": [\"\"]", "tenants[0].labels[0]");
	expect_in_tenant("\"labels\": [\" a\"]", "tenants[0].labels[0]");
	expect_in_tenant("\"labels\": [\"a\\u00a0\"]", "tenants[0].labels[0]");
	expect_in_tenant("\"labels\": [\"a\\nb\"]", "tenants[0].labels[0]");
	expect_in_tenant("\"labels\": [\"a b; c\", \"\\u00cele-de-France\"]", NULL);
	snprintf(text, sizeof(text), "\"labels\": [\"%0128d\"]", 0);
	expect_in_tenant(text, NULL);
	snprintf(text, sizeof(text), "\"labels\": [\"%0129d\"]", 0);
	expect_in_tenant(text, "tenants[0].labels[0]");
}

static void ranges_hold_something(void **state)
{
	(void)state;
	expect_range("\"start\": \"100\", \"end\": \"199\"", NULL);
	expect_range("\"start\": \"100\", \"end\": \"100\"", NULL);
	expect_range("\"start\": \"+33100\", \"end\": \"33199\"", NULL);
	expect_range("\"start\": \"33100\", \"end\": \"33199\", \"did_length\": 3", NULL);
	expect_range("\"start\": \"1x0\", \"end\": \"199\"",
	    "tenants[0].contexts[0].ranges[0].start");
	expect_range("\"start\": \"100\", \"end\": \"\"", "tenants[0].contexts[0].ranges[0].end");
	expect_range("\"start\": \"100\", \"end\": \"1999\"",
	    "tenants[0].contexts[0].ranges[0].end");
	expect_range("\"start\": \"200\", \"end\": \"199\"",
	    "tenants[0].contexts[0].ranges[0].end");
	expect_range("\"start\": \"100\", \"end\": \"199\", \"did_length\": \"3\"",
	    "tenants[0].contexts[0].ranges[0].did_length");
	expect_range("\"start\": \"100\", \"end\": \"199\", \"did_length\": 41",
	    "tenants[0].contexts[0].ranges[0].did_length");
	/* 0299..0301 by two digits would be 99..01 */
	expect_range("\"start\": \"0299\", \"end\": \"0301\", \"did_length\": 2",
	    "tenants[0].contexts[0].ranges[0].did_length");
}

static void ranges_of_a_context_do_not_overlap(void **state)
{
	(void)state;
	expect_in_tenant("\"contexts\": [{\"name\": \"c\", \"type\": \"internal\", \"ranges\": ["
	    "{\"kind\": \"user\", \"start\": \"1000\", \"end\": \"1999\"}, "
	    "{\"kind\": \"user\", \"start\": \"2000\", \"end\": \"2999\"}, "
	    "{\"kind\": \"group\", \"start\": \"100\", \"end\": \"999\"}]}]", NULL);
	expect("{\"tenants\": [{\"name\": \"t\", \"contexts\": [{\"name\": \"c\", \"type\": \"internal\", \"ranges\": ["
	    "{\"kind\": \"user\", \"start\": \"1000\", \"end\": \"1999\"}, "
	    "{\"kind\": \"group\", \"start\": \"1999\", \"end\": \"2000\"}]}]}]}",
	    "tenants[0].contexts[0].ranges[1]: overlaps the range 1000-1999 of the same context\n");
	/* in another context the same number is another one */
	expect_in_tenant("\"contexts\": [{\"name\": \"c\", \"type\": \"internal\", \"ranges\": ["
	    "{\"kind\": \"user\", \"start\": \"1000\", \"end\": \"1999\"}]}, {\"name\": \"d\", \"type\": \"internal\", "
	    "\"ranges\": [{\"kind\": \"user\", \"start\": \"1000\", \"end\": \"1999\"}]}]", NULL);
}

static void what_stands_twice_names_both_places(void **state)
{
	(void)state;
	expect("{\"tenants\": [{\"name\": \"t\"}, {\"name\": \"t\"}]}",
	    "tenants[1].name: stands twice: also tenants[0].name\n");
	expect("{\"root\": [{\"username\": \"alice\"}], \"tenants\": [{\"name\": \"t\", "
	    "\"admins\": [{\"username\": \"ALICE\"}]}]}",
	    "tenants[0].admins[0].username: stands twice: also root[0].username\n");
	expect_in_tenant("\"labels\": [\"a\", \"b\", \"a\"]", "tenants[0].labels[2]");
	/* one name in two lists is two things */
	expect_in_tenant("\"labels\": [\"a\"], \"call_permissions\": [\"a\"]", NULL);
}

static void administrators_are_checked(void **state)
{
	(void)state;
	expect_in_tenant("\"admins\": [{\"username\": \"a b\"}]", "tenants[0].admins[0].username");
	expect_in_tenant("\"admins\": [{\"username\": \"alice\", \"language\": \"de\"}]",
	    "tenants[0].admins[0].language");
	expect_in_tenant("\"admins\": [{\"username\": \"alice\", \"rights\": [\"users.fly\"]}]",
	    "tenants[0].admins[0].rights[0]");
	expect_in_tenant("\"admins\": [{\"username\": \"alice\", \"rights\": [\"setup users.read\"]}]",
	    "tenants[0].admins[0].rights[0]");
	expect_in_tenant("\"admins\": [{\"username\": \"alice\", \"rights\": [\"\"]}]",
	    "tenants[0].admins[0].rights[0]");
}

static void a_password_is_never_repeated(void **state)
{
	struct complaints c;

	(void)state;
	check("{\"root\": [{\"username\": \"root\", \"password\": \"s3cr3t\"}]}", &c);
	assert_int_equal(c.n, 1);
	struct buf all = lines_of(&c);
	assert_null(strstr(buf_str(&all), "s3cr3t"));
	buf_free(&all);
}

static void everything_is_told_at_once_in_the_order_of_the_file(void **state)
{
	(void)state;
	expect("{\"tenants\": [{\"name\": \"\", \"labels\": [\"\"]}, 5], \"x\": 1}",
	    "x: there is no such key; there are: root telephony tenants\n"
	    "tenants[0].name: must have 1 to 128 characters\n"
	    "tenants[0].labels[0]: must have 1 to 128 characters\n"
	    "tenants[1]: must be an object in braces\n");
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_sample_site_is_right),
		cmocka_unit_test(little_is_needed),
		cmocka_unit_test(what_is_no_object_or_list_is_told),
		cmocka_unit_test(unknown_keys_are_told),
		cmocka_unit_test(missing_and_mistyped_values_are_told),
		cmocka_unit_test(names_are_such_that_a_cell_can_name_them),
		cmocka_unit_test(ranges_hold_something),
		cmocka_unit_test(ranges_of_a_context_do_not_overlap),
		cmocka_unit_test(what_stands_twice_names_both_places),
		cmocka_unit_test(administrators_are_checked),
		cmocka_unit_test(a_password_is_never_repeated),
		cmocka_unit_test(everything_is_told_at_once_in_the_order_of_the_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
