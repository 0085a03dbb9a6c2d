/* The upload parser, and an upload read through a request.
 *
 * Each body is pushed whole, byte by byte, and cut in two at every place: the
 * sink must see the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/arena.h"
#include "base/buf.h"
#include "http/multipart.h"
#include "http/form_data.h"

#define TYPE "multipart/form-data; boundary=XX"
#define SEVENTY_ONE "01234567890123456789012345678901234567890123456789012345678901234567890"
#define FIELD(name) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"
#define FILE_PART(name, file) \
	"Content-Disposition: form-data; name=\"" name "\"; filename=\"" file "\"\r\n" \
	"Content-Type: text/csv\r\n\r\n"

static const struct multipart_limits wide = {
	.max_parts = 20, .max_header = 2000, .max_name = 100, .max_field = 1000, .max_total = 100000,
};

/* What the sink saw: "{name|filename|type:data}" for each part. */
struct seen {
	struct buf text;
	const char *refuse;	/* the part that the sink refuses */
};

static int part_begin(void *ctx, const struct multipart_part *p, struct err *e)
{
	struct seen *s = ctx;

	if (s->refuse != NULL && strcmp(p->name, s->refuse) == 0)
		return err_set(e, ERR_DB, NULL, "the sink says no");
	buf_addf(&s->text, "{%s|%s|%s:", p->name, p->filename == NULL ? "-" : p->filename, p->type);
	return 0;
}

static int part_data(void *ctx, const char *bytes, size_t n, struct err *e)
{
	struct seen *s = ctx;

	(void)e;
	assert_true(n > 0);
	buf_add(&s->text, bytes, n);
	return 0;
}

static int part_end(void *ctx, struct err *e)
{
	struct seen *s = ctx;

	(void)e;
	buf_addch(&s->text, '}');
	return 0;
}

/* One run, cut at `cut`, or in pieces of one byte where cut is 0. */
static int run(const char *type, const struct multipart_limits *limits, const char *body,
    size_t n, size_t cut, struct seen *s, struct err *e)
{
	const struct multipart_sink sink = { s, part_begin, part_data, part_end };
	struct multipart *m = multipart_new(type, limits, &sink, e);
	int result = 0;

	if (m == NULL)
		return -1;
	if (cut == 0) {
		for (size_t i = 0; i < n && result == 0; i++)
			result = multipart_push(m, body + i, 1, e);
	} else {
		result = multipart_push(m, body, cut, e);
		if (result == 0)
			result = multipart_push(m, body + cut, n - cut, e);
	}
	if (result == 0)
		result = multipart_end(m, e);
	else	/* it stays failed */
		assert_int_equal(multipart_end(m, e), -1);
	multipart_free(m);
	return result;
}

static void expect(const char *type, const char *body, size_t n, const char *want, size_t want_n)
{
	for (size_t cut = 0; cut <= n; cut++) {
		struct seen s = {0};
		struct err e = {0};
		if (run(type, &wide, body, n, cut, &s, &e) != 0)
			fail_msg("refused (cut at %zu): %s", cut, e.message);
		if (s.text.len != want_n || memcmp(buf_str(&s.text), want, want_n) != 0)
			fail_msg("cut at %zu: %s\nwanted: %s", cut, buf_str(&s.text), want);
		buf_free(&s.text);
	}
}

static void parts(const char *body, const char *want)
{
	expect(TYPE, body, strlen(body), want, strlen(want));
}

static void refused_by(const struct multipart_limits *limits, const char *body, size_t n,
    enum err_code code, const char *words)
{
	for (size_t cut = 0; cut <= n; cut++) {
		struct seen s = {0};
		struct err e = {0};
		if (run(TYPE, limits, body, n, cut, &s, &e) != -1)
			fail_msg("accepted (cut at %zu): %s", cut, body);
		buf_free(&s.text);
		assert_int_equal(e.code, code);
		if (strstr(e.message, words) == NULL)
			fail_msg("cut at %zu: \"%s\" has no \"%s\"", cut, e.message, words);
	}
}

static void refused(const char *body, const char *words)
{
	refused_by(&wide, body, strlen(body), ERR_INVALID, words);
}

