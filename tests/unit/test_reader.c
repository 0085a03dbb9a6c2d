/* A file is read: header, warnings, limits, and what stops it. */
#include "csv_transcript.h"

#include "csv/synonym.h"

static void expect(enum reader_kind kind, const char *bytes, const char *expected)
{
	struct transcript t = { .kind = kind, .records = true };

	transcript_expect(&t, bytes, strlen(bytes), expected);
	transcript_free(&t);
}

static void rows_and_lines_are_counted_apart(void **state)
{
	(void)state;
	expect(READER_IMPORT, "\nfirstname,lastname\r\n\"A\nB\",C\r\n\r\n,\r\nD,E",
	    "header , [firstname|lastname]\n"
	    "record 1 line 3 [A\\nB|C]\n"
	    "record 2 line 7 [D|E]\n");
}

static bool note_sheet_row(void *ctx, const struct header *h, const struct record *r)
{
	(void)h;
	buf_addf(ctx, "%ld is %ld\n", r->row, r->sheet_row);
	return true;
}

static bool no_issue(void *ctx, const struct issue *i)
{
	(void)ctx;
	fail_msg("%s", i->key);
	return false;
}

/* A line sep=X is none of them; line breaks in cells make no row. */
static void rows_are_those_of_the_spreadsheet(void **state)
{
	const char *file = "sep=;\n\nfirstname;lastname\n\"A\nB\";C\n\n;\n  \nD;E\nF;G\n";
	const struct reader_limits limits = { .max_rows = 1000, .max_columns = 200, .max_cell = 65536 };
	struct buf rows = {0};
	const struct reader_sink sink = { .ctx = &rows, .record = note_sheet_row, .issue = no_issue };

	(void)state;
	for (size_t chunk = 1; chunk < 20; chunk++) {
		struct reader *r = reader_new(READER_IMPORT, &limits, &sink);
		buf_reset(&rows);
		for (size_t at = 0, n = strlen(file); at < n; at += chunk)
			assert_int_equal(reader_push(r, file + at, chunk < n - at ? chunk : n - at), 0);
		assert_int_equal(reader_end(r), 0);
		assert_string_equal(buf_str(&rows), "1 is 3\n2 is 7\n3 is 8\n");
		reader_free(r);
	}
	buf_free(&rows);
}

static void a_header_that_comes_again_is_no_row(void **state)
{
	(void)state;
	expect(READER_IMPORT, "firstname,lastname\nA,B\n FirstName,\"\xef\xbb\xbflastname\",\nC,D\nfirstname,lastname\nlastname,firstname\n",
	    "header , [firstname|lastname]\n"
	    "record 1 line 2 [A|B]\n"
	    "record 2 line 4 [C|D]\n"
	    "record 3 line 6 [lastname|firstname]\n"
	    "warning header_again row 0 line 3 column - value - {count=2}\n");
	expect(READER_IMPORT, "firstname\nfirstname\n",
	    "header , [firstname]\n"
	    "error file.empty row 0 line 0 column - value - {}\n");
	/* The first record may say the same in other words. */
	expect(READER_UPDATE, "uuid,lastname\n,Nom\n1,A\n,Nom\n",
	    "header , [uuid|lastname]\n"
	    "record 1 line 3 [1|A]\n"
	    "record 2 line 4 [|Nom]\n"
	    "warning header_again row 0 line 2 column - value - {count=1}\n");
}

static void records_in_quotes_are_told_once(void **state)
{
	(void)state;
	expect(READER_IMPORT, "\"firstname;lastname\"\n\"A;\"\"B, C\"\"\"\n",
	    "warning separator row 0 line 1 column - value - {what=what.semicolon}\n"
	    "header ; [firstname|lastname]\n"
	    "record 1 line 2 [A|B, C]\n"
	    "warning separator.wrapped row 0 line 1 column - value - {count=2}\n");
}

