/* A cell becomes a value: the mask, blanks and the formula guard, then the check of its
 * type. */
#include "csv/value.h"

#include <string.h>

#include "base/utf8.h"
#include "csv/check.h"
#include "csv/field.h"
#include "csv/spreadsheet.h"

enum { VERBATIM = 0, TRIMMED = 1, LIST = 2, SECRET = 4, DIALLED = 8 };

const struct type types[VALUE__MAX] = {
#define TYPE(name, check, traits, sql, word, values, expected) \
	[VALUE_##name] = { check, ((traits) & TRIMMED) != 0, ((traits) & LIST) != 0, \
	    ((traits) & SECRET) != 0, ((traits) & DIALLED) != 0, word, values, expected },
#include "csv/types.def"
#undef TYPE
};

/* The value within a cell. */
struct content {
	const char *s;
	size_t n;
	bool meant;	/* it looks like a spreadsheet's error, but was guarded: it is a value */
};

/* Removes the guards; the new text is in `mem`. */
static void unguard(struct content *v, struct arena *mem)
{
	struct buf plain = {0};

	v->meant = v->s[0] == '\'';
	spreadsheet_unguard(&plain, v->s, v->n);
	v->n = plain.len;
	v->s = arena_strndup(mem, buf_str(&plain), plain.len);
	buf_free(&plain);
}

/* Finds the value in its cell, without blanks and guards. */
static void strip(struct content *v, const char *cell, const struct type *t, bool guard, struct arena *mem)
{
	*v = (struct content){ .s = cell, .n = strlen(cell), .meant = !guard };
	if (t->trimmed)
		v->n = utf8_trim(&v->s, v->n);
	if (guard && spreadsheet_guarded(v->s, v->n)) {
		unguard(v, mem);
		if (t->trimmed)
			v->n = utf8_trim(&v->s, v->n);
	}
	if (!t->trimmed && !t->secret)
		v->n = utf8_trim_invisible(&v->s, v->n);
}

/* Checks what holds for values of all types, then by the type.  Returns as value_check. */
static const char *judge(struct check *c, char *s, const struct content *v)
{
	enum damage damage = v->meant ? DAMAGE_NONE : spreadsheet_damage(s, v->n);

	if (damage == DAMAGE_ERROR || (damage == DAMAGE_HASHES && !c->type->secret)) {
		check_param(c, "expected", damage == DAMAGE_ERROR ? "expected.not_error" : "expected.not_hashes");
		return "invalid";
	}
	if (c->type->trimmed && c->type->expected != NULL && utf8_find_invisible(s, v->n) >= 0)
		return check_invalid(c);
	return c->type->check(c, s, v->n);
}

const char *value_check(const struct field *f, const char *cell, bool guard,
    struct arena *mem, struct value *out, struct issue_param *params)
{
	struct check c = {
		.field = f, .type = &types[f->type], .mem = mem, .out = out, .params = params,
	};

	*out = (struct value){ .state = VALUE_EMPTY };
	if (types[f->type].secret && strcmp(cell, VALUE_MASK) == 0) {
		out->masked = true;
		return NULL;
	}
	struct content v;
	strip(&v, cell, c.type, guard, mem);
	if (v.n == 0)
		return NULL;
	char *s = arena_strndup(mem, v.s, v.n);
	out->state = VALUE_VALID;
	out->text = s;
	const char *key = judge(&c, s, &v);
	if (key == NULL) {
		if (out->state == VALUE_EMPTY)
			*out = (struct value){ .state = VALUE_EMPTY };
		return NULL;
	}
	*out = (struct value){ .state = VALUE_WRONG };
	if (strcmp(key, "range") != 0)
		check_hint(&c, arena_strndup(mem, v.s, v.n), v.n);
	if (c.n_params < ISSUE_PARAMS_MAX)
		params[c.n_params] = (struct issue_param){ NULL, NULL };
	return key;
}
