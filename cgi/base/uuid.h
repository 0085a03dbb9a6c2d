/* UUIDs as text. */
#ifndef BASE_UUID_H
#define BASE_UUID_H

#include <stdbool.h>

/* Whether the whole text is 8-4-4-4-12 hexadecimal digits of either case.  Such a text may be
 * put into an array literal as it is. */
bool uuid_valid(const char *s);

#endif
