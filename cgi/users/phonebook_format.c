/* The files of a phonebook.  Contract: phonebook.h.
 *
 * vCard 4.0 is RFC 6350.  The XML is much the same for all makers of phones: entries with a name
 * and numbers, in a root element whose name differs from maker to maker. */
#include <string.h>

#include "users/phonebook.h"

#define XML "text/xml; charset=utf-8"

const struct phonebook_format phonebook_formats[] = {
	{ "contacts.vcf",  "text/vcard; charset=utf-8", NULL, true, 0 },
	{ "yealink.xml",   XML, "YealinkIPPhoneDirectory", true, 0 },
	{ "snom.xml",      XML, "SnomIPPhoneDirectory", false, 0 },
	{ "cisco.xml",     XML, "CiscoIPPhoneDirectory", false, 32 },
	{ "directory.xml", XML, "IPPhoneDirectory", false, 0 },
	{ NULL, NULL, NULL, false, 0 },
};

const struct phonebook_format *phonebook_format(const char *name)
{
	for (const struct phonebook_format *f = phonebook_formats; f->name != NULL; f++)
		if (strcmp(f->name, name) == 0)
			return f;
	return NULL;
}

static bool is_control(char c)
{
	return (unsigned char)c < 0x20 || c == 0x7f;
}

/* --- vCard ------------------------------------------------------------------ */

#define LINE_BYTES 75	/* without the line's end; RFC 6350, 3.2 */

/* Adds a line, folded at LINE_BYTES but not inside a character. */
static void add_line(struct buf *out, const struct buf *line)
{
	const char *p = line->data;
	size_t left = line->len, room = LINE_BYTES;

	while (left > room) {
		size_t n = room;
		while (n > 1 && ((unsigned char)p[n] & 0xc0) == 0x80)
			n--;
		buf_add(out, p, n);
		buf_adds(out, "\r\n ");
		p += n;
		left -= n;
		room = LINE_BYTES - 1;
	}
	buf_add(out, p, left);
	buf_adds(out, "\r\n");
}

/* Adds the text of a value (RFC 6350, 3.4) in one line, as a phone's display has one line. */
static void add_value(struct buf *line, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		if (strchr("\\,;", *p) != NULL)
			buf_addch(line, '\\');
		buf_addch(line, is_control(*p) ? ' ' : *p);
	}
}

static void card_name(const struct phonebook_user *u, struct buf *out)
{
	struct buf line = {0};

	buf_adds(&line, "FN:");
	add_value(&line, u->firstname);
	if (u->lastname != NULL) {
		buf_addch(&line, ' ');
		add_value(&line, u->lastname);
	}
	add_line(out, &line);
	buf_reset(&line);
	buf_adds(&line, "N:");
	if (u->lastname != NULL)
		add_value(&line, u->lastname);
	buf_addch(&line, ';');
	add_value(&line, u->firstname);
	buf_adds(&line, ";;;");
	add_line(out, &line);
	buf_free(&line);
}

/* Adds a property for each of the numbers, which are separated by blanks. */
static void card_numbers(const char *type, const char *numbers, struct buf *out)
{
	while (numbers != NULL && *numbers != '\0') {
		size_t n = strcspn(numbers, " ");
		buf_addf(out, "TEL;TYPE=%s:%.*s\r\n", type, (int)n, numbers);
		numbers += n + strspn(numbers + n, " ");
	}
}

static void card(const struct phonebook_user *u, struct buf *out)
{
	buf_addf(out, "BEGIN:VCARD\r\nVERSION:4.0\r\nUID:urn:uuid:%s\r\n", u->uuid);
	card_name(u, out);
	card_numbers("work", u->exten, out);
	card_numbers("work", u->incalls, out);
	card_numbers("cell", u->mobile, out);
	buf_adds(out, "END:VCARD\r\n");
}

/* --- XML -------------------------------------------------------------------- */

static void add_text(struct buf *out, const char *text)
{
	for (const char *p = text; *p != '\0'; p++) {
		/* U+FFFE and U+FFFF are no characters of XML (XML 1.0, 2.2). */
		if (strncmp(p, "\xef\xbf\xbe", 3) == 0 || strncmp(p, "\xef\xbf\xbf", 3) == 0) {
			buf_addch(out, ' ');
			p += 2;
		} else if (*p == '&')
			buf_adds(out, "&amp;");
		else if (*p == '<')
			buf_adds(out, "&lt;");
		else if (*p == '>')
			buf_adds(out, "&gt;");
		else
			buf_addch(out, is_control(*p) ? ' ' : *p);
	}
}

static void entry_begin(const struct phonebook_user *u, struct buf *out)
{
	buf_adds(out, "<DirectoryEntry><Name>");
	add_text(out, u->firstname);
	if (u->lastname != NULL) {
		buf_addch(out, ' ');
		add_text(out, u->lastname);
	}
	buf_adds(out, "</Name>");
}

/* Adds the entries of a user: extension and mobile number.  Incoming numbers are left out, as they
 * are for callers from outside. */
static void entries(const struct phonebook_format *f, const struct phonebook_user *u, struct buf *out)
{
	const char *const numbers[] = { u->exten, u->mobile };
	bool open = false;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		if (numbers[i] == NULL)
			continue;
		if (!open)
			entry_begin(u, out);
		buf_addf(out, "<Telephone>%s</Telephone>", numbers[i]);
		open = f->several;
		if (!open)
			buf_adds(out, "</DirectoryEntry>\n");
	}
	if (open)
		buf_adds(out, "</DirectoryEntry>\n");
}

/* ---------------------------------------------------------------------------- */

void phonebook_begin(const struct phonebook_format *f, const char *title, struct buf *out)
{
	if (f->root == NULL)
		return;
	buf_addf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<%s>\n<Title>", f->root);
	add_text(out, title);
	buf_adds(out, "</Title>\n");
}

void phonebook_user(const struct phonebook_format *f, const struct phonebook_user *u, struct buf *out)
{
	if (f->root == NULL)
		card(u, out);
	else
		entries(f, u, out);
}

/* A directory with keys of its own has to name the phone's usual ones too. */
static void keys(const char *next, struct buf *out)
{
	static const char *const usual[] = { "Dial", "EditDial", "Exit" };
	int position = 1;

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		buf_addf(out, "<SoftKeyItem><Name>%s</Name><URL>SoftKey:%s</URL><Position>%d</Position>"
		    "</SoftKeyItem>\n", usual[i], usual[i], position++);
	buf_adds(out, "<SoftKeyItem><Name>Next</Name><URL>");
	add_text(out, next);
	buf_addf(out, "</URL><Position>%d</Position></SoftKeyItem>\n", position);
}

void phonebook_end(const struct phonebook_format *f, const char *next, struct buf *out)
{
	if (next != NULL)
		keys(next, out);
	if (f->root != NULL)
		buf_addf(out, "</%s>\n", f->root);
}
