/* Everything that is made of csv/fields.def agrees with it: the rows that are
 * sent to the database, the tables that take them, one user's page, exports, the
 * template file, the sample with every column.
 *
 * Elsewhere: the meanings of columns (test_issue_texts.c), the places of columns in
 * the tables (tests/sql/drift.sql), docs/fields.md (tests/lint/docs.pl). */
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
#include "db/query.h"
#include "pages/pages.h"
#include "view/view.h"

#define STAGE "shared/stage.sql"

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

static const char *query(const char *name)
{
	struct err e = {0};

	if (query_load(&conf, &e) != 0)
		fail_msg("%s: %s", e.place, e.message);
	const char *text = query_text(name);
	if (text == NULL)
		fail_msg("there is no query %s", name);
	return text;
}

/* The columns that the rows of a file are COPYed into. */
static void copied(struct names *out)
{
	const char *open = strchr(query("import_stage"), '(');

	assert_non_null(open);
	split(out, open + 1, strcspn(open + 1, ")"), ',');
}

/* Names in the order of the table, with nothing else between them. */
static void assert_fields(const char *where, char names[][64], size_t n)
{
	size_t i = 0;

	for (size_t f = 0; f < FIELD__MAX; f++) {
		if (!is_read(&fields[f]))
			continue;
		if (i == n || strcmp(names[i], fields[f].name) != 0)
			fail_msg("%s: fields.def has %s here, it has %s", where, fields[f].name,
			    i == n ? "nothing" : names[i]);
		i++;
	}
	if (i < n)
		fail_msg("%s has %s, fields.def has not", where, names[i]);
}

static bool is_field(const char *name)
{
	enum field_id id;

	return field_find(name, strlen(name), &id) == FIELD_NEW;
}

/* What the program adds to a row stands in front of the columns or behind them. */
static void rows_are_sent_with_the_columns_of_the_table_in_its_order(void **state)
{
	struct names columns;
	size_t first = 0, n;

	(void)state;
	copied(&columns);
	n = columns.n;
	while (first < n && !is_field(columns.name[first]))
		first++;
	while (n > first && !is_field(columns.name[n - 1]))
		n--;
	assert_fields("the query import_stage", columns.name + first, n - first);
}

static void the_staging_table_takes_what_is_sent(void **state)
{
	struct err e = {0};
	struct names sent, made;
	const char *sql = query_file(&conf, STAGE, &e);

	(void)state;
	if (sql == NULL)
		fail_msg("%s: %s", e.place, e.message);
	const char *begin = strstr(sql, "stage (\n");
	assert_non_null(begin);
	begin = strchr(begin, '\n') + 1;
	const char *end = strstr(begin, "\n);");
	assert_non_null(end);
	copied(&sent);
	split(&made, begin, (size_t)(end - begin), '\n');
	for (size_t i = 0; i < sent.n; i++) {
		size_t k = 0;
		while (k < made.n && strcmp(sent.name[i], made.name[k]) != 0)
			k++;
		if (k == made.n)
			fail_msg("import_stage sends %s, " STAGE " has it not", sent.name[i]);
	}
}

/* Whether `name` stands in the text as a whole word. */
static bool has_word(const char *text, const char *name)
{
	size_t n = strlen(name);

	for (const char *p = strstr(text, name); p != NULL; p = strstr(p + 1, name)) {
		bool begins = p == text || !(isalnum((unsigned char)p[-1]) || p[-1] == '_');
		bool ends = !(isalnum((unsigned char)p[n]) || p[n] == '_');
		if (begins && ends)
			return true;
	}
	return false;
}

static void a_users_page_asks_for_every_column(void **state)
{
	const char *text = query("users_one");

	(void)state;
	for (size_t f = 0; f < FIELD__MAX; f++)
		if (!has_word(text, fields[f].name))
			fail_msg("the query users_one has no %s", fields[f].name);
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
	struct arena *mem = arena_new();
	struct response res;
	struct page page = { .res = &res, .mem = mem };
	struct err e = {0};

	(void)state;
	response_init(&res, mem, false, NULL, NULL);
	assert_int_equal(page_import_template(&page, &e), 0);
	assert_header("template.csv", buf_str(&res.body));
	response_free(&res);
	arena_free(mem);
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
		cmocka_unit_test(rows_are_sent_with_the_columns_of_the_table_in_its_order),
		cmocka_unit_test(the_staging_table_takes_what_is_sent),
		cmocka_unit_test(a_users_page_asks_for_every_column),
		cmocka_unit_test(pages_label_every_column_and_resource),
		cmocka_unit_test(the_template_file_has_the_columns_that_an_import_reads),
		cmocka_unit_test(the_sample_with_every_column_has_the_same_columns),
	};

	return cmocka_run_group_tests_name("drift of the columns", tests, NULL, NULL);
}
