/* Phonebooks: phones load the users of a tenant by a link with a token (docs/telephone.md).  The
 * database only has the token's SHA-256.  The link gives names and numbers, and nothing else. */
#ifndef USERS_PHONEBOOK_H
#define USERS_PHONEBOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "auth/digest.h"
#include "auth/principal.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "db/db.h"

#define PHONEBOOK_NAME_MAX 80	/* characters */

struct phonebook {
	long id;
	const char *name;	/* what the link is for */
	const char *entity;	/* the tenant's name */
	const char *who;	/* who made it */
	const char *created;	/* ISO 8601, UTC */
	const char *used;	/* the last day that it was loaded, 2026-01-31; NULL: never */
	bool mobile;		/* with mobile numbers */
	bool plain;		/* can be loaded without TLS too */
};

/* The phonebooks in scope, by tenant and name.  Texts live in `mem`. */
int phonebook_list(struct db *db, const struct principal *who, struct arena *mem,
    struct phonebook **out, size_t *n, struct err *e);

/* Adds a phonebook with b->name, b->mobile and b->plain in the tenant of `who`, writes that to
 * the audit, and sets b->id and `token`, which is shown once.  ERR_INVALID: the scope of `who` is
 * all tenants (place "entity"), or the name is not valid (place "name").  ERR_DB_UNIQUE: the name
 * is taken. */
int phonebook_add(struct db *db, const struct principal *who, const char *address,
    struct phonebook *b, char token[DIGEST_HEX_SIZE], struct err *e);

/* Revokes a phonebook in scope, and writes that to the audit: its link no longer works.
 * ERR_NOT_FOUND. */
int phonebook_revoke(struct db *db, const struct principal *who, const char *address, long id, struct err *e);

/* --- what phones load ------------------------------------------------------- */

/* The phonebook of a token.  `who` becomes a principal that can only read its tenant; texts live
 * in `mem`.  *found is false if there is none. */
int phonebook_find(struct db *db, const char *token, struct arena *mem, struct phonebook *b,
    struct principal *who, bool *found, struct err *e);

struct phonebook_user {
	const char *uuid, *firstname, *lastname;	/* lastname: NULL if there is none */
	const char *exten;	/* NULL: none */
	const char *incalls;	/* numbers from outside, separated by blanks; NULL: none */
	const char *mobile;	/* NULL: none, or not in this phonebook */
};

/* A file of a phonebook.  Its functions add to `out`. */
struct phonebook_format {
	const char *name;	/* file name */
	const char *type;	/* Content-Type */
	const char *root;	/* the root element of XML; NULL: vCards */
	bool several;		/* XML: an entry can have several numbers */
	int most;		/* entries that a phone takes at once; 0: any number */
};

/* The format of a file's name; NULL if there is none.  The list ends with a NULL name. */
const struct phonebook_format *phonebook_format(const char *name);
extern const struct phonebook_format phonebook_formats[];

void phonebook_begin(const struct phonebook_format *f, const char *title, struct buf *out);
void phonebook_user(const struct phonebook_format *f, const struct phonebook_user *u, struct buf *out);
/* `next`: the address of the next page, which a key of the phone loads; NULL: none. */
void phonebook_end(const struct phonebook_format *f, const char *next, struct buf *out);

/* Receives the next bytes.  Returns 0, or -1 with `e` to stop. */
typedef int phonebook_write(void *ctx, const char *bytes, size_t n, struct err *e);

struct phonebook_part {
	const char *search;	/* "": all */
	long page;		/* from 1; only if the format has a `most` */
	const char *next;	/* the address of the next page */
};

/* Writes the users of a part, some 64 KiB at a time.  Returns 0 or -1. */
int phonebook_send(struct db *db, const struct principal *who, const struct phonebook *b,
    const struct phonebook_format *f, const struct phonebook_part *part, phonebook_write *write, void *ctx,
    struct err *e);

#endif
