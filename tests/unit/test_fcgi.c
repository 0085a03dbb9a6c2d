/* The FastCGI loop, served by a child on a private socket and asked by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "http/fcgi.h"

enum { BEGIN = 1, END = 3, PARAMS = 4, STDIN = 5, STDOUT = 6 };

struct server {
	pid_t pid;
	char dir[40];
	struct sockaddr_un addr;
	int entered[2];		/* the handler of /wait tells that it runs */
	int go_on[2];		/* ... and waits for this */
};

/* --- the child ------------------------------------------------------------ */

static void count_body(struct request *req, struct response *res)
{
	char bytes[1000];
	size_t n, total = 0;
	struct err e = {0};

	do {
		if (request_read(req, bytes, sizeof(bytes), &n, &e) != 0) {
			res->status = 400;
			buf_adds(&res->body, e.message);
			return;
		}
		total += n;
	} while (n > 0);
	buf_addf(&res->body, "%s %zu bytes", req->path, total);
}

static void stream(struct response *res, bool cut)
{
	char bytes[8192];
	struct err e = {0};

	memset(bytes, 'x', sizeof(bytes));
	response_stream_begin(res, &e);
	for (int i = 0; i < 100; i++) {
		if (response_stream(res, bytes, sizeof(bytes), &e) != 0) {
			response_abort(res);
			return;
		}
	}
	if (cut)
		response_abort(res);
}

static void handler(void *ctx, struct request *req, struct response *res)
{
	struct server *s = ctx;
	char c = 'x';

	if (req->error.code != ERR_NONE) {
		res->status = 400;
		buf_adds(&res->body, req->error.message);
	} else if (strcmp(req->path, "/count") == 0) {
		count_body(req, res);
	} else if (strcmp(req->path, "/leave") == 0) {
		res->status = 413;
		buf_adds(&res->body, "too much");
	} else if (strcmp(req->path, "/stream") == 0) {
		stream(res, false);
	} else if (strcmp(req->path, "/cut") == 0) {
		stream(res, true);
	} else if (strcmp(req->path, "/wait") == 0) {
		if (write(s->entered[1], &c, 1) == 1 && read(s->go_on[0], &c, 1) == 1)
			buf_adds(&res->body, "waited");
	} else {
		res->status = 404;
	}
}

static int serve(void **state)
{
	struct server *s = calloc(1, sizeof(*s));
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	*state = s;
	memcpy(s->dir, "/tmp/rollcall-fcgi-XXXXXX", 26);
	if (mkdtemp(s->dir) == NULL || pipe(s->entered) != 0 || pipe(s->go_on) != 0)
		return -1;
	s->addr.sun_family = AF_UNIX;
	snprintf(s->addr.sun_path, sizeof(s->addr.sun_path), "%s/socket", s->dir);
	if (bind(fd, (struct sockaddr *)&s->addr, sizeof(s->addr)) != 0 || listen(fd, 8) != 0)
		return -1;
	s->pid = fork();
	if (s->pid == 0) {
		struct err e = {0};
		alarm(60);
		_exit(fcgi_serve(fd, handler, s, &e) == 0 ? 0 : 1);
	}
	close(fd);
	return s->pid < 0 ? -1 : 0;
}

/* How the child ended: its exit status, or -1 for a signal. */
static int end(struct server *s)
{
	int status = 0;

	waitpid(s->pid, &status, 0);
	s->pid = 0;
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static int stop(void **state)
{
	struct server *s = *state;

	if (s->pid > 0) {
		kill(s->pid, SIGKILL);
		end(s);
	}
	for (int i = 0; i < 2; i++) {
		close(s->entered[i]);
		close(s->go_on[i]);
	}
	unlink(s->addr.sun_path);
	rmdir(s->dir);
	free(s);
	return 0;
}

/* --- the web server's side ------------------------------------------------ */

static int dial(const struct server *s)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	assert_int_equal(connect(fd, (const struct sockaddr *)&s->addr, sizeof(s->addr)), 0);
	return fd;
}

static void add_record(struct buf *b, int type, const char *bytes, size_t n)
{
	const char head[8] = { 1, (char)type, 0, 1, (char)(n >> 8), (char)(n & 0xFF), 0, 0 };

	buf_add(b, head, sizeof(head));
	buf_add(b, bytes, n);
}

