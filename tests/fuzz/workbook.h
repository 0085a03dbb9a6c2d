/* For the fuzzers of workbooks: makes a workbook from the fuzzer's XML, because a fuzzer cannot find
 * its way through a compressed archive.
 *
 * The bytes are split into parts at each NUL.  Whatever they are, rows must come in order, their texts
 * must be UTF-8 without NUL, and nothing may come after a fault. */
#ifndef TESTS_FUZZ_WORKBOOK_H
#define TESTS_FUZZ_WORKBOOK_H

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "csv/issue.h"
#include "sheet/sheet.h"
#include "sheet/zip_stream.h"

struct workbook_run {
	struct buf told;
	long row;
	bool fault;
};

static inline void must(bool ok)
{
	if (!ok)
		abort();
}

static inline bool workbook_row(void *ctx, const struct sheet_row *row)
{
	struct workbook_run *r = ctx;
	bool data = false;

	must(!r->fault && row->number > r->row && row->n > 0 && row->n <= 24);
	r->row = row->number;
	for (size_t i = 0; i < row->n; i++) {
		must(strlen(row->cells[i]) == row->lengths[i] && row->lengths[i] <= 300);
		must(utf8_valid(row->cells[i], row->lengths[i]) && row->kinds[i] <= CELL_FORMULA);
		data = data || row->lengths[i] > 0 || row->kinds[i] == CELL_FORMULA;
		buf_addf(&r->told, "%d%s|", row->kinds[i], row->cells[i]);
	}
	must(data);
	return r->told.len < 100000;
}

static inline void workbook_fault(void *ctx, const struct sheet_fault *f)
{
	struct workbook_run *r = ctx;

	must(!r->fault && issue_text(f->key) != NULL);
	must(f->what == NULL || issue_text(f->what) != NULL);
	r->fault = true;
	buf_addf(&r->told, "!%s", f->key);
}

static inline bool workbook_keep(void *ctx, const char *bytes, size_t n)
{
	buf_add(ctx, bytes, n);
	return true;
}

static inline void workbook_read(const char *bytes, size_t n, size_t chunk, struct workbook_run *r)
{
	const struct sheet_limits limits = { 300, 24, 100000 };
	const struct sheet_sink sink = { r, workbook_row, workbook_fault, NULL };
	struct sheet *s = sheet_new(NULL, &limits, &sink);
	int status = 0;

	for (size_t at = 0; at < n && status == 0; at += chunk)
		status = sheet_push(s, bytes + at, n - at < chunk ? n - at : chunk);
	if (status == 0)
		status = sheet_end(s);
	must(!r->fault || status == -1);
	sheet_free(s);
}

/* The workbook of the parts that the fuzzer filled; `first` says what it is. */
static inline void workbook_fuzz(const uint8_t *data, size_t size, const char *const *names,
    size_t n_names, const char *first)
{
	struct buf file = {0};
	struct zip_stream *z = zip_stream_new(workbook_keep, &file);
	struct workbook_run whole = {0}, cut = {0};

	must(zip_stream_part(z, first));
	for (size_t i = 0; i < n_names; i++) {
		const uint8_t *end = memchr(data, '\0', size);
		size_t n = end == NULL || i == n_names - 1 ? size : (size_t)(end - data);
		must(zip_stream_part(z, names[i]) && zip_stream_add(z, (const char *)data, n));
		data += n;
		size -= n;
		if (size > 0) {
			data++;
			size--;
		}
	}
	must(zip_stream_end(z));
	zip_stream_free(z);
	workbook_read(file.data, file.len, file.len, &whole);
	workbook_read(file.data, file.len, 61, &cut);
	must(whole.told.len == cut.told.len);
	must(whole.told.len == 0 || memcmp(whole.told.data, cut.told.data, whole.told.len) == 0);
	buf_free(&whole.told);
	buf_free(&cut.told);
	buf_free(&file);
}

#endif
