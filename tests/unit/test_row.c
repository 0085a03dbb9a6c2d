/* Records become rows: issues in order, and every file of tests/data. */
#include "csv_transcript.h"

#include <jansson.h>

static void expect(enum reader_kind kind, const char *bytes, const char *expected)
{
	struct transcript t = { .kind = kind, .rows = true };

	transcript_expect(&t, bytes, strlen(bytes), expected);
	transcript_free(&t);
}

/* Reads a file of one row and leaves it in t->row. */
static const struct value *one_row(struct transcript *t, const char *bytes)
{
	t->rows = true;
	transcript_read(t, bytes, strlen(bytes), 0);
	assert_int_equal(t->status, 0);
	return t->row.values;
}

static void all_errors_of_a_row_come_in_the_order_of_the_header(void **state)
{
	(void)state;
	expect(READER_IMPORT, "lastname,ring_seconds,firstname,enabled,email\n,7,,maybe,x\n",
	    "header , [lastname|ring_seconds|firstname|enabled|email]\n"
	    "error range row 1 line 2 column ring_seconds value 7 {min=0,max=10800,multiple=5}\n"
	    "error missing row 1 line 2 column firstname value - {}\n"
	    "error choice row 1 line 2 column enabled value maybe {values=0, 1,hint=hint.boolean}\n"
	    "error invalid row 1 line 2 column email value x {expected=expected.email,min=0,max=254}\n");
}

static void the_count_of_cells_is_judged_before_them(void **state)
{
	(void)state;
	expect(READER_IMPORT, "firstname,enabled\nA\nB,x,C\nD,1,,,\n,\nE,1\n",
	    "header , [firstname|enabled]\n"
	    "error cells row 1 line 2 column - value - {n=1,m=2}\n"
	    "error cells row 2 line 3 column - value - {n=3,m=2}\n");
	/* columns without a name behind the last */
	expect(READER_IMPORT, "firstname,enabled,,\nA,1\nB,1,\nC\nD,1,,,x\n",
	    "header , [firstname|enabled||]\n"
	    "error cells row 3 line 4 column - value - {n=1,m=4}\n"
	    "error cells row 4 line 5 column - value - {n=5,m=4}\n");
}

static void secrets_are_not_in_issues(void **state)
{
	(void)state;
	expect(READER_IMPORT, "firstname,password,call_permission_password\nA,abc,secret\n",
	    "header , [firstname|password|call_permission_password]\n"
	    "error invalid row 1 line 2 column password value - "
	    "{expected=expected.password,min=4,max=64}\n"
	    "error invalid row 1 line 2 column call_permission_password value - "
	    "{expected=expected.dial_secret,min=1,max=16}\n");
}

static void the_mask_is_empty_on_import_and_absent_on_update(void **state)
{
	struct transcript t = { .kind = READER_IMPORT };

	(void)state;
	expect(READER_IMPORT, "firstname,password\nA,********\n",
	    "header , [firstname|password]\n"
	    "warning masked row 1 line 2 column password value - {}\n");
	const struct value *v = one_row(&t, "firstname,password\nA,********\n");
	assert_int_equal(v[FIELD_password].state, VALUE_EMPTY);
	t.kind = READER_UPDATE;
	v = one_row(&t, "uuid,password\n00000000-0000-0000-0000-000000000000,********\n");
	assert_int_equal(v[FIELD_password].state, VALUE_ABSENT);
	assert_true(v[FIELD_password].masked);
	transcript_free(&t);
}

static void absent_empty_and_given_are_three_things(void **state)
{
	struct transcript t = { .kind = READER_IMPORT };
	const struct value *v = one_row(&t, "firstname,lastname\nA,\n");

	(void)state;
	assert_int_equal(v[FIELD_firstname].state, VALUE_VALID);
	assert_string_equal(v[FIELD_firstname].text, "A");
	assert_int_equal(v[FIELD_lastname].state, VALUE_EMPTY);
	assert_int_equal(v[FIELD_email].state, VALUE_ABSENT);
	assert_int_equal(t.row.number, 1);
	assert_int_equal(t.row.line, 2);
	transcript_free(&t);
}