static void an_own_export_is_not_warned_of_its_separator(void **state)
{
	(void)state;
	expect(READER_UPDATE, "\xef\xbb\xbfuuid;lastname;email\n1;A;\n",
	    "header ; [uuid|lastname|email]\nrecord 1 line 2 [1|A|]\n");
	expect(READER_UPDATE, "_errors\tuuid\tlastname\nx\t1\tA\n",
	    "header \t [_errors|uuid|lastname]\nrecord 1 line 2 [x|1|A]\n");
	expect(READER_UPDATE, "lastname;uuid\nA;1\n",
	    "warning separator row 0 line 1 column - value - {what=what.semicolon}\n"
	    "header ; [lastname|uuid]\nrecord 1 line 2 [A|1]\n");
	expect(READER_UPDATE, "uuid;Nom\n1;A\n",
	    "warning separator row 0 line 1 column - value - {what=what.semicolon}\n"
	    "warning labels_read row 0 line 1 column - value - {columns=Nom = lastname}\n"
	    "header ; [uuid|Nom]\nrecord 1 line 2 [1|A]\n");
}

static void a_name_may_be_marked_twice(void **state)
{
	(void)state;
	expect(READER_IMPORT, "\xef\xbb\xbf\xef\xbb\xbf\"\xef\xbb\xbf" "firstname\",lastname\xe2\x80\x8b\nA,B\n",
	    "header , [firstname|lastname]\n"
	    "record 1 line 2 [A|B]\n");
}

static void cells_are_given_as_they_are(void **state)
{
	(void)state;
	expect(READER_IMPORT, "firstname;lastname\n A ;\"b;c\"\n\\.;=1\nx\n1;2;3;;\n",
	    "warning separator row 0 line 1 column - value - {what=what.semicolon}\n"
	    "header ; [firstname|lastname]\n"
	    "record 1 line 2 [ A |b;c]\n"
	    "record 2 line 3 [\\.|=1]\n"
	    "record 3 line 4 [x]\n"
	    "record 4 line 5 [1|2|3||]\n");
}

static void a_file_without_rows_is_an_error(void **state)
{
	const char *empty = "error file.empty row 0 line 0 column - value - {}\n";

	(void)state;
	expect(READER_IMPORT, "", empty);
	expect(READER_IMPORT, "\xef\xbb\xbf", empty);
	expect(READER_IMPORT, "\n \n,,\n", empty);
	expect(READER_IMPORT, "sep=;\n;;\n", empty);
	expect(READER_IMPORT, "firstname\n\n\"\"\n",
	    "header , [firstname]\n"
	    "error file.empty row 0 line 0 column - value - {}\n");
}

static void a_title_above_the_header_is_told(void **state)
{
	(void)state;
	expect(READER_IMPORT, "Staff of November,\n,\nPr\xc3\xa9nom,Nom\nA,B\n",
	    "error file.header_missing row 0 line 1 column - value - {name=firstname,below=3}\n");
	expect(READER_IMPORT, "Staff,\nx,y\nA,B\n",
	    "error file.header_missing row 0 line 1 column - value - {name=firstname,why=why.firstname}\n");
	/* Twenty records are looked at. */
	expect(READER_IMPORT, "T,\n1,\n2,\n3,\n4,\n5,\n6,\n7,\n8,\n9,\n10,\n11,\n12,\n13,\n14,\n15,\n16,\n17,\n18,\n19,\n20,\nfirstname,lastname\n",
	    "error file.header_missing row 0 line 1 column - value - {name=firstname,why=why.firstname}\n");
}

static void the_key_column_must_be_there(void **state)
{
	(void)state;
	expect(READER_IMPORT, "\nlastname\nx\n", "error file.header_missing row 0 line 2 "
	    "column - value - {name=firstname,why=why.firstname,found=lastname}\n");
	/* a name that is nearly it; names that may be data are not shown */
	expect(READER_IMPORT, "lastname,firstnam\nx,y\n", "error file.header_missing row 0 line 1 "
	    "column - value - {name=firstname,why=why.firstname,found=lastname, firstnam,near=firstnam}\n");
	expect(READER_IMPORT, "Ann,mobile,hunter2\nx,y,z\n", "error file.header_missing row 0 line 1 "
	    "column - value - {name=firstname,why=why.firstname}\n");
	expect(READER_UPDATE, "firstname\nx\n", "error file.header_missing row 0 line 1 "
	    "column - value - {name=uuid,why=why.uuid,found=firstname}\n");
	expect(READER_UPDATE, "UUID\nx\n", "header , [UUID]\nrecord 1 line 2 [x]\n");
}

