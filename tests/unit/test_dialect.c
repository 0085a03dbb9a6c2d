/* Bytes as people's programs write them become strict records. */
#include "csv_transcript.h"

#include "csv/dialect.h"

static size_t max_cell = 8;

struct seen {
	struct buf out;
	int stop_at, calls, faults;
};

static bool on_record(void *ctx, long line, const char *csv, size_t n)
{
	struct seen *s = ctx;
	struct buf text = {0};

	buf_add(&text, csv, n);
	buf_addf(&s->out, "%ld:", line);
	transcript_text(&s->out, buf_str(&text));
	buf_addch(&s->out, ' ');
	buf_free(&text);
	s->calls++;
	assert_true(s->stop_at == 0 || s->calls <= s->stop_at);
	return s->calls != s->stop_at;
}

static void on_fault(void *ctx, const struct dialect_fault *f)
{
	struct seen *s = ctx;

	buf_addf(&s->out, "!%s%s%s %ld", f->key, f->what != NULL ? " " : "", f->what != NULL ? f->what : "", f->line);
	if (strcmp(f->key, "file.utf8") == 0 || strcmp(f->key, "file.nul") == 0)
		buf_addf(&s->out, " %llu", f->offset);
	assert_int_equal(s->faults++, 0);
}

static int read_all(struct seen *s, const char *bytes, size_t n, size_t chunk)
{
	const struct dialect_sink sink = { s, on_record, on_fault };
	struct dialect *d = dialect_new(max_cell, 5, &sink);
	int status = 0;

	buf_reset(&s->out);
	s->calls = s->faults = 0;
	for (size_t at = 0; at < n && status == 0; at += chunk)
		status = dialect_push(d, bytes + at, n - at < chunk ? n - at : chunk);
	if (status == 0)
		status = dialect_end(d);
	dialect_free(d);
	return status;
}

static void expect_n(const char *bytes, size_t n, const char *expected)
{
	struct seen s = {0};

	for (size_t chunk = 1; chunk <= n + 1; chunk++) {
		read_all(&s, bytes, n, chunk);
		assert_string_equal(buf_str(&s.out), expected);
	}
	buf_free(&s.out);
}

static void expect(const char *bytes, const char *expected)
{
	expect_n(bytes, strlen(bytes), expected);
}

static void line_ends_may_be_mixed(void **state)
{
	(void)state;
	expect("a\nb\r\nc\rd", "1:\"a\"\\n 2:\"b\"\\n 3:\"c\"\\n 4:\"d\"\\n ");
	expect("a\r\rb", "1:\"a\"\\n 3:\"b\"\\n ");
	expect("a\n\rb", "1:\"a\"\\n 3:\"b\"\\n ");
	expect("a\r\n\r\nb\r\n", "1:\"a\"\\n 3:\"b\"\\n ");
}

static void blank_records_are_left_out(void **state)
{
	(void)state;
	expect("", "");
	expect("\n\r\n\n", "");
	expect("a,b\n,\n\"\",\"\"\n  \n \xc2\xa0\t\nc\n", "1:\"a\",\"b\"\\n 6:\"c\"\\n ");
	/* what shows nothing: no-break and ideographic spaces, what has no width, controls, fillers */
	expect("a,b\n , \n\" \"\n\xe3\x80\x80,\xe2\x80\x8b\n\xef\xbb\xbf,\"\n\"\n\xc2\xad\x01,\xe3\x85\xa4\n\xc3\xa9\n",
	    "1:\"a\",\"b\"\\n 8:\"\xc3\xa9\"\\n ");
}

static void a_byte_order_mark_is_skipped(void **state)
{
	(void)state;
	expect("\xef\xbb\xbf", "");
	expect("\xef\xbb\xbf\"a\",b", "1:\"a\",\"b\"\\n ");
	expect("\xef\xbb\xbf\xef\xbb\xbf\"a\",b", "1:\"a\",\"b\"\\n ");
	expect("a\n\xef\xbb\xbf" "b", "1:\"a\"\\n 2:\"\xef\xbb\xbf" "b\"\\n ");
}

