/* Older files become those of today: names, separators, encodings; what is said
 * about it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "csv/convert.h"
#include "csv/reader.h"

struct run {
	struct buf file, told;
	size_t piece;		/* bytes a push; 0: all at once */
	bool bom;
	int status;
};

static bool on_write(void *ctx, const char *bytes, size_t n)
{
	struct run *r = ctx;

	buf_add(&r->file, bytes, n);
	return true;
}

static bool on_note(void *ctx, const char *text)
{
	struct run *r = ctx;

	buf_addf(&r->told, "%s\n", text);
	return true;
}

static bool on_issue(void *ctx, const struct issue *i)
{
	struct run *r = ctx;

	buf_addf(&r->told, "%s row %ld line %ld: ", i->key, i->row, i->line);
	issue_write(&r->told, i, NULL, NULL);
	buf_adds(&r->told, "\n");
	return true;
}

static void convert(struct run *r, const char *bytes, size_t n)
{
	const struct convert_sink sink = { r, on_write, on_note, on_issue };
	size_t piece = r->piece != 0 ? r->piece : n;
	struct convert_probe probe = {0};
	struct convert *c;

	buf_reset(&r->file);
	buf_reset(&r->told);
	r->status = 0;
	for (size_t i = 0; i < n; i += piece)
		convert_probe_push(&probe, bytes + i, n - i < piece ? n - i : piece);
	c = convert_new(convert_probe_end(&probe), r->bom, &sink);
	for (size_t i = 0; i < n && r->status == 0; i += piece)
		r->status = convert_push(c, bytes + i, n - i < piece ? n - i : piece);
	if (r->status == 0)
		r->status = convert_end(c);
	convert_free(c);
}

static void expect(const char *file, const char *becomes, const char *told)
{
	static const size_t pieces[] = { 0, 1, 2, 3, 7 };

	for (size_t i = 0; i < sizeof(pieces) / sizeof(*pieces); i++) {
		struct run r = { .piece = pieces[i] };
		convert(&r, file, strlen(file));
		assert_string_equal(buf_str(&r.file), becomes);
		assert_string_equal(buf_str(&r.told), told);
		assert_int_equal(r.status, 0);
		buf_free(&r.file);
		buf_free(&r.told);
	}
}

static void expect_fault(const char *file, size_t n, const char *key)
{
	struct run r = {0};

	convert(&r, file, n);
	assert_int_equal(r.status, -1);
	assert_memory_equal(buf_str(&r.told), key, strlen(key));
	buf_free(&r.file);
	buf_free(&r.told);
}

static void a_file_of_today_stays_as_it_is(void **state)
{
	(void)state;
	expect("firstname,lastname\r\nAnn,\"Lee, \"\"A\"\"\nB\"\r\n", "firstname,lastname\r\nAnn,\"Lee, \"\"A\"\"\nB\"\r\n", "");
	expect("uuid,exten\nx,0100\n", "uuid,exten\r\nx,0100\r\n", "");
	expect("lastname\n'=1\n", "lastname\r\n'=1\r\n", "");
}

static void names_and_separators_become_those_of_today(void **state)
{
	(void)state;
	expect("Firstname|phonenumber|ENABLEXFER\nRobert \"\"Bob\"\"|1000|1\n",
	    "firstname,exten,call_transfer_enabled\r\n\"Robert \"\"Bob\"\"\",1000,1\r\n",
	    "the separator was \"|\", it is now a comma\n"
	    "phonenumber is now exten\n"
	    "ENABLEXFER is now call_transfer_enabled\n");
	expect("firstname\tprotocol\nA\tsip\n", "firstname,line_protocol\r\nA,sip\r\n",
	    "the separator was a tab, it is now a comma\nprotocol is now line_protocol\n");
	expect("\xef\xbb\xbf" "firstname;lastname\rA;B", "firstname,lastname\r\nA,B\r\n",
	    "the separator was \";\", it is now a comma\n");
}

