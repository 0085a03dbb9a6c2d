/* The texts of errors and warnings, and of the columns, in every language. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "csv/field.h"
#include "csv/issue.h"
#include "view/view.h"

/* Texts of one language alone: nothing falls back to another. */
static struct view *texts_of(const char *language)
{
	struct conf conf = { .share_dir = ".", .languages = (char *)language };
	struct view *v;
	struct err e = {0};

	if (view_new(&v, &conf, language, &e) != 0)
		fail_msg("%s: %s", e.place, e.message);
	return v;
}

static const char *french(struct view *v, const char *key)
{
	char name[128];

	snprintf(name, sizeof(name), "issue.%s", key);
	return view_text(v, name);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(a, b);
}

/* The {params} of p..end, sorted, as "column value ". */
static void add_params(struct buf *out, const char *p, const char *end)
{
	char names[16][32];
	size_t n = 0;

	while (p < end && (p = memchr(p, '{', (size_t)(end - p))) != NULL) {
		size_t len = strcspn(p + 1, "}");
		assert_true(len < sizeof(names[0]) && n < 16 && p + len < end);
		memcpy(names[n], p + 1, len);
		names[n++][len] = '\0';
		p += len + 1;
	}
	qsort(names, n, sizeof(names[0]), by_name);
	for (size_t i = 0; i < n; i++)
		if (i == 0 || strcmp(names[i], names[i - 1]) != 0)
			buf_addf(out, "%s ", names[i]);
}

/* What a text needs: all its params, then those of each optional part. */
static char *needs(const char *text)
{
	struct buf out = {0};

	add_params(&out, text, text + strlen(text));
	for (const char *open = strchr(text, '['); open != NULL; open = strchr(open + 1, '[')) {
		const char *close = strchr(open, ']');
		assert_non_null(close);
		buf_adds(&out, "[");
		add_params(&out, open, close);
		buf_adds(&out, "]");
	}
	char *copy = strdup(buf_str(&out));
	buf_free(&out);
	return copy;
}

static void same_in_french(struct view *v, const char *key)
{
	const char *text = french(v, key);

	if (text == NULL || *text == '\0')
		fail_msg("issue.%s is not in fr.hdf", key);
	char *english = needs(issue_text(key)), *other = needs(text);
	if (strcmp(english, other) != 0)
		fail_msg("%s: English has %s, French has %s", key, english, other);
	free(english);
	free(other);
}

static void every_issue_is_said_in_french_with_the_same_parameters(void **state)
{
	struct view *v = texts_of("fr");

	(void)state;
	for (size_t i = 0; issue_key(i) != NULL; i++)
		same_in_french(v, issue_key(i));
	for (size_t i = 0; issue_text_key(i) != NULL; i++)
		same_in_french(v, issue_text_key(i));
	view_free(v);
}

static void french_has_no_issue_that_english_lacks(void **state)
{
	FILE *f = fopen("templates/i18n/fr.hdf", "re");
	char line[2048];
	bool inside = false;
	int seen = 0;

	(void)state;
	assert_non_null(f);
	while (fgets(line, sizeof(line), f) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (strcmp(line, "issue {") == 0)
			inside = true;
		else if (strcmp(line, "}") == 0)
			inside = false;
		else if (inside && line[0] != '\0') {
			char *key = line + strspn(line, " \t");
			key[strcspn(key, " \t=")] = '\0';
			if (issue_text(key) == NULL)
				fail_msg("fr.hdf has issue.%s, issues.def has not", key);
			seen++;
		}
	}
	fclose(f);
	assert_true(seen > 50);
}

static void every_column_has_its_meaning_in_each_language(void **state)
{
	static const char *const languages[] = { "en", "fr" };

	(void)state;
	for (size_t l = 0; l < 2; l++) {
		struct view *v = texts_of(languages[l]);
		for (size_t i = 0; i < FIELD__MAX; i++) {
			char key[128];
			snprintf(key, sizeof(key), "field.%s", fields[i].name);
			if (view_text(v, key) == NULL)
				fail_msg("%s is not in %s.hdf", key, languages[l]);
		}
		view_free(v);
	}
}

static const char *look(void *view, const char *key)
{
	return french(view, key);
}

static void a_french_report_has_no_english_in_it(void **state)
{
	struct view *v = texts_of("fr");
	struct buf out = {0};
	const struct issue bad = {
		.level = ISSUE_ERROR, .key = "invalid", .row = 2, .line = 3,
		.column = "email", .value = "not-an-email",
		.params = { { "expected", "expected.email" }, { "max", "254" } },
	};

	(void)state;
	issue_write(&out, &bad, look, v);
	assert_string_equal(buf_str(&out), "La valeur « not-an-email » de email n'est pas valide "
	    "(attendu : une adresse telle que nom@exemple.fr, d'au plus 254 caractères, sans espace)");
	buf_free(&out);
	view_free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_issue_is_said_in_french_with_the_same_parameters),
		cmocka_unit_test(french_has_no_issue_that_english_lacks),
		cmocka_unit_test(every_column_has_its_meaning_in_each_language),
		cmocka_unit_test(a_french_report_has_no_english_in_it),
	};

	return cmocka_run_group_tests_name("texts of issues", tests, NULL, NULL);
}
