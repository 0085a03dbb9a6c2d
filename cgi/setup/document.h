/* The form of a setup file: everything that can be checked without the database. */
#ifndef SETUP_DOCUMENT_H
#define SETUP_DOCUMENT_H

#include <jansson.h>

#include "base/conf.h"
#include "setup/complaint.h"

/* Converts all texts except passwords to normal form NFC, as names in files of users are.  Call
 * it before the check. */
void setup_document_normalise(json_t *value);

/* Adds a complaint for everything that is wrong, in the order of the document: unknown and
 * missing keys, types, values, repeated names, overlapping ranges.  The document is not
 * changed. */
void setup_document_check(const json_t *doc, const struct conf *conf, struct complaints *c);

#endif
