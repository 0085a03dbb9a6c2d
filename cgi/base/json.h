/* JSON text by jansson, a value at a time. */
#ifndef BASE_JSON_H
#define BASE_JSON_H

#include <jansson.h>

#include "base/buf.h"

/* Adds `value` as compact JSON text and gives up the reference.  Out of memory, which
 * is also what a NULL value means, aborts. */
void json_add(struct buf *out, json_t *value);

/* A JSON text that the database made, as a value; null for NULL. */
json_t *json_parsed(const char *text);

#endif
