/* Hostile workbooks: each is one fault, in bounded memory. */
#include "workbook.h"

#include <sys/resource.h>

static void what_refers_to_nothing_is_damaged(void **state)
{
	static const char *const rows[] = {
		"<row><c t='s'><v>1</v></c></row>", "<row><c t='s'><v>-1</v></c></row>",
		"<row><c t='s'><v>99999999999</v></c></row>", "<row><c r='XFE1'><v>1</v></c></row>",
		"<row><c r='1'><v>1</v></c></row>", "<row><c><v>one</v></c></row>",
		"<row r='1'/><row r='1'/>", "<row r='1048577'/>", "<row r='x'/>", "<row><c></row>", "<row>\x01</row>",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char sheet[300];
		snprintf(sheet, sizeof(sheet), SHEET("%s"), rows[i]);
		const struct making m = { .sheet = sheet };
		struct buf file = make_workbook(&m);
		struct seen s = {0};
		read_sheet(&s, NULL, file.data, file.len, 65536);
		assert_non_null(strstr(buf_str(&s.out), "file.sheet_damaged"));
		buf_free(&s.out);
		buf_free(&file);
	}
}

static void nothing_outside_of_the_file_is_opened(void **state)
{
	static const char external[] = "<Relationships><Relationship Id='r1' TargetMode='External' Type='"
		RELATIONS "/worksheet' Target='file:///etc/passwd'/></Relationships>";
	static const char above[] = "<Relationships><Relationship Id='r1' Type='"
		RELATIONS "/worksheet' Target='../../../etc/passwd'/></Relationships>";
	static const char itself[] = "<Relationships><Relationship Id='r1' Type='"
		RELATIONS "/worksheet' Target='workbook.xml'/></Relationships>";
	static const char entity[] = "<!DOCTYPE sst [<!ENTITY a 'x'><!ENTITY b '&a;&a;'>]><sst><si><t>&b;</t></si></sst>";

	(void)state;
	expect_made(&(struct making){ .book_relations = external }, "file.sheet_unsafe what.sheet_outside row 0\n");
	expect_made(&(struct making){ .book_relations = above }, "file.sheet_unsafe what.sheet_outside row 0\n");
	expect_made(&(struct making){ .book_relations = itself }, "");
	expect_made(&(struct making){ .texts = entity }, "file.sheet_unsafe what.sheet_dtd row 0\n");
	expect_made(&(struct making){ .extra = "../../evil" }, "file.sheet_unsafe what.sheet_path row 0\n");
	expect_made(&(struct making){ .extra = "/etc/passwd" }, "file.sheet_unsafe what.sheet_path row 0\n");
	expect_made(&(struct making){ .extra = "xl\\x" }, "file.sheet_unsafe what.sheet_path row 0\n");
	expect_made(&(struct making){ .extra = "XL/workbook.xml" }, "file.sheet_unsafe what.sheet_twice row 0\n");
}

static void fill_bomb(struct zip_stream *z)
{
	static char blanks[65536];

	memset(blanks, ' ', sizeof(blanks));
	for (int i = 0; i < 800; i++)
		assert_true(zip_stream_add(z, blanks, sizeof(blanks)));
}

static void add_text_of(struct zip_stream *z, const char *s)
{
	assert_true(zip_stream_add(z, s, strlen(s)));
}

/* So much of it that it does not pack well. */
static void add_noise(struct zip_stream *z, size_t n)
{
	/* Longer than what deflate looks back, which is 32 KiB. */
	static char text[65536];

	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (char)('a' + rand() % 26);
	while (n > 0) {
		size_t some = n < sizeof(text) ? n : sizeof(text);
		assert_true(zip_stream_add(z, text, some));
		n -= some;
	}
}

static void fill_many_texts(struct zip_stream *z)
{
	char text[64];

	add_text_of(z, "<sst>");
	for (int i = 0; i <= 1000000; i++) {
		snprintf(text, sizeof(text), "<si><t>%d</t></si>", rand());
		add_text_of(z, text);
	}
	add_text_of(z, "</sst>");
}

static void fill_huge_texts(struct zip_stream *z)
{
	add_text_of(z, "<sst><si><t>");
	add_noise(z, 40 * 1024 * 1024);
	add_text_of(z, "</t></si></sst>");
}

static void fill_one_tag(struct zip_stream *z)
{
	add_text_of(z, "<worksheet a='");
	add_noise(z, 40 * 1024 * 1024);
	add_text_of(z, "'/>");
}

static void fill_many_names(struct zip_stream *z)
{
	char text[64];

	add_text_of(z, "<worksheet>");
	for (int i = 0; i < 1000000; i++) {
		snprintf(text, sizeof(text), "<e%d%d/>", i, rand());
		add_text_of(z, text);
	}
}

static void fill_deep(struct zip_stream *z)
{
	for (int i = 0; i < 100; i++)
		add_text_of(z, "<a>");
}

