/* Workbooks: what is read of those that spreadsheets and libraries write, and that
 * what we write is read again. */
#include "workbook.h"

#include "sheet/number.h"
#include "sheet/xlsx_writer.h"

static void expect_sheet(const char *name, const struct buf *file, const char *expected)
{
	static const size_t chunks[] = { 1 << 20, 1, 7, 4096 };

	for (size_t i = 0; i < sizeof(chunks) / sizeof(chunks[0]); i++) {
		struct seen s = {0};
		read_sheet(&s, name, file->data, file->len, chunks[i]);
		assert_string_equal(buf_str(&s.out), expected);
		buf_free(&s.out);
	}
}

/* --- those that others write ---------------------------------------------- */

#define PEOPLE(yes, no) \
	"1: t[firstname] t[lastname] t[exten] t[context] t[line_protocol]" \
	" t[mobile_phone_number] t[enabled] t[userfield]\n" \
	"2: t[Ann] t[Lee] t[0101] t[default] t[sip] t[+33612345678] " yes \
	" t[text, \"quoted\" & <tagged>]\n" \
	"3: t[José] t[Müller] n[1002] t[default] t[sip] n[612345678] " no " t[ blanks  inside ]\n" \
	"5: t[Zoë] t[] t[] t[] t[] t[] t[] t[two\\nlines]\n"

static void what_spreadsheets_and_libraries_write_is_read(void **state)
{
	static const struct { const char *name, *expected; } files[] = {
		{ "libreoffice.xlsx", PEOPLE("b[1]", "b[0]") },
		/* Made of an .xlsx, whose booleans LibreOffice takes for numbers that look so. */
		{ "libreoffice.ods", PEOPLE("n[1]", "n[0]") },
		{ "exceljs.xlsx", PEOPLE("b[1]", "b[0]") },
		{ "sheetjs.xlsx", PEOPLE("b[1]", "b[0]") },
		{ "sheetjs.ods", PEOPLE("b[1]", "b[0]") },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[64];
		snprintf(path, sizeof(path), "tests/data/sheets/%s", files[i].name);
		struct buf file = transcript_file(path);
		expect_sheet(NULL, &file, files[i].expected);
		buf_free(&file);
	}
}

static void a_sheet_is_chosen_by_its_name_and_hidden_ones_are_not_the_first(void **state)
{
	static const char *const files[] = { "libreoffice.xlsx", "libreoffice.ods", "exceljs.xlsx" };

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char path[64];
		snprintf(path, sizeof(path), "tests/data/sheets/%s", files[i]);
		struct buf file = transcript_file(path);
		expect_sheet("Hidden", &file, "1: t[firstname]\n2: t[Nobody]\n");
		expect_sheet("None", &file, "file.sheet_missing - row 0\n");
		buf_free(&file);
	}
}

static void dates_errors_and_formulas_are_known_by_their_kind(void **state)
{
	struct buf exceljs = transcript_file("tests/data/sheets/exceljs.xlsx");
	struct buf ods = transcript_file("tests/data/sheets/libreoffice.ods");

	(void)state;
	expect_sheet("More", &exceljs,
	    "1: t[firstname] t[exten] t[userfield] t[email] t[lastname]\n"
	    "2: t[Other] d[2026-11-29] t[Other!] f[] e[#N/A]\n"
	    "3: t[Rich] n[0.30000000000000004] n[1000000000000000] t[aAb] n[12345678901234567000]\n");
	expect_sheet("More", &ods,
	    "1: t[firstname] t[exten] t[userfield] t[email] t[lastname]\n"
	    "2: t[Other] d[2026-11-29] t[Other!] t[Other@x.org] e[#N/A]\n"
	    "3: t[Rich] n[0.3] n[1000000000000000] t[a_x0041_b] n[12345678901234600000]\n");
	buf_free(&exceljs);
	buf_free(&ods);
}

/* --- numbers -------------------------------------------------------------- */

static void expect_number(const char *from, const char *to)
{
	char text[NUMBER_TEXT_SIZE];
	size_t n = number_text(from, strlen(from), text);

	assert_string_equal(n == 0 ? "" : text, to);
}