static void add_param(struct buf *b, const char *name, const char *value)
{
	buf_addch(b, (char)strlen(name));
	buf_addch(b, (char)strlen(value));
	buf_adds(b, name);
	buf_adds(b, value);
}

static void add_request(struct buf *b, const char *method, const char *uri, size_t declared,
    size_t sent)
{
	struct buf params = {0};
	char length[24], bytes[4096];

	add_record(b, BEGIN, "\0\1\0\0\0\0\0\0", 8);
	snprintf(length, sizeof(length), "%zu", declared);
	add_param(&params, "REQUEST_METHOD", method);
	add_param(&params, "REQUEST_URI", uri);
	add_param(&params, "CONTENT_LENGTH", declared > 0 ? length : "");
	add_record(b, PARAMS, params.data, params.len);
	add_record(b, PARAMS, "", 0);
	memset(bytes, 'b', sizeof(bytes));
	while (sent > 0) {
		size_t n = sent < sizeof(bytes) ? sent : sizeof(bytes);
		add_record(b, STDIN, bytes, n);
		sent -= n;
	}
	add_record(b, STDIN, "", 0);
	buf_free(&params);
}

static void put(int fd, const struct buf *b)
{
	for (size_t at = 0; at < b->len;) {
		ssize_t n = send(fd, b->data + at, b->len - at, MSG_NOSIGNAL);
		assert_true(n > 0);
		at += (size_t)n;
	}
}

/* Reads to the end; the bytes of stdout into `out`.  Whether it ended well. */
static bool get(int fd, struct buf *out)
{
	struct buf b = {0};
	char bytes[8192];
	ssize_t n;
	bool ended = false;

	while ((n = read(fd, bytes, sizeof(bytes))) > 0)
		buf_add(&b, bytes, (size_t)n);
	close(fd);
	for (size_t at = 0; at + 8 <= b.len;) {
		const unsigned char *h = (const unsigned char *)b.data + at;
		size_t len = (size_t)h[4] << 8 | h[5];
		if (at + 8 + len > b.len)
			break;
		if (h[1] == STDOUT)
			buf_add(out, b.data + at + 8, len);
		ended = ended || h[1] == END;
		at += 8 + len + h[6];
	}
	buf_free(&b);
	return ended;
}

/* One whole request; the answer must end well. */
static const char *ask(const struct server *s, const char *method, const char *uri,
    size_t declared, size_t sent, struct buf *out)
{
	struct buf b = {0};
	int fd = dial(s);

	buf_reset(out);
	add_request(&b, method, uri, declared, sent);
	put(fd, &b);
	buf_free(&b);
	assert_true(get(fd, out));
	return buf_str(out);
}

/* --- tests ---------------------------------------------------------------- */

static void requests_are_answered_one_after_another(void **state)
{
	struct buf out = {0};
	char id[17] = "";

	for (int i = 0; i < 20; i++) {
		const char *text = ask(*state, "POST", "/count?x=1", 100000, 100000, &out);
		assert_int_equal(strncmp(text, "Status: 200 OK\r\n", 16), 0);
		assert_non_null(strstr(text, "Content-Length: 19\r\n"));
		assert_string_equal(strstr(text, "\r\n\r\n") + 4, "/count 100000 bytes");
		const char *now = strstr(text, "X-Request-Id: ");
		assert_non_null(now);
		assert_int_not_equal(strncmp(id, now + 14, 16), 0);
		memcpy(id, now + 14, 16);
	}
	buf_free(&out);
}

static void head_gets_no_body(void **state)
{
	struct buf out = {0};
	const char *text = ask(*state, "HEAD", "/count", 0, 0, &out);

	assert_non_null(strstr(text, "Content-Length: 14\r\n"));
	assert_string_equal(strstr(text, "\r\n\r\n"), "\r\n\r\n");
	buf_free(&out);
}

static void a_request_that_makes_no_sense_reaches_the_handler_as_such(void **state)
{
	struct buf out = {0};

	assert_non_null(strstr(ask(*state, "GET", "/%00", 0, 0, &out), "Status: 400 "));
	buf_free(&out);
}

static void a_body_that_was_cut_off_is_told(void **state)
{
	struct buf out = {0};

	assert_non_null(strstr(ask(*state, "POST", "/count", 1000, 999, &out), "cut off"));
	buf_free(&out);
}

static void an_answer_is_not_lost_where_the_body_was_not_read(void **state)
{
	struct buf out = {0};

	assert_non_null(strstr(ask(*state, "POST", "/leave", 900000, 900000, &out), "too much"));
	buf_free(&out);
}

