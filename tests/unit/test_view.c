/* Templates and texts: escaping, fallback, counts; on a share directory of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <sys/stat.h>

#include "view/view.h"

/* Languages are kept for the process, so all tests share the directory. */
static char share[] = "/tmp/rollcall-view-XXXXXX";
static struct conf conf = {.share_dir = share, .languages = (char[]){"en fr xx"}};

static const char *const files[][2] = {
	{"templates/i18n/en.hdf",
	    "a {\n  hello = Hello {name}\n  only = only here\n  n {\n    one = {n} user\n    other = {n} users\n  }\n}\n"
	    "common {\n  thousands = ,\n}\n"},
	{"templates/i18n/fr.hdf",
	    "a {\n  hello = Bonjour {name}\n  n {\n    one = {n} utilisateur\n    other = {n} utilisateurs\n  }\n}\n"
	    "common {\n  thousands = .\n}\n"},
	{"templates/i18n/xx.hdf", "a {\n  hello\n}\n"},
	{"templates/layout.cs", "<<?cs include!Page.template ?>>"},
	{"templates/values.cs", "<?cs each:u = Users ?>[<?cs var:u.name ?>]<?cs /each ?><i title=\"<?cs var:Title ?>\">"},
	{"templates/macro.cs", "<?cs def:m(x) ?><?cs var:x ?>|<?cs var:\"a\" + x ?><?cs /def ?><?cs call:m(Title) ?>"},
	{"templates/texts.cs", "<?cs var:T.a.hello ?>/<?cs var:T.a[Which] ?>/<?cs var:T.a.none ?>"},
	{"templates/broken.cs", "<?cs nonsense:1 ?>"},
};

static void put(const char *name, const char *text)
{
	char path[256];

	snprintf(path, sizeof(path), "%s/%s", share, name);
	FILE *f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static int make_share(void **state)
{
	char path[256];

	(void)state;
	if (mkdtemp(share) == NULL)
		return -1;
	snprintf(path, sizeof(path), "%s/templates", share);
	mkdir(path, 0700);
	snprintf(path, sizeof(path), "%s/templates/i18n", share);
	mkdir(path, 0700);
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		put(files[i][0], files[i][1]);
	return 0;
}

static int remove_share(void **state)
{
	char path[256];

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", share, files[i][0]);
		remove(path);
	}
	snprintf(path, sizeof(path), "%s/templates/i18n", share);
	remove(path);
	snprintf(path, sizeof(path), "%s/templates", share);
	remove(path);
	return remove(share);
}

static struct view *open_view(const char *language)
{
	struct view *v = NULL;
	struct err e = {0};

	assert_int_equal(view_new(&v, &conf, language, &e), 0);
	return v;
}

/* What a template makes of the values, with the frame around it. */
static void assert_renders(struct view *v, const char *template, const char *expected)
{
	struct buf out = {0};
	struct err e = {0};

	assert_int_equal(view_render(v, template, &out, &e), 0);
	assert_string_equal(buf_str(&out), expected);
	buf_free(&out);
}

static void every_value_is_escaped(void **state)
{
	struct view *v = open_view("en");

	(void)state;
	view_set(v, "<b>&\"'</b>", "Users.%d.name", 0);
	view_set(v, "plain", "Users.%d.name", 1);
	view_set(v, "\"><script>", "Title");
	assert_renders(v, "values", "<[&lt;b&gt;&amp;&quot;&#39;&lt;/b&gt;][plain]"
	    "<i title=\"&quot;&gt;&lt;script&gt;\">>");
	view_free(v);
}

static void a_value_is_escaped_once_through_macros_and_sums(void **state)
{
	struct view *v = open_view("en");

	(void)state;
	view_set(v, "<&", "Title");
	assert_renders(v, "macro", "<&lt;&amp;|a&lt;&amp;>");
	view_free(v);
}

static void template_code_in_a_value_is_text(void **state)
{
	struct view *v = open_view("en");

	(void)state;
	view_set(v, "<?cs var:T.a.only ?>", "Title");
	assert_renders(v, "macro", "<&lt;?cs var:T.a.only ?&gt;|a&lt;?cs var:T.a.only ?&gt;>");
	view_free(v);
}

