/* The sheet of an .ods: all of it is in the one part content.xml.
 * Contract: reading.h. */
#include "sheet/reading.h"

#include <string.h>

#include "base/arena.h"
#include "sheet/number.h"
#include "sheet/package.h"
#include "sheet/xml.h"

#define MAX_HIDDEN 1000	/* styles that hide a sheet */
#define STYLE_NAME_SIZE 100	/* bytes of a style's name that are compared */

enum value { VALUE_NONE, VALUE_STRING, VALUE_FLOAT, VALUE_BOOLEAN, VALUE_DAY, VALUE_TIME, VALUE_ERROR };

struct ods {
	struct sheet *sheet;
	struct arena *mem;	/* the names in `hidden` */
	int depth;
	int aside;		/* depth inside an element that is not content of the cell; 0: outside */
	int book;		/* depth of <spreadsheet>; 0: outside of it */
	size_t n_sheets;
	struct buf names;	/* of the sheets */
	const char *hidden[MAX_HIDDEN];
	size_t n_hidden;
	char style[STYLE_NAME_SIZE];	/* the one being read */
	bool found, in_table, in_row, in_cell;

	long row, row_repeated;		/* number of the next row, and how often it repeats */
	long column, repeated;

	/* the cell */
	enum value type;
	bool has_formula;
	const char *value;	/* the attribute with the value; NULL: the text that it shows is the value */
	struct arena *cell_mem;
	struct buf text;
	int paragraphs, in_paragraph;
	bool blank;		/* the text ends in blanks, which count as one */
};

/* --- sheets --------------------------------------------------------------- */

static bool is_hidden(const struct ods *o, const char *style)
{
	for (size_t i = 0; style != NULL && i < o->n_hidden; i++)
		if (strncmp(o->hidden[i], style, STYLE_NAME_SIZE - 1) == 0)
			return true;
	return false;
}

/* Notes a style that hides its sheets. */
static void note_style(struct ods *o, const char *name, const char *const *attributes)
{
	const char *shown = xml_attribute(attributes, "display");
	const char *style = xml_attribute(attributes, "name");

	if (strcmp(name, "style") == 0)
		snprintf(o->style, sizeof(o->style), "%s", style != NULL ? style : "");
	else if (strcmp(name, "table-properties") == 0 && shown != NULL && strcmp(shown, "false") == 0
	    && o->n_hidden < MAX_HIDDEN)
		o->hidden[o->n_hidden++] = arena_strdup(o->mem, o->style);
}

static bool begin_table(struct ods *o, const char *const *attributes)
{
	const char *name = xml_attribute(attributes, "name"), *chosen = o->sheet->name;

	if (++o->n_sheets > SHEET_MAX_SHEETS)
		return sheet_limit(o->sheet, "what.sheet_sheets", SHEET_MAX_SHEETS);
	if (name == NULL)
		name = "";
	sheet_name_add(&o->names, name);
	if (o->found)
		return true;
	if (chosen != NULL && chosen[0] != '\0')
		o->found = strcmp(chosen, name) == 0;
	else
		o->found = !is_hidden(o, xml_attribute(attributes, "style-name"));
	o->in_table = o->found;
	o->row = 1;
	return true;
}

/* --- cells ---------------------------------------------------------------- */

static bool has_value(const char *const *attributes, const char *name, const char *value)
{
	for (; attributes[0] != NULL; attributes += 2) {
		const char *one[] = { attributes[0], attributes[1], NULL };
		const char *found = xml_attribute(one, name);
		if (found != NULL && strcmp(found, value) == 0)
			return true;
	}
	return false;
}

static void read_value(struct ods *o, const char *const *attributes)
{
	static const struct { const char *type; enum value value; const char *attribute; } types[] = {
		{ "string", VALUE_STRING, "string-value" }, { "float", VALUE_FLOAT, "value" },
		{ "percentage", VALUE_FLOAT, "value" }, { "currency", VALUE_FLOAT, "value" },
		{ "boolean", VALUE_BOOLEAN, "boolean-value" }, { "date", VALUE_DAY, "date-value" },
		{ "time", VALUE_TIME, NULL },
	};
	const char *type = xml_attribute(attributes, "value-type");

	o->type = VALUE_NONE;
	o->value = NULL;
	/* Two namespaces have this attribute; only the second has errors. */
	if (has_value(attributes, "value-type", "error")) {
		o->type = VALUE_ERROR;
		return;
	}
	for (size_t i = 0; type != NULL && i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(type, types[i].type) != 0)
			continue;
		o->type = types[i].value;
		if (types[i].attribute != NULL)
			o->value = arena_strdup(o->cell_mem, xml_attribute(attributes, types[i].attribute));
	}
}

