/* Files written once more: _errors in front, columns of ours in place or behind. */
#include "csv_transcript.h"

#include "csv/rewrite.h"

struct written {
	struct rewrite w;
	const char *front;
	const char *const *values;
	struct buf out;
};

static bool on_header(void *ctx, const struct header *h)
{
	struct written *t = ctx;

	rewrite_header(&t->out, &t->w, h);
	return true;
}

static bool on_record(void *ctx, const struct header *h, const struct record *r)
{
	struct written *t = ctx;

	rewrite_record(&t->out, &t->w, h, r, t->front, t->values);
	return true;
}

static bool on_issue(void *ctx, const struct issue *i)
{
	(void)ctx;
	(void)i;
	return true;
}

static void expect(struct written t, const char *file, const char *written)
{
	const struct reader_limits limits = { 100, 100, 1000, 0 };
	const struct reader_sink sink = { &t, on_header, on_record, on_issue, NULL };
	struct reader *reader = reader_new(READER_CONVERT, &limits, &sink);

	assert_int_equal(reader_push(reader, file, strlen(file)), 0);
	assert_int_equal(reader_end(reader), 0);
	assert_string_equal(buf_str(&t.out), written);
	reader_free(reader);
	buf_free(&t.out);
}

static const struct written errors = { .w = { .front = "_errors" }, .front = "wrong | worse" };

static void what_is_wrong_stands_in_front(void **state)
{
	(void)state;
	expect(errors, "firstname,lastname\nA,B\n", "_errors,firstname,lastname\r\nwrong | worse,A,B\r\n");
	expect(errors, "sep=;\nFirstName; exten \n\"A \"\"x\"\"\";\"1;2\n3\"\n",
	    "_errors,FirstName,exten\r\nwrong | worse,\"A \"\"x\"\"\",\"1;2\n3\"\r\n");
}

static void a_header_is_read_as_it_was_written(void **state)
{
	(void)state;
	/* Not as the four columns of a file with semicolons. */
	expect(errors, "sep=,\nfirstname,\"lastname;email;exten\"\nA,q\n",
	    "_errors,firstname,\"lastname;email;exten\"\r\nwrong | worse,A,q\r\n");
	/* One guard, however often it is sent. */
	expect(errors, "firstname,=foo\nA,q\n", "_errors,firstname,'=foo\r\nwrong | worse,A,q\r\n");
	expect(errors, "firstname,'=foo\nA,q\n", "_errors,firstname,'=foo\r\nwrong | worse,A,q\r\n");
}

static void an_earlier_report_is_left_out(void **state)
{
	(void)state;
	expect(errors, "_errors,firstname\nold,A\n", "_errors,firstname\r\nwrong | worse,A\r\n");
	expect(errors, "firstname,_ERRORS,lastname\nA,old,B\n", "_errors,firstname,lastname\r\nwrong | worse,A,B\r\n");
}

static void rows_that_do_not_fit_still_do_not(void **state)
{
	(void)state;
	expect(errors, "firstname,lastname\nA\nA,B,C\nA,B,,\n",
	    "_errors,firstname,lastname\r\nwrong | worse,A\r\nwrong | worse,A,B,C\r\nwrong | worse,A,B\r\n");
}

static void a_spreadsheet_runs_nothing_and_values_stay(void **state)
{
	struct written raw = errors, formula = errors;

	(void)state;
	raw.w.raw = true;
	formula.front = "=1";
	expect(errors, "firstname,=x\n=1,'=1\n''=1,+33611223344\n'x,'+33611223344\n",
	    "_errors,firstname,'=x\r\nwrong | worse,'=1,'=1\r\n"
	    "wrong | worse,''=1,+33611223344\r\nwrong | worse,'x,+33611223344\r\n");
	expect(raw, "firstname\n=1\n'=1\n", "_errors,firstname\r\nwrong | worse,'=1\r\nwrong | worse,''=1\r\n");
	expect(formula, "firstname\nA\n", "_errors,firstname\r\n'=1,A\r\n");
}

static void columns_of_ours_are_replaced_or_added(void **state)
{
	static const enum field_id own[] = { FIELD_uuid, FIELD_sip_secret };
	static const char *const values[] = { "u-1", "=secret" }, *const none[] = { NULL, NULL };
	struct written t = { .w = { .own = own, .n = 2 }, .values = values };

	(void)state;
	expect(t, "firstname,lastname\nA,B\n", "firstname,lastname,uuid,sip_secret\r\nA,B,u-1,'=secret\r\n");
	expect(t, "sip_secret,_errors,firstname\nx,y,A\n", "sip_secret,firstname,uuid\r\n'=secret,A,u-1\r\n");
	expect(t, "firstname,lastname,\nA,B\n", "firstname,lastname,,uuid,sip_secret\r\nA,B,,u-1,'=secret\r\n");
	t.values = none;
	expect(t, "uuid,firstname\nx,A\n", "uuid,firstname,sip_secret\r\n,A,\r\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_stands_in_front),
		cmocka_unit_test(a_header_is_read_as_it_was_written),
		cmocka_unit_test(an_earlier_report_is_left_out),
		cmocka_unit_test(rows_that_do_not_fit_still_do_not),
		cmocka_unit_test(a_spreadsheet_runs_nothing_and_values_stay),
		cmocka_unit_test(columns_of_ours_are_replaced_or_added),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
