/* Functions that check the form of a setup file, for document.c and telephony.c.
 *
 * A path says where in the file something is, such as `tenants[0].contexts[2]`; "" is the file
 * itself.  A fault becomes a complaint with that path.  Strings live as long as the check. */
#ifndef SETUP_CHECK_H
#define SETUP_CHECK_H

#include <stdbool.h>

#include <jansson.h>

#include "base/arena.h"
#include "base/conf.h"
#include "setup/complaint.h"

struct setup_check {
	struct complaints *c;
	const struct conf *conf;
	struct arena *mem;
	json_t *tenants, *uuids, *usernames, *trunks;	/* names in the whole file: objects, used as sets */
};

/* The path of a key, and of the i-th item of a list below a key. */
const char *setup_sub(struct setup_check *k, const char *path, const char *key);
const char *setup_item(struct setup_check *k, const char *path, const char *key, size_t i);

/* Whether `name` is one of the words of a list separated by blanks. */
bool setup_among(const char *list, const char *name);

/* Whether the value is an object.  Complains if it is not, and about keys that are not in
 * `keys`. */
bool setup_object(struct setup_check *k, const char *path, const json_t *v, const char *keys);

/* The text below a key.  NULL if it is absent, with a complaint if it is `needed`, or if it is
 * not a text, with a complaint. */
const char *setup_text(struct setup_check *k, const char *path, const json_t *object,
	const char *key, bool needed);

/* The list below a key.  NULL if it is absent, or not a list, with a complaint. */
const json_t *setup_list(struct setup_check *k, const char *path, const json_t *object,
	const char *key);

/* The whole number below a key.  `empty` if it is absent; -1, with a complaint, if it is not a
 * number from 0 to `most`. */
long setup_number(struct setup_check *k, const char *path, const json_t *object,
	const char *key, long empty, long most);

/* Adds a name to a set; complains if the set has it already. */
void setup_once(struct setup_check *k, json_t *set, const char *path, const char *name);

/* Whether a cell of a file can have this name: not if it begins or ends with a blank, as cells
 * are trimmed.  Complains if not. */
bool setup_name(struct setup_check *k, const char *path, const char *name);

/* The text with its ASCII letters in lower case. */
const char *setup_lower(struct setup_check *k, const char *s);

/* telephony.c: checks the key "telephony" of the file; and the call permissions with their
 * rules, trunks and emergency numbers of a tenant. */
void setup_check_telephony(struct setup_check *k, const json_t *doc);
void setup_check_tenant_telephony(struct setup_check *k, const char *path, const json_t *tenant);

#endif
