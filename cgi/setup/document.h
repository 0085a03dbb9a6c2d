/* The form of a setup file: everything that can be wrong in it before the
 * database is asked. */
#ifndef SETUP_DOCUMENT_H
#define SETUP_DOCUMENT_H

#include <jansson.h>

#include "base/conf.h"
#include "setup/complaint.h"

/* Brings all texts but passwords into the normal form NFC, as files of users have names once
 * they are read.  To be called before the check. */
void setup_document_normalise(json_t *value);

/* Adds everything that is wrong in the document, in its order: unknown and
 * missing keys, types, values, names that stand twice, ranges that overlap.  The
 * document is not changed. */
void setup_document_check(const json_t *doc, const struct conf *conf, struct complaints *c);

#endif
