/* Fuzzes the upload parser: no input may harm it, and the chunks must not change the result.
 *
 * Input: one line, the boundary; then the body.  The body is pushed whole, byte
 * by byte, and in pieces whose sizes its own bytes give. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "http/multipart.h"

static void check(bool ok)
{
	if (!ok)
		abort();
}

struct seen {
	struct buf text;
	bool open;	/* between part_begin and part_end */
};

static int part_begin(void *ctx, const struct multipart_part *p, struct err *e)
{
	struct seen *s = ctx;

	(void)e;
	check(!s->open);
	s->open = true;
	check(p->name[0] != '\0' && utf8_valid(p->name, strlen(p->name)));
	if (p->filename != NULL) {
		check(strlen(p->filename) <= 255 && utf8_valid(p->filename, strlen(p->filename)));
		check(strpbrk(p->filename, "/\\\r\n") == NULL);
	}
	buf_addf(&s->text, "{%s|%s|%s:", p->name, p->filename == NULL ? "-" : p->filename, p->type);
	return 0;
}

static int part_data(void *ctx, const char *bytes, size_t n, struct err *e)
{
	struct seen *s = ctx;

	(void)e;
	check(s->open && n > 0);
	buf_add(&s->text, bytes, n);
	return 0;
}

static int part_end(void *ctx, struct err *e)
{
	struct seen *s = ctx;

	(void)e;
	check(s->open);
	s->open = false;
	buf_addch(&s->text, '}');
	return 0;
}

enum chunking { WHOLE, BYTES, PIECES };

/* All calls of the sink, and the result, as one text. */
static void run(const char *type, const char *body, size_t n, enum chunking chunking,
    struct seen *s)
{
	static const struct multipart_limits limits = {
		.max_parts = 4, .max_header = 300, .max_name = 20, .max_field = 50, .max_total = 4000,
	};
	const struct multipart_sink sink = { s, part_begin, part_data, part_end };
	struct err e = {0};
	struct multipart *m = multipart_new(type, &limits, &sink, &e);
	int result = m == NULL ? -1 : 0;

	for (size_t i = 0; result == 0 && i < n;) {
		size_t step = chunking == WHOLE ? n : chunking == BYTES ? 1 :
		    (unsigned char)body[i] % 13;
		if (step > n - i)
			step = n - i;
		result = multipart_push(m, body + i, step, &e);
		/* An empty push is allowed and changes nothing. */
		i += step;
		if (step == 0 && result == 0)
			result = multipart_push(m, body + i++, 1, &e);
	}
	if (result == 0)
		result = multipart_end(m, &e);
	multipart_free(m);
	check((result == 0) == (e.code == ERR_NONE));
	check(result != 0 || !s->open);
	/* If the body is too large, it depends on the chunks how much was read before. */
	if (e.code == ERR_TOO_LARGE)
		buf_reset(&s->text);
	buf_addf(&s->text, "%d %s", (int)e.code, e.message);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const char *text = (const char *)data;
	const char *line = size == 0 ? NULL : memchr(text, '\n', size);
	struct buf type = {0};
	struct seen seen[3] = {0};

	if (line == NULL)
		return 0;
	buf_adds(&type, "multipart/form-data; boundary=");
	buf_add(&type, text, (size_t)(line - text));
	line++;
	size_t n = size - (size_t)(line - text);
	/* The total limit is not for comparison: a body pushed whole meets it
	 * before its first part, the same body in pieces behind some. */
	if (n > 4000)
		n = 4000;
	for (int i = 0; i < 3; i++)
		run(type.data, line, n, (enum chunking)i, &seen[i]);
	for (int i = 1; i < 3; i++)
		check(seen[i].text.len == seen[0].text.len &&
		    memcmp(seen[i].text.data, seen[0].text.data, seen[0].text.len) == 0);
	for (int i = 0; i < 3; i++)
		buf_free(&seen[i].text);
	buf_free(&type);
	return 0;
}
