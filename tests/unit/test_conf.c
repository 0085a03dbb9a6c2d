/* The settings: table, file, environment, and that the documents agree. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <unistd.h>

#include "base/buf.h"
#include "base/conf.h"

extern char **environ;

struct fixture {
	char path[64];
};

/* Without the settings of whoever runs the tests. */
static int clean_environment(void **state)
{
	(void)state;
	for (char **v = environ; *v != NULL;) {
		char name[128];
		size_t n = strcspn(*v, "=");
		if (strncmp(*v, "ROLLCALL_", 9) != 0 || n >= sizeof(name)) {
			v++;
			continue;
		}
		memcpy(name, *v, n);
		name[n] = '\0';
		unsetenv(name);
		v = environ;
	}
	return 0;
}

static int new_file(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	memcpy(f->path, "/tmp/rollcall-conf-XXXXXX", 26);
	int fd = mkstemp(f->path);
	close(fd);
	*state = f;
	return fd < 0 ? -1 : 0;
}

static int remove_file(void **state)
{
	struct fixture *f = *state;

	unlink(f->path);
	free(f);
	return clean_environment(NULL);
}

static int load(const struct fixture *f, const char *text, size_t n, struct conf *c, struct err *e)
{
	FILE *out = fopen(f->path, "w");

	assert_non_null(out);
	assert_int_equal(fwrite(text, 1, n, out), n);
	assert_int_equal(fclose(out), 0);
	*e = (struct err){0};
	return conf_load(c, f->path, e);
}

/* The file must be refused; its error's place must end with `place`. */
static void refused(const struct fixture *f, const char *text, const char *place, const char *words)
{
	struct conf c;
	struct err e;

	if (load(f, text, strlen(text), &c, &e) != -1)
		fail_msg("accepted: %s", text);
	assert_int_equal(e.code, ERR_CONF);
	size_t n = strlen(e.place), k = strlen(place);
	if (n < k || strcmp(e.place + n - k, place) != 0)
		fail_msg("place %s, not %s, of: %s", e.place, place, text);
	if (strstr(e.message, words) == NULL && strstr(e.hint, words) == NULL)
		fail_msg("\"%s\" (%s) has no \"%s\"", e.message, e.hint, words);
}

static void an_empty_file_leaves_the_defaults(void **state)
{
	struct conf c;
	struct err e;

	assert_int_equal(load(*state, "", 0, &c, &e), 0);
	assert_string_equal(c.database, "dbname=rollcall");
	assert_int_equal(c.page_wait, 10);
	assert_true(c.secure_cookies);
	assert_false(c.log_json);
	conf_free(&c);
}

static void the_file_is_read_with_comments_blanks_and_quotes(void **state)
{
	static const char text[] =
	    "# a comment\r\n"
	    "\n"
	    "  page_wait=3\n"
	    "log_json = YES   # a comment behind\n"
	    "database = host=a,b dbname='x y' user#1\n"
	    "log_file = \"/tmp/a # b.log\" # and why\n"
	    "languages =\tfr en";
	struct conf c;
	struct err e;

	assert_int_equal(load(*state, text, sizeof(text) - 1, &c, &e), 0);
	assert_int_equal(c.page_wait, 3);
	assert_true(c.log_json);
	assert_string_equal(c.database, "host=a,b dbname='x y' user#1");
	assert_string_equal(c.log_file, "/tmp/a # b.log");
	assert_string_equal(c.languages, "fr en");
	conf_free(&c);
}

static void the_environment_wins_over_the_file(void **state)
{
	struct conf c;
	struct err e;

	setenv("ROLLCALL_PAGE_WAIT", "7", 1);
	assert_int_equal(load(*state, "page_wait = 3\nmax_rows = 5\n", 27, &c, &e), 0);
	assert_int_equal(c.page_wait, 7);
	assert_int_equal(c.max_rows, 5);
	conf_free(&c);
}

