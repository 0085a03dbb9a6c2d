/* The sheet of an .xlsx: finds its part in the archive.  Contract: reading.h.
 *
 * Parts name each other by relations: _rels/.rels names the workbook, the
 * workbook's own relations name its sheets, styles and shared texts. */
#include "sheet/xlsx.h"

#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "sheet/texts.h"
#include "sheet/xml.h"

#define MAX_RELATIONS 1000
#define MAX_TARGET 1000	/* bytes of a part's name */

enum relation_kind { RELATION_OTHER, RELATION_BOOK, RELATION_SHEET, RELATION_STYLES, RELATION_TEXTS };

struct relation {
	enum relation_kind kind;
	const char *id;
	const char *part;	/* NULL: the target is outside of the workbook */
};

struct finding {
	struct sheet *sheet;
	struct package *package;
	struct arena *mem;
	const char *folder;	/* of the part whose relations are read: "xl/" */
	struct relation *relations;
	size_t n_relations;
	size_t n_sheets;
	const char *chosen;	/* the sheet's part */
	bool outside;		/* the chosen sheet is in another file */
	bool from_1904;
	struct buf names;	/* of all sheets */
};

/* --- relations ------------------------------------------------------------ */

static enum relation_kind kind_of(const char *type)
{
	static const struct { const char *name; enum relation_kind kind; } kinds[] = {
		{ "officeDocument", RELATION_BOOK }, { "worksheet", RELATION_SHEET },
		{ "styles", RELATION_STYLES }, { "sharedStrings", RELATION_TEXTS },
	};
	const char *name = type == NULL ? NULL : strrchr(type, '/');

	for (size_t i = 0; name != NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(name + 1, kinds[i].name) == 0)
			return kinds[i].kind;
	return RELATION_OTHER;
}

/* The name in the archive of a target that is relative to `folder`.  NULL if it leads out of
 * the archive. */
static const char *part_name(struct arena *mem, const char *folder, const char *target)
{
	char *path = target[0] == '/' ? arena_strdup(mem, target + 1)
	    : arena_printf(mem, "%s%s", folder, target);
	char *to = path;

	for (char *from = path; *from != '\0';) {
		size_t n = strcspn(from, "/");

		if (n == 2 && from[0] == '.' && from[1] == '.') {
			if (to == path)
				return NULL;
			for (to--; to > path && to[-1] != '/';)
				to--;
		} else if (!(n == 1 && from[0] == '.')) {
			memmove(to, from, n);
			to += n;
			if (from[n] == '/')
				*to++ = '/';
		}
		from += n + (from[n] == '/');
	}
	*to = '\0';
	return path;
}

static bool on_relation(void *ctx, const char *name, const char *const *attributes)
{
	struct finding *f = ctx;
	const char *target = xml_attribute(attributes, "Target");
	const char *id = xml_attribute(attributes, "Id");
	const char *mode = xml_attribute(attributes, "TargetMode");
	struct relation r = { .kind = kind_of(xml_attribute(attributes, "Type")) };

	if (strcmp(name, "Relationship") != 0 || r.kind == RELATION_OTHER || target == NULL || id == NULL
	    || strlen(target) > MAX_TARGET || strlen(id) > MAX_TARGET)
		return true;
	if (f->n_relations == MAX_RELATIONS)
		return sheet_limit(f->sheet, "what.sheet_sheets", SHEET_MAX_SHEETS);
	r.id = arena_strdup(f->mem, id);
	if (mode == NULL || strcmp(mode, "External") != 0)
		r.part = part_name(f->mem, f->folder, target);
	f->relations[f->n_relations++] = r;
	return true;
}

static bool on_end(void *ctx, const char *name)
{
	(void)ctx;
	(void)name;
	return true;
}

static bool read_relations(struct finding *f, const char *folder, const char *rels)
{
	const struct xml_sink sink = { f, on_relation, on_end, NULL };

	f->folder = folder;
	f->n_relations = 0;
	return xml_read(f->package, f->sheet, rels, false, &sink);
}

static const struct relation *find_kind(const struct finding *f, enum relation_kind kind)
{
	for (size_t i = 0; i < f->n_relations; i++)
		if (f->relations[i].kind == kind)
			return &f->relations[i];
	return NULL;
}

/* --- the workbook --------------------------------------------------------- */

/* Whether this is the sheet to read. */
static bool wanted(const struct finding *f, const char *name, const char *state)
{
	const char *chosen = f->sheet->name;

	if (f->chosen != NULL || f->outside)
		return false;
	if (chosen != NULL && chosen[0] != '\0')
		return strcmp(chosen, name) == 0;
	return state == NULL || strcmp(state, "visible") == 0;
}

