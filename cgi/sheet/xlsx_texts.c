/* The shared texts of an .xlsx.  Contract: xlsx.h. */
#include <stdint.h>
#include <string.h>

#include "sheet/texts.h"
#include "sheet/xlsx.h"
#include "sheet/xml.h"

struct reading {
	struct sheet *sheet;
	struct texts *texts;
	bool in_text;		/* in <t> */
	int aside;		/* depth in <rPh>, which holds the pronunciation of the text */
	struct buf text;
};

/* The code of `_xHHHH_`; -1 if the bytes are not such an escape, or stand for a character that
 * no cell may hold. */
static int32_t escaped(const char *p, size_t n)
{
	int32_t c = 0;

	if (n < 7 || p[0] != '_' || p[1] != 'x' || p[6] != '_')
		return -1;
	for (int i = 2; i < 6; i++) {
		const char *hex = "0123456789abcdef";
		const char *digit = memchr(hex, p[i] >= 'A' && p[i] <= 'F' ? p[i] + 32 : p[i], 16);
		if (digit == NULL)
			return -1;
		c = c * 16 + (int32_t)(digit - hex);
	}
	return c == 0 || (c >= 0xd800 && c < 0xe000) ? -1 : c;
}

size_t xlsx_unescape(char *text, size_t n)
{
	size_t to = 0;

	if (memchr(text, '_', n) == NULL)
		return n;
	for (size_t i = 0; i < n;) {
		int32_t c = escaped(text + i, n - i);
		if (c < 0) {
			text[to++] = text[i++];
			continue;
		}
		i += 7;
		if (c >= 0x800) {
			text[to++] = (char)(0xe0 | c >> 12);
			text[to++] = (char)(0x80 | (c >> 6 & 0x3f));
		} else if (c >= 0x80) {
			text[to++] = (char)(0xc0 | c >> 6);
		}
		text[to++] = (char)(c < 0x80 ? c : 0x80 | (c & 0x3f));
	}
	return to;
}

static bool on_start(void *ctx, const char *name, const char *const *attributes)
{
	struct reading *r = ctx;

	(void)attributes;
	if (strcmp(name, "si") == 0)
		buf_reset(&r->text);
	else if (strcmp(name, "rPh") == 0)
		r->aside++;
	r->in_text = strcmp(name, "t") == 0 && r->aside == 0;
	return true;
}

static bool add(struct reading *r)
{
	static const struct sheet_fault full = { .key = "file.sheet_spool" };
	size_t n = r->text.len == 0 ? 0 : xlsx_unescape(r->text.data, r->text.len);

	if (texts_count(r->texts) == SHEET_MAX_TEXTS)
		return sheet_limit(r->sheet, "what.sheet_texts", SHEET_MAX_TEXTS);
	if (texts_bytes(r->texts) + (long long)n > SHEET_MAX_TEXT_BYTES)
		return sheet_limit(r->sheet, "what.sheet_text_bytes", SHEET_MAX_TEXT_BYTES);
	return texts_add(r->texts, buf_str(&r->text), n) || sheet_fault(r->sheet, &full);
}

static bool on_end(void *ctx, const char *name)
{
	struct reading *r = ctx;

	r->in_text = false;
	if (strcmp(name, "rPh") == 0 && r->aside > 0)
		r->aside--;
	return strcmp(name, "si") != 0 || add(r);
}

static bool on_text(void *ctx, const char *bytes, size_t n)
{
	struct reading *r = ctx;

	/* A text that is too long is a fault only if a cell uses it.  One byte above the limit is
	 * enough to see that. */
	if (r->in_text && r->text.len <= r->sheet->limits.max_cell * 7)
		buf_add(&r->text, bytes, n);
	return true;
}

bool xlsx_read_texts(struct sheet *s, struct package *p, const char *part, struct xlsx_book *book)
{
	struct reading r = { .sheet = s, .texts = book->texts };
	const struct xml_sink sink = { &r, on_start, on_end, on_text };
	bool ok = xml_read(p, s, part, false, &sink);

	buf_free(&r.text);
	return ok;
}
