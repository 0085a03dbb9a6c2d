/* The order of the guards, on a side of its own: no page, no API, no database. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "serve/dispatch.h"

#define FORM	"CONTENT_TYPE=application/x-www-form-urlencoded"
#define UPLOAD	"CONTENT_TYPE=multipart/form-data; boundary=XX"
#define FIELD(name, value) "--XX\r\nContent-Disposition: form-data; name=\"" name "\"\r\n\r\n" value "\r\n"
#define A_FILE	"--XX\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.csv\"\r\n\r\na,b\r\n"
#define END	"--XX--\r\n"

/* --- the side -------------------------------------------------------------- */

static struct principal who = { .rights = RIGHT_USERS_READ };
static bool signed_in;
static struct buf seen;		/* what the handler and the sink were given */

static int page(struct call *c, struct err *e)
{
	(void)e;
	buf_adds(&seen, "page ");
	buf_adds(&seen, form_get(&c->query, "q") != NULL ? form_get(&c->query, "q") : "-");
	return 0;
}

static int fails(struct call *c, struct err *e)
{
	return err_set(e, c->query.n == 0 ? ERR_DB_RETRY : ERR_DB_FULL, NULL, "as it is asked to");
}

static int file_begin(void *ctx, const struct multipart_part *part, struct err *e)
{
	(void)ctx, (void)e;
	buf_addf(&seen, "[%s:", part->filename);
	return 0;
}

static int file_data(void *ctx, const char *bytes, size_t n, struct err *e)
{
	(void)ctx, (void)e;
	buf_add(&seen, bytes, n);
	return 0;
}

static int upload(struct call *c, struct err *e)
{
	const struct multipart_sink sink = { NULL, file_begin, file_data, NULL };

	buf_adds(&seen, "upload ");
	return form_data_files(c->files, &sink, e);
}

#define HANDLER(f) ((void (*)(void))(f))

static const struct route table[] = {
	{ HTTP_GET, "/page", ROUTE_SESSION, RIGHT_USERS_READ, false, ROUTE_NO_BODY, 0, "q page", HANDLER(page) },
	{ HTTP_POST, "/page", ROUTE_SESSION, 0, true, ROUTE_FORM, 100, NULL, HANDLER(page) },
	{ HTTP_GET, "/secret", ROUTE_SESSION, RIGHT_USERS_SECRETS, false, ROUTE_NO_BODY, 0, NULL, HANDLER(page) },
	{ HTTP_GET, "/fails", ROUTE_PUBLIC, 0, false, ROUTE_NO_BODY, 0, "full", HANDLER(fails) },
	{ HTTP_POST, "/upload", ROUTE_SESSION, 0, true, ROUTE_MULTIPART, 0, NULL, HANDLER(upload) },
	{ HTTP_POST, "/csv", ROUTE_SESSION, 0, false, ROUTE_CSV, 0, NULL, HANDLER(page) },
};

static const struct route *routes(size_t *n)
{
	*n = sizeof(table) / sizeof(table[0]);
	return table;
}

static int refuse(struct call *c, const struct refusal *why, struct err *e)
{
	(void)e;
	c->res->status = why->status;
	response_body_add(c->res, why->name, strlen(why->name));
	buf_addf(&c->res->body, ": %s", why->detail);
	return 0;
}

static int identify(struct call *c, struct err *e)
{
	const struct refusal stranger = { .status = 401, .name = "stranger", .detail = "" };

	c->who = signed_in ? &who : NULL;
	c->csrf = "t0ken";
	return signed_in || c->route.route == NULL || c->route.route->login == ROUTE_PUBLIC
	    ? CALL_PASS : refuse(c, &stranger, e);
}

static int handle(struct call *c, struct err *e)
{
	return ((int (*)(struct call *, struct err *))c->route.route->handler)(c, e);
}

static const struct side side = { .routes = routes, .identify = identify, .refuse = refuse, .handle = handle };

/* --- asking ---------------------------------------------------------------- */

struct fixture {
	struct arena *mem;
	struct response res;
	struct buf wire;
};

static int write_wire(void *ctx, const char *bytes, size_t n)
{
	buf_add(ctx, bytes, n);
	return 0;
}

static long read_text(void *ctx, char *bytes, size_t n)
{
	const char **text = ctx;

	n = n < strlen(*text) ? n : strlen(*text);
	memcpy(bytes, *text, n);
	*text += n;
	return (long)n;
}