static void cells_in_quotes_hold_anything(void **state)
{
	(void)state;
	expect("\"a,b\",\"c\"\"d\"", "1:\"a,b\",\"c\"\"d\"\\n ");
	expect("\"a\nb\",c\nd", "1:\"a\\nb\",\"c\"\\n 3:\"d\"\\n ");
	expect("\"\r\n\r\n\nx\"\nd", "1:\"\\r\\n\\r\\n\\nx\"\\n 5:\"d\"\\n ");
	expect("\"\"\"\",\"\"", "1:\"\"\"\",\\n ");
	expect(" a , b ", "1:\" a \",\" b \"\\n ");
}

static void quotes_in_bare_cells_are_kept(void **state)
{
	(void)state;
	expect("a \"\"b\"\" c", "1:\"a \"\"b\"\" c\"\\n ");
	expect("5\",6\"", "1:\"5\"\"\",\"6\"\"\"\\n ");
	expect("a\"b\"\"\"c", "1:\"a\"\"b\"\"\"\"c\"\\n ");
	expect(" \"a\"", "1:\" \"\"a\"\"\"\\n ");
}

static void faults_of_quotes_name_the_line_where_they_opened(void **state)
{
	(void)state;
	expect("a\n\"b\nc\n", "1:\"a\"\\n !file.unclosed_quote 2");
	expect("a\n\"", "1:\"a\"\\n !file.unclosed_quote 2");
	expect("\"a\n\"b\nc", "!file.text_after_quote 1");
	expect("a,\"b\" ,c", "!file.text_after_quote 1");
	expect("a\n\"\"b", "1:\"a\"\\n !file.text_after_quote 2");
}

static void the_known_names_choose_the_separator(void **state)
{
	(void)state;
	expect("email;exten\n1,2;3", "1:\"email\",\"exten\"\\n 2:\"1,2\",\"3\"\\n ");
	expect("email\texten\n1", "1:\"email\",\"exten\"\\n 2:\"1\"\\n ");
	expect("email|exten\n1", "1:\"email\",\"exten\"\\n 2:\"1\"\\n ");
	expect("\n  \n\"email\";\"exten\"\n1", "3:\"email\",\"exten\"\\n 4:\"1\"\\n ");
	/* more semicolons than commas, but the commas make the names */
	expect("email,x;y;z\n1", "1:\"email\",\"x;y;z\"\\n 2:\"1\"\\n ");
}

static void where_no_name_is_known_the_number_of_cells_does(void **state)
{
	(void)state;
	expect("a;b\n1;2", "1:\"a\",\"b\"\\n 2:\"1\",\"2\"\\n ");
	expect("a\tb\n1,5\t2", "1:\"a\",\"b\"\\n 2:\"1,5\",\"2\"\\n ");
	expect("\"a\";\"b\"\n\"1\";\"x,y\"\n", "1:\"a\",\"b\"\\n 2:\"1\",\"x,y\"\\n ");
	/* the comma where it does as well, and where nothing does */
	expect("a,b;c\n1,2;3\n", "1:\"a\",\"b;c\"\\n 2:\"1\",\"2;3\"\\n ");
	expect("a,b,c\n1;2\n", "1:\"a\",\"b\",\"c\"\\n 2:\"1;2\"\\n ");
	/* quotes that would be wrong under the comma, in rows of other lengths */
	expect("\"a\";\"b\"\n\"1\"\n", "1:\"a\",\"b\"\\n 2:\"1\"\\n ");
	/* the eleventh record does not count */
	expect("a;b\n1;2\n\n1;2\n1;2\n1;2\n1;2\n1;2\n1;2\n1;2\n1;2\nz\n", "1:\"a\",\"b\"\\n 2:\"1\",\"2\"\\n "
	    "4:\"1\",\"2\"\\n 5:\"1\",\"2\"\\n 6:\"1\",\"2\"\\n 7:\"1\",\"2\"\\n 8:\"1\",\"2\"\\n "
	    "9:\"1\",\"2\"\\n 10:\"1\",\"2\"\\n 11:\"1\",\"2\"\\n 12:\"z\"\\n ");
}