static void what_corresponds_to_nothing_is_left_out_and_said(void **state)
{
	(void)state;
	expect("agentnumber,firstname,callerid\n,A,x\n,B,y\n7,C,\n", "firstname\r\nA\r\nB\r\nC\r\n",
	    "agentnumber is left out: nothing corresponds to it; 1 cell held data\n"
	    "callerid is left out: nothing corresponds to it; 2 cells held data\n");
	expect("agentnumber,firstname\n7,\n8,A\n", "firstname\r\nA\r\n",
	    "agentnumber is left out: nothing corresponds to it; 2 cells held data\n");
	expect("firstname,bosssecretary,_errors\nA,,\n", "firstname\r\nA\r\n",
	    "bosssecretary is left out: nothing corresponds to it; it was empty\n"
	    "_errors is left out: nothing corresponds to it; it was empty\n");
}

static void an_unknown_column_is_kept_and_said(void **state)
{
	(void)state;
	expect("fistname,no_such_column,,lastname\nA,12,x,B\n", "fistname,no_such_column,,lastname\r\nA,12,x,B\r\n",
	    "fistname is kept, but it is not a column; did you mean firstname?\n"
	    "no_such_column is kept, but it is not a column\n");
	expect("Surname,firstname\nA,B\n", "Surname,firstname\r\nA,B\r\n", "Surname is kept; an import reads it as lastname\n");
}

static void one_setting_of_old_becomes_those_that_the_file_lacks(void **state)
{
	(void)state;
	expect("firstname,call_record_enabled,call_record_incoming_internal_enabled,lastname\nA,1,0,B\n",
	    "firstname,call_record_outgoing_external_enabled,call_record_outgoing_internal_enabled,"
	    "call_record_incoming_external_enabled,call_record_incoming_internal_enabled,lastname\r\n"
	    "A,1,1,1,0,B\r\n",
	    "call_record_enabled is now call_record_outgoing_external_enabled, "
	    "call_record_outgoing_internal_enabled, call_record_incoming_external_enabled\n");
}

static void windows_1252_becomes_utf_8(void **state)
{
	(void)state;
	expect("firstname,lastname\nJos\xe9,\x80uro \x93q\x94\n",
	    "firstname,lastname\r\nJos\xc3\xa9,\xe2\x82\xacuro \xe2\x80\x9cq\xe2\x80\x9d\r\n",
	    "read as Windows-1252, written as UTF-8: look whether the letters with accents are right\n");
	/* What is UTF-8 is never read otherwise. */
	expect("firstname\nJos\xc3\xa9\n", "firstname\r\nJos\xc3\xa9\r\n", "");
}

static void a_cut_character_at_the_end_is_no_utf_8(void **state)
{
	(void)state;
	expect("firstname\nJos\xc3", "firstname\r\nJos\xc3\x83\r\n",
	    "read as Windows-1252, written as UTF-8: look whether the letters with accents are right\n");
}

static void a_byte_that_is_in_neither_is_told_with_its_place(void **state)
{
	struct run r = {0};
	static const char file[] = "firstname\r\nA\rB\n\xe9\x81x\n";

	(void)state;
	convert(&r, file, sizeof(file) - 1);
	assert_int_equal(r.status, -1);
	assert_non_null(strstr(buf_str(&r.told), "file.utf8 row 0 line 4: the file is not UTF-8: line 4, byte offset 16"));
	buf_free(&r.file);
	buf_free(&r.told);
}

static void what_is_no_text_is_refused(void **state)
{
	(void)state;
	expect_fault("PK\x03\x04\xff\xfe", 6, "file.sheet_damaged");
	expect_fault("\xff\xfe" "f\0i\0", 6, "file.utf16");
	expect_fault("firstname\nA\0B\n", 14, "file.nul");
	expect_fault("firstname\nA\0\xe9\n", 14, "read as Windows-1252");
	expect_fault("\xef\xbb\xbf" "firstname\nJos\xe9\n", 18, "file.utf8");
	expect_fault("firstname\n\"A", 12, "file.unclosed_quote");
	expect_fault("firstname\n\"A\"b\n", 15, "file.text_after_quote");
	expect_fault("firstname,FIRSTNAME\n", 20, "file.duplicate_header");
	expect_fault("agentnumber,\n7,x\n", 17, "file.header_missing");
	expect_fault("", 0, "file.empty");
}

