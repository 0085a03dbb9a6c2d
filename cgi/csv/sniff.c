/* What a file is, told from its first bytes: older spreadsheets, pictures and UTF-16 refused,
 * the separator chosen by the column names that it makes of the header. */
#include "csv/sniff.h"

#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "csv/field.h"

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

const char *sniff_kind(const char *p, size_t n)
{
	if (begins(p, n, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8))
		return "file.xls";
	if (begins(p, n, "\x89PNG\r\n\x1a\n", 8) || begins(p, n, "\xff\xd8\xff", 3) ||
	    begins(p, n, "GIF87a", 6) || begins(p, n, "GIF89a", 6) || begins(p, n, "%PDF-", 5))
		return "file.picture";
	if (begins(p, n, "\xff\xfe", 2) || begins(p, n, "\xfe\xff", 2) ||
	    unmarked_utf16(p, n))
		return "file.utf16";
	return NULL;
}

/* "sep=X" as the whole first line, as spreadsheets write it. */
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

/* A look at the header under one separator.  Lenient: faults are for the
 * reading proper to find. */
struct look {
	const char *p, *end;
	char separator;
	size_t known;
	bool data;	/* a cell that is not empty was seen in this record */
	size_t cells;
};

/* One cell; its text without quotes in name.  Leaves p at what ended it. */
static size_t look_cell(struct look *l, char *name, size_t max)
{
	bool quoted = l->p < l->end && *l->p == '"';
	size_t n = 0;

	if (quoted)
		l->p++;
	for (; l->p < l->end; l->p++) {
		char c = *l->p;
		if (c == '"' && quoted) {
			if (l->p + 1 == l->end || l->p[1] != '"') {
				quoted = false;
				continue;
			}
			l->p++;
		} else if (!quoted && (c == l->separator || c == '\r' || c == '\n')) {
			break;
		}
		if (n < max)
			name[n] = c;
		n++;
	}
	return n;
}

/* One record.  Returns false where it goes on after the end. */
static bool look_record(struct look *l)
{
	char name[256];
	enum field_id id;

	l->data = false;
	for (l->cells = 1;; l->cells++) {
		size_t n = look_cell(l, name, sizeof(name));
		const char *text = name;
		if (n > sizeof(name) || utf8_trim(&text, n) > 0)
			l->data = true;
		if (n <= sizeof(name) && field_find(name, n, &id) != FIELD_UNKNOWN)
			l->known++;
		if (l->p == l->end)
			return false;
		if (*l->p++ != l->separator)
			return true;
	}
}

/* Counts the known names of the first record that holds anything.  Returns
 * whether that record is whole. */
static bool look_header(const char *p, size_t n, char separator, size_t *known)
{
	struct look l = { .p = p, .end = p + n, .separator = separator };

	while (l.p < l.end) {
		bool complete = look_record(&l);
		*known = l.known;
		if (!complete)
			return false;
		if (l.data)
			return true;
	}
	return false;
}

bool sniff_separator(const char *p, size_t n, bool final, char *separator,
    enum sniff_from *from, size_t *skip)
{
	static const char candidates[] = { ',', ';', '\t', '|' };
	size_t best = 0;

	*skip = 0;
	if (told(p, n, final, separator)) {
		*from = SNIFF_TOLD;
		*skip = 5;
		return true;
	}
	*separator = ',';
	*from = SNIFF_DEFAULT;
	for (size_t i = 0; i < sizeof(candidates); i++) {
		size_t known = 0;
		if (!look_header(p, n, candidates[i], &known) && !final)
			return false;
		if (known > best) {
			best = known;
			*separator = candidates[i];
			*from = i == 0 ? SNIFF_DEFAULT : SNIFF_GUESSED;
		}
	}
	return true;
}
