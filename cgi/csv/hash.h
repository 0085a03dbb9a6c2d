/* The form of crypt(5) password hashes. */
#ifndef CSV_HASH_H
#define CSV_HASH_H

#include <stdbool.h>

/* Whether a password is to be taken as a hash: it begins with the prefix of a
 * method that exports write or older systems have ($y$, $7$, $6$, $2b$). */
bool hash_begins(const char *s);

/* Whether such a text is a whole hash whose cost is sane: checking a password
 * against it takes a few seconds and 256 MiB at most.  Nothing is hashed. */
bool hash_whole(const char *s);

#endif