static void ignored_columns_are_not_judged(void **state)
{
	struct transcript t = { .kind = READER_IMPORT };
	const struct value *v;

	(void)state;
	v = one_row(&t, "uuid,provisioning_code,firstname,_errors,agentnumber\nx,y,A,z,1\n");
	assert_int_equal(v[FIELD_uuid].state, VALUE_ABSENT);
	assert_int_equal(v[FIELD_provisioning_code].state, VALUE_ABSENT);
	transcript_free(&t);
	expect(READER_UPDATE, "uuid,firstname\n,\nx,A\n",
	    "header , [uuid|firstname]\n"
	    "error invalid row 1 line 3 column uuid value x {expected=expected.uuid,min=0,max=0}\n");
	expect(READER_UPDATE, "uuid,firstname,lastname\n,,B\n",
	    "header , [uuid|firstname|lastname]\n"
	    "error missing row 1 line 2 column uuid value - {}\n"
	    "error missing row 1 line 2 column firstname value - {}\n");
}

static void the_old_recording_column_sets_four(void **state)
{
	struct transcript t = { .kind = READER_IMPORT };
	const struct value *v;

	(void)state;
	v = one_row(&t, "firstname,call_record_enabled,call_record_incoming_internal_enabled\nA,1,0\n");
	assert_string_equal(v[FIELD_call_record_outgoing_external_enabled].text, "1");
	assert_string_equal(v[FIELD_call_record_outgoing_internal_enabled].text, "1");
	assert_string_equal(v[FIELD_call_record_incoming_external_enabled].text, "1");
	assert_string_equal(v[FIELD_call_record_incoming_internal_enabled].text, "0");
	v = one_row(&t, "firstname,call_record_enabled\nA,\n");
	assert_int_equal(v[FIELD_call_record_incoming_internal_enabled].state, VALUE_EMPTY);
	t.kind = READER_UPDATE;
	v = one_row(&t, "uuid,call_record_enabled\n00000000-0000-0000-0000-000000000000,\n");
	assert_int_equal(v[FIELD_call_record_incoming_internal_enabled].state, VALUE_ABSENT);
	transcript_free(&t);
	expect(READER_IMPORT, "firstname,call_record_enabled\nA,2\n",
	    "warning old_name row 0 line 1 column - value - "
	    "{columns=call_record_enabled = call_record_*}\n"
	    "header , [firstname|call_record_enabled]\n"
	    "error choice row 1 line 2 column call_record_enabled value 2 {values=0, 1,hint=hint.boolean}\n");
}

static void a_stop_in_a_row_stops(void **state)
{
	const char *bytes = "firstname,email,enabled\n,x,y\n,x,y\n";
	struct transcript t = { .rows = true };
	int calls;

	(void)state;
	transcript_read(&t, bytes, strlen(bytes), 0);
	calls = t.calls;
	for (t.stop_at = 1; t.stop_at <= calls; t.stop_at++) {
		transcript_read(&t, bytes, strlen(bytes), 0);
		assert_int_equal(t.calls, t.stop_at);
	}
	transcript_free(&t);
}

/* Transcript of a file of tests/data, the same for all chunks. */
static const char *read_data(struct transcript *t, const char *path)
{
	struct buf file = transcript_file(path);
	char *whole = strdup(transcript_read(t, file.data, file.len, 0));

	assert_non_null(whole);
	for (long chunk = 1; chunk <= 4096; chunk *= 8) {
		assert_string_equal(transcript_read(t, file.data, file.len, chunk), whole);
		for (int again = 0; again < 3; again++)
			assert_string_equal(transcript_read(t, file.data, file.len, -chunk), whole);
	}
	free(whole);
	buf_free(&file);
	return buf_str(&t->out);
}

static size_t lines_with(const char *text, const char *begin)
{
	size_t n = 0;

	for (const char *p = text; p != NULL && *p != '\0'; p = strchr(p, '\n'), p += p != NULL)
		n += strncmp(p, begin, strlen(begin)) == 0;
	return n;
}

static void every_good_file_is_right(void **state)
{
	static const struct {
		const char *name;
		size_t rows, warnings;
	} files[] = {
		{ "escaped_list.csv", 1, 0 }, { "excel_semicolon_bom.csv", 2, 1 },
		{ "legacy_pipe.csv", 2, 5 }, { "lone_cr.csv", 1, 0 }, { "seed_incall.csv", 1, 0 },
		{ "seed_phones.csv", 3, 0 }, { "seed_phones_entity.csv", 3, 0 },
		{ "seed_voicemail.csv", 1, 0 }, { "sep_line.csv", 1, 0 }, { "tab.csv", 1, 1 },
		{ "tricky.csv", 5, 0 }, { "wazo_export.csv", 1, 2 }, { "xivo_16_13_export.csv", 3, 3 },
	};
	struct transcript t = { .rows = true, .records = true };

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[200];
		snprintf(path, sizeof(path), "tests/data/%s", files[i].name);
		const char *text = read_data(&t, path);
		if (t.status != 0 || lines_with(text, "error") != 0 ||
		    lines_with(text, "warning") != files[i].warnings ||
		    lines_with(text, "record") != files[i].rows)
			fail_msg("%s:\n%s", path, text);
	}
	transcript_free(&t);
}

