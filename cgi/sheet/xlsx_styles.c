/* Which styles of an .xlsx show days or times.  Contract: xlsx.h. */
#include <string.h>

#include "sheet/number.h"
#include "sheet/xlsx.h"
#include "sheet/xml.h"

#define MAX_FORMATS 65536	/* number formats that a workbook may define */

struct styles {
	struct sheet *sheet;
	struct xlsx_book *book;
	bool in_cells;		/* in cellXfs: the list that cells refer to */
	unsigned char named[MAX_FORMATS / 8], dates[MAX_FORMATS / 8];
};

static void set(unsigned char *bits, long i)
{
	bits[i / 8] |= (unsigned char)(1 << (i % 8));
}

static bool is_set(const unsigned char *bits, long i)
{
	return (bits[i / 8] >> (i % 8) & 1) != 0;
}

static void name_format(struct styles *st, const char *const *attributes)
{
	long id = xml_number(attributes, "numFmtId", -1);
	const char *code = xml_attribute(attributes, "formatCode");

	if (id < 0 || id >= MAX_FORMATS || code == NULL)
		return;
	set(st->named, id);
	if (number_format_date(code))
		set(st->dates, id);
}

static bool shows_date(const struct styles *st, long id)
{
	if (id >= 0 && id < MAX_FORMATS && is_set(st->named, id))
		return is_set(st->dates, id);
	return number_format_date_known(id);
}

static bool on_start(void *ctx, const char *name, const char *const *attributes)
{
	struct styles *st = ctx;

	if (strcmp(name, "numFmt") == 0) {
		name_format(st, attributes);
	} else if (strcmp(name, "cellXfs") == 0) {
		st->in_cells = true;
	} else if (st->in_cells && strcmp(name, "xf") == 0) {
		if (st->book->n_styles == SHEET_MAX_STYLES)
			return sheet_limit(st->sheet, "what.sheet_styles", SHEET_MAX_STYLES);
		if (shows_date(st, xml_number(attributes, "numFmtId", 0)))
			set(st->book->dates, (long)st->book->n_styles);
		st->book->n_styles++;
	}
	return true;
}

static bool on_end(void *ctx, const char *name)
{
	struct styles *st = ctx;

	if (strcmp(name, "cellXfs") == 0)
		st->in_cells = false;
	return true;
}

bool xlsx_read_styles(struct sheet *s, struct package *p, const char *part, struct xlsx_book *book)
{
	struct styles st = { .sheet = s, .book = book };
	const struct xml_sink sink = { &st, on_start, on_end, NULL };

	return xml_read(p, s, part, false, &sink);
}