static void labels_are_read_as_their_columns(void **state)
{
	(void)state;
	expect(READER_IMPORT, "PRE\xcc\x81NOM *;Last_name;e-mail;\xc2\xabNum\xc3\xa9ro\xc2\xbb;Ville\nA;B;C;1;D\n",
	    "warning separator row 0 line 1 column - value - {what=what.semicolon}\n"
	    "warning labels_read row 0 line 1 column - value - {columns=PRE\xcc\x81NOM * = firstname, "
	    "Last_name = lastname, e-mail = email, \xc2\xabNum\xc3\xa9ro\xc2\xbb = exten}\n"
	    "warning column_unknown row 0 line 1 column Ville value - {}\n"
	    "header ; [PRE\xcc\x81NOM *|Last_name|e-mail|\xc2\xabNum\xc3\xa9ro\xc2\xbb|Ville]\n"
	    "record 1 line 2 [A|B|C|1|D]\n");
	/* a column that is there by its own name is not there twice; two labels of one are */
	expect(READER_IMPORT, "firstname,Vorname\nA,B\n",
	    "warning column_unknown row 0 line 1 column Vorname value - {}\n"
	    "header , [firstname|Vorname]\n"
	    "record 1 line 2 [A|B]\n");
	expect(READER_IMPORT, "Pr\xc3\xa9nom,Vorname\nA,B\n",
	    "error file.duplicate_header row 0 line 1 column - value - "
	    "{name=firstname,first=Pr\xc3\xa9nom,second=Vorname}\n");
}

/* Each label of the pages means a column, in each language; those of several columns mean one. */
static void the_labels_of_our_pages_are_known(void **state)
{
	static const char *const files[] = { "templates/i18n/en.hdf", "templates/i18n/fr.hdf" };

	(void)state;
	for (size_t f = 0; f < sizeof(files) / sizeof(files[0]); f++) {
		struct buf text = transcript_file(files[f]);
		const char *p = strstr(buf_str(&text), "\nuser {\n");
		enum field_id id, second;
		size_t labels = 0, n;

		assert_non_null(p);
		p = strstr(p, "\n  label {\n");
		assert_non_null(p);
		for (p += strlen("\n  label {\n"); strncmp(p, "    ", 4) == 0; p += n + 1) {
			n = strcspn(p, "\n");
			const char *label = strstr(p, " = ") + 3;
			if (synonym_find(label, n - (size_t)(label - p), &id, &second) == SYNONYM_NONE)
				fail_msg("%s: %.*s", files[f], (int)n, p);
			labels++;
		}
		assert_true(labels >= 40);
		buf_free(&text);
	}
}

static void a_name_twice_is_an_error(void **state)
{
	(void)state;
	expect(READER_IMPORT, "firstname,lastname, FIRSTNAME\nx\n", "error file.duplicate_header "
	    "row 0 line 1 column - value - {name=firstname}\n");
	expect(READER_IMPORT, "firstname,protocol,line_protocol\nx\n",
	    "error file.duplicate_header row 0 line 1 column - value - "
	    "{name=line_protocol,first=protocol,second=line_protocol}\n");
	expect(READER_IMPORT, "firstname,street,Street\nx\n", "error file.duplicate_header "
	    "row 0 line 1 column - value - {name=street}\n");
	expect(READER_IMPORT, "callerid,firstname,callerid\nx\n", "error file.duplicate_header "
	    "row 0 line 1 column - value - {name=callerid}\n");
}

