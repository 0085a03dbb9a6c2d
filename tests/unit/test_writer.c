/* Cells written, and read again: nothing is lost. */
#include "csv_transcript.h"

#include "base/utf8.h"
#include "csv/writer.h"

static void expect(const char *cell, bool guard, const char *written)
{
	struct buf b = {0};

	writer_cell(&b, ',', true, cell, strlen(cell), guard);
	assert_string_equal(buf_str(&b), written);
	buf_free(&b);
}

static void quotes_are_written_where_needed(void **state)
{
	(void)state;
	expect("", false, "");
	expect("plain text; with | signs", false, "plain text; with | signs");
	expect("a,b", false, "\"a,b\"");
	expect("a\"b\"", false, "\"a\"\"b\"\"\"");
	expect("\"", false, "\"\"\"\"");
	expect("a\nb", false, "\"a\nb\"");
	expect("a\rb", false, "\"a\rb\"");
	expect("  ", false, "\"  \"");
	expect(" a ", false, " a ");
	expect("\\.", false, "\\.");
}

static void formulas_are_guarded_on_demand(void **state)
{
	(void)state;
	expect("=1", false, "=1");
	expect("=1", true, "'=1");
	expect("'=1", true, "''=1");
	expect("\tx", true, "\"'\tx\"");
	expect("a\tb", false, "\"a\tb\"");
	expect("\rx", true, "\"'\rx\"");
	expect("-1,2", true, "\"'-1,2\"");
	expect("+33611223344", true, "+33611223344");
	expect("+33 6", true, "'+33 6");
}

static void records_end_in_crlf(void **state)
{
	struct buf b = {0};

	(void)state;
	writer_cell(&b, ',', true, "a", 1, true);
	writer_cell(&b, ',', false, "", 0, true);
	writer_cell(&b, ',', false, "c", 1, true);
	writer_end(&b);
	assert_string_equal(buf_str(&b), "a,,c\r\n");
	buf_free(&b);
}

static void lists_are_joined(void **state)
{
	static const char *const items[] = { "a", "b;c", "d\\", "" };
	struct buf b = {0};

	(void)state;
	writer_list(&b, 4, items);
	assert_string_equal(buf_str(&b), "a;b\\;c;d\\\\;");
	buf_reset(&b);
	writer_list(&b, 0, items);
	assert_string_equal(buf_str(&b), "");
	buf_free(&b);
}

/* Text of the kind that breaks CSV programs. */
static char *random_text(struct arena *mem)
{
	static const char *const pieces[] = {
		"=", "-", "@", "+", "\t", "\r", "\n", "\r\n", "'", "\"", "\"\"", ",", ";", "|",
		"\\.", "\\", "\n\\.\n", " ", "\xc2\xa0", "\xc3\xa9", "\xe2\x82\xac",
		"\xf0\x9f\x98\x80", "\xef\xbb\xbf", "a", "1", "sep=;", "\x01", "********", "#",
	};
	const size_t count = sizeof(pieces) / sizeof(pieces[0]);
	char *s = arena_strdup(mem, "");
	size_t n = (size_t)rand() % 9;

	for (size_t i = 0; i < n; i++)
		s = arena_printf(mem, "%s%s", s, pieces[(size_t)rand() % count]);
	return s;
}

#define ROWS 40

struct trip {
	const char *cells[ROWS][3];
	long row;
	struct arena *mem;
	const struct reader_sink *sink;
};

/* Whether the cell shows only #, as a spreadsheet does where a number has no room. */
static bool hashes(const char *cell)
{
	return strlen(cell) >= 3 && strspn(cell, "#") == strlen(cell);
}

