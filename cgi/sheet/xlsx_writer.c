/* A workbook of one sheet written as a stream.  Contract: xlsx_writer.h. */
#include "sheet/xlsx_writer.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "sheet/zip_stream.h"

#define PIECE ((size_t)64 * 1024)
#define MAIN "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
#define RELATIONS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE "http://schemas.openxmlformats.org/package/2006/"
#define TYPES "application/vnd.openxmlformats-officedocument.spreadsheetml."
#define XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"

struct xlsx_writer {
	struct zip_stream *zip;
	struct buf out;		/* the sheet's bytes that are not passed on yet */
	long row;
	long column;
	bool in_row;
	bool ok;
};

static const char content_types[] = XML
	"<Types xmlns=\"" PACKAGE "content-types\">"
	"<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
	"<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
	"<Override PartName=\"/xl/workbook.xml\" ContentType=\"" TYPES "sheet.main+xml\"/>"
	"<Override PartName=\"/xl/styles.xml\" ContentType=\"" TYPES "styles+xml\"/>"
	"<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"" TYPES "worksheet+xml\"/>"
	"</Types>";

static const char relations[] = XML
	"<Relationships xmlns=\"" PACKAGE "relationships\">"
	"<Relationship Id=\"rId1\" Type=\"" RELATIONS "/officeDocument\" Target=\"xl/workbook.xml\"/>"
	"</Relationships>";

static const char book_relations[] = XML
	"<Relationships xmlns=\"" PACKAGE "relationships\">"
	"<Relationship Id=\"rId1\" Type=\"" RELATIONS "/worksheet\" Target=\"worksheets/sheet1.xml\"/>"
	"<Relationship Id=\"rId2\" Type=\"" RELATIONS "/styles\" Target=\"styles.xml\"/>"
	"</Relationships>";

/* Style 1 is "text" (format 49): a spreadsheet does not change what is typed into such a cell. */
static const char styles[] = XML
	"<styleSheet xmlns=\"" MAIN "\">"
	"<fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>"
	"<font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>"
	"<fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>"
	"<fill><patternFill patternType=\"gray125\"/></fill></fills>"
	"<borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>"
	"<cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>"
	"<cellXfs count=\"3\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>"
	"<xf numFmtId=\"49\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\"/>"
	"<xf numFmtId=\"49\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyNumberFormat=\"1\""
	" applyFont=\"1\"/></cellXfs>"
	"<cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles>"
	"</styleSheet>";

/* The first row is frozen.  All columns have style 1, so empty cells have it too. */
static const char rows_begin[] = XML
	"<worksheet xmlns=\"" MAIN "\"><sheetViews><sheetView workbookViewId=\"0\">"
	"<pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/>"
	"<selection pane=\"bottomLeft\"/></sheetView></sheetViews>"
	"<cols><col min=\"1\" max=\"16384\" width=\"16\" style=\"1\" customWidth=\"1\"/></cols><sheetData>";
static const char rows_end[] = "</sheetData></worksheet>";

/* --- text ----------------------------------------------------------------- */

/* Whether the n bytes would be read as an escape such as _x000D_. */
static bool looks_escaped(const char *p, size_t n)
{
	return n >= 7 && p[0] == '_' && p[1] == 'x' && p[6] == '_'
	    && strspn(p + 2, "0123456789abcdefABCDEF") >= 4;
}

/* Adds a character that XML has to escape, or cannot hold: then as the escape that spreadsheets
 * use.  Returns how many bytes at p it took; 0 if the character needs no escape. */
static size_t add_special(struct buf *out, const char *p, size_t n)
{
	unsigned char c = (unsigned char)*p;

	if (c == '&')
		buf_adds(out, "&amp;");
	else if (c == '<')
		buf_adds(out, "&lt;");
	else if (c == '>')
		buf_adds(out, "&gt;");
	else if (c == '"')
		buf_adds(out, "&quot;");
	else if (c < ' ' && c != '\t' && c != '\n')
		buf_addf(out, "_x%04X_", (unsigned)c);
	else if (looks_escaped(p, n))
		buf_adds(out, "_x005F_");
	else if (c == 0xef && n >= 3 && (unsigned char)p[1] == 0xbf && (unsigned char)p[2] >= 0xbe) {
		/* U+FFFE and U+FFFF are not allowed in XML. */
		buf_addf(out, "_xFFF%c_", (unsigned char)p[2] == 0xbe ? 'E' : 'F');
		return 3;
	} else
		return 0;
	return 1;
}