static void numbers_have_their_shortest_decimal_form(void **state)
{
	(void)state;
	expect_number("612345678", "612345678");
	expect_number("6.12345678E8", "612345678");
	expect_number("33612345678.0", "33612345678");
	expect_number("1.2E+11", "120000000000");
	expect_number("-0.5", "-0.5");
	expect_number("0.1", "0.1");
	expect_number("1201.50", "1201.5");
	expect_number("1e20", "100000000000000000000");
	expect_number("1e21", "1e+21");
	expect_number("1e22", "1e+22");
	expect_number("0.0000001", "0.0000001");
	expect_number("1e-8", "1e-08");
	expect_number("0", "0");
	expect_number("-0", "0");
	expect_number("", "");
	expect_number("nan", "");
	expect_number("1e999", "");
	expect_number("0x10", "");
	expect_number("12a", "");
	expect_number(" 1", "");
}

static void expect_date(const char *from, bool from_1904, const char *to)
{
	char text[NUMBER_TEXT_SIZE];
	size_t n = number_date(from, strlen(from), from_1904, text);

	assert_string_equal(n == 0 ? "" : text, to);
}

static void days_are_those_that_the_spreadsheet_shows(void **state)
{
	(void)state;
	expect_date("1", false, "1900-01-01");
	expect_date("59", false, "1900-02-28");
	expect_date("61", false, "1900-03-01");
	expect_date("46355", false, "2026-11-29");
	expect_date("46355.5", false, "2026-11-29T12:00:00");
	expect_date("0.4375", false, "10:30:00");
	expect_date("44893", true, "2026-11-29");
	expect_date("-1", false, "");
	expect_date("9999999", false, "");

	assert_true(number_format_date("yyyy\\-mm\\-dd"));
	assert_true(number_format_date("[h]:mm"));
	assert_true(number_format_date("[$-40C]d mmmm"));
	assert_false(number_format_date("General"));
	assert_false(number_format_date("0.00"));
	assert_false(number_format_date("0\" days\""));
	assert_false(number_format_date("[Red]0"));
	assert_false(number_format_date("#,##0\\d"));
	assert_false(number_format_date("@"));
	assert_true(number_format_date_known(14));
	assert_false(number_format_date_known(49));
}

/* --- cells ---------------------------------------------------------------- */

static void cells_stand_where_they_say(void **state)
{
	const struct making m = { .sheet = SHEET(
		"<row r='2'><c r='B2' t='s'><v>0</v></c><c><v>5</v></c><c r='A2' t='inlineStr'><is><t>_x000D_</t>"
		"<rPh><t>no</t></rPh></is></c><c r='E2' s='1'/></row>"
		"<row><c t='str'><f>A1</f><v></v></c><c><f>A1</f></c><c t='b'><v>1</v></c><c t='e'><v>#REF!</v></c></row>"
		"<row r='9'/>") };

	(void)state;
	expect_made(&m, "2: t[\\r] t[one] n[5]\n3: t[] f[] b[1] e[#REF!]\n");
}

/* --- OpenDocument --------------------------------------------------------- */

#define ODS(content) "<document-content xmlns:table='t' xmlns:text='x' xmlns:office='o' xmlns:calcext='c'>" \
	"<automatic-styles><style name='ta2' family='table'><table-properties table:display='false'/></style>" \
	"</automatic-styles><body><spreadsheet>" content "</spreadsheet></body></document-content>"

static void expect_ods(const char *content, const char *manifest, const char *expected)
{
	struct buf file = {0};
	struct zip_stream *z = zip_stream_new(keep, &file);

	add_part(z, "mimetype", NULL, "application/vnd.oasis.opendocument.spreadsheet");
	add_part(z, "content.xml", NULL, content);
	if (manifest != NULL)
		add_part(z, "META-INF/manifest.xml", NULL, manifest);
	assert_true(zip_stream_end(z));
	zip_stream_free(z);
	struct seen s = {0};
	read_sheet(&s, NULL, file.data, file.len, 65536);
	assert_string_equal(buf_str(&s.out), expected);
	buf_free(&s.out);
	buf_free(&file);
}

