/* Checks of cells that hold several values, separated by ;. */
#include "csv/check.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

/* The end of the item at p: the next ; that is not escaped, or the NUL. */
static char *item_end(char *p, bool escapes)
{
	while (*p != '\0' && *p != ';') {
		if (escapes && p[0] == '\\' && (p[1] == ';' || p[1] == '\\'))
			p++;
		p++;
	}
	return p;
}

/* \; is ; and \\ is \ ; any other backslash stands for itself. */
static void unescape(char *s)
{
	char *to = s;

	for (; *s != '\0'; s++) {
		if (s[0] == '\\' && (s[1] == ';' || s[1] == '\\'))
			s++;
		*to++ = *s;
	}
	*to = '\0';
}

/* Splits s in place; blanks around items are trimmed.  An empty item is "". */
static void split(struct check *c, char *s, bool escapes)
{
	size_t n = 1;

	for (const char *p = s; (p = strchr(p, ';')) != NULL; p++)
		n++;
	c->out->items = arena_alloc(c->mem, n * sizeof(*c->out->items));
	for (;;) {
		char *end = item_end(s, escapes);
		bool last = *end == '\0';
		const char *item = s;
		size_t length = utf8_trim(&item, (size_t)(end - s));
		char *text = s + (item - s);
		text[length] = '\0';
		if (escapes)
			unescape(text);
		c->out->items[c->out->n_items++] = utf8_nfc(c->mem, text);
		if (last)
			return;
		s = end + 1;
	}
}

/* Drops the empty item after a separator at the end of the cell. */
static void drop_empty_end(struct value *v)
{
	for (; v->n_items > 1 && v->items[v->n_items - 1][0] == '\0'; v->n_items--)
		v->n_dropped++;
}

static bool names_fit(const struct check *c)
{
	for (size_t i = 0; i < c->out->n_items; i++) {
		const char *item = c->out->items[i];
		if (utf8_length(item, strlen(item)) > (size_t)c->field->high)
			return false;
	}
	return true;
}

struct place {
	const char *name;
	size_t at;
};

static int by_name(const void *a, const void *b)
{
	const struct place *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	return order != 0 ? order : (x->at > y->at) - (x->at < y->at);
}

/* Drops empty and repeated names.  They are sorted to find repeated ones, because a cell may
 * hold tens of thousands. */
static void collapse(struct check *c)
{
	struct value *v = c->out;
	struct place *places = arena_alloc(c->mem, v->n_items * sizeof(*places));
	size_t kept = 0;

	for (size_t i = 0; i < v->n_items; i++)
		places[i] = (struct place){ v->items[i], i };
	qsort(places, v->n_items, sizeof(*places), by_name);
	for (size_t i = 0; i < v->n_items; i++) {
		bool twice = i > 0 && strcmp(places[i - 1].name, places[i].name) == 0;
		if (places[i].name[0] == '\0' || twice)
			v->items[places[i].at] = NULL;
	}
	for (size_t i = 0; i < v->n_items; i++) {
		if (v->items[i] != NULL)
			v->items[kept++] = v->items[i];
	}
	v->n_items = kept;
}

const char *check_names(struct check *c, char *s, size_t n)
{
	c->out->text = arena_strndup(c->mem, s, n);
	split(c, s, true);
	if (!names_fit(c))
		return check_invalid(c);
	collapse(c);
	if (c->out->n_items == 0)
		c->out->state = VALUE_EMPTY;
	return NULL;
}

const char *check_names_each(struct check *c, char *s, size_t n)
{
	bool ok = true;

	c->out->text = arena_strndup(c->mem, s, n);
	split(c, s, true);
	drop_empty_end(c->out);
	for (size_t i = 0; ok && i < c->out->n_items; i++)
		ok = c->out->items[i][0] != '\0';
	if (!ok || !names_fit(c))
		return check_invalid(c);
	return NULL;
}

/* Whether s is a number as a trunk sends it: an optional +, then 1 to 40 digits, * or #. */
static bool did(const char *s)
{
	s += *s == '+';
	size_t n = strspn(s, "0123456789*#");
	return n >= 1 && n <= 40 && s[n] == '\0';
}

const char *check_dids(struct check *c, char *s, size_t n)
{
	c->out->text = arena_strndup(c->mem, s, n);
	split(c, s, false);
	drop_empty_end(c->out);
	for (size_t i = 0; i < c->out->n_items; i++) {
		char *item = arena_strdup(c->mem, c->out->items[i]);
		check_clean(item, strlen(item));
		if (!did(item))
			return check_invalid(c);
		c->out->items[i] = item;
	}
	return NULL;
}

const char *check_ints(struct check *c, char *s, size_t n)
{
	const char **items;

	c->out->text = arena_strndup(c->mem, s, n);
	split(c, s, false);
	items = c->out->items;
	for (size_t i = 0; i < c->out->n_items; i++) {
		size_t length = strlen(items[i]);
		char *copy = arena_strndup(c->mem, items[i], length);
		if (length == 0) {
			items[i] = NULL;
			continue;
		}
		const char *key = check_whole(c, copy, length, 1, &items[i]);
		if (key != NULL)
			return key;
	}
	return NULL;
}
