/* Serving FastCGI with libfcgi. */
#include "http/fcgi.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fcgiapp.h>

#include "base/arena.h"
#include "base/log.h"
#include "base/process.h"

/* For the signal handler.  A process has one server. */
static volatile sig_atomic_t stopping;
static int listen_fd = -1;
static int null_fd = -1;

/* A signal may come after libfcgi has checked its flag and before it calls accept(2).  So
 * /dev/null replaces the socket: accept(2) then fails at once instead of waiting.  Other
 * processes keep the socket. */
static void on_stop(int sig)
{
	int saved = errno;

	(void)sig;
	stopping = 1;
	FCGX_ShutdownPending();
	dup2(null_fd, listen_fd);
	errno = saved;
}

bool fcgi_stopping(void)
{
	return stopping != 0;
}

static int catch_signals(struct err *e)
{
	struct sigaction stop = { .sa_handler = on_stop, .sa_flags = SA_RESTART };
	struct sigaction ignore = { .sa_handler = SIG_IGN };

	sigemptyset(&stop.sa_mask);
	sigemptyset(&ignore.sa_mask);
	null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	/* multiwatch 1.0.0 sends QUIT when it is told to send TERM. */
	if (null_fd < 0 || sigaction(SIGTERM, &stop, NULL) != 0 || sigaction(SIGQUIT, &stop, NULL) != 0 ||
	    sigaction(SIGINT, &stop, NULL) != 0 || sigaction(SIGPIPE, &ignore, NULL) != 0)
		return err_set(e, ERR_IO, NULL, "cannot catch signals: %s", strerror(errno));
	return 0;
}

static int check_socket(int fd, struct err *e)
{
	int listening = 0;
	socklen_t len = sizeof(listening);

	if (getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &listening, &len) == 0 && listening != 0)
		return 0;
	err_set(e, ERR_USAGE, NULL, "descriptor %d is no listening socket", fd);
	return err_hint(e, "start it with spawn-fcgi, or by the socket unit of systemd");
}

static long read_body(void *ctx, char *bytes, size_t n)
{
	FCGX_Request *fcgx = ctx;
	process_alive();
	int did = FCGX_GetStr(bytes, n > INT_MAX ? INT_MAX : (int)n, fcgx->in);

	return FCGX_GetError(fcgx->in) != 0 ? -1 : did;
}

static int write_body(void *ctx, const char *bytes, size_t n)
{
	FCGX_Request *fcgx = ctx;

	process_alive();
	while (n > 0) {
		int part = n > INT_MAX ? INT_MAX : (int)n;
		if (FCGX_PutStr(bytes, part, fcgx->out) != part)
			return -1;
		bytes += part;
		n -= (size_t)part;
	}
	return 0;
}

/* Reads the rest of the body before the answer is sent.  nginx stops sending the body when it
 * gets an answer, and then each side would wait for the other.  Closing a socket with unread
 * bytes would reset the connection.  nginx limits the size of the body. */
static void drain(struct request *req)
{
	char bytes[16 * 1024];
	size_t n;

	while (request_read(req, bytes, sizeof(bytes), &n, NULL) == 0 && n > 0)
		;
}

static void serve_one(FCGX_Request *fcgx, struct arena *mem, fcgi_handler *handler, void *ctx)
{
	struct request req;
	struct response res;
	struct err e = {0};

	request_init(&req, mem, (const char *const *)fcgx->envp, read_body, fcgx);
	response_init(&res, mem, req.method == HTTP_HEAD, write_body, fcgx);
	const struct log_field context[] = { log_text("request", req.id) };
	log_context(context, 1);
	response_header(&res, "X-Request-Id", req.id);
	handler(ctx, &req, &res);
	if (!res.sent && !req.refused)
		drain(&req);

	bool failed = response_send(&res, &e) != 0 || FCGX_FFlush(fcgx->out) != 0;
	if (failed)
		log_line(LOG_INFO, "%s: the client went away before the end of its answer", req.id);
	if (res.aborted || failed) {
		/* Without FCGI_END_REQUEST nginx knows that the answer is not whole. */
		FCGX_Free(fcgx, 1);
	} else {
		FCGX_Finish_r(fcgx);
	}
	log_context(NULL, 0);
	response_free(&res);
}

/* Several processes accept from the same socket.  One that comes too late for a connection must
 * not wait in accept(2), where it cannot tell systemd that it is alive. */
static int make_nonblocking(int fd, struct err *e)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags == -1 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) != 0)
		return err_set(e, ERR_IO, NULL, "cannot set up the socket: %s", strerror(errno));
	return 0;
}

/* Waits for a connection, or for the last one to end: libfcgi leaves it open if the web server
 * may send more.  Returns now and then without either. */
static void await_request(int fd, const FCGX_Request *last)
{
	struct pollfd p[2] = { { .fd = fd, .events = POLLIN }, { .fd = last->ipcFd, .events = POLLIN } };

	process_alive();
	poll(p, 2, process_patience(60000));
	process_alive();
}

int fcgi_serve(int fd, fcgi_handler *handler, void *ctx, struct err *e)
{
	struct arena *mem = NULL;
	FCGX_Request fcgx;
	int result = -1;

	listen_fd = fd;
	if (check_socket(fd, e) != 0 || make_nonblocking(fd, e) != 0 || catch_signals(e) != 0)
		goto out;
	if (FCGX_Init() != 0 || FCGX_InitRequest(&fcgx, fd, 0) != 0) {
		err_set(e, ERR_IO, NULL, "libfcgi does not start");
		goto out;
	}
	mem = arena_new();
	process_ready("serving");
	while (!stopping) {
		await_request(fd, &fcgx);
		if (stopping)
			break;
		int code = FCGX_Accept_r(&fcgx);
		if (code == -EAGAIN)
			continue;
		if (code < 0 && !stopping) {
			err_set(e, ERR_IO, NULL, "cannot accept a request: %s", strerror(errno));
			goto out;
		}
		if (code < 0)
			break;
		serve_one(&fcgx, mem, handler, ctx);
		arena_reset(mem);
	}
	process_stopping();
	result = 0;
out:
	arena_free(mem);
	if (null_fd >= 0)
		close(null_fd);
	null_fd = -1;
	return result;
}
