/* The XML of a workbook's part, as a stream of elements and texts.
 *
 * Names come without their namespace: spreadsheets use different prefixes and editions of the
 * namespaces for the same thing.  Faults are: a document type declaration (so there are no
 * entities), elements that nest too deep, and a document that needs more memory than
 * SHEET_XML_MEMORY. */
#ifndef SHEET_XML_H
#define SHEET_XML_H

#include "sheet/package.h"

/* The caller's callbacks; false stops the reading. */
struct xml_sink {
	void *ctx;
	bool (*start)(void *ctx, const char *name, const char *const *attributes);
	bool (*end)(void *ctx, const char *name);
	bool (*text)(void *ctx, const char *bytes, size_t n);	/* in pieces; may be NULL */
};

/* The value of an attribute, NULL if the element has none. */
const char *xml_attribute(const char *const *attributes, const char *name);

/* The value of an attribute as a number; `otherwise` if the element has none; -1 if the value
 * is not a number or too large. */
long xml_number(const char *const *attributes, const char *name, long otherwise);

/* Reads a part.  With `progress` the caller of the sheet is told how much has been read.
 * Returns false after a fault, or if a callback stopped the reading. */
bool xml_read(struct package *p, struct sheet *s, const char *part, bool progress,
    const struct xml_sink *sink);

#endif
