/* Password hashing by forked helpers.  Contract: transfer.h.
 *
 * The worker and its helpers share one pair of sockets that keep message boundaries.  The helper
 * that is free first takes the next message, and answers on the same socket.  At most `WINDOW`
 * passwords for each helper are sent and not answered, so memory does not grow with the file. */
#include "users/transfer.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "auth/password.h"
#include "base/arena.h"
#include "base/buf.h"
#include "csv/value.h"
#include "db/copy.h"
#include "users/reread.h"

#define WINDOW 2
#define HELPERS_MAX 64
#define LOOK_MS 1000

/* A password to hash; the longest of a user has 64 characters of 4 bytes. */
struct question {
	long row;
	char password[64 * 4 + 1];
};

struct answer {
	long row;
	char hash[PASSWORD_HASH_SIZE];	/* "" if hashing failed */
};

struct pool {
	struct task *task;
	int fd;			/* the parent's end */
	pid_t helpers[HELPERS_MAX];
	int n_helpers;
	long waiting;		/* questions without an answer */
	long done, total;
	struct arena *mem;
	struct buf out;
	struct err *err;
	bool failed;
};

_Noreturn static void help(int fd)
{
	struct question q;
	struct answer a;

	/* A helper dies with its worker, in whatever way that ends.  It ignores the signals that
	 * stop a worker, as they may be sent to the whole process group, and the worker finishes
	 * its job first. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGTERM, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	signal(SIGINT, SIG_IGN);
	while (recv(fd, &q, sizeof(q), 0) == (ssize_t)sizeof(q)) {
		memset(&a, 0, sizeof(a));
		a.row = q.row;
		if (password_hash(q.password, a.hash, NULL) != 0)
			a.hash[0] = '\0';
		explicit_bzero(&q, sizeof(q));
		if (send(fd, &a, sizeof(a), MSG_NOSIGNAL) != (ssize_t)sizeof(a))
			break;
	}
	_exit(0);
}

static int start(struct pool *p, struct err *e)
{
	long wanted = p->task->conf->hash_processes;
	int ends[2];

	if (wanted == 0)
		wanted = sysconf(_SC_NPROCESSORS_ONLN);
	if (wanted < 1)
		wanted = 1;
	if (wanted > HELPERS_MAX)
		wanted = HELPERS_MAX;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return err_set(e, ERR_IO, "hash helpers", "cannot begin: %s", strerror(errno));
	p->fd = ends[0];
	for (long i = 0; i < wanted; i++) {
		pid_t pid = fork();
		if (pid == 0) {
			close(ends[0]);
			help(ends[1]);
		}
		if (pid < 0)
			break;
		p->helpers[p->n_helpers++] = pid;
	}
	close(ends[1]);
	if (p->n_helpers == 0)
		return err_set(e, ERR_IO, "hash helpers", "cannot begin: %s", strerror(errno));
	return 0;
}

static void stop(struct pool *p)
{
	if (p->fd >= 0)
		close(p->fd);
	for (int i = 0; i < p->n_helpers; i++) {
		kill(p->helpers[i], SIGKILL);
		waitpid(p->helpers[i], NULL, 0);
	}
}

/* Whether a helper died: then its password gets no answer.  The helper is reaped in stop() and
 * not here, so that its process id is not used again before. */
static bool helper_died(const struct pool *p)
{
	for (int i = 0; i < p->n_helpers; i++) {
		siginfo_t info = {0};
		if (waitid(P_PID, (id_t)p->helpers[i], &info, WEXITED | WNOHANG | WNOWAIT) != 0
		    || info.si_pid != 0)
			return true;
	}
	return false;
}

static int take_answer(struct pool *p, struct err *e)
{
	struct answer a;
	struct pollfd poll_fd = { .fd = p->fd, .events = POLLIN };

	/* Hashing many passwords would take longer than systemd waits for a service to stop. */
	if (worker_stopping())
		return err_set(e, ERR_DB_CANCELED, "hash helpers", "the worker is to end");
	while (poll(&poll_fd, 1, LOOK_MS) <= 0)
		if (helper_died(p))
			return err_set(e, ERR_IO, "hash helpers", "one ended before its work was done");
	if (recv(p->fd, &a, sizeof(a), 0) != (ssize_t)sizeof(a) || a.hash[0] == '\0')
		return err_set(e, ERR_IO, "hash helpers", "a password could not be hashed");
	p->waiting--;
	p->done++;
	copy_long(&p->out, true, a.row);
	copy_text(&p->out, false, a.hash);
	copy_row(&p->out);
	if (copy_send(p->task->work, &p->out, false, e) != 0)
		return -1;
	return progress_set(p->task, "hashing", p->done, p->total, e);
}

static int ask(struct pool *p, long row, const char *password, struct err *e)
{
	struct question q = { .row = row };
	ssize_t sent;

	if (p->waiting >= (long)p->n_helpers * WINDOW && take_answer(p, e) != 0)
		return -1;
	snprintf(q.password, sizeof(q.password), "%s", password);
	sent = send(p->fd, &q, sizeof(q), MSG_NOSIGNAL);
	explicit_bzero(&q, sizeof(q));
	if (sent != (ssize_t)sizeof(q))
		return err_set(e, ERR_IO, "hash helpers", "they do not listen: %s", strerror(errno));
	p->waiting++;
	return 0;
}

static bool on_record(void *ctx, const struct header *h, const struct record *r)
{
	struct pool *p = ctx;
	int column = h->of_field[FIELD_password];
	struct issue_param params[ISSUE_PARAMS_MAX];
	struct value v;

	if (column < 0 || (size_t)column >= r->n)
		return true;
	arena_reset(p->mem);
	value_check(&fields[FIELD_password], r->cells[column], !p->task->raw, p->mem, &v, params);
	if (v.state == VALUE_VALID && !v.hashed && !v.masked && ask(p, r->row, v.text, p->err) != 0)
		p->failed = true;
	return !p->failed;
}

static int read_passwords(struct pool *p, enum reader_kind kind, struct err *e)
{
	const struct reread to = { .ctx = p, .record = on_record };

	if (reread_upload(p->task, kind, &to, NULL, e) != 0)
		return -1;
	while (!p->failed && p->waiting > 0)
		if (take_answer(p, e) != 0)
			p->failed = true;
	if (p->failed || copy_send(p->task->work, &p->out, true, e) != 0)
		return -1;
	if (p->done != p->total)
		return err_set(e, ERR_IO, "hash helpers", "%ld passwords of %ld were hashed", p->done, p->total);
	return 0;
}

int hash_passwords(struct task *t, enum reader_kind kind, long total, struct err *e)
{
	struct pool p = { .task = t, .fd = -1, .total = total, .err = e };
	int rc = -1;

	p.mem = arena_new();
	if (progress_set(t, "hashing", 0, total, e) != 0 || start(&p, e) != 0
	    || copy_begin(t->work, "import_hash", e) != 0)
		goto out;
	if (read_passwords(&p, kind, e) != 0) {
		copy_end(t->work, "the passwords were not hashed", NULL, NULL);
		goto out;
	}
	rc = copy_end(t->work, NULL, NULL, e);
out:
	stop(&p);
	arena_free(p.mem);
	buf_free(&p.out);
	return rc;
}
