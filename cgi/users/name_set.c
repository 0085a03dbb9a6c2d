/* Sets of names.  Contract: name_set.h. */
#include "users/name_set.h"

#include <search.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/buf.h"

/* The sets that are kept; a table of hsearch is best a quarter larger. */
#define SETS_MAX 4000
#define TABLE_SIZE 5000

#define NAMES 5

struct name_sets {
	struct hsearch_data table;
	struct arena *keys;
	size_t n;		/* in the table */
	long last;		/* the highest number */
	struct buf key;		/* of this row */
	struct buf before[NAMES];	/* the names of the row before: mostly it has the same */
	long number_before;	/* 0: none */
};

static const enum field_id names[NAMES] = { FIELD_entity_id, FIELD_context, FIELD_line_site,
	FIELD_cti_profile_name, FIELD_voicemail_context };

static void empty(struct name_sets *s)
{
	memset(&s->table, 0, sizeof(s->table));
	if (hcreate_r(TABLE_SIZE, &s->table) == 0)
		abort();	/* out of memory */
	arena_reset(s->keys);
	s->n = 0;
}

struct name_sets *name_sets_new(void)
{
	struct name_sets *s = calloc(1, sizeof(*s));

	if (s == NULL)
		abort();
	s->keys = arena_new();
	empty(s);
	return s;
}

void name_sets_free(struct name_sets *s)
{
	if (s == NULL)
		return;
	hdestroy_r(&s->table);
	arena_free(s->keys);
	buf_free(&s->key);
	for (size_t i = 0; i < NAMES; i++)
		buf_free(&s->before[i]);
	free(s);
}

/* A name of the row; "" if it has none. */
static const char *name_of(const struct row *row, size_t i)
{
	const struct value *v = &row->values[names[i]];

	return v->state == VALUE_VALID ? v->text : "";
}

static bool as_before(const struct name_sets *s, const struct row *row)
{
	for (size_t i = 0; i < NAMES; i++)
		if (strcmp(buf_str(&s->before[i]), name_of(row, i)) != 0)
			return false;
	return s->number_before > 0;
}

/* The names with their lengths before them, so that no two sets have one text. */
static const char *key_of(struct name_sets *s, const struct row *row)
{
	buf_reset(&s->key);
	for (size_t i = 0; i < NAMES; i++)
		buf_addf(&s->key, "%zu:%s", strlen(name_of(row, i)), name_of(row, i));
	return buf_str(&s->key);
}

static void keep_before(struct name_sets *s, const struct row *row, long number)
{
	for (size_t i = 0; i < NAMES; i++) {
		buf_reset(&s->before[i]);
		buf_adds(&s->before[i], name_of(row, i));
	}
	s->number_before = number;
}

/* Adds a set, under the next number; the table forgets the others if it is full. */
static ENTRY *add(struct name_sets *s, const char *key)
{
	ENTRY *added;

	if (s->n == SETS_MAX) {
		hdestroy_r(&s->table);
		empty(s);
	}
	s->n++;
	if (hsearch_r((ENTRY){ .key = arena_strdup(s->keys, key), .data = (void *)(intptr_t)++s->last }, ENTER,
	    &added, &s->table) == 0)
		abort();	/* it has room */
	return added;
}

long name_sets_number(struct name_sets *s, const struct row *row, bool *first)
{
	ENTRY *found;

	*first = false;
	if (as_before(s, row))
		return s->number_before;
	*first = hsearch_r((ENTRY){ .key = (char *)key_of(s, row) }, FIND, &found, &s->table) == 0;
	if (*first)
		found = add(s, buf_str(&s->key));
	keep_before(s, row, (long)(intptr_t)found->data);
	return s->number_before;
}
