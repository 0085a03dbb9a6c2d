/* A cell becomes a value: the mask, blanks and the formula guard, then the check of its
 * type. */
#include "csv/value.h"

#include <string.h>
#include <uniname.h>

#include "base/utf8.h"
#include "csv/check.h"
#include "csv/field.h"

enum { VERBATIM = 0, TRIMMED = 1, LIST = 2, SECRET = 4, DIALLED = 8 };

const struct type types[VALUE__MAX] = {
#define TYPE(name, check, traits, sql, word, values, expected) \
	[VALUE_##name] = { check, ((traits) & TRIMMED) != 0, ((traits) & LIST) != 0, \
	    ((traits) & SECRET) != 0, ((traits) & DIALLED) != 0, word, values, expected },
#include "csv/types.def"
#undef TYPE
};

/* Whether s is any number of ' (also none) and then a sign that begins a formula. */
static bool formula(const char *s, size_t n)
{
	while (n > 0 && *s == '\'') {
		s++;
		n--;
	}
	return n > 0 && memchr("=-@+\t\r", *s, 6) != NULL;
}

const char *value_unguard(const char *s)
{
	return s[0] == '\'' && formula(s, strlen(s)) ? s + 1 : s;
}

/* Whether s is a + and then only digits, * and #: spreadsheets show that as it is. */
static bool phone_number(const char *s, size_t n)
{
	if (n < 2 || s[0] != '+')
		return false;
	for (size_t i = 1; i < n; i++) {
		if (memchr("0123456789*#", s[i], 12) == NULL)
			return false;
	}
	return true;
}

bool value_guard_needed(const char *s, size_t n)
{
	return formula(s, n) && !phone_number(s, n);
}

/* Whether s is a long number as spreadsheets show it: 1.2E+11, 1,2E+11. */
static bool scientific(const char *s)
{
	size_t n;

	s += *s == '-' || *s == '+';
	n = strspn(s, "0123456789");
	if (n == 0)
		return false;
	s += n;
	if (*s == '.' || *s == ',')
		s += 1 + strspn(s + 1, "0123456789");
	if (*s != 'E' && *s != 'e')
		return false;
	s++;
	s += *s == '-' || *s == '+';
	n = strspn(s, "0123456789");
	return n > 0 && s[n] == '\0';
}

/* Why the cell is damage of a spreadsheet and no value, NULL where it may be one: the error
 * of a formula in any language (#REF!, #NOM?, #N/A, Err:502), or #### for a number that did
 * not fit into its column. */
static const char *damage(const struct type *t, const char *s, size_t n)
{
	static const char *const errors[] = { "#N/A", "#NV", "#ND", "#N/D" };

	if (s[0] == '#' && n > 2 && (s[n - 1] == '!' || s[n - 1] == '?')
	    && strspn(s + 1, "ABCDEFGHIJKLMNOPQRSTUVWXYZ/0_") == n - 2)
		return "expected.not_error";
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++)
		if (strcmp(s, errors[i]) == 0)
			return "expected.not_error";
	if (n == 7 && strncmp(s, "Err:5", 5) == 0 && strspn(s + 5, "0123456789") == 2)
		return "expected.not_error";
	return !t->secret && n >= 3 && strspn(s, "#") == n ? "expected.not_hashes" : NULL;
}

/* --- hints ---------------------------------------------------------------- */

/* Whether s is a number with a decimal point, or with a comma. */
static bool decimal(const char *s)
{
	size_t n = strspn(s, "0123456789"), m;

	if (n == 0 || (s[n] != '.' && s[n] != ','))
		return false;
	m = strspn(s + n + 1, "0123456789");
	return m > 0 && s[n + 1 + m] == '\0';
}

static bool has_digit(const char *s)
{
	return strpbrk(s, "0123456789") != NULL;
}

/* Adds the hint that says what has happened to the value, if that can be seen. */
static void add_hint(struct check *c, const char *s, size_t n)
{
	int32_t invisible = utf8_find_invisible(s, n);
	char name[UNINAME_MAX] = "";
	const char *hint = NULL;

	if (invisible >= 0 && !c->type->secret) {
		if (unicode_character_name((ucs4_t)invisible, name) == NULL)
			name[0] = '\0';
		hint = "hint.invisible";
		check_param(c, "character", arena_printf(c->mem, "U+%04X%s%s", (unsigned)invisible,
		    name[0] != '\0' ? " " : "", name));
	} else if (c->field->type == VALUE_BOOL) {
		hint = "hint.boolean";
	} else if (scientific(s)) {
		hint = "hint.scientific";
	} else if (decimal(s)) {
		hint = "hint.decimal";
	} else if (s[0] == '=' && has_digit(s)) {
		hint = "hint.formula";
	} else if (s[0] == '\'' && has_digit(s)) {
		hint = "hint.apostrophe";
	}
	check_param(c, "hint", hint);
}

/* Moves *s to the value within the cell, without blanks and guard; returns its length. */
static size_t strip(enum value_type t, const char **s, bool guard)
{
	size_t n = strlen(*s);

	if (types[t].trimmed)
		n = utf8_trim(s, n);
	if (guard && n > 0 && value_unguard(*s) != *s) {
		(*s)++;
		n--;
		if (types[t].trimmed)
			n = utf8_trim(s, n);
	}
	if (!types[t].trimmed && !types[t].secret)
		n = utf8_trim_invisible(s, n);
	return n;
}

/* What the type says of the value, after what no value of any type may be. */
static const char *judge(struct check *c, char *s, size_t n)
{
	const char *expected = damage(c->type, s, n);

	if (expected != NULL) {
		check_param(c, "expected", expected);
		return "invalid";
	}
	if (c->type->trimmed && c->type->expected != NULL && utf8_find_invisible(s, n) >= 0)
		return check_invalid(c);
	return c->type->check(c, s, n);
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
	size_t n = strip(f->type, &cell, guard);
	if (n == 0)
		return NULL;
	char *s = arena_strndup(mem, cell, n);
	out->state = VALUE_VALID;
	out->text = s;
	const char *key = judge(&c, s, n);
	if (key == NULL) {
		if (out->state == VALUE_EMPTY)
			*out = (struct value){ .state = VALUE_EMPTY };
		return NULL;
	}
	*out = (struct value){ .state = VALUE_WRONG };
	if (strcmp(key, "range") != 0)
		add_hint(&c, arena_strndup(mem, cell, n), n);
	if (c.n_params < ISSUE_PARAMS_MAX)
		params[c.n_params] = (struct issue_param){ NULL, NULL };
	return key;
}