static void a_record_in_one_cell_in_quotes_is_read_as_that_record(void **state)
{
	(void)state;
	max_cell = 40;
	expect("\"uuid,exten\"\n\"a,\"\"b,c\"\"\"\n", "1:\"uuid\",\"exten\"\\n 2:\"a\",\"b,c\"\\n ");
	expect("\"p;q\";;\r\n\"1;2\";;\r\n", "1:\"p\",\"q\"\\n 2:\"1\",\"2\"\\n ");
	expect("\"p,q\";;\r\n\"1,2\";;\r\n", "1:\"p\",\"q\"\\n 2:\"1\",\"2\"\\n ");
	/* as Excel writes it: only rows that hold a quote are in quotes */
	expect("uuid,exten\n\"a,\"\"b,c\"\"\"\na,b\n", "1:\"uuid\",\"exten\"\\n 2:\"a\",\"b,c\"\\n 3:\"a\",\"b\"\\n ");
	/* a cell is missing: nothing says that it is a record */
	expect("uuid,exten\n\"a, b\"\n", "1:\"uuid\",\"exten\"\\n 2:\"a, b\"\\n ");
	expect("uuid,exten\n\"a, \"\"b\"\"; c,d\"\n", "1:\"uuid\",\"exten\"\\n 2:\"a, \"\"b\"\"; c,d\"\\n ");
	/* one column alone */
	expect("\"email\"\n\"a,b\"\n", "1:\"email\"\\n 2:\"a,b\"\\n ");
	max_cell = 8;
}

static void with_bars_quotes_are_text(void **state)
{
	(void)state;
	max_cell = 40;
	expect("uuid|exten\n\"R\" <1>|2\n", "1:\"uuid\",\"exten\"\\n 2:\"\"\"R\"\" <1>\",\"2\"\\n ");
	expect("uuid|exten\n\"R|\"\n", "1:\"uuid\",\"exten\"\\n 2:\"\"\"R\",\"\"\"\"\\n ");
	expect("uuid|exten\na \"\"b\"\"|\"\"b\"\" c\n",
	    "1:\"uuid\",\"exten\"\\n 2:\"a \"\"b\"\"\",\"\"\"b\"\" c\"\\n ");
	/* a cell that is in quotes as others have it */
	expect("uuid|exten\n\"a \"\"b\"\"\"|\"\"\n\"\"\"\"|\"c\"\n",
	    "1:\"uuid\",\"exten\"\\n 2:\"a \"\"b\"\"\",\\n 3:\"\"\"\",\"c\"\\n ");
	/* unless the header is in quotes */
	expect("\"uuid\"|\"exten\"\n\"R|\"|2\n", "1:\"uuid\",\"exten\"\\n 2:\"R|\",\"2\"\\n ");
	expect("sep=|\nuuid\n\"\n", "2:\"uuid\"\\n 3:\"\"\"\"\\n ");
	max_cell = 8;
}

static void a_first_line_may_tell_the_separator(void **state)
{
	(void)state;
	expect("sep=;\nemail,a;b\n", "2:\"email,a\",\"b\"\\n ");
	expect("\xef\xbb\xbfSEP=\t\r\na\tb\r\n", "2:\"a\",\"b\"\\n ");
	expect("sep=:\ra:b", "2:\"a\",\"b\"\\n ");
	expect("sep=,", "");
	expect("sep=;;\n", "1:\"sep=\",,\\n ");
	expect("sep=a\n", "1:\"sep=a\"\\n ");
	expect("sep=\"\n", "1:\"sep=\"\"\"\\n ");
	expect("a\nsep=;\n", "1:\"a\"\\n 2:\"sep=;\"\\n ");
	expect("\"sep=;\"\na;b\n", "2:\"a\",\"b\"\\n ");
	expect("\"sep=;\";;\na;b\n", "2:\"a\",\"b\"\\n ");
	expect("sep=;,,\na;b\n", "2:\"a\",\"b\"\\n ");
	expect("sep=\\t\na\tb\n", "2:\"a\",\"b\"\\n ");
	/* the first line of PowerShell's Export-Csv */
	expect("#TYPE A\r\n\"email\";\"b\"\n", "2:\"email\",\"b\"\\n ");
	expect("#TYPES\n", "1:\"#TYPES\"\\n ");
}

