/* A mail.  Contract: mail.h. */
#include "job/mail.h"

#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <openssl/evp.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"

#define ARGUMENTS_MOST 16
#define SECONDS_MOST 30
#define LINE_BYTES 57	/* give 76 characters of Base64, the longest line of RFC 2045 */
#define WORD_BYTES 45	/* fit into an encoded word, which has at most 75 characters (RFC 2047) */

extern char **environ;

/* --- the text ----------------------------------------------------------------- */

static void add_base64(struct buf *out, const char *bytes, size_t n)
{
	unsigned char text[LINE_BYTES * 4 / 3 + 4];

	EVP_EncodeBlock(text, (const unsigned char *)bytes, (int)n);
	buf_adds(out, (const char *)text);
}

/* How many bytes the whole characters have that fit into n bytes. */
static size_t whole_characters(const char *text, size_t n)
{
	size_t len = strlen(text);

	if (len <= n)
		return len;
	while (n > 0 && ((unsigned char)text[n] & 0xc0) == 0x80)
		n--;
	return n;
}

/* Writes the mail.  Subject and text are Base64, so nothing in them can end a line. */
static void write_mail(struct buf *out, const struct mail *mail)
{
	buf_addf(out, "To: %s\nSubject:", mail->to);
	for (const char *s = mail->subject; *s != '\0';) {
		size_t n = whole_characters(s, WORD_BYTES);

		buf_adds(out, " =?UTF-8?B?");
		add_base64(out, s, n);
		buf_adds(out, s[n] != '\0' ? "?=\n" : "?=");
		s += n;
	}
	buf_adds(out, "\nMIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n"
	    "Content-Transfer-Encoding: base64\nAuto-Submitted: auto-generated\n\n");
	for (size_t at = 0, len = strlen(mail->text); at < len; at += LINE_BYTES) {
		add_base64(out, mail->text + at, len - at < LINE_BYTES ? len - at : LINE_BYTES);
		buf_addch(out, '\n');
	}
}

/* --- the program ----------------------------------------------------------------- */

static int start(char *const argv[], int input, pid_t *pid)
{
	posix_spawn_file_actions_t files;
	posix_spawnattr_t attributes;
	sigset_t none;
	int rc;

	sigemptyset(&none);
	posix_spawnattr_init(&attributes);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	posix_spawn_file_actions_init(&files);
	posix_spawn_file_actions_adddup2(&files, input, STDIN_FILENO);
	rc = posix_spawn(pid, argv[0], &files, &attributes, argv, environ);
	posix_spawn_file_actions_destroy(&files);
	posix_spawnattr_destroy(&attributes);
	return rc;
}

/* Waits for the end of the program, and kills it after its time. */
static int finish(pid_t pid, const char *command, struct err *e)
{
	const struct timespec pause = { .tv_nsec = 20 * 1000 * 1000 };
	int64_t until = clock_ms() + SECONDS_MOST * 1000;
	int status = 0;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		if (clock_ms() > until) {
			kill(pid, SIGKILL);
			waitpid(pid, &status, 0);
			return err_set(e, ERR_IO, command, "it did not end within %d seconds", SECONDS_MOST);
		}
		nanosleep(&pause, NULL);
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0
	    : err_set(e, ERR_IO, command, "it ended with status %d", WIFEXITED(status) ? WEXITSTATUS(status) : -1);
}

static size_t split(struct arena *mem, const char *command, char *argv[ARGUMENTS_MOST + 1])
{
	size_t n = 0;

	for (const char *s = command + strspn(command, " "); *s != '\0' && n < ARGUMENTS_MOST;) {
		size_t len = strcspn(s, " ");

		argv[n++] = arena_strndup(mem, s, len);
		s += len + strspn(s + len, " ");
	}
	argv[n] = NULL;
	return n;
}

/* The mail as a temporary file.  With a pipe, a program that reads slowly would block us. */
static FILE *spool(const struct buf *text, struct err *e)
{
	FILE *f = file_temporary(e);

	if (f == NULL)
		return NULL;
	if (fwrite(text->data, 1, text->len, f) == text->len && fseek(f, 0, SEEK_SET) == 0)
		return f;
	err_set(e, ERR_IO, "temporary file", "cannot be written: %s", strerror(errno));
	fclose(f);
	return NULL;
}

int mail_send(const char *command, const struct mail *mail, struct err *e)
{
	struct arena *mem = arena_new();
	char *argv[ARGUMENTS_MOST + 1];
	struct buf text = {0};
	FILE *f;
	pid_t pid;
	int rc = -1;

	write_mail(&text, mail);
	if (split(mem, command, argv) == 0 || argv[0][0] != '/') {
		err_set(e, ERR_CONF, "sendmail", "it has to begin with the whole path of a program");
	} else if ((f = spool(&text, e)) != NULL) {
		int failed = start(argv, fileno(f), &pid);

		fclose(f);
		rc = failed == 0 ? finish(pid, argv[0], e)
		    : err_set(e, ERR_IO, argv[0], "cannot be run: %s", strerror(failed));
	}
	buf_free(&text);
	arena_free(mem);
	return rc;
}
