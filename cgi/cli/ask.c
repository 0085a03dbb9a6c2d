/* Asking for a password.  Contract: cli.h. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* A signal that came while the echo was off.  It is raised again after the terminal is restored. */
static volatile sig_atomic_t caught;

static void note_signal(int number)
{
	caught = number;
}

static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

#define SIGNALS_N (sizeof(signals) / sizeof(signals[0]))

/* Reads one line, without its end.  It is read byte by byte: a buffer would take bytes after the line,
 * and keep the password in memory. */
static int read_line(int fd, char *out, size_t size, struct err *e)
{
	size_t n = 0;

	for (;;) {
		char c;
		ssize_t got = read(fd, &c, 1);
		if (got < 0)
			return err_set(e, ERR_IO, "password", "cannot read: %s", strerror(errno));
		if (got == 0 || c == '\n')
			break;
		if (c == '\0' || n + 1 == size)
			return err_set(e, ERR_INVALID, "password", "the password is too long or no text");
		out[n++] = c;
	}
	out[n] = '\0';
	return 0;
}

static int ask_once(int tty, const char *prompt, const char *whose, char *out, size_t size,
    struct err *e)
{
	struct termios before, silent;
	struct sigaction old[SIGNALS_N], note = { .sa_handler = note_signal };

	if (tcgetattr(tty, &before) != 0)
		return err_set(e, ERR_IO, "password", "no terminal: %s", strerror(errno));
	caught = 0;
	for (size_t i = 0; i < SIGNALS_N; i++)
		sigaction(signals[i], &note, &old[i]);
	silent = before;
	silent.c_lflag &= ~(tcflag_t)ECHO;
	tcsetattr(tty, TCSAFLUSH, &silent);
	dprintf(tty, "%s%s: ", prompt, whose);
	int result = read_line(tty, out, size, e);
	dprintf(tty, "\n");
	tcsetattr(tty, TCSAFLUSH, &before);
	for (size_t i = 0; i < SIGNALS_N; i++)
		sigaction(signals[i], &old[i], NULL);
	if (caught != 0)
		raise(caught);
	return result;
}

int ask_password(const char *whose, char *out, size_t size, struct err *e)
{
	char again[1024];

	if (!isatty(STDIN_FILENO))
		return read_line(STDIN_FILENO, out, size, e);
	int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
	if (tty < 0)
		return err_set(e, ERR_IO, "password", "no terminal: %s", strerror(errno));
	int result = ask_once(tty, "New password of ", whose, out, size, e);
	if (result == 0)
		result = ask_once(tty, "The same again, of ", whose, again, sizeof(again), e);
	if (result == 0 && strcmp(out, again) != 0)
		result = err_set(e, ERR_INVALID, "password", "the two are not the same");
	explicit_bzero(again, sizeof(again));
	close(tty);
	return result;
}
