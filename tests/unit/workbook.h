/* For the tests of workbooks: the result of reading one, as lines of text, and making workbooks from
 * unusual XML.
 *
 *   2: t[Ann] n[1002] b[1]		kinds: text, number, boolean, date, error, formula
 *   file.sheet_limit what.sheet_ratio row 0
 */
#ifndef TESTS_UNIT_WORKBOOK_H
#define TESTS_UNIT_WORKBOOK_H

#include "csv_transcript.h"

#include "sheet/sheet.h"
#include "sheet/zip_stream.h"

/* The result: one line for each row, or the fault. */
struct seen {
	struct buf out;
	long rows;
	bool quiet;
	int status;
};

static inline bool on_row(void *ctx, const struct sheet_row *row)
{
	static const char kinds[] = "tnbdef";
	struct seen *s = ctx;

	s->rows++;
	if (s->quiet)
		return true;
	buf_addf(&s->out, "%ld:", row->number);
	for (size_t i = 0; i < row->n; i++) {
		assert_int_equal(strlen(row->cells[i]), row->lengths[i]);
		buf_addf(&s->out, " %c[", kinds[row->kinds[i]]);
		transcript_text(&s->out, row->cells[i]);
		buf_addch(&s->out, ']');
	}
	buf_addch(&s->out, '\n');
	return true;
}

static inline void on_fault(void *ctx, const struct sheet_fault *f)
{
	struct seen *s = ctx;

	assert_non_null(issue_text(f->key));
	assert_true(f->what == NULL || issue_text(f->what) != NULL);
	buf_addf(&s->out, "%s %s row %ld\n", f->key, f->what == NULL ? "-" : f->what, f->row);
}

static inline void read_sheet(struct seen *s, const char *name, const char *bytes, size_t n, size_t chunk)
{
	const struct sheet_limits limits = { 65536, 200, 50000000 };
	const struct sheet_sink sink = { s, on_row, on_fault, NULL };
	struct sheet *sheet = sheet_new(name, &limits, &sink);

	s->status = 0;
	for (size_t at = 0; at < n && s->status == 0; at += chunk)
		s->status = sheet_push(sheet, bytes + at, n - at < chunk ? n - at : chunk);
	if (s->status == 0)
		s->status = sheet_end(sheet);
	sheet_free(sheet);
}

/* --- making --- */

#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define RELATIONS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static const char root_relations[] = "<Relationships><Relationship Id='r' Type='" RELATIONS
	"/officeDocument' Target='/xl/workbook.xml'/></Relationships>";
static const char book[] = "<workbook xmlns='" MAIN "' xmlns:r='" RELATIONS "'><sheets>"
	"<sheet name='S' sheetId='1' r:id='r1'/></sheets></workbook>";
static const char book_relations[] = "<Relationships>"
	"<Relationship Id='r1' Type='" RELATIONS "/worksheet' Target='sheet.xml'/>"
	"<Relationship Id='r2' Type='" RELATIONS "/sharedStrings' Target='texts.xml'/></Relationships>";
static const char texts[] = "<sst><si><t>one</t></si></sst>";

static inline bool keep(void *ctx, const char *bytes, size_t n)
{
	buf_add(ctx, bytes, n);
	return true;
}

/* A workbook with the sheet that `fill` adds; parts that are NULL have their usual content. */
struct making {
	const char *book, *book_relations, *texts, *extra;
	void (*fill)(struct zip_stream *z);
	void (*fill_texts)(struct zip_stream *z);
	const char *sheet;
};

static inline void add_part(struct zip_stream *z, const char *name, const char *given, const char *usual)
{
	const char *xml = given != NULL ? given : usual;

	assert_true(zip_stream_part(z, name));
	assert_true(zip_stream_add(z, xml, strlen(xml)));
}

static inline struct buf make_workbook(const struct making *m)
{
	struct buf file = {0};
	struct zip_stream *z = zip_stream_new(keep, &file);

	add_part(z, "[Content_Types].xml", NULL, "<Types/>");
	add_part(z, "_rels/.rels", NULL, root_relations);
	add_part(z, "xl/workbook.xml", m->book, book);
	add_part(z, "xl/_rels/workbook.xml.rels", m->book_relations, book_relations);
	add_part(z, "xl/texts.xml", m->fill_texts != NULL ? "" : m->texts, texts);
	if (m->fill_texts != NULL)
		m->fill_texts(z);
	add_part(z, "xl/sheet.xml", m->fill != NULL ? "" : m->sheet, "");
	if (m->fill != NULL)
		m->fill(z);
	if (m->extra != NULL)
		add_part(z, m->extra, NULL, "x");
	assert_true(zip_stream_end(z));
	zip_stream_free(z);
	return file;
}

static inline void expect_made(const struct making *m, const char *expected)
{
	struct buf file = make_workbook(m);
	struct seen s = {0};

	read_sheet(&s, NULL, file.data, file.len, 65536);
	assert_string_equal(buf_str(&s.out), expected);
	buf_free(&s.out);
	buf_free(&file);
}

#define SHEET(rows) "<worksheet><sheetData>" rows "</sheetData></worksheet>"

#endif
