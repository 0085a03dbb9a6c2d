/* Workbooks: the bytes spooled, then read by their kind.  Contract: sheet.h. */
#include "sheet/sheet.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "sheet/package.h"
#include "sheet/reading.h"

static void *must(void *p)
{
	if (p == NULL)
		abort();
	return p;
}

bool sheet_begins(const char *bytes, size_t n)
{
	return n >= SHEET_MAGIC_BYTES && memcmp(bytes, "PK\x03\x04", SHEET_MAGIC_BYTES) == 0;
}

const char *sheet_type(const char *bytes, size_t n, const char **suffix)
{
	/* The names that the first part of an .ods can have; a name follows 30 bytes of header. */
	static const char *const first[] = { "mimetype", "META-INF/" };
	const size_t at = 30;

	if (!sheet_begins(bytes, n))
		return NULL;
	for (size_t i = 0; i < sizeof(first) / sizeof(first[0]); i++) {
		size_t length = strlen(first[i]);
		if (n >= at + length && memcmp(bytes + at, first[i], length) == 0) {
			*suffix = ".ods";
			return "application/vnd.oasis.opendocument.spreadsheet";
		}
	}
	*suffix = ".xlsx";
	return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
}

struct sheet *sheet_new(const char *name, const struct sheet_limits *limits,
    const struct sheet_sink *sink)
{
	struct sheet *s = must(calloc(1, sizeof(*s)));
	size_t columns = (size_t)limits->max_columns;

	s->name = name;
	s->limits = *limits;
	s->sink = *sink;
	s->cells = must(calloc(columns, sizeof(*s->cells)));
	s->shown = must(calloc(columns, sizeof(*s->shown)));
	s->lengths = must(calloc(columns, sizeof(*s->lengths)));
	s->kinds = must(calloc(columns, 1));
	return s;
}

void sheet_free(struct sheet *s)
{
	if (s == NULL)
		return;
	if (s->file != NULL)
		fclose(s->file);
	buf_free(&s->texts);
	free(s->cells);
	free(s->shown);
	free(s->lengths);
	free(s->kinds);
	free(s);
}

static bool disk_full(struct sheet *s)
{
	const struct sheet_fault f = { .key = "file.sheet_spool" };

	return sheet_fault(s, &f);
}

int sheet_push(struct sheet *s, const char *bytes, size_t n)
{
	if (s->over)
		return -1;
	if (s->file == NULL)
		s->file = file_temporary(NULL);
	if (s->file == NULL || fwrite(bytes, 1, n, s->file) != n)
		disk_full(s);
	s->size += (long long)n;
	return s->over ? -1 : 0;
}

int sheet_end(struct sheet *s)
{
	struct package *p;

	if (s->over)
		return -1;
	if (s->file == NULL || fflush(s->file) != 0) {
		disk_full(s);
		return -1;
	}
	p = package_open(s);
	if (p != NULL) {
		if (package_has(p, "[Content_Types].xml"))
			xlsx_read(s, p);
		else
			ods_read(s, p);
	}
	package_close(p);
	return s->over ? -1 : 0;
}