/* Sends a request with that body (NULL: none); returns the status. */
static int ask(struct fixture *f, const char *method, const char *uri, const char *header, const char *body)
{
	static const struct conf conf = { .max_upload_mb = 1 };
	const char *const params[] = { arena_printf(f->mem, "REQUEST_METHOD=%s", method),
		arena_printf(f->mem, "REQUEST_URI=%s", uri), header,
		body != NULL ? arena_printf(f->mem, "CONTENT_LENGTH=%zu", strlen(body)) : NULL, NULL };
	struct request req;

	response_free(&f->res);
	buf_reset(&f->wire);
	buf_reset(&seen);
	request_init(&req, f->mem, params, read_text, &body);
	response_init(&f->res, f->mem, false, write_wire, &f->wire);
	struct call c = { .req = &req, .res = &f->res, .conf = &conf, .mem = f->mem };
	dispatch(&side, &c);
	int status = f->res.status;
	char *text = arena_strdup(f->mem, buf_str(&f->res.body));
	response_send(&f->res, NULL);
	buf_adds(&f->wire, text);
	return status;
}

static void has(const struct fixture *f, const char *text)
{
	if (strstr(buf_str(&f->wire), text) == NULL)
		fail_msg("no \"%s\" in:\n%s", text, buf_str(&f->wire));
}

static int setup(void **state)
{
	static struct fixture f;

	f = (struct fixture){ .mem = arena_new() };
	signed_in = true;
	*state = &f;
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	response_free(&f->res);
	buf_free(&f->wire);
	buf_free(&seen);
	arena_free(f->mem);
	return 0;
}

#define NONE "X=" /* no header that matters */

/* --- the tests ------------------------------------------------------------- */

static void a_request_comes_to_its_handler(void **state)
{
	assert_int_equal(ask(*state, "GET", "/page?q=x", NONE, NULL), 200);
	assert_string_equal(buf_str(&seen), "page x");
	assert_int_equal(ask(*state, "POST", "/page", FORM, "csrf=t0ken"), 200);
	assert_string_equal(buf_str(&seen), "page -");
}

static void what_stands_in_the_way_is_said_in_one_order(void **state)
{
	static const char elsewhere[] = "HTTP_SEC_FETCH_SITE=cross-site";
	struct fixture *f = *state;

	assert_int_equal(ask(f, "GET", "/page#", NONE, NULL), 400);
	signed_in = false;
	assert_int_equal(ask(f, "GET", "/nowhere?x=1", NONE, NULL), 404);
	assert_int_equal(ask(f, "PUT", "/page", NONE, NULL), 405);
	has(f, "Allow: GET, HEAD, POST\r\n");
	assert_int_equal(ask(f, "POST", "/page?x=1", elsewhere, "csrf=no"), 401);
	signed_in = true;
	assert_int_equal(ask(f, "POST", "/page?x=1", elsewhere, "csrf=no"), 403);
	has(f, "cross_site");
	assert_int_equal(ask(f, "GET", "/page", elsewhere, NULL), 200);
	assert_int_equal(ask(f, "GET", "/secret?x=1", NONE, NULL), 403);
	has(f, "forbidden");
	assert_int_equal(ask(f, "POST", "/page?x=1", FORM, arena_printf(f->mem, "%0200d", 0)), 413);
	assert_int_equal(ask(f, "POST", "/page?x=1", FORM, "csrf=no"), 400);
	assert_int_equal(ask(f, "POST", "/page", FORM, "csrf=no"), 403);
	has(f, "form: ");
	assert_int_equal(ask(f, "POST", "/page", FORM, "csrf=%"), 400);
	assert_string_equal(buf_str(&seen), "");
}

static void a_parameter_that_the_row_does_not_list_is_refused_with_the_near_one(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, "GET", "/page?q=1&pages=2", NONE, NULL), 400);
	has(f, "parameter: unknown parameter \"pages\"; did you mean \"page\"?");
	assert_int_equal(ask(f, "GET", "/page?Page=2", NONE, NULL), 400);
	has(f, "did you mean \"page\"?");
	assert_int_equal(ask(f, "GET", "/page?something-else=2", NONE, NULL), 400);
	has(f, "parameter: unknown parameter \"something-else\"");
	assert_null(strstr(buf_str(&f->wire), "did you mean"));
	assert_int_equal(ask(f, "GET", "/page?=2", NONE, NULL), 400);
	assert_int_equal(ask(f, "GET", "/fails?q%20page=2", NONE, NULL), 400);
	assert_int_equal(ask(f, "GET", "/page?q=1&&page=2&", NONE, NULL), 200);
}

