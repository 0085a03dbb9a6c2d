/* The form of crypt(5) password hashes. */
#ifndef CSV_HASH_H
#define CSV_HASH_H

#include <stdbool.h>

/* Whether a password is to be taken as a hash: it begins with $id$.  Of which methods it may
 * be hash_whole says; a hash of another one must not become a plain password. */
bool hash_begins(const char *s);

/* Whether such a text is a whole hash of a method that crypt(5) verifies ($y$ $gy$ $7$ $6$
 * $5$ $2a$ $2b$ $2y$) and whose cost is sane: checking a password
 * against it takes a few seconds and 256 MiB at most.  Nothing is hashed. */
bool hash_whole(const char *s);

#endif