static void empty_cells_beyond_the_limit_are_dropped(void **state)
{
	(void)state;
	expect("a,b,c,d,e,,,,\n1,,,,,,,,,,\n", "1:\"a\",\"b\",\"c\",\"d\",\"e\"\\n 2:\"1\",,,,\\n ");
	expect("a,,,,,,\"\",\n", "1:\"a\",,,,\\n ");
	expect("a,,,,,,,", "1:\"a\",,,,\\n ");
	expect("a,,,,,b\n", "!file.limit_columns 1");
	expect("a,,,,,,b,\n", "!file.limit_columns 1");
}

static void other_encodings_and_formats_are_told(void **state)
{
	(void)state;
	expect("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1...", "!file.xls 0");
	expect("\x89PNG\r\n\x1a\n...", "!file.picture 0");
	expect("\xff\xd8\xff\xe0...", "!file.picture 0");
	expect("GIF89a...", "!file.picture 0");
	expect("%PDF-1.7\n...", "!file.picture 0");
	expect("\x1f\x8b\x08...", "!file.packed what.gzip 0");
	expect_n("\xfd" "7zXZ\0...", 9, "!file.packed what.xz 0");
	expect("7z\xbc\xaf\x27\x1c...", "!file.packed what.7z 0");
	expect("BZh91AY", "!file.packed what.bzip2 0");
	expect("\x28\xb5\x2f\xfd...", "!file.packed what.zstd 0");
	expect("Rar!\x1a\x07...", "!file.packed what.rar 0");
	expect("{\\rtf1\\ansi", "!file.other what.rtf 0");
	expect("<?xml version=\"1.0\"?><office:document>", "!file.other what.xml 0");
	expect("\xef\xbb\xbf\n <!DOCTYPE html>", "!file.other what.html 0");
	expect("<TABLE><tr>", "!file.other what.html 0");
	expect("[ {\"uuid\": 1}]", "!file.other what.json 0");
	expect("{\n \"uuid\": 1}", "!file.other what.json 0");
	expect("<,{,[\n", "1:\"<\",\"{\",\"[\"\\n ");
	expect("\xff\xfe", "!file.utf16 0");
	expect_n("\xfe\xff\0a\0b", 6, "!file.utf16 0");
	expect_n("a\0b\0c\0", 6, "!file.utf16 0");
	expect_n("\0a\0b\0c\0d\0e", 10, "!file.utf16 0");
}

static void bad_bytes_have_a_line_and_an_offset(void **state)
{
	(void)state;
	expect("a\nJos\xe9,b\n", "1:\"a\"\\n !file.utf8 2 5");
	expect("Jos\xe9,b\n", "!file.utf8 1 3");
	expect("\xef\xbb\xbf" "a\r\n\xc3", "1:\"a\"\\n !file.utf8 2 6");
	expect("a\n\xe2\x82\nb", "1:\"a\"\\n !file.utf8 2 2");
	expect("a\nb\n\xc0\xaf", "1:\"a\"\\n 2:\"b\"\\n !file.utf8 3 4");
	expect("a\n\xed\xa0\x80", "1:\"a\"\\n !file.utf8 2 2");
	expect("a\n\xf4\x90\x80\x80", "1:\"a\"\\n !file.utf8 2 2");
	expect("a\n\xe0\x80\x80", "1:\"a\"\\n !file.utf8 2 2");
	expect("a\n\x80", "1:\"a\"\\n !file.utf8 2 2");
	expect("\"a\r\n\r\xe9\"", "!file.utf8 3 5");
	expect("a\n\xc3\xa9\xe2\x82\xac,\xf0\x9f\x98\x80",
	    "1:\"a\"\\n 2:\"\xc3\xa9\xe2\x82\xac\",\"\xf0\x9f\x98\x80\"\\n ");
	expect_n("a\nbcdef\0g", 9, "1:\"a\"\\n !file.nul 2 7");
	expect_n("abcdefgh\0", 9, "!file.nul 1 8");
}

