/* The pieces that the form of a setup file is checked with (document.c,
 * telephony.c).  A path is where in the file something stands, such as
 * `tenants[0].contexts[2]`, "" for the file itself; what is wrong is complained of
 * there.  Strings live as long as the check. */
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
	/* objects as sets: over the whole file */
	json_t *tenants, *uuids, *usernames, *trunks;
};

/* The path of a key, and of the i-th item of a list below a key. */
const char *setup_sub(struct setup_check *k, const char *path, const char *key);
const char *setup_item(struct setup_check *k, const char *path, const char *key, size_t i);

/* Whether `name` is one of the words of a list separated by blanks. */
bool setup_among(const char *list, const char *name);

/* Whether it is an object; its keys must be among `keys`. */
bool setup_object(struct setup_check *k, const char *path, const json_t *v, const char *keys);

/* The text below a key, NULL if it is absent (complained of where it is
 * needed) or none. */
const char *setup_text(struct setup_check *k, const char *path, const json_t *object,
	const char *key, bool needed);

/* The list below a key, NULL if it is absent or none. */
const json_t *setup_list(struct setup_check *k, const char *path, const json_t *object,
	const char *key);

/* The whole number below a key, `empty` where it is absent, -1 if it is not from 0
 * to `most`. */
long setup_number(struct setup_check *k, const char *path, const json_t *object,
	const char *key, long empty, long most);

/* Puts a name into a set; complains where it is there already. */
void setup_once(struct setup_check *k, json_t *set, const char *path, const char *name);

/* A name that a cell of a file can name: cells are trimmed. */
bool setup_name(struct setup_check *k, const char *path, const char *name);

/* In lower case, ASCII alone. */
const char *setup_lower(struct setup_check *k, const char *s);

/* The keys of telephony.c: "telephony" of the file; call permissions with
 * their rules, trunks and emergency numbers of a tenant. */
void setup_check_telephony(struct setup_check *k, const json_t *doc);
void setup_check_tenant_telephony(struct setup_check *k, const char *path, const json_t *tenant);

#endif