static void a_stream_ends_well_and_a_cut_one_does_not(void **state)
{
	struct buf out = {0}, b = {0};
	const char *text = ask(*state, "GET", "/stream", 0, 0, &out);

	assert_null(strstr(text, "Content-Length"));
	assert_int_equal(strlen(strstr(text, "\r\n\r\n") + 4), 819200);

	int fd = dial(*state);
	buf_reset(&out);
	add_request(&b, "GET", "/cut", 0, 0);
	put(fd, &b);
	assert_false(get(fd, &out));
	assert_non_null(strstr(buf_str(&out), "Status: 200 OK\r\n"));
	assert_non_null(strstr(ask(*state, "GET", "/count", 0, 0, &out), "0 bytes"));
	buf_free(&b);
	buf_free(&out);
}

static void clients_that_go_away_or_talk_nonsense_end_nothing(void **state)
{
	struct buf out = {0}, b = {0}, part = {0};

	/* Gone after each number of bytes that leaves a request unfinished. */
	add_request(&b, "POST", "/count", 10, 10);
	for (size_t n = 0; n < b.len; n += 13) {
		buf_reset(&part);
		buf_add(&part, b.data, n);
		int fd = dial(*state);
		put(fd, &part);
		close(fd);
	}
	/* Gone before a long answer. */
	buf_reset(&b);
	add_request(&b, "GET", "/stream", 0, 0);
	for (int i = 0; i < 3; i++) {
		int fd = dial(*state);
		put(fd, &b);
		close(fd);
	}
	/* No FastCGI at all. */
	buf_reset(&b);
	buf_adds(&b, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
	int fd = dial(*state);
	put(fd, &b);
	shutdown(fd, SHUT_WR);
	get(fd, &out);

	assert_non_null(strstr(ask(*state, "GET", "/count", 0, 0, &out), "0 bytes"));
	buf_free(&b);
	buf_free(&part);
	buf_free(&out);
}

static void a_signal_ends_an_idle_server(void **state)
{
	struct server *s = *state;
	struct buf out = {0};

	/* It serves, so its handler for the signal is set. */
	ask(s, "GET", "/count", 0, 0, &out);
	buf_free(&out);
	kill(s->pid, SIGTERM);
	assert_int_equal(end(s), 0);
}

static void a_signal_lets_the_running_request_end(void **state)
{
	struct server *s = *state;
	struct buf out = {0}, b = {0};
	char c = 'x';
	int fd = dial(s);

	add_request(&b, "GET", "/wait", 0, 0);
	put(fd, &b);
	assert_int_equal(read(s->entered[0], &c, 1), 1);
	kill(s->pid, SIGTERM);
	assert_int_equal(write(s->go_on[1], &c, 1), 1);
	assert_true(get(fd, &out));
	assert_non_null(strstr(buf_str(&out), "waited"));
	assert_int_equal(end(s), 0);
	buf_free(&b);
	buf_free(&out);
}

static void only_a_listening_socket_is_served(void **state)
{
	struct err e = {0};
	int fds[2];

	(void)state;
	assert_int_equal(pipe(fds), 0);
	assert_int_equal(fcgi_serve(fds[0], handler, NULL, &e), -1);
	assert_int_equal(e.code, ERR_USAGE);
	assert_string_not_equal(e.hint, "");
	close(fds[0]);
	close(fds[1]);
	assert_int_equal(fcgi_serve(fds[0], handler, NULL, &e), -1);
}

int main(void)
{
#define SERVED(test) cmocka_unit_test_setup_teardown(test, serve, stop)
	const struct CMUnitTest tests[] = {
		SERVED(requests_are_answered_one_after_another),
		SERVED(head_gets_no_body),
		SERVED(a_request_that_makes_no_sense_reaches_the_handler_as_such),
		SERVED(a_body_that_was_cut_off_is_told),
		SERVED(an_answer_is_not_lost_where_the_body_was_not_read),
		SERVED(a_stream_ends_well_and_a_cut_one_does_not),
		SERVED(clients_that_go_away_or_talk_nonsense_end_nothing),
		SERVED(a_signal_ends_an_idle_server),
		SERVED(a_signal_lets_the_running_request_end),
		cmocka_unit_test(only_a_listening_socket_is_served),
	};
	alarm(120);
	return cmocka_run_group_tests_name("fcgi", tests, NULL, NULL);
}