static bool on_sheet(struct finding *f, const char *const *attributes)
{
	const char *name = xml_attribute(attributes, "name");
	const char *id = xml_attribute(attributes, "id");

	if (++f->n_sheets > SHEET_MAX_SHEETS)
		return sheet_limit(f->sheet, "what.sheet_sheets", SHEET_MAX_SHEETS);
	if (name == NULL || id == NULL)
		return true;
	/* Charts and old macros are listed as sheets too, but with other kinds of relations. */
	for (size_t i = 0; i < f->n_relations; i++) {
		const struct relation *r = &f->relations[i];
		if (r->kind != RELATION_SHEET || strcmp(r->id, id) != 0)
			continue;
		sheet_name_add(&f->names, name);
		if (wanted(f, name, xml_attribute(attributes, "state"))) {
			f->chosen = r->part;
			f->outside = r->part == NULL;
		}
		return true;
	}
	return true;
}

static bool on_book(void *ctx, const char *name, const char *const *attributes)
{
	struct finding *f = ctx;
	const char *flag;

	if (strcmp(name, "sheet") == 0)
		return on_sheet(f, attributes);
	if (strcmp(name, "workbookPr") == 0) {
		flag = xml_attribute(attributes, "date1904");
		f->from_1904 = flag != NULL && (strcmp(flag, "1") == 0 || strcmp(flag, "true") == 0);
	}
	return true;
}

/* The part of the workbook, its folder and its relations. */
static const char *find_book(struct finding *f)
{
	const struct sheet_fault other = { .key = "file.sheet_other" };
	const struct relation *book;
	const char *slash, *rels;
	char *folder;

	if (!package_has(f->package, "_rels/.rels")) {
		sheet_fault(f->sheet, &other);
		return NULL;
	}
	if (!read_relations(f, "", "_rels/.rels"))
		return NULL;
	book = find_kind(f, RELATION_BOOK);
	/* .docx and .pptx files are such archives too; the parts of an .xlsb are not XML. */
	if (book == NULL || book->part == NULL || strstr(book->part, ".xml") == NULL
	    || strstr(book->part, "word/") != NULL || strstr(book->part, "ppt/") != NULL) {
		sheet_fault(f->sheet, &other);
		return NULL;
	}
	slash = strrchr(book->part, '/');
	folder = arena_strndup(f->mem, book->part, slash == NULL ? 0 : (size_t)(slash - book->part) + 1);
	rels = arena_printf(f->mem, "%s_rels/%s.rels", folder, book->part + strlen(folder));
	const char *part = book->part;
	return read_relations(f, folder, rels) ? part : NULL;
}

static bool no_sheet(struct finding *f)
{
	const struct sheet_fault unsafe = { .key = "file.sheet_unsafe", .what = "what.sheet_outside" };
	struct sheet_fault missing = { .key = "file.sheet_none" };

	if (f->outside)
		return sheet_fault(f->sheet, &unsafe);
	if (f->sheet->name != NULL && f->sheet->name[0] != '\0') {
		missing.key = "file.sheet_missing";
		missing.name = buf_str(&f->names);
	}
	return sheet_fault(f->sheet, &missing);
}

/* Reads what cells refer to, then the chosen sheet. */
static bool read_sheet(struct finding *f)
{
	const struct relation *styles = find_kind(f, RELATION_STYLES);
	const struct relation *texts = find_kind(f, RELATION_TEXTS);
	struct xlsx_book *book = calloc(1, sizeof(*book));
	bool ok;

	if (book == NULL)
		abort();
	book->from_1904 = f->from_1904;
	book->texts = texts_new();
	ok = (styles == NULL || styles->part == NULL || !package_has(f->package, styles->part)
		|| xlsx_read_styles(f->sheet, f->package, styles->part, book))
	    && (texts == NULL || texts->part == NULL
		|| xlsx_read_texts(f->sheet, f->package, texts->part, book))
	    && xlsx_read_rows(f->sheet, f->package, f->chosen, book);
	texts_free(book->texts);
	free(book);
	return ok;
}

void xlsx_read(struct sheet *s, struct package *p)
{
	struct finding f = { .sheet = s, .package = p, .mem = arena_new() };
	const struct xml_sink sink = { &f, on_book, on_end, NULL };
	const char *book;

	f.relations = arena_alloc(f.mem, MAX_RELATIONS * sizeof(*f.relations));
	book = find_book(&f);
	if (book != NULL && xml_read(p, s, book, false, &sink)) {
		if (f.chosen == NULL)
			no_sheet(&f);
		else
			read_sheet(&f);
	}
	buf_free(&f.names);
	arena_free(f.mem);
}