static void add_text(struct buf *out, const char *p, size_t n)
{
	static const char special[] = "&<>\"_\xef";

	while (n > 0) {
		size_t run = 0, taken = 0;

		while (run < n && ((unsigned char)p[run] >= ' ' && memchr(special, p[run], 6) == NULL))
			run++;
		buf_add(out, p, run);
		p += run;
		n -= run;
		if (n == 0)
			break;
		taken = add_special(out, p, n);
		if (taken == 0) {
			buf_addch(out, *p);
			taken = 1;
		}
		p += taken;
		n -= taken;
	}
}

/* --- rows ----------------------------------------------------------------- */

static void end_row(struct xlsx_writer *w)
{
	if (w->in_row)
		buf_adds(&w->out, "</row>");
	w->in_row = false;
}

void xlsx_row(struct xlsx_writer *w, long number)
{
	end_row(w);
	buf_addf(&w->out, "<row r=\"%ld\">", number);
	w->in_row = true;
	w->row = number;
	w->column = 0;
}

/* A column's letters: A, Z, AA. */
static const char *letters(long column, char out[8])
{
	char *p = out + 7;

	*p = '\0';
	for (column++; column > 0; column = (column - 1) / 26)
		*--p = (char)('A' + (column - 1) % 26);
	return p;
}

void xlsx_cell(struct xlsx_writer *w, enum cell_kind kind, const char *bytes, size_t n)
{
	char name[8];
	const char *text = bytes;
	const char *where = letters(w->column++, name);

	if (n == 0)
		return;
	if (kind == CELL_NUMBER) {
		buf_addf(&w->out, "<c r=\"%s%ld\"><v>", where, w->row);
		buf_add(&w->out, bytes, n);
		buf_adds(&w->out, "</v></c>");
		return;
	}
	bool blanks = utf8_trim(&text, n) != n || memchr(bytes, '\n', n) != NULL;
	buf_addf(&w->out, "<c r=\"%s%ld\" s=\"%d\" t=\"inlineStr\"><is><t%s>", where, w->row,
	    w->row == 1 ? 2 : 1, blanks ? " xml:space=\"preserve\"" : "");
	add_text(&w->out, bytes, n);
	buf_adds(&w->out, "</t></is></c>");
}

static bool send(struct xlsx_writer *w)
{
	if (w->ok && w->out.len > 0)
		w->ok = zip_stream_add(w->zip, w->out.data, w->out.len);
	buf_reset(&w->out);
	return w->ok;
}

bool xlsx_flush(struct xlsx_writer *w)
{
	return w->out.len < PIECE ? w->ok : send(w);
}

bool xlsx_pass(struct xlsx_writer *w)
{
	w->ok = send(w) && zip_stream_pass(w->zip);
	return w->ok;
}

/* --- the workbook --------------------------------------------------------- */

static bool add_part(struct xlsx_writer *w, const char *name, const char *xml)
{
	w->ok = w->ok && zip_stream_part(w->zip, name) && zip_stream_add(w->zip, xml, strlen(xml));
	return w->ok;
}

struct xlsx_writer *xlsx_writer_new(const char *sheet, xlsx_write *write, void *ctx)
{
	struct xlsx_writer *w = calloc(1, sizeof(*w));
	struct buf name = {0}, book = {0};

	if (w == NULL)
		abort();
	w->zip = zip_stream_new(write, ctx);
	add_text(&name, sheet, strlen(sheet));
	buf_addf(&book, XML "<workbook xmlns=\"" MAIN "\" xmlns:r=\"" RELATIONS "\"><sheets>"
	    "<sheet name=\"%s\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>", buf_str(&name));
	w->ok = true;
	add_part(w, "[Content_Types].xml", content_types);
	add_part(w, "_rels/.rels", relations);
	add_part(w, "xl/workbook.xml", buf_str(&book));
	add_part(w, "xl/_rels/workbook.xml.rels", book_relations);
	add_part(w, "xl/styles.xml", styles);
	w->ok = w->ok && zip_stream_part(w->zip, "xl/worksheets/sheet1.xml");
	buf_adds(&w->out, rows_begin);
	buf_free(&name);
	buf_free(&book);
	return w;
}

void xlsx_writer_free(struct xlsx_writer *w)
{
	if (w == NULL)
		return;
	zip_stream_free(w->zip);
	buf_free(&w->out);
	free(w);
}

bool xlsx_end(struct xlsx_writer *w)
{
	end_row(w);
	buf_adds(&w->out, rows_end);
	w->ok = send(w) && zip_stream_end(w->zip);
	return w->ok;
}