static void what_is_wrong_is_named_with_its_line(void **state)
{
	const struct fixture *f = *state;

	refused(f, "\n\npage_wiat = 3\n", ":3", "page_wait");
	refused(f, "page-wait = 3\n", ":1", "page_wait");
	refused(f, "colour = red\n", ":1", "no setting \"colour\"");
	refused(f, "page_wait 3\n", ":1", "name = value");
	refused(f, "= 3\n", ":1", "no setting");
	refused(f, "page_wait =\n", ":1", "no value");
	refused(f, "database = # none\n", ":1", "no value");
	refused(f, "database = \"\"\n", ":1", "no value");
	refused(f, "database = \"x\n", ":1", "closing quote");
	refused(f, "database = \"x\" y\n", ":1", "closing quote");
	refused(f, "page_wait = 3\npage_wait = 3\n", ":2", "twice");
	refused(f, "log_json = maybe\n", ":1", "true or false");
	refused(f, "log_json = 2\n", ":1", "true or false");
}

static void numbers_are_whole_and_within_bounds(void **state)
{
	static const char *const bad[] = {
		"-1", "61", "1.5", "3s", "0x10", "1e1", "+3", "ten", "9999999999999999999999", "- 1",
	};
	struct conf c;
	struct err e;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		char text[100];
		snprintf(text, sizeof(text), "page_wait = %s\n", bad[i]);
		refused(*state, text, ":1", "from 0 to 60");
	}
	assert_int_equal(load(*state, "page_wait = 0\n", 14, &c, &e), 0);
	conf_free(&c);
	assert_int_equal(load(*state, "page_wait = 60\n", 15, &c, &e), 0);
	conf_free(&c);
}

static void a_nul_is_refused(void **state)
{
	struct conf c;
	struct err e;

	assert_int_equal(load(*state, "page_wait = 3\0 4\n", 17, &c, &e), -1);
	assert_non_null(strstr(e.message, "NUL"));
}

static void a_wrong_variable_is_named(void **state)
{
	struct conf c;
	struct err e;

	setenv("ROLLCALL_PAGE_WAIT", "", 1);
	assert_int_equal(load(*state, "", 0, &c, &e), -1);
	assert_string_equal(e.place, "ROLLCALL_PAGE_WAIT");
	unsetenv("ROLLCALL_PAGE_WAIT");
	setenv("ROLLCALL_PAGE_WAITS", "3", 1);
	assert_int_equal(load(*state, "", 0, &c, &e), -1);
	assert_string_equal(e.place, "ROLLCALL_PAGE_WAITS");
	assert_non_null(strstr(e.hint, "page_wait"));
}

static void a_file_that_was_asked_for_must_be_there(void **state)
{
	struct conf c;
	struct err e = {0};

	(void)state;
	assert_int_equal(conf_load(&c, "/nonexistent/rollcall.conf", &e), -1);
	assert_int_equal(e.code, ERR_CONF);
	setenv("ROLLCALL_CONFIG", "/nonexistent/other.conf", 1);
	assert_int_equal(conf_load(&c, NULL, &e), -1);
	assert_string_equal(e.place, "/nonexistent/other.conf");
}

static void what_is_in_force_says_what_it_is_and_where_it_came_from(void **state)
{
	const struct fixture *f = *state;
	struct conf c;
	struct err e;
	char *text = NULL, want[200];
	size_t n = 0;

	setenv("ROLLCALL_MAX_ROWS", "12", 1);
	assert_int_equal(load(f, "\nlog_file = \"/a #b\"\n", 20, &c, &e), 0);
	FILE *out = open_memstream(&text, &n);
	conf_print(out);
	fclose(out);
	assert_non_null(strstr(text, "max_rows = 12  # ROLLCALL_MAX_ROWS\n"));
	assert_non_null(strstr(text, "# seconds that a page waits for its job\npage_wait = 10  # default\n"));
	snprintf(want, sizeof(want), "log_file = \"/a #b\"  # %s:2\n", f->path);
	assert_non_null(strstr(text, want));
	conf_free(&c);
	unsetenv("ROLLCALL_MAX_ROWS");

	/* What is printed is a file of settings. */
	assert_int_equal(load(f, text, n, &c, &e), 0);
	assert_string_equal(c.log_file, "/a #b");
	assert_int_equal(c.max_rows, 12);
	conf_free(&c);
	free(text);
}