static void of_an_ods_what_cells_show_is_read(void **state)
{
	(void)state;
	expect_ods(ODS("<tracked-changes><table><table-row/></table></tracked-changes>"
		"<table table:name='H' table:style-name='ta2'><table-row><table-cell><p>hidden</p></table-cell></table-row></table>"
		"<table table:name='S'><shapes><p>no</p></shapes><table-header-rows><table-row>"
		"<table-cell office:value-type='string'><annotation><p>note</p></annotation><p>a<s/><s c='2'/>b  c\n d</p><p>e<tab/>f<line-break/>g</p></table-cell>"
		"<table-cell table:number-columns-repeated='2' office:value-type='float' office:value='2.50'><p>2,5</p></table-cell>"
		"<covered-table-cell/><table-cell office:value-type='boolean' office:boolean-value='true'><p>WAHR</p></table-cell>"
		"<table-cell table:number-columns-repeated='16376'/></table-row></table-header-rows>"
		"<table-row table:number-rows-repeated='2'><table-cell><p>twice</p></table-cell></table-row>"
		"<table-row table:number-rows-repeated='10'><table-cell table:number-columns-repeated='16384'/></table-row>"
		"<table-row><table-cell table:formula='x'/><table-cell office:value-type='string' calcext:value-type='error'><p>#REF!</p></table-cell>"
		"<table-cell office:value-type='time' office:time-value='PT1H'><p>01:00</p></table-cell></table-row>"
		"<table-row table:number-rows-repeated='1048562'><table-cell/></table-row></table>"),
	    NULL,
	    "1: t[a   b c d\\ne\tf\\ng] n[2.5] n[2.5] t[] b[1]\n2: t[twice]\n3: t[twice]\n14: f[] e[#REF!] d[01:00]\n");
	expect_ods(ODS("<table><table-row><table-cell table:number-columns-repeated='16384'><p>x</p></table-cell></table-row></table>"),
	    NULL, "file.limit_columns - row 1\n");
	expect_ods(ODS("<table><table-row><table-cell table:number-columns-repeated='0'/></table-row></table>"),
	    NULL, "file.sheet_damaged - row 1\n");
	expect_ods(ODS(""), NULL, "file.sheet_none - row 0\n");
	expect_ods("<text/>", NULL, "file.sheet_other - row 0\n");
	expect_ods("x", "<manifest><file-entry><encryption-data/></file-entry></manifest>", "file.sheet_locked - row 0\n");
}

static void an_archive_that_is_no_workbook_says_so(void **state)
{
	struct buf file = {0};
	struct zip_stream *z = zip_stream_new(keep, &file);
	struct seen s = {0};

	(void)state;
	add_part(z, "users.csv", NULL, "firstname\nAnn\n");
	assert_true(zip_stream_end(z));
	zip_stream_free(z);
	read_sheet(&s, NULL, file.data, file.len, 65536);
	assert_string_equal(buf_str(&s.out), "file.sheet_other - row 0\n");
	buf_free(&s.out);
	buf_free(&file);
}

/* --- what we write -------------------------------------------------------- */

static void what_is_written_is_read_again(void **state)
{
	static const char *const cells[] = {
		"0101", "+33612345678", "=1+1", " a ", "two\nlines", "\r\t\x01\x7f", "_x000D_", "_x00", "a & <b> \"c\"",
		"é€😀", "\xef\xbf\xbe\xef\xbf\xbf", "", "last",
	};
	struct buf file = {0}, expected = {0};
	struct xlsx_writer *w = xlsx_writer_new("Users & more", keep, &file);

	(void)state;
	for (long row = 1; row <= 3; row += 2) {
		xlsx_row(w, row);
		buf_addf(&expected, "%ld:", row);
		for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
			xlsx_cell(w, CELL_TEXT, cells[i], strlen(cells[i]));
			buf_adds(&expected, " t[");
			transcript_text(&expected, cells[i]);
			buf_addch(&expected, ']');
		}
		xlsx_cell(w, CELL_NUMBER, "12", 2);
		buf_adds(&expected, " n[12]\n");
		assert_true(xlsx_flush(w));
		/* Little is held back until it is asked for. */
		size_t passed = file.len;
		assert_true(xlsx_pass(w));
		assert_true(file.len > passed);
	}
	assert_true(xlsx_end(w));
	xlsx_writer_free(w);
	expect_sheet(NULL, &file, buf_str(&expected));
	expect_sheet("Users & more", &file, buf_str(&expected));
	buf_free(&file);
	buf_free(&expected);
}

static bool refuse(void *ctx, const char *bytes, size_t n)
{
	(void)bytes;
	(void)n;
	return (*(int *)ctx)-- > 0;
}