static void the_first_fault_counts(void **state)
{
	(void)state;
	expect("a\n\"b\"c\n\xe9", "1:\"a\"\\n !file.text_after_quote 2");
	expect("a\n\xe9\n\"b\"c\n", "1:\"a\"\\n !file.utf8 2 2");
}

static void limits_are_faults(void **state)
{
	(void)state;
	expect("12345678,\"1\"\"345678\"\n", "1:\"12345678\",\"1\"\"345678\"\\n ");
	expect("a\n123456789\n", "1:\"a\"\\n !file.limit_cell 2");
	expect("a\n\"1\n345678\"\"\n", "1:\"a\"\\n !file.limit_cell 2");
	expect("1,2,3,4,5\n", "1:\"1\",\"2\",\"3\",\"4\",\"5\"\\n ");
	expect("a\n\"\n\",2,3,4,5,6\n", "1:\"a\"\\n !file.limit_columns 2");
}

static void a_stop_stops(void **state)
{
	const char *bytes = "a\nb\nc\n\"d\"e";
	struct seen s = { .stop_at = 2 };

	(void)state;
	for (size_t chunk = 1; chunk < 12; chunk++) {
		assert_int_equal(read_all(&s, bytes, strlen(bytes), chunk), -1);
		assert_string_equal(buf_str(&s.out), "1:\"a\"\\n 2:\"b\"\\n ");
		assert_int_equal(s.faults, 0);
	}
	buf_free(&s.out);
}

static void a_header_without_end_is_read_at_last(void **state)
{
	struct buf b = {0};
	struct seen s = {0};

	(void)state;
	/* more blank lines than are looked at: the comma stays */
	while (b.len <= SNIFF_HEADER_BYTES)
		buf_adds(&b, "\n\n\n\n\n\n\n\n");
	buf_adds(&b, "uuid;e\n");
	assert_int_equal(read_all(&s, b.data, b.len, 70000), 0);
	assert_string_equal(buf_str(&s.out), "65545:\"uuid;e\"\\n ");
	buf_free(&b);
	buf_free(&s.out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(line_ends_may_be_mixed),
		cmocka_unit_test(blank_records_are_left_out),
		cmocka_unit_test(a_byte_order_mark_is_skipped),
		cmocka_unit_test(cells_in_quotes_hold_anything),
		cmocka_unit_test(quotes_in_bare_cells_are_kept),
		cmocka_unit_test(faults_of_quotes_name_the_line_where_they_opened),
		cmocka_unit_test(the_known_names_choose_the_separator),
		cmocka_unit_test(where_no_name_is_known_the_number_of_cells_does),
		cmocka_unit_test(a_record_in_one_cell_in_quotes_is_read_as_that_record),
		cmocka_unit_test(with_bars_quotes_are_text),
		cmocka_unit_test(a_first_line_may_tell_the_separator),
		cmocka_unit_test(empty_cells_beyond_the_limit_are_dropped),
		cmocka_unit_test(other_encodings_and_formats_are_told),
		cmocka_unit_test(bad_bytes_have_a_line_and_an_offset),
		cmocka_unit_test(the_first_fault_counts),
		cmocka_unit_test(limits_are_faults),
		cmocka_unit_test(a_stop_stops),
		cmocka_unit_test(a_header_without_end_is_read_at_last),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