static void unknown_names_are_ignored_with_a_warning(void **state)
{
	(void)state;
	expect(READER_IMPORT, "firstname, fistname ,street,_errors\nA,B,C,D\n",
	    "warning column_unknown row 0 line 1 column fistname value - {nearest=firstname}\n"
	    "warning column_unknown row 0 line 1 column street value - {}\n"
	    "header , [firstname|fistname|street|_errors]\n"
	    "record 1 line 2 [A|B|C|D]\n");
}

static void ignored_columns_are_told_once(void **state)
{
	(void)state;
	expect(READER_IMPORT, "uuid,firstname,provisioning_code\n1,A,2\n1,A,2\n",
	    "warning column_ignored row 0 line 1 column uuid value - {why=why.uuid_on_import}\n"
	    "warning column_ignored row 0 line 1 column provisioning_code value - "
	    "{why=why.provisioning_code}\n"
	    "header , [uuid|firstname|provisioning_code]\n"
	    "record 1 line 2 [1|A|2]\nrecord 2 line 3 [1|A|2]\n");
	/* on update the rules say where it differs */
	expect(READER_UPDATE, "uuid,provisioning_code\n1,\n",
	    "header , [uuid|provisioning_code]\nrecord 1 line 2 [1|]\n");
}

static void old_names_are_one_warning(void **state)
{
	(void)state;
	expect(READER_IMPORT, "entityid|firstname|call_record_enabled|protocol\n1|A|0|sip\n",
	    "warning separator row 0 line 1 column - value - {what=what.bar}\n"
	    "warning old_name row 0 line 1 column - value - {columns=entityid = entity_id, "
	    "call_record_enabled = call_record_*, protocol = line_protocol}\n"
	    "header | [entityid|firstname|call_record_enabled|protocol]\n"
	    "record 1 line 2 [1|A|0|sip]\n");
}

static void dropped_columns_are_told_where_they_held_data(void **state)
{
	(void)state;
	expect(READER_IMPORT, "firstname,agentnumber,callerid\nA,,\nB,,x\nC,,y\n",
	    "header , [firstname|agentnumber|callerid]\n"
	    "record 1 line 2 [A||]\nrecord 2 line 3 [B||x]\nrecord 3 line 4 [C||y]\n"
	    "warning column_ignored row 0 line 1 column callerid value - {why=why.no_counterpart}\n");
}

static void nameless_columns_are_told_where_they_held_data(void **state)
{
	(void)state;
	expect(READER_IMPORT, "firstname,, ,\nA,,,\nB,,x,\n",
	    "header , [firstname|||]\n"
	    "record 1 line 2 [A|||]\nrecord 2 line 3 [B||x|]\n"
	    "warning column_unknown.nameless row 0 line 1 column  value - {position=3}\n");
}

static void a_fault_in_the_middle_ends_it(void **state)
{
	(void)state;
	expect(READER_IMPORT, "firstname,agentnumber\nA,1\nB\xff\nC,2\n",
	    "header , [firstname|agentnumber]\n"
	    "record 1 line 2 [A|1]\n"
	    "error file.utf8 row 0 line 3 column - value - {offset=27}\n");
	expect(READER_IMPORT, "firstname\nA\n\"B\nC\n",
	    "header , [firstname]\nrecord 1 line 2 [A]\n"
	    "error file.unclosed_quote row 0 line 3 column - value - {}\n");
}

static void limits_are_named(void **state)
{
	struct transcript t = { .records = true,
	    .limits = { .max_rows = 2, .max_columns = 3, .max_cell = 10 } };
	const char *head = "header , [firstname]\nrecord 1 line 2 [A]\n";
	char expected[400];

	(void)state;
#define EXPECT(bytes, more) do { \
	snprintf(expected, sizeof(expected), "%s%s", head, more); \
	transcript_expect(&t, bytes, strlen(bytes), expected); } while (0)
	EXPECT("firstname\nA\nB\n", "record 2 line 3 [B]\n");
	EXPECT("firstname\nA\nB\n\nC\n", "record 2 line 3 [B]\n"
	    "error file.limit_rows row 0 line 5 column - value - {limit=2}\n");
	EXPECT("firstname\nA\n1,2,3,4\n",
	    "error file.limit_columns row 0 line 3 column - value - {limit=3}\n");
	EXPECT("firstname\nA\n12345678901\n",
	    "error file.limit_cell row 0 line 3 column - value - {limit=10}\n");
	EXPECT("firstname\nA\n\"1234567\n901\n",
	    "error file.limit_cell row 0 line 3 column - value - {limit=10,hint=hint.quote}\n");
