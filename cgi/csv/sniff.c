/* Finds out what a file is from its first bytes.  Contract: sniff.h. */
#include "csv/sniff.h"

#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "csv/field.h"
#include "csv/synonym.h"

static bool begins(const char *p, size_t n, const char *with, size_t m)
{
	return n >= m && memcmp(p, with, m) == 0;
}

/* UTF-16 or UTF-32 without a mark: a quarter of the bytes or more are NUL, in their places. */
static bool unmarked_utf16(const char *p, size_t n)
{
	size_t even = 0, odd = 0;

	for (size_t i = 0; i < n; i++)
		*(i % 2 == 0 ? &even : &odd) += p[i] == 0;
	return n >= 4 && 4 * (even + odd) >= n && (even == 0 || odd == 0 || 2 * (even + odd) >= n);
}

/* EBCDIC, as mainframes write it: nearly all bytes are its letters, digits, blanks and commas, and
 * no separator or line end of ASCII is among them. */
static bool ebcdic(const char *p, size_t n)
{
	size_t letters = 0, signs = 0;

	for (size_t i = 0; i < n; i++) {
		unsigned char c = (unsigned char)p[i];
		if (memchr("\t\n ,;|", c, 6) != NULL)
			return false;
		letters += c >= 0x81 && c <= 0xf9 && (c & 0x0f) <= 9;
		signs += memchr("\x40\x4b\x5e\x6b\x6d\x60\x15\x25\x0d", c, 9) != NULL;
	}
	return n >= 16 && signs > 0 && letters > 4 * signs / 2 && 10 * (letters + signs) >= 9 * n;
}

