/* Other names of the columns.  Contract: synonym.h. */
#include "csv/synonym.h"

#include <string.h>

#include "base/utf8.h"

static const struct synonym {
	enum synonym_kind kind;
	enum field_id field, second;
	const char *name;
} synonyms[] = {
#define SYNONYM(column, name) { SYNONYM_COLUMN, FIELD_##column, FIELD_##column, name },
#define SYNONYM_SPLIT(first, second, name) { SYNONYM_SPLIT, FIELD_##first, FIELD_##second, name },
#include "csv/synonyms.def"
#undef SYNONYM
#undef SYNONYM_SPLIT
};

/* The letters from U+00C0 to U+017F without their accents; a blank: not a letter. */
static const char plain[] =
	"aaaaaaaceeeeiiiidnooooo ouuuuytsaaaaaaaceeeeiiiidnooooo ouuuuyty"
	"aaaaaaccccccccddddeeeeeeeeeegggggggghhhhiiiiiiiiiiiijjkkklllllll"
	"lllnnnnnnnnnoooooooorrrrrrssssssssttttttuuuuuuuuuuuuwwyyyzzzzzzs";

/* Adds the letters and digits of a name to `out`, in lower case and without accents.  Two names
 * are the same if these are. */
static void fold(struct buf *out, const char *name, size_t n)
{
	for (size_t step; n > 0; name += step, n -= step) {
		int32_t c = utf8_decode(name, n, &step);

		if (c >= 'A' && c <= 'Z')
			buf_addch(out, (char)(c + 32));
		else if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			buf_addch(out, (char)c);
		else if (c >= 0xc0 && c < 0x180 && plain[c - 0xc0] != ' ')
			buf_addch(out, plain[c - 0xc0]);
		else if (c > 0x24f && !utf8_unprintable(c) && (c < 0x2000 || c > 0x206f))
			buf_add(out, name, step);
	}
}

static bool same(const struct buf *folded, struct buf *other, const char *name)
{
	buf_reset(other);
	fold(other, name, strlen(name));
	return folded->len > 0 && other->len == folded->len && memcmp(other->data, folded->data, folded->len) == 0;
}

enum synonym_kind synonym_find_whole(const char *name, size_t n, enum field_id *id, enum field_id *second)
{
	struct buf folded = {0}, other = {0};
	enum synonym_kind kind = SYNONYM_NONE;

	fold(&folded, name, n);
	for (int i = 0; folded.len > 0 && kind == SYNONYM_NONE && i < FIELD__MAX; i++) {
		if (same(&folded, &other, fields[i].name) || same(&folded, &other, fields[i].old)) {
			kind = SYNONYM_COLUMN;
			*id = (enum field_id)i;
		}
	}
	for (size_t i = 0; folded.len > 0 && kind == SYNONYM_NONE && i < sizeof(synonyms) / sizeof(synonyms[0]); i++) {
		if (same(&folded, &other, synonyms[i].name)) {
			kind = synonyms[i].kind;
			*id = synonyms[i].field;
			*second = synonyms[i].second;
		}
	}
	buf_free(&folded);
	buf_free(&other);
	return kind;
}

/* --- notes ---------------------------------------------------------------- */

/* Whether the n bytes are one of the words, which end with NULL. */
static bool one_of(const char *const *words, const char *s, size_t n)
{
	struct buf folded = {0}, other = {0};
	bool found = false;

	fold(&folded, s, n);
	for (; !found && *words != NULL; words++)
		found = same(&folded, &other, *words);
	buf_free(&folded);
	buf_free(&other);
	return found;
}

/* Words that say something about a column, not what it is. */
static const char *const remarks[] = { "obligatoire", "required", "mandatory", "requis", "optional", "optionnel",
	"facultatif", "pflicht", "pflichtfeld", "erforderlich", "obligatorio", "requerido", NULL };

/* Words that make another thing of it: a number at home is not the number here. */
static const char *const others[] = { "home", "private", "prive", "perso", "personal", "personnel", "domicile",
	"privat", "cell", "fax", "old", "ancien", "other", "autre", "secondaire", "emergency", "urgence", "manager",
	"assistant", "2", NULL };

/* Whether a note in brackets makes another thing of the name: "Number (mobile)" is not an
 * extension. */
static bool changes_meaning(const char *note, size_t n, enum field_id of)
{
	enum field_id id = of, second;

	return one_of(others, note, n) || (synonym_find_whole(note, n, &id, &second) != SYNONYM_NONE && id != of);
}

/* Finds a name without what stands in brackets behind it. */
static enum synonym_kind without_brackets(const char *name, size_t n, enum field_id *id, enum field_id *second)
{
	size_t open = 0;
	enum synonym_kind kind;

	while (open < n && strchr("([{<", name[open]) == NULL)
		open++;
	if (open == 0 || open == n)
		return SYNONYM_NONE;
	kind = synonym_find_whole(name, open, id, second);
	return kind != SYNONYM_NONE && changes_meaning(name + open, n - open, *id) ? SYNONYM_NONE : kind;
}

/* Finds a name without the remark that is its last word. */
static enum synonym_kind without_remark(const char *name, size_t n, enum field_id *id, enum field_id *second)
{
	size_t end = n, from;

	while (end > 0 && strchr(" *-_:.,!)", name[end - 1]) != NULL)
		end--;
	for (from = end; from > 0 && strchr(" *-_:.,!(", name[from - 1]) == NULL;)
		from--;
	if (from == 0 || !one_of(remarks, name + from, end - from))
		return SYNONYM_NONE;
	return synonym_find_whole(name, from, id, second);
}

/* Finds a name that says the same in two languages: "Prénom / First name". */
static enum synonym_kind of_both(const char *name, size_t n, enum field_id *id, enum field_id *second)
{
	const char *slash = memchr(name, '/', n);
	enum field_id other, more;

	if (slash == NULL || synonym_find_whole(name, (size_t)(slash - name), id, second) != SYNONYM_COLUMN
	    || synonym_find_whole(slash + 1, n - (size_t)(slash - name) - 1, &other, &more) != SYNONYM_COLUMN)
		return SYNONYM_NONE;
	return other == *id ? SYNONYM_COLUMN : SYNONYM_NONE;
}

enum synonym_kind synonym_find(const char *name, size_t n, enum field_id *id, enum field_id *second)
{
	enum synonym_kind kind = synonym_find_whole(name, n, id, second);

	if (kind == SYNONYM_NONE)
		kind = without_brackets(name, n, id, second);
	if (kind == SYNONYM_NONE)
		kind = without_remark(name, n, id, second);
	return kind == SYNONYM_NONE ? of_both(name, n, id, second) : kind;
}