static void a_slash_too_many_is_a_redirect(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, "GET", "/page/?q=a%20b", NONE, NULL), 301);
	has(f, "Location: /page?q=a%20b\r\n");
	assert_int_equal(ask(f, "POST", "/page/", FORM, "csrf=t0ken"), 308);
	has(f, "Location: /page\r\n");
	assert_int_equal(ask(f, "GET", "/nowhere/", NONE, NULL), 404);
	assert_int_equal(ask(f, "PUT", "/page/", NONE, NULL), 404);
	assert_int_equal(ask(f, "GET", "/", NONE, NULL), 404);
	assert_string_equal(buf_str(&seen), "");
}

static void no_byte_of_a_file_is_handed_over_without_the_token(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, "POST", "/upload", UPLOAD, FIELD("csrf", "t0ken") A_FILE A_FILE END), 200);
	assert_string_equal(buf_str(&seen), "upload [a.csv:a,b[a.csv:a,b");
	assert_int_equal(ask(f, "POST", "/upload", UPLOAD, FIELD("csrf", "t0ken") END), 200);
	assert_string_equal(buf_str(&seen), "upload ");
	/* Wrong, behind the file, in the URL, not there. */
	assert_int_equal(ask(f, "POST", "/upload", UPLOAD, FIELD("csrf", "other") A_FILE END), 403);
	assert_int_equal(ask(f, "POST", "/upload", UPLOAD, A_FILE FIELD("csrf", "t0ken") END), 403);
	assert_int_equal(ask(f, "POST", "/upload?csrf=t0ken", UPLOAD, A_FILE END), 400);
	assert_int_equal(ask(f, "POST", "/upload", UPLOAD, FIELD("x", "1") END), 403);
	assert_string_equal(buf_str(&seen), "");
}

static void a_broken_upload_is_the_handlers_once_the_token_is_right(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, "POST", "/upload", UPLOAD, FIELD("csrf", "t0ken") "--XX\r\nnonsense\r\n\r\n"), 400);
	assert_string_equal(buf_str(&seen), "upload ");
	assert_int_equal(ask(f, "POST", "/upload", UPLOAD, "nonsense"), 400);
	assert_int_equal(ask(f, "POST", "/upload", FORM, "csrf=t0ken"), 400);
	assert_string_equal(buf_str(&seen), "");
}

static void a_file_has_a_largest_size(void **state)
{
	struct fixture *f = *state;
	char *body = arena_alloc(f->mem, (2U << 20) + 2);

	memset(body, 'x', (2U << 20) + 1);
	body[(2U << 20) + 1] = '\0';
	assert_int_equal(ask(f, "POST", "/upload", UPLOAD, body), 413);
	assert_int_equal(ask(f, "POST", "/upload", UPLOAD, body + 1), 400);
	/* Alone it has nothing around it. */
	assert_int_equal(ask(f, "POST", "/csv", "CONTENT_TYPE=text/csv", body + (1U << 20)), 413);
	assert_int_equal(ask(f, "POST", "/csv", "CONTENT_TYPE=text/csv", body + (1U << 20) + 1), 200);
}

static void an_error_becomes_a_status(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f, "GET", "/fails", NONE, NULL), 503);
	has(f, "busy: ");
	has(f, "Retry-After: 2\r\n");
	assert_int_equal(ask(f, "GET", "/fails?full=1", NONE, NULL), 507);
	has(f, "full: ");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_request_comes_to_its_handler),
		TEST(what_stands_in_the_way_is_said_in_one_order),
		TEST(a_parameter_that_the_row_does_not_list_is_refused_with_the_near_one),
		TEST(a_slash_too_many_is_a_redirect),
		TEST(no_byte_of_a_file_is_handed_over_without_the_token),
		TEST(a_broken_upload_is_the_handlers_once_the_token_is_right),
		TEST(a_file_has_a_largest_size),
		TEST(an_error_becomes_a_status),
	};

	return cmocka_run_group_tests_name("dispatch", tests, NULL, NULL);
}