static char *read_whole(const char *path)
{
	struct buf b = {0};
	char part[4096];
	size_t n;
	FILE *f = fopen(path, "r");

	if (f == NULL)
		fail_msg("cannot read %s from the top folder", path);
	while ((n = fread(part, 1, sizeof(part), f)) > 0)
		buf_add(&b, part, n);
	fclose(f);
	return b.data;
}

struct line {
	const char *name, *deflt, *help;
};

static const struct line lines[] = {
#define SETTING_TEXT(name, deflt, help) { #name, deflt, help },
#define SETTING_URL(name, deflt, help) { #name, deflt, help },
#define SETTING_INT(name, deflt, lo, hi, help) { #name, #deflt, help },
#define SETTING_BOOL(name, deflt, help) { #name, #deflt, help },
#define SETTING_WORD(name, deflt, words, help) { #name, #deflt, help },
#include "base/settings.def"
};

static void the_sample_file_has_each_setting_with_its_default_and_help(void **state)
{
	char *sample = read_whole("nginx/rollcall.conf.sample");
	size_t settings = sizeof(lines) / sizeof(lines[0]), commented = 0;

	(void)state;
	for (size_t i = 0; i < settings; i++) {
		char want[400];
		snprintf(want, sizeof(want), "\n#%s = %s  # %s\n", lines[i].name, lines[i].deflt,
		    lines[i].help);
		if (strstr(sample, want) == NULL)
			fail_msg("nginx/rollcall.conf.sample lacks the line:%s", want);
	}
	for (const char *s = sample; (s = strstr(s, "\n#")) != NULL; s++)
		commented += s[2] != ' ' && s[2] != '\n';
	assert_int_equal(commented, settings);
	free(sample);
}

static void the_sample_file_can_be_used_as_it_is(void **state)
{
	struct conf c;
	struct err e;
	char *sample = read_whole("nginx/rollcall.conf.sample");

	assert_int_equal(load(*state, sample, strlen(sample), &c, &e), 0);
	conf_free(&c);
	/* ... and with every line switched on. */
	for (char *s = sample; (s = strstr(s, "\n#")) != NULL; s++)
		if (s[2] != ' ' && s[2] != '\n')
			s[1] = ' ';
	if (load(*state, sample, strlen(sample), &c, &e) != 0)
		fail_msg("%s: %s", e.place, e.message);
	assert_string_equal(c.database, "dbname=rollcall");
	conf_free(&c);
	free(sample);
}

static void the_manual_names_each_setting(void **state)
{
	char *manual = read_whole("docs/operations.md");

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		char want[80];
		snprintf(want, sizeof(want), "`%s`", lines[i].name);
		if (strstr(manual, want) == NULL)
			fail_msg("docs/operations.md does not name %s", want);
	}
	free(manual);
}

int main(void)
{
#define WITH_FILE(test) cmocka_unit_test_setup_teardown(test, new_file, remove_file)
	const struct CMUnitTest tests[] = {
		WITH_FILE(an_empty_file_leaves_the_defaults),
		WITH_FILE(the_file_is_read_with_comments_blanks_and_quotes),
		WITH_FILE(the_environment_wins_over_the_file),
		WITH_FILE(what_is_wrong_is_named_with_its_line),
		WITH_FILE(numbers_are_whole_and_within_bounds),
		WITH_FILE(a_nul_is_refused),
		WITH_FILE(a_wrong_variable_is_named),
		WITH_FILE(a_file_that_was_asked_for_must_be_there),
		WITH_FILE(what_is_in_force_says_what_it_is_and_where_it_came_from),
		cmocka_unit_test(the_sample_file_has_each_setting_with_its_default_and_help),
		WITH_FILE(the_sample_file_can_be_used_as_it_is),
		cmocka_unit_test(the_manual_names_each_setting),
	};
	return cmocka_run_group_tests_name("conf", tests, clean_environment, NULL);
}
