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
		else if (c > 0x24f && !utf8_unprintable(c) && c != 0x2019)
			buf_add(out, name, step);
	}
}

static bool same(const struct buf *folded, struct buf *other, const char *name)
{
	buf_reset(other);
	fold(other, name, strlen(name));
	return other->len == folded->len && memcmp(other->data, folded->data, folded->len) == 0;
}

enum synonym_kind synonym_find(const char *name, size_t n, enum field_id *id, enum field_id *second)
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