static bool back_again(void *ctx, const struct header *h, const struct record *r)
{
	static const enum field_id id[] = { FIELD_firstname, FIELD_lastname, FIELD_userfield };
	struct trip *t = ctx;
	struct row row;
	int refused = 0;
	int errors = row_check(READER_IMPORT, h, r, true, t->mem, &row, t->sink);

	assert_int_equal(r->row, t->row + 1);
	for (size_t c = 0; c < 3; c++) {
		const struct value *v = &row.values[id[c]];
		/* what is invisible is taken off the ends */
		const char *cell = t->cells[t->row][c];
		size_t n = utf8_trim_invisible(&cell, strlen(cell));
		cell = arena_strndup(t->mem, cell, n);
		/* Guarded it is meant; with what is invisible beside it it was not guarded. */
		if (hashes(cell) && v->state == VALUE_WRONG) {
			assert_false(hashes(t->cells[t->row][c]));
			refused++;
		} else {
			assert_string_equal(v->state == VALUE_EMPTY ? "" : v->text, cell);
		}
	}
	assert_int_equal(errors, refused);
	t->row++;
	return true;
}

static bool only_hashes(void *ctx, const struct issue *i)
{
	(void)ctx;
	if (strcmp(i->key, "invalid") == 0 && strcmp(i->params[0].value, "expected.not_hashes") == 0)
		return true;
	if (strncmp(i->key, "doubtful.", 9) == 0)	/* a warning: the text is kept */
		return true;
	fail_msg("%s of %s", i->key, i->value != NULL ? i->value : "");
	return false;
}

static void round_trip(struct arena *mem)
{
	struct trip t = { .mem = mem };
	const struct reader_sink sink = { &t, NULL, back_again, only_hashes, NULL };
	const struct reader_limits limits = { ROWS, 200, 65536, 0 };
	struct buf file = {0};

	t.sink = &sink;
	buf_adds(&file, "firstname,lastname,userfield\r\n");
	for (int r = 0; r < ROWS; r++) {
		for (size_t c = 0; c < 3; c++) {
			t.cells[r][c] = random_text(mem);
			if (c == 0)	/* a user has a name that can be seen */
				t.cells[r][c] = arena_printf(mem, "%sA", t.cells[r][c]);
			writer_cell(&file, ',', c == 0, t.cells[r][c], strlen(t.cells[r][c]), true);
		}
		writer_end(&file);
	}
	struct reader *reader = reader_new(READER_IMPORT, &limits, &sink);
	for (size_t at = 0, some; at < file.len; at += some) {
		some = 1 + (size_t)rand() % 100;
		if (some > file.len - at)
			some = file.len - at;
		assert_int_equal(reader_push(reader, file.data + at, some), 0);
	}
	assert_int_equal(reader_end(reader), 0);
	assert_int_equal(t.row, ROWS);
	reader_free(reader);
	buf_free(&file);
}

static void any_text_comes_back_as_it_was(void **state)
{
	struct arena *mem = arena_new();

	(void)state;
	for (int i = 0; i < 200; i++) {
		round_trip(mem);
		arena_reset(mem);
	}
	arena_free(mem);
}

static void any_names_come_back_in_a_list(void **state)
{
	static const char *const pieces[] = { ";", "\\", "a", "b", "\\;", " c", "d " };
	struct arena *mem = arena_new();

	(void)state;
	for (int i = 0; i < 500; i++) {
		const char *names[3];
		struct issue_param params[ISSUE_PARAMS_MAX];
		struct value v;
		struct buf b = {0};
		for (size_t n = 0; n < 3; n++)
			names[n] = arena_printf(mem, "%zu%s%s%s.", n, pieces[rand() % 7],
			    pieces[rand() % 7], pieces[rand() % 7]);
		writer_list(&b, 3, names);
		assert_null(value_check(&fields[FIELD_labels], buf_str(&b), true, mem, &v, params));
		assert_int_equal(v.n_items, 3);
		for (size_t n = 0; n < 3; n++)
			assert_string_equal(v.items[n], names[n]);
		buf_free(&b);
		arena_reset(mem);
	}
	arena_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quotes_are_written_where_needed),
		cmocka_unit_test(formulas_are_guarded_on_demand),
		cmocka_unit_test(records_end_in_crlf),
		cmocka_unit_test(lists_are_joined),
		cmocka_unit_test(any_text_comes_back_as_it_was),
		cmocka_unit_test(any_names_come_back_in_a_list),
	};

	transcript_seed();
	return cmocka_run_group_tests(tests, NULL, NULL);
}