#undef EXPECT
	transcript_free(&t);
}

static void every_stop_of_the_sink_stops(void **state)
{
	const char *bytes = "uuid;firstname;protocol;callerid;street;\nA;B;C;D;E;\nA;B;C;D;E;F\n";
	struct transcript t = { .records = true };
	int calls;

	(void)state;
	transcript_read(&t, bytes, strlen(bytes), 0);
	assert_int_equal(t.status, 0);
	calls = t.calls;
	assert_int_equal(calls, 9);
	for (t.stop_at = 1; t.stop_at <= calls; t.stop_at++) {
		for (long chunk = 0; chunk < 5; chunk++) {
			transcript_read(&t, bytes, strlen(bytes), chunk);
			assert_int_equal(t.status, -1);
			assert_int_equal(t.calls, t.stop_at);
		}
	}
	transcript_free(&t);
}

/* Many cells in many shapes, so that pieces of libcsv's buffer grow and move. */
static void long_cells_survive_any_chunks(void **state)
{
	struct transcript t = { .records = true };
	struct buf file = {0}, expected = {0};

	(void)state;
	buf_adds(&file, "firstname,lastname\n");
	buf_adds(&expected, "header , [firstname|lastname]\n");
	for (int row = 1; row <= 40; row++) {
		buf_addf(&expected, "record %d line %d [", row, row + 1);
		for (int i = 0; i < row * 50; i++) {
			buf_adds(&file, "\xc3\xa9");
			buf_adds(&expected, "\xc3\xa9");
		}
		buf_adds(&file, ",x\n");
		buf_adds(&expected, "|x]\n");
	}
	assert_string_equal(transcript_read(&t, file.data, file.len, 0), buf_str(&expected));
	assert_string_equal(transcript_read(&t, file.data, file.len, 1), buf_str(&expected));
	assert_string_equal(transcript_read(&t, file.data, file.len, -5000), buf_str(&expected));
	buf_free(&file);
	buf_free(&expected);
	transcript_free(&t);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_and_lines_are_counted_apart),
		cmocka_unit_test(rows_are_those_of_the_spreadsheet),
		cmocka_unit_test(a_header_that_comes_again_is_no_row),
		cmocka_unit_test(records_in_quotes_are_told_once),
		cmocka_unit_test(an_own_export_is_not_warned_of_its_separator),
		cmocka_unit_test(a_name_may_be_marked_twice),
		cmocka_unit_test(cells_are_given_as_they_are),
		cmocka_unit_test(a_file_without_rows_is_an_error),
		cmocka_unit_test(the_key_column_must_be_there),
		cmocka_unit_test(a_title_above_the_header_is_told),
		cmocka_unit_test(labels_are_read_as_their_columns),
		cmocka_unit_test(the_labels_of_our_pages_are_known),
		cmocka_unit_test(a_name_twice_is_an_error),
		cmocka_unit_test(unknown_names_are_ignored_with_a_warning),
		cmocka_unit_test(ignored_columns_are_told_once),
		cmocka_unit_test(old_names_are_one_warning),
		cmocka_unit_test(dropped_columns_are_told_where_they_held_data),
		cmocka_unit_test(nameless_columns_are_told_where_they_held_data),
		cmocka_unit_test(a_fault_in_the_middle_ends_it),
		cmocka_unit_test(limits_are_named),
		cmocka_unit_test(every_stop_of_the_sink_stops),
		cmocka_unit_test(long_cells_survive_any_chunks),
	};

	transcript_seed();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
