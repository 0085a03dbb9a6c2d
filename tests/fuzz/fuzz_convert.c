/* Fuzzes the conversion of older files: any bytes.
 *
 * The first byte says how the rest is cut into pieces.  Converted as a whole and in pieces a file must
 * give the same result.  The result must be UTF-8, and converting it again must change nothing and
 * give no note. */
#include <iconv.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "csv/convert.h"
#include "base/utf8.h"

struct run {
	struct buf file;	/* what was written */
	struct buf told;	/* notes and issues */
	int status;
};

static void must(bool ok)
{
	if (!ok)
		abort();
}

static bool on_write(void *ctx, const char *bytes, size_t n)
{
	struct run *r = ctx;

	must(n > 0);
	buf_add(&r->file, bytes, n);
	return true;
}

static bool on_note(void *ctx, const char *text)
{
	struct run *r = ctx;

	buf_adds(&r->told, text);
	buf_addch(&r->told, '\n');
	return true;
}

static bool on_issue(void *ctx, const struct issue *i)
{
	struct run *r = ctx;

	must(i->level == ISSUE_ERROR);
	buf_addf(&r->told, "row %ld: ", i->row);
	issue_write(&r->told, i, NULL, NULL);
	buf_addch(&r->told, '\n');
	return true;
}

static void convert(struct run *r, const char *bytes, size_t n, size_t piece)
{
	const struct convert_sink sink = { r, on_write, on_note, on_issue };
	struct convert_probe probe = {0};
	struct convert *c;

	*r = (struct run){0};
	for (size_t i = 0; i < n; i += piece)
		convert_probe_push(&probe, bytes + i, n - i < piece ? n - i : piece);
	c = convert_new(convert_probe_end(&probe), false, &sink);
	for (size_t i = 0; i < n && r->status == 0; i += piece)
		r->status = convert_push(c, bytes + i, n - i < piece ? n - i : piece);
	if (r->status == 0)
		r->status = convert_end(c);
	convert_free(c);
}

static bool same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && (a->len == 0 || memcmp(a->data, b->data, a->len) == 0);
}

static void free_run(struct run *r)
{
	buf_free(&r->file);
	buf_free(&r->told);
}

/* Whether what was written begins like something else: an unknown column's name
 * may be a line sep=X, a byte order mark, or known names with other separators. */
static bool ambiguous(const struct buf *file)
{
	struct sniffed found;

	sniff_separator(file->data, file->len, true, &found);
	return found.separator != ',' || found.from == SNIFF_TOLD || found.wrapped || file->data[0] == '\xef';
}

/* Whether rows of one cell, which did not fit, hold a whole row of the new separator: they were
 * written in quotes, as a spreadsheet writes such rows, and are read as that row now. */
static bool unwraps(const struct run *first, const struct run *again)
{
	return strstr(buf_str(&first->told), "the row has 1 cells") != NULL
	    && strstr(buf_str(&again->told), "one cell in quotes") != NULL;
}

static void check_again(const struct run *first)
{
	struct utf8 utf8 = {0};
	struct run again;

	must(utf8_check(&utf8, buf_str(&first->file), first->file.len) == first->file.len && utf8_whole(&utf8));
	if (ambiguous(&first->file))
		return;
	convert(&again, buf_str(&first->file), first->file.len, first->file.len);
	/* Rows that did not fit, and unknown columns, are said once more.  A row that differed from
	 * the header only in a column that was left out now repeats it, and is skipped. */
	if (again.status == 0 && strstr(buf_str(&again.told), "repeat the header") == NULL && !unwraps(first, &again))
		must(same(&first->file, &again.file));
	free_run(&again);
}

/* Keeps the C library's module for the encoding loaded between runs. */
static iconv_t kept;

int LLVMFuzzerInitialize(int *argc, char ***argv)
{
	(void)argc;
	(void)argv;
	kept = iconv_open("UTF-8", "WINDOWS-1252");
	must(kept != (iconv_t)-1);
	return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct run whole, pieces;
	const char *bytes;

	if (size < 2)
		return 0;
	bytes = (const char *)data + 1;
	size--;
	convert(&whole, bytes, size, size);
	convert(&pieces, bytes, size, 1 + data[0] % 9);
	must(whole.status == pieces.status && same(&whole.told, &pieces.told));
	if (whole.status == 0) {
		must(same(&whole.file, &pieces.file));
		if (whole.file.len > 0)
			check_again(&whole);
	}
	free_run(&whole);
	free_run(&pieces);
	return 0;
}
