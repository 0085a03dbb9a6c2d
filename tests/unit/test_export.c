/* What an export writes: rows of COPY taken apart, cells masked and guarded,
 * columns chosen. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "db/copy.h"
#include "users/export.h"

/* --- rows of COPY ---------------------------------------------------------- */

/* The cells as [a|b], null as -. */
static const char *split(struct copy_out *row, const char *line)
{
	static char told[1000];
	char copy[500];
	size_t n = (size_t)snprintf(copy, sizeof(copy), "%s", line);
	size_t at = 0;

	copy_out_split(row, copy, n);
	for (size_t i = 0; i < row->n; i++) {
		assert_int_equal(row->cells[i] == NULL ? 0 : strlen(row->cells[i]), row->lengths[i]);
		at += (size_t)snprintf(told + at, sizeof(told) - at, "%c%s", i == 0 ? '[' : '|',
		    row->cells[i] == NULL ? "-" : row->cells[i]);
	}
	snprintf(told + at, sizeof(told) - at, "]");
	return told;
}

static void a_row_of_copy_is_taken_apart(void **state)
{
	struct copy_out row = {0};

	(void)state;
	assert_string_equal(split(&row, "a\tb"), "[a|b]");
	assert_string_equal(split(&row, ""), "[]");
	assert_string_equal(split(&row, "\t\t"), "[||]");
	assert_string_equal(split(&row, "\\N\tx\t\\N"), "[-|x|-]");
	assert_string_equal(split(&row, "a\\tb\\nc\\rd\\\\e\\bf\\fg\\v"), "[a\tb\nc\rd\\e\bf\fg\v]");
	/* These are texts, not null and not the end. */
	assert_string_equal(split(&row, "\\\\N\t\\\\."), "[\\N|\\.]");
	assert_string_equal(split(&row, "\\"), "[\\]");
	free(row.cells);
	free(row.lengths);
}

static void what_goes_in_comes_out(void **state)
{
	static const char *const texts[] = { "", "plain", "\\N", "\\.", "a\tb", "\n", "\r\n", "\\", "\\\\t", "é\\t漢" };
	struct copy_out row = {0};
	struct buf line = {0};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++)
		copy_text(&line, i == 0, texts[i]);
	copy_out_split(&row, line.data, line.len);
	assert_int_equal(row.n, sizeof(texts) / sizeof(*texts));
	for (size_t i = 0; i < row.n; i++)
		assert_string_equal(row.cells[i], texts[i]);
	buf_free(&line);
	free(row.cells);
	free(row.lengths);
}

/* --- cells ----------------------------------------------------------------- */

static void expect(enum field_id id, const char *cell, bool secrets, bool guard, const char *written)
{
	const struct export_options o = { .n_columns = 2, .columns = { FIELD_uuid, id }, .guard = guard };
	const char *const cells[] = { "u", cell };
	const size_t lengths[] = { 1, cell == NULL ? 0 : strlen(cell) };
	struct export_sink sink = { .options = &o };

	assert_int_equal(export_record(&sink, cells, lengths, secrets, NULL), 0);
	assert_memory_equal(sink.out.data, "u,", 2);
	assert_string_equal(sink.out.data + 2, written);
	buf_free(&sink.out);
}

static void secrets_are_masked_and_null_stays_empty(void **state)
{
	(void)state;
	for (enum field_id id = 0; id < FIELD__MAX; id++) {
		bool secret = field_secret(id);
		expect(id, "1234", false, true, secret ? "********\r\n" : "1234\r\n");
		expect(id, "1234", true, true, "1234\r\n");
		expect(id, NULL, false, true, "\r\n");
		expect(id, NULL, true, true, "\r\n");
	}
	expect(FIELD_password, "$y$j9T$ab/c$d", true, true, "$y$j9T$ab/c$d\r\n");
	expect(FIELD_sip_secret, "=1", false, true, "********\r\n");
}

static void formulas_are_guarded_in_every_column(void **state)
{
	(void)state;
	expect(FIELD_lastname, "=1+1", true, true, "'=1+1\r\n");
	expect(FIELD_lastname, "=1+1", true, false, "=1+1\r\n");
	expect(FIELD_lastname, "'=1", true, true, "''=1\r\n");
	expect(FIELD_sip_secret, "@x,\"", true, true, "\"'@x,\"\"\"\r\n");
	expect(FIELD_mobile_phone_number, "+33612345678", true, true, "+33612345678\r\n");
	expect(FIELD_incall_exten, "+331;+332", true, true, "'+331;+332\r\n");
	expect(FIELD_call_permissions, "-a;b", true, true, "'-a;b\r\n");
	expect(FIELD_userfield, "\\.", true, true, "\\.\r\n");
}