static void tricky_cells_come_whole(void **state)
{
	struct transcript t = { .rows = true, .records = true };

	(void)state;
	assert_string_equal(read_data(&t, "tests/data/tricky.csv"),
	    "header , [firstname|lastname|userfield]\n"
	    "record 1 line 2 [Line\\nbreak|Doe|two\\r\\nlines]\n"
	    "record 2 line 6 [Blank|Before|\\.]\n"
	    "record 3 line 7 [=1+2|@cmd|-x]\n"
	    "record 4 line 8 [Robert \"Bob\"|Jenkins|]\n"
	    "record 5 line 9 [Robert \"Bob\"|Jenkins|]\n");
	transcript_free(&t);
}

/* Whether the error is one that cells and records alone tell. */
static bool told_here(const char *code)
{
	return strcmp(code, "unknown") != 0 && strcmp(code, "exten_range") != 0 &&
	    strcmp(code, "duplicate") != 0;
}

/* Finds and marks the line that says the expected error. */
static bool strike(char *text, const json_t *e)
{
	const char *code = json_string_value(json_object_get(e, "code"));
	const char *column = json_string_value(json_object_get(e, "column"));
	long row = (long)json_integer_value(json_object_get(e, "row"));
	long line = (long)json_integer_value(json_object_get(e, "line"));

	for (char *p = text; p != NULL && *p != '\0'; p = strchr(p, '\n'), p += p != NULL) {
		char key[64], got_column[64];
		long got_row, got_line;
		if (sscanf(p, "error %63s row %ld line %ld column %63s", key, &got_row, &got_line,
		    got_column) != 4)
			continue;
		key[strcspn(key, ".")] = '\0';
		if (strcmp(key, code) == 0 && got_row == row && (line == 0 || got_line == line) &&
		    strcmp(got_column, column == NULL ? "-" : column) == 0) {
			*p = '*';
			return true;
		}
	}
	return false;
}

static void check_bad_file(const char *name, json_t *errors)
{
	struct transcript t = { .rows = true };
	char path[200];
	json_t *e;
	size_t i;

	snprintf(path, sizeof(path), "tests/data/bad/%s", name);
	char *text = strdup(read_data(&t, path));
	assert_non_null(text);
	json_array_foreach(errors, i, e) {
		const char *code = json_string_value(json_object_get(e, "code"));
		const char *column = json_string_value(json_object_get(e, "column"));
		/* a column that is required by another one is SQL's to miss */
		bool by_rule = column != NULL && strcmp(code, "missing") == 0 &&
		    strcmp(column, "line_protocol") == 0;
		if (told_here(code) && !by_rule && !strike(text, e))
			fail_msg("%s: no %s in\n%s", name, code, text);
	}
	if (lines_with(text, "error") != 0)
		fail_msg("%s: more errors than expected:\n%s", name, text);
	free(text);
	transcript_free(&t);
}

static void every_bad_file_gives_its_errors(void **state)
{
	json_error_t why;
	json_t *all = json_load_file("tests/data/bad/expected.json", 0, &why), *errors;
	const char *name;
	size_t n = 0;

	(void)state;
	if (all == NULL)
		fail_msg("expected.json: %s", why.text);
	json_object_foreach(all, name, errors) {
		check_bad_file(name, errors);
		n++;
	}
	assert_true(n >= 12);
	json_decref(all);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_errors_of_a_row_come_in_the_order_of_the_header),
		cmocka_unit_test(the_count_of_cells_is_judged_before_them),
		cmocka_unit_test(secrets_are_not_in_issues),
		cmocka_unit_test(the_mask_is_empty_on_import_and_absent_on_update),
		cmocka_unit_test(absent_empty_and_given_are_three_things),
		cmocka_unit_test(ignored_columns_are_not_judged),
		cmocka_unit_test(the_old_recording_column_sets_four),
		cmocka_unit_test(a_stop_in_a_row_stops),
		cmocka_unit_test(every_good_file_is_right),
		cmocka_unit_test(tricky_cells_come_whole),
		cmocka_unit_test(every_bad_file_gives_its_errors),
	};

	transcript_seed();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