static void fields_and_files_come_in_order(void **state)
{
	(void)state;
	parts("--XX\r\n" FIELD("csrf") "t0ken\r\n"
	    "--XX\r\n" FILE_PART("file", "a.csv") "a,b\r\n1,2\r\n\r\n"
	    "--XX\r\n" FIELD("check") "\r\n"
	    "--XX--\r\n",
	    "{csrf|-|:t0ken}{file|a.csv|text/csv:a,b\r\n1,2\r\n}{check|-|:}");
	parts("--XX--", "");
	parts("--XX--\r\n", "");
}

static void preamble_epilogue_and_padding_are_skipped(void **state)
{
	(void)state;
	parts("hello\r\n--X\r\n\r\n--XX \t\r\n" FIELD("a") "1\r\n--XX--  anything\r\n--XX\r\n",
	    "{a|-|:1}");
}

static void what_only_looks_like_a_boundary_is_data(void **state)
{
	(void)state;
	parts("--XX\r\n" FIELD("a") "1\r\n--X\r\n--XXX\r\n-\r--XX\n--XX\r\n\r\r\n--XX-\r\n--XX\r\r\n"
	    "--XX\r\n" FIELD("b") "\r\n\r\n--XX--",
	    "{a|-|:1\r\n--X\r\n--XXX\r\n-\r--XX\n--XX\r\n\r\r\n--XX-\r\n--XX\r}{b|-|:\r\n}");
}

static void a_part_without_data_may_end_at_once(void **state)
{
	(void)state;
	parts("--XX\r\n" FIELD("a") "--XX\r\n" FIELD("b") "--XY\r\n--XX--", "{a|-|:}{b|-|:--XY}");
}

static void every_byte_passes(void **state)
{
	struct buf body = {0}, want = {0};

	(void)state;
	buf_adds(&body, "--XX\r\n" FILE_PART("f", "x"));
	buf_adds(&want, "{f|x|text/csv:");
	for (int i = 0; i < 512; i++) {
		buf_addch(&body, (char)i);
		buf_addch(&want, (char)i);
	}
	buf_adds(&body, "\r\n--XX--\r\n");
	buf_addch(&want, '}');
	expect(TYPE, body.data, body.len, want.data, want.len);
	buf_free(&body);
	buf_free(&want);
}

static void boundaries_of_1_to_70_characters_quoted_or_not(void **state)
{
	static const char chars[] =
	    "0123456789'()+_,-./:=?ABCDEFGHIJKLMNOPQRSTUVWXYZ-abcdefghijklmnopqrst!";

	(void)state;
	for (size_t n = 1; n < 70; n++) {
		char type[200], body[400];
		for (int quoted = 0; quoted < 2; quoted++) {
			snprintf(type, sizeof(type), "Multipart/Form-Data;charset=utf-8; BOUNDARY=%s%.*s%s",
			    quoted ? "\"" : "", (int)n, chars, quoted ? "\"" : "");
			size_t len = (size_t)snprintf(body, sizeof(body),
			    "--%.*s\r\n" FIELD("a") "1\r\n--%.*s--\r\n", (int)n, chars, (int)n, chars);
			expect(type, body, len, "{a|-|:1}", 8);
		}
	}
	static const char spaced[] = "--a b\r\n" FIELD("a") "1\r\n--a b--";
	expect("multipart/form-data; boundary=\"a b\"", spaced, strlen(spaced), "{a|-|:1}", 8);
}

static void a_type_without_a_usable_boundary_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "text/csv", "multipart/form-data", "multipart/form-data; boundary=",
		"multipart/form-data; boundary=\"\"", "multipart/form-data; boundary=\"a",
		"multipart/form-data; boundary=\"a \"", "multipart/form-data; boundary=a; boundary=b",
		"multipart/form-data; boundary=a@b", "multipart/form-data; boundary=\"a\r\nb\"",
		"multipart/form-data; boundary=\xC3\xA9", "multipart/form-data; boundary=a b",
		"multipart/form-data; boundary",
		"multipart/form-datax; boundary=a", "multipart/mixed; boundary=a",
		("multipart/form-data; boundary=" SEVENTY_ONE),
	};
	struct seen s = {0};
	const struct multipart_sink sink = { &s, part_begin, part_data, part_end };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct err e = {0};
		if (multipart_new(bad[i], &wide, &sink, &e) != NULL)
			fail_msg("accepted: %s", bad[i]);
		assert_int_equal(e.code, ERR_INVALID);
	}
}