static void fill_columns(struct zip_stream *z)
{
	add_text_of(z, "<worksheet><sheetData><row>");
	for (int i = 0; i < 16384; i++)
		add_text_of(z, "<c><v>1</v></c>");
	add_text_of(z, "</row></sheetData></worksheet>");
}

/* One long text that each of many cells shows: as a CSV file it would be huge. */
static void fill_long_text(struct zip_stream *z)
{
	add_text_of(z, "<sst><si><t>");
	add_noise(z, 60000);
	add_text_of(z, "</t></si></sst>");
}

static void fill_references(struct zip_stream *z)
{
	add_text_of(z, "<worksheet><sheetData>");
	for (int i = 0; i < 2000; i++)
		add_text_of(z, "<row><c t='s'><v>0</v></c></row>");
	add_text_of(z, "</sheetData></worksheet>");
}

static void expect_bomb(const struct making *m, const char *expected)
{
	struct buf file = make_workbook(m);
	struct seen s = { .quiet = true };

	read_sheet(&s, NULL, file.data, file.len, 65536);
	assert_string_equal(buf_str(&s.out), expected);
	assert_int_equal(s.status, expected[0] == '\0' ? 0 : -1);
	buf_free(&s.out);
	buf_free(&file);
}

static void what_unpacks_without_end_is_one_fault(void **state)
{
	(void)state;
	expect_bomb(&(struct making){ .fill = fill_bomb }, "file.sheet_limit what.sheet_ratio row 0\n");
	expect_bomb(&(struct making){ .fill_texts = fill_many_texts }, "file.sheet_limit what.sheet_texts row 0\n");
	expect_bomb(&(struct making){ .fill_texts = fill_huge_texts, .sheet = "<worksheet/>" }, "");
	expect_bomb(&(struct making){ .fill = fill_one_tag }, "file.sheet_limit what.sheet_xml row 0\n");
	expect_bomb(&(struct making){ .fill = fill_many_names }, "file.sheet_limit what.sheet_xml row 0\n");
	expect_bomb(&(struct making){ .fill = fill_deep }, "file.sheet_limit what.sheet_depth row 0\n");
	expect_bomb(&(struct making){ .fill = fill_columns }, "file.limit_columns - row 1\n");
	expect_bomb(&(struct making){ .fill_texts = fill_long_text, .fill = fill_references },
	    "file.limit_size - row 834\n");
	expect_bomb(&(struct making){ .fill_texts = fill_huge_texts, .sheet = SHEET("<row><c t='s'><v>0</v></c></row>") },
	    "file.limit_cell - row 1\n");
}

static void many_sheets_are_one_fault(void **state)
{
	struct buf many = {0};
	struct making m = {0};

	(void)state;
	buf_adds(&many, "<workbook xmlns:r='r'><sheets>");
	for (int i = 0; i <= 100; i++)
		buf_adds(&many, "<sheet name='S' r:id='r1'/>");
	buf_adds(&many, "</sheets></workbook>");
	m.book = buf_str(&many);
	expect_made(&m, "file.sheet_limit what.sheet_sheets row 0\n");
	buf_free(&many);
}

static void a_file_that_ends_early_is_damaged(void **state)
{
	struct buf file = transcript_file("tests/data/sheets/libreoffice.xlsx");
	struct buf ods = transcript_file("tests/data/sheets/libreoffice.ods");

	(void)state;
	for (size_t n = SHEET_MAGIC_BYTES; n < file.len; n += 397) {
		struct seen s = {0};
		read_sheet(&s, NULL, file.data, n, 65536);
		assert_string_equal(buf_str(&s.out), "file.sheet_damaged - row 0\n");
		buf_free(&s.out);
	}
	for (size_t n = SHEET_MAGIC_BYTES; n < ods.len; n += 397) {
		struct seen s = {0};
		read_sheet(&s, NULL, ods.data, n, 65536);
		assert_string_equal(buf_str(&s.out), "file.sheet_damaged - row 0\n");
		buf_free(&s.out);
	}
	buf_free(&file);
	buf_free(&ods);
}

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define SANITIZED
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define SANITIZED
#endif

/* Last: the largest that this process has been says something about all before. */
static void memory_stays_bounded(void **state)
{
	struct rusage use;

	(void)state;
	getrusage(RUSAGE_SELF, &use);
	/* The workbook itself is in memory too here, the largest some 25 MiB of it. */
	print_message("# at most %ld KiB\n", use.ru_maxrss);
#ifdef SANITIZED
	/* Its shadow, and what it keeps of memory that was freed, are larger than all else. */
	skip();
#endif
	assert_true(use.ru_maxrss < 64 * 1024);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_refers_to_nothing_is_damaged),
		cmocka_unit_test(nothing_outside_of_the_file_is_opened),
		cmocka_unit_test(what_unpacks_without_end_is_one_fault),
		cmocka_unit_test(many_sheets_are_one_fault),
		cmocka_unit_test(a_file_that_ends_early_is_damaged),
		cmocka_unit_test(memory_stays_bounded),
	};

	transcript_seed();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
