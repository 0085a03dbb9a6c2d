/* XML of a workbook's part, as a stream of elements and texts.
 *
 * Names are without their namespace: spreadsheets differ in prefixes and in the
 * edition of the namespace, and mean the same.  A document type declaration is a
 * fault, so there are no entities; so are elements that nest too deep, and a
 * document that needs more memory than SHEET_XML_MEMORY. */
#ifndef SHEET_XML_H
#define SHEET_XML_H

#include "sheet/package.h"

/* The caller's ends; false stops the reading. */
struct xml_sink {
	void *ctx;
	bool (*start)(void *ctx, const char *name, const char *const *attributes);
	bool (*end)(void *ctx, const char *name);
	bool (*text)(void *ctx, const char *bytes, size_t n);	/* in pieces; may be NULL */
};

/* The value of an attribute, NULL if the element has none. */
const char *xml_attribute(const char *const *attributes, const char *name);

/* Its value as a number, `otherwise` if there is none; -1 if it is no
 * number or too large. */
long xml_number(const char *const *attributes, const char *name, long otherwise);

/* Reads a part.  `progress`: tells the caller of the sheet how far it is.
 * Returns false after a fault, or where an end stopped it. */
bool xml_read(struct package *p, struct sheet *s, const char *part, bool progress,
    const struct xml_sink *sink);

#endif