static void a_body_cut_off_anywhere_is_refused(void **state)
{
	static const char body[] = "--XX\r\n" FIELD("csrf") "t\r\n--XX\r\n"
	    FILE_PART("file", "a.csv") "a,b\r\n--X\r\n--XX--";

	(void)state;
	for (size_t n = 0; n < sizeof(body) - 1; n++) {
		struct seen s = {0};
		struct err e = {0};
		assert_int_equal(run(TYPE, &wide, body, n, 0, &s, &e), -1);
		assert_int_equal(e.code, ERR_INVALID);
		assert_non_null(strstr(e.message, "the upload was cut off"));
		buf_free(&s.text);
	}
}

static void filenames_are_made_sound(void **state)
{
	(void)state;
	parts("--XX\r\n" FILE_PART("f", "C:\\Users\\Ren\xC3\xA9\\mes fichiers.csv") "\r\n--XX--",
	    "{f|mes fichiers.csv|text/csv:}");
	parts("--XX\r\n" FILE_PART("f", "../../etc/passwd") "\r\n--XX--", "{f|passwd|text/csv:}");
	parts("--XX\r\n" FILE_PART("f", "..") "\r\n--XX--", "{f|unnamed|text/csv:}");
	parts("--XX\r\n" FILE_PART("f", "dir/") "\r\n--XX--", "{f|unnamed|text/csv:}");
	parts("--XX\r\n" FILE_PART("f", "") "\r\n--XX--", "{f||text/csv:}");
	parts("--XX\r\n" FILE_PART("f", "a%22b%0D%0a\\\"c\t.csv") "\r\n--XX--",
	    "{f|a\"b\"c.csv|text/csv:}");
	parts("--XX\r\n" FILE_PART("f", "50%.csv") "\r\n--XX--", "{f|50%.csv|text/csv:}");
	parts("--XX\r\n" FILE_PART("f", "\xE9t\xE9\xE2\x80\xAE.csv") "\r\n--XX--",
	    "{f|_t_.csv|text/csv:}");
	parts("--XX\r\nContent-Disposition: form-data; filename=a.csv; name=f\r\n\r\n\r\n--XX--",
	    "{f|a.csv|:}");
}

static void a_long_filename_is_cut_between_characters(void **state)
{
	struct buf body = {0}, want = {0};

	(void)state;
	buf_adds(&body, "--XX\r\nContent-Disposition: form-data; name=f; filename=\"x");
	buf_adds(&want, "{f|x");
	for (int i = 0; i < 400; i++) {
		buf_adds(&body, "\xC3\xA9");
		if (i < 127)
			buf_adds(&want, "\xC3\xA9");
	}
	buf_adds(&body, "\"\r\n\r\n\r\n--XX--");
	buf_adds(&want, "|:}");
	parts(body.data, want.data);
	buf_free(&body);
	buf_free(&want);
}

static void other_headers_are_ignored_and_names_have_any_case(void **state)
{
	(void)state;
	parts("--XX\r\nX-Other: 1; \"\r\nCONTENT-disposition:form-data;NAME=a\r\n"
	    "content-transfer-encoding: Binary\r\n\r\n1\r\n--XX--", "{a|-|:1}");
	parts("--XX\r\nContent-Disposition: form-data; name=\"a\"; filename=\"x\"; "
	    "filename*=UTF-8''y\r\n\r\n1\r\n--XX--", "{a|x|:1}");
}

