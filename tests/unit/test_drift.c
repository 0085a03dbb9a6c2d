/* Everything that is made of csv/fields.def agrees with it: labels, the template file,
 * the sample with every column.
 *
 * Elsewhere: the meanings of columns (test_issue_texts.c), the lists of columns in sql/
 * and static/openapi.json (tests/lint/sql.pl), the places of columns in the database, a
 * user's page and the API (tests/sql/drift.sql), docs/fields.md (tests/lint/docs.pl). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "csv/field.h"
#include "csv/template.h"
#include "view/view.h"

static const struct conf conf = { .share_dir = (char *)".", .languages = (char *)"en" };

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static bool is_read(const struct field *f)
{
	return f->required != REQUIRED_NEVER;
}

/* A new user's uuid is not read from the file. */
static bool is_imported(const struct field *f)
{
	return is_read(f) && f->required != REQUIRED_UPDATE;
}

struct names {
	char name[128][64];
	size_t n;
};

/* The words at the beginning of each piece of text[0..n) between `separator`s. */
static void split(struct names *out, const char *text, size_t n, char separator)
{
	const char *p = text, *end = text + n;

	out->n = 0;
	while (p < end) {
		size_t len = 0;
		while (p < end && isspace((unsigned char)*p))
			p++;
		while (p + len < end && (isalnum((unsigned char)p[len]) || p[len] == '_'))
			len++;
		if (len > 0) {
			assert_true(out->n < COUNT(out->name) && len < sizeof(out->name[0]));
			memcpy(out->name[out->n], p, len);
			out->name[out->n++][len] = '\0';
		}
		p = memchr(p, separator, (size_t)(end - p));
		p = p == NULL ? end : p + 1;
	}
}

static void assert_text(struct view *v, const char *key, const char *name)
{
	char full[128];

	snprintf(full, sizeof(full), "%s.%s", key, name);
	if (view_text(v, full) == NULL)
		fail_msg("%s is not in en.hdf", full);
}

/* In English; tests/lint/i18n.pl sees that the others have the same keys. */
static void pages_label_every_column_and_resource(void **state)
{
	struct view *v;
	struct err e = {0};

	(void)state;
	if (view_new(&v, &conf, "en", &e) != 0)
		fail_msg("%s: %s", e.place, e.message);
	for (size_t f = 0; f < FIELD__MAX; f++)
		assert_text(v, "user.label", fields[f].name);
	for (int r = 0; r < RESOURCE__MAX; r++) {
		assert_text(v, "user.group", field_resource_name((enum field_resource)r));
		assert_text(v, "import.resource", field_resource_name((enum field_resource)r));
	}
	view_free(v);
}

static void assert_header(const char *where, const char *header)
{
	struct names columns;

	split(&columns, header, strcspn(header, "\r\n"), ',');
	for (size_t f = 0, i = 0; f < FIELD__MAX; f++) {
		if (!is_imported(&fields[f]))
			continue;
		if (i == columns.n || strcmp(columns.name[i], fields[f].name) != 0)
			fail_msg("%s: fields.def has %s here, it has %s", where, fields[f].name,
			    i == columns.n ? "nothing" : columns.name[i]);
		i++;
	}
}

static void the_template_file_has_the_columns_that_an_import_reads(void **state)
{
	struct buf template = {0};
	struct err e = {0};

	(void)state;
	assert_int_equal(template_write(&template, READER_IMPORT, ',', NULL, &e), 0);
	assert_header("template.csv", buf_str(&template));
	buf_free(&template);
}

static void the_sample_with_every_column_has_the_same_columns(void **state)
{
	char header[4096];
	FILE *f = fopen("tests/data/full.csv", "re");

	(void)state;
	assert_non_null(f);
	assert_non_null(fgets(header, sizeof(header), f));
	fclose(f);
	assert_header("tests/data/full.csv", header);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pages_label_every_column_and_resource),
		cmocka_unit_test(the_template_file_has_the_columns_that_an_import_reads),
		cmocka_unit_test(the_sample_with_every_column_has_the_same_columns),
	};

	return cmocka_run_group_tests_name("drift of the columns", tests, NULL, NULL);
}
