/* The rows of an .xlsx worksheet.  Contract: xlsx.h. */
#include <stdlib.h>
#include <string.h>

#include "sheet/number.h"
#include "sheet/texts.h"
#include "sheet/xlsx.h"
#include "sheet/xml.h"

enum type { TYPE_NUMBER, TYPE_SHARED, TYPE_TEXT, TYPE_BOOLEAN, TYPE_ERROR, TYPE_DATE };

struct rows {
	struct sheet *sheet;
	struct xlsx_book *book;
	const char *part;
	bool in_data, in_row, in_cell;

	/* the cell */
	long column;		/* from 0 */
	long next;		/* the column of a cell without a reference */
	enum type type;
	long style;
	bool has_formula, has_value;
	bool in_value;		/* in <v>, or in a <t> of <is> */
	int aside;		/* within <rPh> */
	struct buf value;
};

/* --- beginnings ----------------------------------------------------------- */

static enum type type_of(const char *name)
{
	static const struct { const char *name; enum type type; } types[] = {
		{ "n", TYPE_NUMBER }, { "s", TYPE_SHARED }, { "str", TYPE_TEXT },
		{ "inlineStr", TYPE_TEXT }, { "b", TYPE_BOOLEAN }, { "e", TYPE_ERROR }, { "d", TYPE_DATE },
	};

	for (size_t i = 0; name != NULL && i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(name, types[i].name) == 0)
			return types[i].type;
	return TYPE_NUMBER;
}

/* The column, from 0, of a reference such as BC17; -1 if it is not a reference. */
static long column_of(const char *reference)
{
	long column = 0;

	while ((*reference >= 'A' && *reference <= 'Z') || (*reference >= 'a' && *reference <= 'z')) {
		column = column * 26 + (*reference++ & 31);
		if (column > SHEET_MAX_COLUMNS)
			return -1;
	}
	return column - 1;
}

static bool begin_row(struct rows *r, const char *const *attributes)
{
	long number = xml_number(attributes, "r", r->sheet->row + 1);

	r->in_row = true;
	r->next = 0;
	return sheet_row_begin(r->sheet, number);
}

static bool begin_cell(struct rows *r, const char *const *attributes)
{
	const char *reference = xml_attribute(attributes, "r");

	r->in_cell = true;
	r->column = reference == NULL ? r->next : column_of(reference);
	r->next = r->column + 1;
	r->type = type_of(xml_attribute(attributes, "t"));
	r->style = xml_number(attributes, "s", 0);
	r->has_formula = r->has_value = false;
	buf_reset(&r->value);
	return r->column >= 0 || sheet_damaged(r->sheet, r->part);
}

static bool on_start(void *ctx, const char *name, const char *const *attributes)
{
	struct rows *r = ctx;

	r->in_value = false;
	if (!r->in_data)
		r->in_data = strcmp(name, "sheetData") == 0;
	else if (!r->in_row)
		return strcmp(name, "row") != 0 || begin_row(r, attributes);
	else if (!r->in_cell)
		return strcmp(name, "c") != 0 || begin_cell(r, attributes);
	else if (strcmp(name, "f") == 0)
		r->has_formula = true;
	else if (strcmp(name, "rPh") == 0)
		r->aside++;
	else if (strcmp(name, "v") == 0 || (strcmp(name, "t") == 0 && r->aside == 0))
		r->in_value = r->has_value = true;
	return true;
}

/* --- ends ----------------------------------------------------------------- */

static bool is_date(const struct rows *r)
{
	return r->style >= 0 && (size_t)r->style < r->book->n_styles
	    && (r->book->dates[r->style / 8] >> (r->style % 8) & 1) != 0;
}

static bool give(struct rows *r, enum cell_kind kind, const char *text, size_t n)
{
	return sheet_cell(r->sheet, r->column, kind, text, n);
}

static bool give_number(struct rows *r)
{
	char text[NUMBER_TEXT_SIZE];
	const char *value = buf_str(&r->value);
	size_t n;

	if (is_date(r) && (n = number_date(value, r->value.len, r->book->from_1904, text)) > 0)
		return give(r, CELL_DATE, text, n);
	n = number_text(value, r->value.len, text);
	if (n == 0)
		return sheet_damaged(r->sheet, r->part);
	return give(r, CELL_NUMBER, text, n);
}

static bool give_shared(struct rows *r)
{
	const char *value = buf_str(&r->value), *text;
	size_t n = strlen(value), i;

	if (n == 0 || n > 9 || strspn(value, "0123456789") != n)
		return sheet_damaged(r->sheet, r->part);
	i = strtoul(value, NULL, 10);
	text = i < texts_count(r->book->texts) ? texts_get(r->book->texts, i, &n) : NULL;
	return text == NULL ? sheet_damaged(r->sheet, r->part) : give(r, CELL_TEXT, text, n);
}

static bool end_cell(struct rows *r)
{
	const char *value = buf_str(&r->value);
	size_t n = r->value.len;

	r->in_cell = false;
	if (n == 0) {
		/* A formula without a value was not calculated, unless its result is a text: that
		 * may be empty. */
		bool open = r->has_formula && !(r->has_value && r->type == TYPE_TEXT);
		return !open || give(r, CELL_FORMULA, "", 0);
	}
	switch (r->type) {
	case TYPE_SHARED:
		return give_shared(r);
	case TYPE_TEXT:
		n = xlsx_unescape(r->value.data, n);
		return give(r, CELL_TEXT, value, n);
	case TYPE_BOOLEAN:
		return give(r, CELL_BOOLEAN, value[0] == '0' || value[0] == 'f' ? "0" : "1", 1);
	case TYPE_ERROR:
		return give(r, CELL_ERROR, value, n);
	case TYPE_DATE:
		return give(r, CELL_DATE, value, n);
	case TYPE_NUMBER:
	default:
		return give_number(r);
	}
}

static bool on_end(void *ctx, const char *name)
{
	struct rows *r = ctx;

	r->in_value = false;
	if (r->in_cell) {
		if (strcmp(name, "rPh") == 0 && r->aside > 0)
			r->aside--;
		return strcmp(name, "c") != 0 || end_cell(r);
	}
	if (r->in_row && strcmp(name, "row") == 0) {
		r->in_row = false;
		return sheet_row_end(r->sheet);
	}
	if (!r->in_row && strcmp(name, "sheetData") == 0)
		r->in_data = false;
	return true;
}

static bool on_text(void *ctx, const char *bytes, size_t n)
{
	struct rows *r = ctx;

	/* An escape takes seven bytes for one (_x000D_). */
	if (r->in_cell && r->in_value && r->value.len <= r->sheet->limits.max_cell * 7)
		buf_add(&r->value, bytes, n);
	return true;
}

bool xlsx_read_rows(struct sheet *s, struct package *p, const char *part, struct xlsx_book *book)
{
	struct rows r = { .sheet = s, .book = book, .part = part };
	const struct xml_sink sink = { &r, on_start, on_end, on_text };
	bool ok = xml_read(p, s, part, true, &sink);

	buf_free(&r.value);
	return ok;
}