static void headers_that_make_no_sense_are_refused(void **state)
{
	(void)state;
	refused("--XX\r\n\r\n1\r\n--XX--", "Content-Disposition");
	refused("--XX\r\nContent-Type: text/csv\r\n\r\n1\r\n--XX--", "Content-Disposition");
	refused("--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--XX--",
	    "Content-Disposition");
	refused("--XX\r\nContent-Disposition: form-data\r\n\r\n1\r\n--XX--", "name");
	refused("--XX\r\n" FIELD("") "1\r\n--XX--", "name");
	refused("--XX\r\n" FIELD("a\xFF") "1\r\n--XX--", "name");
	refused("--XX\r\n" FIELD("a%0Ab") "1\r\n--XX--", "name");
	refused("--XX\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\n1\r\n--XX--", "name");
	refused("--XX\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--XX--", "name");
	refused("--XX\r\nContent-Disposition: form-data; name=a; filename=\"x\r\n\r\n1\r\n--XX--", "name");
	refused("--XX\r\nContent-Disposition: form-data; name=a\r\n"
	    "Content-Disposition: form-data; name=b\r\n\r\n1\r\n--XX--", "twice");
	refused("--XX\r\nContent-Disposition: form-data;\r\n name=a\r\n\r\n1\r\n--XX--", "cannot be read");
	refused("--XX\r\nContent-Disposition: form-data; name=a\nX: y\r\n\r\n1\r\n--XX--",
	    "cannot be read");
	refused("--XX\r\nContent-Disposition : form-data; name=a\r\n\r\n1\r\n--XX--", "cannot be read");
	refused("--XX\r\nnonsense\r\n\r\n1\r\n--XX--", "cannot be read");
	refused("--XX\r\nContent-Disposition: form-data; name=a; filename*=UTF-8''x\r\n\r\n1\r\n--XX--",
	    "filename*");
	refused("--XX\r\nContent-Transfer-Encoding: base64\r\n" FIELD("a") "MQ==\r\n--XX--", "encoding");
	refused("--XX x\r\n" FIELD("a") "1\r\n--XX--", "goes on behind");
	refused("--XX \rx\n" FIELD("a") "1\r\n--XX--", "goes on behind");

	static const char nul[] = "--XX\r\nContent-Disposition: form-data; name=\"a\0b\"\r\n\r\n"
	    "1\r\n--XX--";
	refused_by(&wide, nul, sizeof(nul) - 1, ERR_INVALID, "cannot be read");
}

static void each_limit_holds_to_the_byte(void **state)
{
	static const char body[] = "--XX\r\n" FIELD("name") "12345\r\n--XX\r\n"
	    FILE_PART("file", "x") "1234567890\r\n--XX--";
	struct multipart_limits at = {
		.max_parts = 2,
		.max_header = sizeof(FILE_PART("file", "x")) - 1,
		.max_name = 4, .max_field = 5, .max_total = sizeof(body) - 1,
	};
	struct seen s = {0};
	struct err e = {0};

	(void)state;
	assert_int_equal(run(TYPE, &at, body, sizeof(body) - 1, 0, &s, &e), 0);
	buf_free(&s.text);

	struct multipart_limits less = at;
	less.max_parts--;
	refused_by(&less, body, sizeof(body) - 1, ERR_TOO_LARGE, "more than 1 parts");
	less = at;
	less.max_header--;
	refused_by(&less, body, sizeof(body) - 1, ERR_TOO_LARGE, "headers");
	less = at;
	less.max_name--;
	refused_by(&less, body, sizeof(body) - 1, ERR_TOO_LARGE, "name is longer than 3");
	less = at;
	less.max_field--;
	refused_by(&less, body, sizeof(body) - 1, ERR_TOO_LARGE, "field of the form is larger than 4");
	less = at;
	less.max_total--;
	refused_by(&less, body, sizeof(body) - 1, ERR_TOO_LARGE, "the upload is larger than");
}

static void the_sinks_error_is_handed_on_and_stays(void **state)
{
	static const char body[] = "--XX\r\n" FIELD("a") "1\r\n--XX\r\n" FIELD("b") "2\r\n--XX--";
	struct seen s = { .refuse = "b" };
	const struct multipart_sink sink = { &s, part_begin, part_data, part_end };
	struct err e = {0}, again = {0};
	struct multipart *m = multipart_new(TYPE, &wide, &sink, &e);

	(void)state;
	assert_int_equal(multipart_push(m, body, sizeof(body) - 1, &e), -1);
	assert_int_equal(e.code, ERR_DB);
	assert_int_equal(multipart_push(m, "x", 1, &again), -1);
	assert_int_equal(again.code, ERR_DB);
	assert_int_equal(multipart_end(m, NULL), -1);
	assert_string_equal(buf_str(&s.text), "{a|-|:1}");
	multipart_free(m);
	multipart_free(NULL);
	buf_free(&s.text);
}

/* --- an upload through a request ------------------------------------------ */

struct body {
	const char *bytes;
	size_t left;
	size_t step;	/* how much a read gives at most */
};

static long read_body(void *ctx, char *bytes, size_t n)
{
	struct body *b = ctx;

	if (n > b->step)
		n = b->step;
	if (n > b->left)
		n = b->left;
	memcpy(bytes, b->bytes, n);
	b->bytes += n;
	b->left -= n;
	return (long)n;
}

static int upload(struct arena *mem, const char *bytes, size_t declared, long long limit,
    struct form *f, struct seen *s, struct err *e)
{
	static char length[40];
	struct body body = { bytes, strlen(bytes), 7 };
	struct request req;
	const struct multipart_sink sink = { s, part_begin, part_data, part_end };