static void a_template_finds_the_texts_of_its_language_and_else_the_first(void **state)
{
	struct view *v = open_view("fr");

	(void)state;
	view_set(v, "only", "Which");
	assert_renders(v, "texts", "<Bonjour {name}/only here/>");
	view_free(v);
	v = open_view("en");
	view_set(v, "nowhere", "Which");
	assert_renders(v, "texts", "<Hello {name}//>");
	view_free(v);
}

static void data_of_one_view_is_not_seen_by_the_next(void **state)
{
	struct view *v = open_view("en");

	(void)state;
	view_set(v, "secret", "Title");
	view_set(v, "overwritten", "T.a.hello");
	view_free(v);
	v = open_view("en");
	assert_null(view_value(v, "Title"));
	assert_renders(v, "texts", "<Hello {name}//>");
	view_free(v);
}

static void nothing_is_set_by_null(void **state)
{
	struct view *v = open_view("en");

	(void)state;
	view_set(v, NULL, "Title");
	assert_null(view_value(v, "Title"));
	view_set(v, "", "Title");
	assert_string_equal(view_value(v, "Title"), "");
	view_free(v);
}

static void a_message_replaces_the_names_that_it_is_given(void **state)
{
	struct view *v = open_view("fr");
	struct buf out = {0};

	(void)state;
	view_message(v, &out, "a.hello", "other", "x", "name", "<Zoé {name}>", NULL);
	assert_string_equal(buf_str(&out), "Bonjour <Zoé {name}>");
	buf_reset(&out);
	view_message(v, &out, "a.hello", "other", "x", NULL);
	assert_string_equal(buf_str(&out), "Bonjour {name}");
	buf_reset(&out);
	view_message(v, &out, "no.such.key", NULL);
	assert_string_equal(buf_str(&out), "no.such.key");
	buf_free(&out);
	view_free(v);
}

static void assert_count(struct view *v, long n, const char *expected)
{
	struct buf out = {0};

	view_count(v, &out, "a.n", n);
	assert_string_equal(buf_str(&out), expected);
	buf_free(&out);
}

static void counts_follow_the_rule_of_the_language(void **state)
{
	struct view *v = open_view("en");

	(void)state;
	assert_count(v, 0, "0 users");
	assert_count(v, 1, "1 user");
	assert_count(v, 1234567, "1,234,567 users");
	assert_count(v, 100, "100 users");
	assert_count(v, -1234, "-1,234 users");
	view_free(v);
	v = open_view("fr");
	assert_count(v, 0, "0 utilisateur");
	assert_count(v, 1, "1 utilisateur");
	assert_count(v, 1000, "1.000 utilisateurs");
	view_free(v);
}

static void what_cannot_be_rendered_is_an_error(void **state)
{
	static const char *const templates[] = {"broken", "absent", "../../etc/passwd"};
	struct view *v = open_view("en");

	(void)state;
	for (size_t i = 0; i < sizeof(templates) / sizeof(templates[0]); i++) {
		struct buf out = {0};
		struct err e = {0};
		assert_int_equal(view_render(v, templates[i], &out, &e), -1);
		assert_int_equal(e.code, ERR_IO);
		assert_null(strchr(e.message, '\n'));
		buf_free(&out);
	}
	view_free(v);
}

static void a_language_file_that_is_broken_or_absent_is_an_error(void **state)
{
	struct conf other = {.share_dir = (char[]){"/nonexistent"}, .languages = (char[]){"zz"}};
	struct view *v = NULL;
	struct err e = {0};

	(void)state;
	assert_int_equal(view_new(&v, &conf, "xx", &e), -1);
	assert_int_equal(view_new(&v, &other, "zz", &e), -1);
	assert_int_equal(view_new(&v, &conf, "a-very-long-language", &e), -1);
	assert_null(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_value_is_escaped),
		cmocka_unit_test(a_value_is_escaped_once_through_macros_and_sums),
		cmocka_unit_test(template_code_in_a_value_is_text),
		cmocka_unit_test(a_template_finds_the_texts_of_its_language_and_else_the_first),
		cmocka_unit_test(data_of_one_view_is_not_seen_by_the_next),
		cmocka_unit_test(nothing_is_set_by_null),
		cmocka_unit_test(a_message_replaces_the_names_that_it_is_given),
		cmocka_unit_test(counts_follow_the_rule_of_the_language),
		cmocka_unit_test(what_cannot_be_rendered_is_an_error),
		cmocka_unit_test(a_language_file_that_is_broken_or_absent_is_an_error),
	};

	return cmocka_run_group_tests(tests, make_share, remove_share);
}