static void a_header_alone_is_enough(void **state)
{
	(void)state;
	expect("phonenumber\n", "exten\r\n", "phonenumber is now exten\n");
}

static void a_row_that_does_not_fit_goes_through_as_it_is(void **state)
{
	(void)state;
	expect("firstname,lastname\nA\nB,C,D,\nE,F,,\n", "firstname,lastname\r\nA\r\nB,C,D,\r\nE,F\r\n",
	    "cells row 1 line 2: the row has 1 cells, the header 2; check the separators and quotes, or remove the row if it is no user\n"
	    "cells row 2 line 3: the row has 4 cells, the header 2; check the separators and quotes, or remove the row if it is no user\n");
}

static void a_mark_is_written_where_it_is_asked_for(void **state)
{
	struct run r = { .bom = true };

	(void)state;
	convert(&r, "firstname\nA\n", 12);
	assert_string_equal(buf_str(&r.file), "\xef\xbb\xbf" "firstname\r\nA\r\n");
	buf_free(&r.file);
	buf_free(&r.told);
}

/* Longer than the pieces that are written: none is cut or lost. */
static void a_large_file_is_whole(void **state)
{
	struct run r = { .piece = 1000 };
	struct buf in = {0}, out = {0};

	(void)state;
	buf_adds(&in, "firstname;lastname\n");
	buf_adds(&out, "firstname,lastname\r\n");
	for (int i = 0; i < 20000; i++) {
		buf_addf(&in, "Jos\xe9 %d;\"a,%d\"\n", i, i);
		buf_addf(&out, "Jos\xc3\xa9 %d,\"a,%d\"\r\n", i, i);
	}
	convert(&r, in.data, in.len);
	assert_int_equal(r.file.len, out.len);
	assert_memory_equal(r.file.data, out.data, out.len);
	buf_free(&in);
	buf_free(&out);
	buf_free(&r.file);
	buf_free(&r.told);
}

static bool refuse_write(void *ctx, const char *bytes, size_t n)
{
	int *calls = ctx;

	(void)bytes;
	(void)n;
	(*calls)++;
	return false;
}

static bool refuse_issue(void *ctx, const struct issue *i)
{
	(void)ctx;
	(void)i;
	return false;
}

static void a_sink_that_says_stop_is_not_called_again(void **state)
{
	int calls = 0;
	const struct convert_sink sink = { &calls, refuse_write, NULL, refuse_issue };
	struct convert *c = convert_new(CONVERT_UTF8, false, &sink);
	char row[1001];

	(void)state;
	memset(row, 'a', sizeof(row));
	row[sizeof(row) - 1] = '\n';
	assert_int_equal(convert_push(c, "firstname\n", 10), 0);
	for (int i = 0; i < 200; i++)
		convert_push(c, row, sizeof(row));
	assert_int_equal(convert_end(c), -1);
	assert_int_equal(calls, 1);
	convert_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_of_today_stays_as_it_is),
		cmocka_unit_test(names_and_separators_become_those_of_today),
		cmocka_unit_test(what_corresponds_to_nothing_is_left_out_and_said),
		cmocka_unit_test(an_unknown_column_is_kept_and_said),
		cmocka_unit_test(one_setting_of_old_becomes_those_that_the_file_lacks),
		cmocka_unit_test(windows_1252_becomes_utf_8),
		cmocka_unit_test(a_cut_character_at_the_end_is_no_utf_8),
		cmocka_unit_test(a_byte_that_is_in_neither_is_told_with_its_place),
		cmocka_unit_test(what_is_no_text_is_refused),
		cmocka_unit_test(a_header_alone_is_enough),
		cmocka_unit_test(a_row_that_does_not_fit_goes_through_as_it_is),
		cmocka_unit_test(a_mark_is_written_where_it_is_asked_for),
		cmocka_unit_test(a_large_file_is_whole),
		cmocka_unit_test(a_sink_that_says_stop_is_not_called_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