	snprintf(length, sizeof(length), "CONTENT_LENGTH=%zu", declared);
	const char *const params[] = { "REQUEST_METHOD=POST", "REQUEST_URI=/", length,
		"CONTENT_TYPE=" TYPE, NULL };
	assert_int_equal(request_init(&req, mem, params, read_body, &body), 0);
	form_init(f, mem);
	*e = (struct err){0};
	struct form_data *d = form_data_open(&req, f, limit);
	int rc = form_data_fields(d, e);
	/* No byte of a file before the fields in front of it are there. */
	assert_int_equal(s->text.len, 0);
	if (rc == 0)
		rc = form_data_files(d, &sink, e);
	else
		assert_int_equal(form_data_files(d, &sink, NULL), -1);
	assert_int_equal(s->text.len > 0 && form_get(f, "csrf") == NULL && form_get(f, "a") == NULL, 0);
	form_data_close(d);
	return rc;
}

static void an_upload_gives_fields_to_the_form_and_files_to_the_sink(void **state)
{
	static const char body[] = "--XX\r\n" FIELD("csrf") "t0ken\r\n--XX\r\n"
	    FILE_PART("none", "") "\r\n--XX\r\n" FILE_PART("file", "a.csv") "a,b\r\n--XX\r\n"
	    FIELD("check") "1\r\n--XX--\r\n";
	struct arena *mem = arena_new();
	struct form f;
	struct seen s = {0};
	struct err e;

	(void)state;
	assert_int_equal(upload(mem, body, strlen(body), 1000, &f, &s, &e), 0);
	assert_string_equal(form_get(&f, "csrf"), "t0ken");
	assert_string_equal(form_get(&f, "check"), "1");
	assert_null(form_get(&f, "file"));
	assert_null(form_get(&f, "none"));
	assert_string_equal(buf_str(&s.text), "{file|a.csv|text/csv:a,b}");
	buf_free(&s.text);
	arena_free(mem);
}

static void an_upload_that_is_wrong_is_refused(void **state)
{
	static const char body[] = "--XX\r\n" FIELD("a") "1\r\n--XX--\r\n";
	static const char latin[] = "--XX\r\n" FIELD("a") "\xE9\r\n--XX--\r\n";
	static const char nameless[] = "--XX\r\n" FILE_PART("f", "") "data\r\n--XX--\r\n";
	struct arena *mem = arena_new();
	struct form f;
	struct seen s = {0};
	struct err e;

	(void)state;
	assert_int_equal(upload(mem, body, strlen(body) + 1, 1000, &f, &s, &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	assert_non_null(strstr(e.message, "cut off"));
	assert_int_equal(upload(mem, body, strlen(body), 10, &f, &s, &e), -1);
	assert_int_equal(e.code, ERR_TOO_LARGE);
	assert_int_equal(upload(mem, latin, strlen(latin), 1000, &f, &s, &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	assert_int_equal(upload(mem, nameless, strlen(nameless), 1000, &f, &s, &e), -1);
	assert_int_equal(e.code, ERR_INVALID);
	assert_int_equal(s.text.len, 0);
	arena_free(mem);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fields_and_files_come_in_order),
		cmocka_unit_test(preamble_epilogue_and_padding_are_skipped),
		cmocka_unit_test(what_only_looks_like_a_boundary_is_data),
		cmocka_unit_test(a_part_without_data_may_end_at_once),
		cmocka_unit_test(every_byte_passes),
		cmocka_unit_test(boundaries_of_1_to_70_characters_quoted_or_not),
		cmocka_unit_test(a_type_without_a_usable_boundary_is_refused),
		cmocka_unit_test(a_body_cut_off_anywhere_is_refused),
		cmocka_unit_test(filenames_are_made_sound),
		cmocka_unit_test(a_long_filename_is_cut_between_characters),
		cmocka_unit_test(other_headers_are_ignored_and_names_have_any_case),
		cmocka_unit_test(headers_that_make_no_sense_are_refused),
		cmocka_unit_test(each_limit_holds_to_the_byte),
		cmocka_unit_test(the_sinks_error_is_handed_on_and_stays),
		cmocka_unit_test(an_upload_gives_fields_to_the_form_and_files_to_the_sink),
		cmocka_unit_test(an_upload_that_is_wrong_is_refused),
	};
	return cmocka_run_group_tests_name("multipart", tests, NULL, NULL);
}