static void json_has_the_same_records_without_a_guard(void **state)
{
	const struct export_options o = { .format = &export_json, .guard = true,
		.n_columns = 3, .columns = { FIELD_uuid, FIELD_lastname, FIELD_sip_secret } };
	const char *const first[] = { "u", "=1 \"é\"\n", "s3cret" }, *const second[] = { "v", NULL, NULL };
	const size_t lengths[] = { 1, 8, 6 };
	struct export_sink sink = { .options = &o };

	(void)state;
	export_json.begin(&sink, NULL);
	export_record(&sink, first, lengths, false, NULL);
	export_record(&sink, second, lengths, false, NULL);
	export_json.end(&sink, NULL);
	assert_string_equal(buf_str(&sink.out), "{\"headers\":[\"uuid\",\"lastname\",\"sip_secret\"],\"content\":["
	    "{\"uuid\":\"u\",\"lastname\":\"=1 \\\"é\\\"\\n\",\"sip_secret\":\"********\"},"
	    "{\"uuid\":\"v\",\"lastname\":\"\",\"sip_secret\":\"\"}]}");
	buf_free(&sink.out);
	export_json.drop(&sink);

	export_json.begin(&sink, NULL);
	export_json.end(&sink, NULL);
	assert_string_equal(buf_str(&sink.out), "{\"headers\":[\"uuid\",\"lastname\",\"sip_secret\"],\"content\":[]}");
	buf_free(&sink.out);
	export_json.drop(&sink);
}

/* --- columns --------------------------------------------------------------- */

static const char *chosen(const char *list)
{
	static char told[2000];
	struct export_options o = {0};
	char unknown[EXPORT_UNKNOWN_SIZE];
	size_t at = 0;

	told[0] = '\0';
	if (!export_columns(&o, list, unknown)) {
		snprintf(told, sizeof(told), "? %s", unknown);
		return told;
	}
	for (size_t i = 0; i < o.n_columns; i++)
		at += (size_t)snprintf(told + at, sizeof(told) - at, "%s%s", i > 0 ? "," : "",
		    fields[o.columns[i]].name);
	return told;
}

static void columns_are_chosen_in_their_order_with_uuid_first(void **state)
{
	(void)state;
	assert_string_equal(chosen(""), "");
	assert_string_equal(chosen(" , "), "");
	assert_string_equal(chosen("uuid"), "uuid");
	assert_string_equal(chosen("exten, firstname"), "uuid,exten,firstname");
	assert_string_equal(chosen("EXTEN,uuid,exten,,"), "uuid,exten");
	assert_string_equal(chosen("provisioning_code"), "uuid,provisioning_code");
}

static void a_name_that_is_no_column_is_told(void **state)
{
	(void)state;
	assert_string_equal(chosen("exten,nope"), "? nope");
	/* Older names are for files that come in. */
	assert_string_equal(chosen("phonenumber"), "? phonenumber");
	assert_string_equal(chosen("call_record_enabled"), "? call_record_enabled");
	assert_string_equal(chosen("_errors"), "? _errors");
	assert_string_equal(chosen("uuid;exten"), "? uuid;exten");
	const char *cut = chosen("éééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééééé");
	assert_int_equal(strlen(cut), 2 + 60 * 2);
}

static void the_name_of_the_file_is_the_time(void **state)
{
	char name[EXPORT_NAME_SIZE];
	int numbers[6], n = 0;

	(void)state;
	export_name(&export_csv, name);
	assert_int_equal(sscanf(name, "user_export_%4d-%2d-%2d_%2d-%2d-%2d.csv%n", &numbers[0], &numbers[1],
	    &numbers[2], &numbers[3], &numbers[4], &numbers[5], &n), 6);
	assert_int_equal(n, strlen("user_export_2026-01-31_08-05-00.csv"));
	assert_int_equal(name[n], '\0');
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_row_of_copy_is_taken_apart),
		cmocka_unit_test(what_goes_in_comes_out),
		cmocka_unit_test(secrets_are_masked_and_null_stays_empty),
		cmocka_unit_test(formulas_are_guarded_in_every_column),
		cmocka_unit_test(json_has_the_same_records_without_a_guard),
		cmocka_unit_test(columns_are_chosen_in_their_order_with_uuid_first),
		cmocka_unit_test(a_name_that_is_no_column_is_told),
		cmocka_unit_test(the_name_of_the_file_is_the_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
