/* Log lines: one event is one line, whatever a cell holds. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <jansson.h>

#include "base/err.h"
#include "base/log.h"

/* What is written to a file that has no name. */
static int open_file(void)
{
	FILE *f = tmpfile();

	assert_non_null(f);
	int fd = dup(fileno(f));
	fclose(f);
	assert_int_not_equal(fd, -1);
	return fd;
}

static size_t read_back(int fd, char *text, size_t cap)
{
	ssize_t n = pread(fd, text, cap - 1, 0);

	assert_true(n >= 0);
	text[n] = '\0';
	return (size_t)n;
}

static void count_lines(const char *text, int want)
{
	int n = 0;

	for (; *text != '\0'; text++)
		n += *text == '\n';
	assert_int_equal(n, want);
}

static void an_event_is_one_line_of_its_fields(void **state)
{
	const struct log_field fields[] = {
		log_number("job", 42), log_text("gone", NULL), log_text("file", "a b.csv"), log_text("empty", ""),
	};
	char text[2000], host[64] = "", head[100];
	int fd = open_file();

	(void)state;
	log_setup("worker", false, LOG_INFO);
	assert_int_equal(log_event(fd, "import.begin", fields, 4), 0);
	read_back(fd, text, sizeof(text));
	close(fd);
	gethostname(host, sizeof(host));
	snprintf(head, sizeof(head), "Z %s worker[", host);
	assert_non_null(strstr(text, head));
	assert_non_null(strstr(text, "] import.begin job=42 file=\"a b.csv\" empty=\"\"\n"));
	assert_null(strstr(text, "gone"));
}

static void a_value_cannot_forge_a_line(void **state)
{
	static const char hostile[] = "x\r\n2026 worker[1] import.end\tok\x1B[2J \x7F "
	    "\xC2\x85 \xE2\x80\xA8 \xE2\x80\xAE \xFF\xC3 \"q\" \\n";
	const struct log_field fields[] = { log_text("value", hostile) };
	char text[2000];
	int fd = open_file();

	(void)state;
	log_setup("worker", false, LOG_INFO);
	assert_int_equal(log_event(fd, "e", fields, 1), 0);
	read_back(fd, text, sizeof(text));
	close(fd);
	count_lines(text, 1);
	assert_non_null(strstr(text, " e value=\"x\\r\\n2026 worker[1] import.end\\tok\\x1b[2J \\x7f "
	    "\\u0085 \\u2028 \\u202e \\xff\\xc3 \\\"q\\\" \\\\n\"\n"));
}

static void json_lines_are_json_whatever_a_cell_holds(void **state)
{
	char hostile[260];
	size_t n = 0;
	const struct log_field fields[] = { log_text("value", hostile) };
	char text[4000];
	int fd = open_file();

	(void)state;
	for (int c = 1; c < 256; c++)
		hostile[n++] = (char)c;
	hostile[n] = '\0';
	log_setup("worker", true, LOG_INFO);
	assert_int_equal(log_event(fd, "e", fields, 1), 0);
	read_back(fd, text, sizeof(text));
	close(fd);
	log_setup("worker", false, LOG_INFO);
	count_lines(text, 1);

	json_error_t error;
	json_t *object = json_loads(text, JSON_REJECT_DUPLICATES, &error);
	assert_non_null(object);
	const char *value = json_string_value(json_object_get(object, "value"));
	assert_non_null(value);
	assert_memory_equal(value, hostile, 0x7F);
	assert_string_equal(json_string_value(json_object_get(object, "event")), "e");
	assert_string_equal(json_string_value(json_object_get(object, "process")), "worker");
	assert_int_equal(json_integer_value(json_object_get(object, "pid")), getpid());
	json_decref(object);
}

static void a_write_that_fails_is_told(void **state)
{
	int fd = open("/dev/null", O_RDONLY);

	(void)state;
	assert_int_equal(log_event(fd, "e", NULL, 0), -1);
	assert_int_equal(errno, EBADF);
	close(fd);
}

static void an_error_is_logged_with_its_place_and_hint(void **state)
{
	struct err e = {0};
	char text[2000];
	int fd = open_file();
	int saved = dup(STDERR_FILENO);

	(void)state;
	log_setup("web", false, LOG_INFO);
	err_set(&e, ERR_CONF, "rollcall.conf:3", "no such setting");
	err_hint(&e, "did you mean this?");
	fflush(stderr);
	dup2(fd, STDERR_FILENO);
	log_err("settings", &e);
	log_line(LOG_WARNING, "two\nlines");
	log_line(LOG_DEBUG, "below the level");
	dup2(saved, STDERR_FILENO);
	close(saved);
	read_back(fd, text, sizeof(text));
	close(fd);
	assert_non_null(strstr(text, "] error: settings: rollcall.conf:3: no such setting "
	    "(did you mean this?)\n"));
	assert_non_null(strstr(text, "] warning: two\\nlines\n"));
	count_lines(text, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_event_is_one_line_of_its_fields),
		cmocka_unit_test(a_value_cannot_forge_a_line),
		cmocka_unit_test(json_lines_are_json_whatever_a_cell_holds),
		cmocka_unit_test(a_write_that_fails_is_told),
		cmocka_unit_test(an_error_is_logged_with_its_place_and_hint),
	};
	return cmocka_run_group_tests_name("log", tests, NULL, NULL);
}
