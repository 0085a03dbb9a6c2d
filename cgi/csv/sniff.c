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

/* UTF-16 without a mark: every other byte of its ASCII is NUL. */
static bool unmarked_utf16(const char *p, size_t n)
{
	if (n < 4)
		return false;
	return (p[0] != 0 && p[1] == 0 && p[2] != 0 && p[3] == 0) ||
	    (p[0] == 0 && p[1] != 0 && p[2] == 0 && p[3] != 0);
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
	{ "\xff\xfe", 2, "file.utf16", NULL },
	{ "\xfe\xff", 2, "file.utf16", NULL },
};

static size_t skip_blanks(const char *p, size_t n, size_t at)
{
	while (at < n && memchr(" \t\r\n", p[at], 4) != NULL)
		at++;
	return at;
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
		return "what.html";
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
	*what = markup(p, n);
	return *what != NULL ? "file.other" : NULL;
}

/* Whether the whole first line is "sep=X", which spreadsheets understand. */
static bool told(const char *p, size_t n, bool final, char *separator)
{
	if (n < 5 || strncasecmp(p, "sep=", 4) != 0)
		return false;
	if (n == 5 ? !final : p[5] != '\r' && p[5] != '\n')
		return false;
	char c = p[4];
	bool word = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
	if (c != '\t' && (c < ' ' || c > '~' || c == '"' || word))
		return false;
	*separator = c;
	return true;
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
		*out = inner;
		out->wrapped = true;
	}
	return wrapped;
}

bool sniff_separator(const char *p, size_t n, bool final, struct sniffed *out)
{
	const char *first = p;
	int decided;

	*out = (struct sniffed){ .separator = ',' };
	if (told(p, n, final, &out->separator)) {
		out->from = SNIFF_TOLD;
		out->skip = 5;
		first += 5;
	}
	while (first < p + n && memchr("\r\n \t", *first, 4) != NULL)
		first++;
	out->quotes = first < p + n && *first == '"';
	if (out->from == SNIFF_TOLD)
		return first < p + n || final;
	decided = by_names(p, n, final, out);
	if (decided != 0)
		return decided > 0;
	if (by_counts(p, n, final, out) < 0)
		return false;
	if (out->quotes)
		find_wrapped(p, n, out);
	return true;
}