static bool begin_cell(struct ods *o, const char *const *attributes)
{
	arena_reset(o->cell_mem);
	buf_reset(&o->text);
	o->in_cell = true;
	o->paragraphs = o->in_paragraph = 0;
	o->repeated = xml_number(attributes, "number-columns-repeated", 1);
	o->has_formula = xml_attribute(attributes, "formula") != NULL;
	read_value(o, attributes);
	return o->repeated > 0 || sheet_damaged(o->sheet, "content.xml");
}

static bool give(struct ods *o, enum cell_kind kind, const char *text, size_t n)
{
	long last = o->column + o->repeated;

	if (n > 0 || kind == CELL_FORMULA) {
		for (long column = o->column; column < last; column++)
			if (!sheet_cell(o->sheet, column, kind, text, n))
				return false;
	}
	o->column = last;
	return true;
}

static bool end_cell(struct ods *o)
{
	const char *text = o->value != NULL ? o->value : buf_str(&o->text);
	size_t n = o->value != NULL ? strlen(o->value) : o->text.len;
	char number[NUMBER_TEXT_SIZE];

	o->in_cell = false;
	switch (o->type) {
	case VALUE_FLOAT:
		n = number_text(text, n, number);
		return n > 0 ? give(o, CELL_NUMBER, number, n) : sheet_damaged(o->sheet, "content.xml");
	case VALUE_BOOLEAN:
		return give(o, CELL_BOOLEAN, strcmp(text, "true") == 0 ? "1" : "0", 1);
	case VALUE_DAY:
	case VALUE_TIME:
		return give(o, CELL_DATE, n > 0 ? text : "?", n > 0 ? n : 1);
	case VALUE_ERROR:
		return give(o, CELL_ERROR, n > 0 ? text : "#", n > 0 ? n : 1);
	case VALUE_NONE:
		if (o->has_formula && n == 0)
			return give(o, CELL_FORMULA, "", 0);
		return give(o, CELL_TEXT, text, n);
	case VALUE_STRING:
	default:
		return give(o, CELL_TEXT, text, n);
	}
}

/* --- what a cell shows ---------------------------------------------------- */

static void add(struct ods *o, const char *bytes, size_t n)
{
	/* One byte above the limit is enough to report the fault. */
	if (o->text.len <= o->sheet->limits.max_cell)
		buf_add(&o->text, bytes, n);
}

static void add_blanks(struct ods *o, long n)
{
	for (; n > 0 && o->text.len <= o->sheet->limits.max_cell; n--)
		buf_addch(&o->text, ' ');
}

/* XML's blanks count as one, and as none at the beginning of a paragraph.  Further blanks are
 * elements (<text:s>). */
static bool on_text(void *ctx, const char *bytes, size_t n)
{
	struct ods *o = ctx;

	if (!o->in_cell || o->in_paragraph == 0 || o->aside > 0)
		return true;
	while (n > 0) {
		size_t run = 0;

		while (run < n && strchr(" \t\r\n", bytes[run]) == NULL)
			run++;
		add(o, bytes, run);
		if (run > 0)
			o->blank = false;
		if (run < n && !o->blank) {
			add(o, " ", 1);
			o->blank = true;
		}
		run += run < n;
		bytes += run;
		n -= run;
	}
	return true;
}

static void begin_in_cell(struct ods *o, const char *name, const char *const *attributes)
{
	if (strcmp(name, "p") == 0 || strcmp(name, "h") == 0) {
		if (o->paragraphs++ > 0)
			add(o, "\n", 1);
		o->in_paragraph++;
		o->blank = true;
	} else if (o->in_paragraph == 0) {
		/* A note, a picture or a form is not part of the cell's text. */
		if (strcmp(name, "list") != 0 && strcmp(name, "list-item") != 0)
			o->aside = 1;
	} else if (strcmp(name, "s") == 0) {
		add_blanks(o, xml_number(attributes, "c", 1));
		o->blank = false;
	} else if (strcmp(name, "tab") == 0) {
		add(o, "\t", 1);
	} else if (strcmp(name, "line-break") == 0) {
		add(o, "\n", 1);
		o->blank = true;
	} else if (strcmp(name, "ruby-text") == 0 || strcmp(name, "note") == 0
	    || strcmp(name, "annotation") == 0 || strcmp(name, "frame") == 0) {
		o->aside = 1;
	}
}