static void a_workbook_whose_reader_goes_away_ends(void **state)
{
	(void)state;
	for (int after = 0; after < 30; after++) {
		int left = after;
		struct xlsx_writer *w = xlsx_writer_new("S", refuse, &left);
		xlsx_row(w, 1);
		xlsx_cell(w, CELL_TEXT, "x", 1);
		bool whole = xlsx_end(w);
		assert_int_equal(whole, left >= 0);
		xlsx_writer_free(w);
	}
}

/* --- as records ----------------------------------------------------------- */

static void a_workbook_is_read_as_a_csv_file_is(void **state)
{
	struct transcript t = { .kind = READER_IMPORT, .rows = true, .records = true };
	struct buf file = transcript_file("tests/data/sheets/exceljs.xlsx");

	(void)state;
	transcript_expect(&t, file.data, file.len,
	    "header , [firstname|lastname|exten|context|line_protocol|mobile_phone_number|enabled|userfield]\n"
	    "record 1 line 2 [Ann|Lee|0101|default|sip|+33612345678|1|text, \"quoted\" & <tagged>]\n"
	    "record 2 line 3 [José|Müller|1002|default|sip|612345678|0| blanks  inside ]\n"
	    "record 4 line 5 [Zoë|||||||two\\nlines]\n"
	    "warning number_cell row 0 line 1 column exten value - {count=1,first=3}\n"
	    "warning number_cell row 0 line 1 column mobile_phone_number value - {count=1,first=3}\n");
	buf_free(&file);
	transcript_free(&t);
}

static void expect_records(const char *rows, const char *expected)
{
	struct transcript t = { .kind = READER_IMPORT, .rows = true };
	struct buf sheet = {0};

	buf_addf(&sheet, SHEET("%s"), rows);
	const struct making m = { .sheet = buf_str(&sheet) };
	struct buf file = make_workbook(&m);
	assert_string_equal(transcript_read(&t, file.data, file.len, 0), expected);
	buf_free(&file);
	buf_free(&sheet);
	transcript_free(&t);
}

#define TEXT(s) "<c t='str'><v>" s "</v></c>"

static void cells_that_hold_no_text_are_named(void **state)
{
	(void)state;
	expect_records(
	    "<row>" TEXT("firstname") TEXT("exten") TEXT("password") "<c/>" TEXT("userfield") "</row>"
	    "<row>" TEXT("A") "<c t='e'><v>#REF!</v></c><c t='d'><v>2026-11-29</v></c><c><v>1</v></c><c><f>A1</f></c></row>"
	    "<row r='7'>" TEXT("B") "<c/><c/><c/><c/><c/>" TEXT("a note") "</row>",
	    "header , [firstname|exten|password||userfield]\n"
	    "error invalid row 1 line 2 column exten value #REF! {expected=expected.not_error}\n"
	    "error invalid row 1 line 2 column password value - {expected=expected.not_date}\n"
	    "error invalid row 1 line 2 column userfield value - {expected=expected.not_formula}\n"
	    "warning column_unknown.nameless row 0 line 1 column  value - {position=4}\n"
	    "warning column_unknown.nameless row 0 line 1 column  value - {position=7}\n");
	expect_records("<row>" TEXT("firstname") "</row>", "header , [firstname]\n"
	    "error file.empty row 0 line 0 column - value - {}\n");
	expect_records("", "error file.empty row 0 line 0 column - value - {}\n");
	expect_records("<row/><row>" TEXT("exten") "</row>",
	    "error file.header_missing row 0 line 2 column - value - {name=firstname,why=why.firstname,found=exten}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_spreadsheets_and_libraries_write_is_read),
		cmocka_unit_test(a_sheet_is_chosen_by_its_name_and_hidden_ones_are_not_the_first),
		cmocka_unit_test(dates_errors_and_formulas_are_known_by_their_kind),
		cmocka_unit_test(numbers_have_their_shortest_decimal_form),
		cmocka_unit_test(days_are_those_that_the_spreadsheet_shows),
		cmocka_unit_test(cells_stand_where_they_say),
		cmocka_unit_test(of_an_ods_what_cells_show_is_read),
		cmocka_unit_test(an_archive_that_is_no_workbook_says_so),
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(a_workbook_whose_reader_goes_away_ends),
		cmocka_unit_test(a_workbook_is_read_as_a_csv_file_is),
		cmocka_unit_test(cells_that_hold_no_text_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
