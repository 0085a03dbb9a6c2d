/* XML of a workbook's part.  Contract: xml.h. */
#include "sheet/xml.h"

#include <malloc.h>
#include <stdlib.h>
#include <string.h>

#include <expat.h>

#define PIECE (64 * 1024)

struct xml {
	struct sheet *sheet;
	const char *part;
	const struct xml_sink *sink;
	XML_Parser parser;
	int depth;
	bool stopped;
};

/* --- memory --------------------------------------------------------------- */

/* Bytes that expat has allocated.  It keeps an unfinished tag, of any length, and every name
 * that it has seen.  Its memory functions get no argument of the caller, so this is one number
 * for the process; only one part is read at a time. */
static size_t held;

static bool fits(size_t n)
{
	return n < SHEET_XML_MEMORY && held + n < SHEET_XML_MEMORY;
}

static void *take(size_t n)
{
	void *p = fits(n) ? malloc(n) : NULL;

	if (p != NULL)
		held += malloc_usable_size(p);
	return p;
}

static void give_back(void *p)
{
	if (p != NULL)
		held -= malloc_usable_size(p);
	free(p);
}

static void *take_more(void *p, size_t n)
{
	size_t before = p == NULL ? 0 : malloc_usable_size(p);
	void *more = fits(n) ? realloc(p, n) : NULL;

	if (more != NULL)
		held += malloc_usable_size(more) - before;
	return more;
}

/* --- attributes ----------------------------------------------------------- */

static const char *local(const char *name)
{
	const char *colon = strchr(name, ':');

	return colon == NULL ? name : colon + 1;
}

const char *xml_attribute(const char *const *attributes, const char *name)
{
	for (; attributes[0] != NULL; attributes += 2)
		if (strcmp(local(attributes[0]), name) == 0)
			return attributes[1];
	return NULL;
}

long xml_number(const char *const *attributes, const char *name, long otherwise)
{
	const char *text = xml_attribute(attributes, name);
	size_t n = text == NULL ? 0 : strlen(text);

	if (text == NULL)
		return otherwise;
	if (n == 0 || n > 9 || strspn(text, "0123456789") != n)
		return -1;
	return strtol(text, NULL, 10);
}

/* --- expat's calls -------------------------------------------------------- */

static void stop(struct xml *x)
{
	if (!x->stopped)
		XML_StopParser(x->parser, XML_FALSE);
	x->stopped = true;
}

static void XMLCALL on_start(void *ctx, const XML_Char *name, const XML_Char **attributes)
{
	struct xml *x = ctx;

	if (x->stopped)
		return;
	if (++x->depth > SHEET_MAX_DEPTH) {
		sheet_limit(x->sheet, "what.sheet_depth", SHEET_MAX_DEPTH);
		stop(x);
	} else if (!x->sink->start(x->sink->ctx, local(name), (const char *const *)attributes)) {
		stop(x);
	}
}

static void XMLCALL on_end(void *ctx, const XML_Char *name)
{
	struct xml *x = ctx;

	x->depth--;
	if (!x->stopped && !x->sink->end(x->sink->ctx, local(name)))
		stop(x);
}

static void XMLCALL on_text(void *ctx, const XML_Char *bytes, int n)
{
	struct xml *x = ctx;

	if (!x->stopped && !x->sink->text(x->sink->ctx, bytes, (size_t)n))
		stop(x);
}

static void XMLCALL on_doctype(void *ctx, const XML_Char *name, const XML_Char *system,
    const XML_Char *public, int internal)
{
	struct xml *x = ctx;
	const struct sheet_fault f = {
		.key = "file.sheet_unsafe", .what = "what.sheet_dtd", .name = x->part,
	};

	(void)name;
	(void)system;
	(void)public;
	(void)internal;
	sheet_fault(x->sheet, &f);
	stop(x);
}

/* -------------------------------------------------------------------------- */

/* Gives the fault for which expat stopped, unless one of our callbacks stopped it. */
static bool refused(struct xml *x)
{
	if (x->stopped || x->sheet->over)
		return false;
	if (XML_GetErrorCode(x->parser) == XML_ERROR_NO_MEMORY)
		return sheet_limit(x->sheet, "what.sheet_xml", (long long)SHEET_XML_MEMORY);
	return sheet_damaged(x->sheet, x->part);
}

static bool tell_progress(struct sheet *s, const struct part *part)
{
	if (s->sink.progress != NULL && !s->sink.progress(s->sink.ctx, part_done(part), part_total(part)))
		s->over = true;
	return !s->over;
}

static bool feed(struct xml *x, struct part *part, bool progress)
{
	long n;

	do {
		void *to = XML_GetBuffer(x->parser, PIECE);

		if (to == NULL)
			return refused(x);
		n = part_read(part, to, PIECE);
		if (n < 0)
			return false;
		if (XML_ParseBuffer(x->parser, (int)n, n == 0) != XML_STATUS_OK)
			return refused(x);
		if (progress && !tell_progress(x->sheet, part))
			return false;
	} while (n > 0);
	return true;
}

bool xml_read(struct package *p, struct sheet *s, const char *part, bool progress,
    const struct xml_sink *sink)
{
	static const XML_Memory_Handling_Suite memory = { take, take_more, give_back };
	struct xml x = { .sheet = s, .part = part, .sink = sink };
	struct part *opened = part_open(p, part);
	bool ok;

	if (opened == NULL)
		return false;
	/* expat does not resolve prefixes here: that would take a third of the time. */
	x.parser = XML_ParserCreate_MM(NULL, &memory, NULL);
	if (x.parser == NULL)
		abort();
	XML_SetUserData(x.parser, &x);
	XML_SetElementHandler(x.parser, on_start, on_end);
	if (sink->text != NULL)
		XML_SetCharacterDataHandler(x.parser, on_text);
	XML_SetStartDoctypeDeclHandler(x.parser, on_doctype);
	ok = feed(&x, opened, progress);
	XML_ParserFree(x.parser);
	part_close(opened);
	return ok;
}