/* --- elements ------------------------------------------------------------- */

static bool begin_row(struct ods *o, const char *const *attributes)
{
	o->in_row = true;
	o->column = 0;
	o->row_repeated = xml_number(attributes, "number-rows-repeated", 1);
	if (o->row_repeated < 1)
		return sheet_damaged(o->sheet, "content.xml");
	return sheet_row_begin(o->sheet, o->row);
}

static bool end_row(struct ods *o)
{
	long next = o->row + o->row_repeated;

	o->in_row = false;
	if (!sheet_row_end(o->sheet))
		return false;
	for (o->row++; o->sheet->n_cells > 0 && o->row < next; o->row++)
		if (!sheet_row_again(o->sheet, o->row))
			return false;
	o->row = next;
	return true;
}

static bool on_start(void *ctx, const char *name, const char *const *attributes)
{
	struct ods *o = ctx;

	o->depth++;
	if (o->aside > 0) {
		o->aside++;
	} else if (o->in_cell) {
		begin_in_cell(o, name, attributes);
	} else if (o->in_row) {
		if (strcmp(name, "table-cell") == 0 || strcmp(name, "covered-table-cell") == 0)
			return begin_cell(o, attributes);
	} else if (o->in_table) {
		if (strcmp(name, "table-row") == 0)
			return begin_row(o, attributes);
		if (strcmp(name, "shapes") == 0 || strcmp(name, "forms") == 0 || strcmp(name, "table") == 0)
			o->aside = 1;
	} else if (o->book > 0) {
		if (o->depth == o->book + 1 && strcmp(name, "table") == 0)
			return begin_table(o, attributes);
	} else if (strcmp(name, "spreadsheet") == 0) {
		o->book = o->depth;
	} else {
		note_style(o, name, attributes);
	}
	return true;
}

static bool on_end(void *ctx, const char *name)
{
	struct ods *o = ctx;

	o->depth--;
	if (o->aside > 0) {
		o->aside--;
	} else if (o->in_cell) {
		if (strcmp(name, "p") == 0 || strcmp(name, "h") == 0)
			o->in_paragraph--;
		else if (strcmp(name, "table-cell") == 0 || strcmp(name, "covered-table-cell") == 0)
			return end_cell(o);
	} else if (o->in_row) {
		return strcmp(name, "table-row") != 0 || end_row(o);
	} else if (o->in_table && strcmp(name, "table") == 0) {
		o->in_table = false;
	}
	return true;
}

/* --- the archive ---------------------------------------------------------- */

static bool on_manifest(void *ctx, const char *name, const char *const *attributes)
{
	static const struct sheet_fault locked = { .key = "file.sheet_locked" };

	(void)attributes;
	return strcmp(name, "encryption-data") != 0 || sheet_fault(ctx, &locked);
}

static bool on_manifest_end(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
	return true;
}

/* Whether the parts of the archive can be read without a password. */
static bool is_open(struct sheet *s, struct package *p)
{
	static const char manifest[] = "META-INF/manifest.xml";
	const struct xml_sink sink = { s, on_manifest, on_manifest_end, NULL };

	return !package_has(p, manifest) || xml_read(p, s, manifest, false, &sink);
}

static void nothing_found(struct ods *o)
{
	struct sheet_fault f = { .key = o->book == 0 ? "file.sheet_other" : "file.sheet_none" };

	if (o->book > 0 && o->sheet->name != NULL && o->sheet->name[0] != '\0') {
		f.key = "file.sheet_missing";
		f.name = buf_str(&o->names);
	}
	sheet_fault(o->sheet, &f);
}

void ods_read(struct sheet *s, struct package *p)
{
	static const struct sheet_fault other = { .key = "file.sheet_other" };
	struct ods o = { .sheet = s };
	const struct xml_sink sink = { &o, on_start, on_end, on_text };

	if (!package_has(p, "content.xml")) {
		sheet_fault(s, &other);
		return;
	}
	if (!is_open(s, p))
		return;
	o.mem = arena_new();
	o.cell_mem = arena_new();
	if (xml_read(p, s, "content.xml", true, &sink) && !o.found)
		nothing_found(&o);
	buf_free(&o.names);
	buf_free(&o.text);
	arena_free(o.mem);
	arena_free(o.cell_mem);
}