/* Formats that can be told by their first bytes. */
static const struct magic {
	const char *bytes;
	size_t n;
	const char *key, *what;
} magics[] = {
	{ "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8, "file.xls", NULL },
	{ "\x89PNG\r\n\x1a\n", 8, "file.picture", NULL },
	{ "\xff\xd8\xff", 3, "file.picture", NULL },
	{ "GIF87a", 6, "file.picture", NULL },
	{ "GIF89a", 6, "file.picture", NULL },
	{ "%PDF-", 5, "file.picture", NULL },
	{ "\x1f\x8b", 2, "file.packed", "what.gzip" },
	{ "\xfd" "7zXZ\0", 6, "file.packed", "what.xz" },
	{ "7z\xbc\xaf\x27\x1c", 6, "file.packed", "what.7z" },
	{ "BZh", 3, "file.packed", "what.bzip2" },
	{ "\x28\xb5\x2f\xfd", 4, "file.packed", "what.zstd" },
	{ "Rar!\x1a\x07", 6, "file.packed", "what.rar" },
	{ "{\\rtf", 5, "file.other", "what.rtf" },
	{ "ID;P", 4, "file.other", "what.sylk" },
	{ "TABLE\n0,1", 9, "file.other", "what.dif" },
	{ "TABLE\r\n0,1", 10, "file.other", "what.dif" },
	{ "BEGIN:VCARD", 11, "file.format", "what.vcard" },
	{ "BEGIN:VCALENDAR", 15, "file.format", "what.vcalendar" },
	{ "dn: ", 4, "file.format", "what.ldif" },
	{ "dn:: ", 5, "file.format", "what.ldif" },
	{ "version: 1\n", 11, "file.format", "what.ldif" },
	{ "version: 1\r\n", 12, "file.format", "what.ldif" },
	{ "-----BEGIN ", 11, "file.format", "what.armour" },
	{ "\xff\xfe", 2, "file.utf16", NULL },
	{ "\xfe\xff", 2, "file.utf16", NULL },
};

static size_t skip_blanks(const char *p, size_t n, size_t at)
{
	while (at < n && memchr(" \t\r\n", p[at], 4) != NULL)
		at++;
	return at;
}

/* Whether the n bytes after a < begin an element of a web page. */
static bool is_html(const char *p, size_t n)
{
	static const char *const names[] = { "!doctype html", "!--", "html", "head", "body", "meta", "title",
		"style", "table", "div", "p", "pre", "span", "script", "tr" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t m = strlen(names[i]);
		if (n > m && strncasecmp(p, names[i], m) == 0 && (p[0] == '!' || strchr(" >/\t\r\n", p[m]) != NULL))
			return true;
	}
	return false;
}

/* The name of a text that begins like HTML, XML or JSON; NULL for any other. */
static const char *markup(const char *p, size_t n)
{
	size_t at = begins(p, n, "\xef\xbb\xbf", 3) ? 3 : 0;

	at = skip_blanks(p, n, at);
	if (n - at < 2)
		return NULL;
	if (n - at >= 5 && strncasecmp(p + at, "<?xml", 5) == 0)
		return "what.xml";
	char next = (char)(p[at + 1] | 32);
	if (p[at] == '<' && (p[at + 1] == '!' || (next >= 'a' && next <= 'z')))
		return is_html(p + at + 1, n - at - 1) ? "what.html" : "what.xml";
	char c = p[at];
	at = skip_blanks(p, n, at + 1);
	if (at < n && ((c == '{' && memchr("\"}", p[at], 2) != NULL)
	    || (c == '[' && memchr("{[]", p[at], 3) != NULL)))
		return "what.json";
	return NULL;
}

const char *sniff_kind(const char *p, size_t n, const char **what)
{
	for (size_t i = 0; i < sizeof(magics) / sizeof(magics[0]); i++) {
		if (begins(p, n, magics[i].bytes, magics[i].n)) {
			*what = magics[i].what;
			return magics[i].key;
		}
	}
	if (unmarked_utf16(p, n))
		return "file.utf16";
	if (ebcdic(p, n)) {
		*what = "what.ebcdic";
		return "file.format";
	}
	*what = markup(p, n);
	return *what != NULL ? "file.other" : NULL;
}

/* How many bytes of the first line say what the separator is, as spreadsheets understand it: sep=X,
 * also in quotes, with \\t for a tab, and with the empty cells that a spreadsheet adds when it saves
 * the file again.  0: there is no such line. */
static size_t told(const char *p, size_t n, bool final, char *separator)
{
	bool quoted = n > 0 && p[0] == '"';
	size_t at = quoted ? 1 : 0;

	if (n < at + 5 || strncasecmp(p + at, "sep=", 4) != 0)
		return 0;
	at += 4;
	bool tab = p[at] == '\\' && at + 1 < n && p[at + 1] == 't';
	char c = tab ? '\t' : p[at];
	bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
	at += tab ? 2 : 1;
	if ((c != '\t' && (c < ' ' || c > '~' || c == '"' || word)) || (quoted && (at == n || p[at++] != '"')))
		return 0;
	while (at < n && memchr(",;\t", p[at], 3) != NULL && (quoted || p[at] != c))
		at++;
	if (at == n ? !final : p[at] != '\r' && p[at] != '\n')
		return 0;
	*separator = c;
	return at;
}

/* How many bytes the line has with which PowerShell begins its files: #TYPE and a class.  0: there is
 * none. */
static size_t typed(const char *p, size_t n)
{
	size_t at = 0;

	if (!begins(p, n, "#TYPE ", 6))
		return 0;
	while (at < n && p[at] != '\r' && p[at] != '\n')
		at++;
	return at;
}

/* A look at the first records with one separator.  Faults are ignored here: the dialect finds
 * them. */
struct look {
	const char *p, *end;
	char separator;
	size_t known;	/* how many cells of this record are names of columns */
	size_t cells;	/* how many cells this record has */
	bool data;	/* one of them is not empty */
	bool broken;	/* text follows a closing quote, in any record */
};

/* Cells after these are not looked up as names: no file of users has so many. */
#define LOOK_CELLS 1000

/* Reads one cell and copies its text without quotes to `name`.  l->p is then at the byte that
 * ended the cell. */
static size_t look_cell(struct look *l, char *name, size_t max)
{
	bool quoted = l->p < l->end && *l->p == '"', closed = false;
	size_t n = 0;

	if (quoted)
		l->p++;
	for (; l->p < l->end; l->p++) {
		char c = *l->p;
		if (c == '"' && quoted) {
			if (l->p + 1 == l->end || l->p[1] != '"') {
				quoted = false;
				closed = true;
				continue;
			}
			l->p++;
		} else if (!quoted && (c == l->separator || c == '\r' || c == '\n')) {
			break;
		}
		l->broken = l->broken || closed;
		if (n < max)
			name[n] = c;
		n++;
	}
	return n;
}

/* One record.  Returns false if it goes on after the end. */
static bool look_record(struct look *l)
{
	char name[256];
	enum field_id id, second;

	l->data = false;
	l->known = 0;
	for (l->cells = 1;; l->cells++) {
		size_t n = look_cell(l, name, sizeof(name));
		if (n > sizeof(name) || !utf8_blank(name, n))
			l->data = true;
		if (l->cells <= LOOK_CELLS && n <= sizeof(name) && (field_find(name, n, &id) != FIELD_UNKNOWN
		    || synonym_find(name, n, &id, &second) != SYNONYM_NONE))
			l->known++;
		if (l->p == l->end)
			return false;
		if (*l->p++ != l->separator)
			return true;
	}
}

/* What the first records look like with one separator. */
struct found {
	size_t known;		/* names in the header */
	size_t most;		/* names in the record that has most of them */
	size_t cells;		/* of the header */
	bool even;		/* all records have as many */
	bool broken;
};

/* Looks at up to `max` records that hold anything.  Returns whether they are whole; one
 * that is cut off counts only as the first. */
static bool look_at(const char *p, size_t n, char separator, size_t max, struct found *out)
{
	struct look l = { .p = p, .end = p + n, .separator = separator };
	size_t seen = 0;

	*out = (struct found){ .even = true };
	while (seen < max && l.p < l.end) {
		bool whole = look_record(&l);
		if (l.data && seen == 0) {
			out->known = l.known;
			out->cells = l.cells;
		} else if (l.data && whole && l.cells != out->cells) {
			out->even = false;
		}
		out->broken = l.broken;
		if (l.data && l.known > out->most)
			out->most = l.known;
		if (!whole)
			return false;
		seen += l.data;
	}
	return seen == max;
}

static const char candidates[] = { ',', ';', '\t', '|' };
#define N_CANDIDATES sizeof(candidates)

static void choose(struct sniffed *out, size_t candidate)
{
	out->separator = candidates[candidate];
	out->from = candidate == 0 ? SNIFF_DEFAULT : SNIFF_GUESSED;
}

/* Chooses by the known names of the header.  Returns 1 if they decide, 0 if not, -1 if more
 * bytes are needed. */
static int by_names(const char *p, size_t n, bool final, struct sniffed *out)
{
	size_t best = 0;

	for (size_t i = 0; i < N_CANDIDATES; i++) {
		struct found f;
		if (!look_at(p, n, candidates[i], 1, &f) && !final)
			return -1;
		if (f.known > best) {
			best = f.known;
			choose(out, i);
		}
	}
	return best > 0;
}

/* The same, by the names in another of the first records: a title may be above the header. */
static int by_later_names(const char *p, size_t n, bool final, struct sniffed *out)
{
	size_t best = 1;

	for (size_t i = 0; i < N_CANDIDATES; i++) {
		struct found f;
		if (!look_at(p, n, candidates[i], SNIFF_RECORDS, &f) && !final)
			return -1;
		if (f.most > best) {
			best = f.most;
			choose(out, i);
		}
	}
	return best > 1;
}

/* Chooses by the number of cells; returns as by_names does.  Of two separators the one that
 * makes more cells.  Records of different lengths are accepted only if the comma would leave
 * text after closing quotes. */
static int by_counts(const char *p, size_t n, bool final, struct sniffed *out)
{
	size_t best = 1;
	bool even = false, broken = false;	/* the comma */

	for (size_t i = 0; i < N_CANDIDATES; i++) {
		struct found f;
		if (!look_at(p, n, candidates[i], SNIFF_RECORDS, &f) && !final)
			return -1;
		broken = broken || (i == 0 && f.broken);
		if (f.broken || f.cells < 2 || (!f.even && !broken))
			continue;
		if ((f.even && !even) || (f.even == even && f.cells > best)) {
			best = f.cells;
			even = f.even;
			choose(out, i);
		}
	}
	return best > 1;
}

/* Copies the first records to `out` if each of them is one cell in quotes, without these quotes.
 * Returns how many there are; 0 if one of them is not like that. */
static size_t take_out(const char *p, size_t n, struct buf *out)
{
	const char *end = p + n;
	size_t records = 0;

	while (records < SNIFF_RECORDS) {
		while (p < end && memchr("\r\n \t", *p, 4) != NULL)
			p++;
		if (p == end)
			break;
		if (*p++ != '"')
			return 0;
		for (; p < end && (*p != '"' || (p + 1 < end && p[1] == '"')); p++) {
			buf_addch(out, *p);
			p += *p == '"';
		}
		if (p == end)
			break;	/* cut off, or never closed */
		p++;
		p += strspn(p, ";,\t");
		if (p < end && *p != '\r' && *p != '\n')
			return 0;
		buf_addch(out, '\n');
		records++;
	}
	return records;
}

/* Whether each record is one cell in quotes that holds a whole record. */
static bool find_wrapped(const char *p, size_t n, struct sniffed *out)
{
	struct sniffed inner = { .separator = ',' };
	struct buf text = {0};
	struct found f;
	bool wrapped = false;

	if (take_out(p, n, &text) > 0) {
		bool decided = by_names(text.data, text.len, true, &inner) == 1
		    || by_counts(text.data, text.len, true, &inner) == 1;
		look_at(text.data, text.len, inner.separator, 1, &f);
		wrapped = decided && f.cells > 1 && (f.known > 0 || f.even);
	}
	buf_free(&text);
	if (wrapped) {
		inner.skip = out->skip;
		*out = inner;
		out->wrapped = true;
	}
	return wrapped;
}

bool sniff_separator(const char *p, size_t n, bool final, struct sniffed *out)
{
	const char *end = p + n, *first;
	int decided;

	*out = (struct sniffed){ .separator = ',' };
	out->skip = told(p, n, final, &out->separator);
	if (out->skip > 0)
		out->from = SNIFF_TOLD;
	else
		out->skip = typed(p, n);
	p += out->skip;
	for (first = p; first < end && memchr("\r\n \t", *first, 4) != NULL;)
		first++;
	out->quotes = first < end && *first == '"';
	if (out->from == SNIFF_TOLD)
		return first < end || final;
	n = (size_t)(end - p);
	decided = by_names(p, n, final, out);
	if (decided == 0)
		decided = by_later_names(p, n, final, out);
	if (decided != 0)
		return decided > 0;
	if (by_counts(p, n, final, out) < 0)
		return false;
	if (out->quotes)
		find_wrapped(p, n, out);
	return true;
}
