/* Values of headers with parameters: `text/csv; charset="utf-8"`. */
#ifndef HTTP_HEADER_H
#define HTTP_HEADER_H

#include <stdbool.h>

#include "base/buf.h"

/* Whether the value before the first `;` is `word`; case is ignored. */
bool header_is(const char *value, const char *word);

/* Reads the parameter `name` (case ignored) into `out`, which is emptied first, without quotes.
 * In a quoted value `\"` and `\\` become `"` and `\`; other backslashes stay, because browsers
 * send paths of Windows.  Returns 1; 0 if there is no such parameter; -1 if the header is
 * malformed or has the parameter twice. */
int header_param(const char *value, const char *name, struct buf *out);

#endif
