/* A cell becomes a value: the mask, blanks and the formula guard, then the check of its
 * type. */
#include "csv/value.h"

#include <string.h>
#include <strings.h>

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

static bool boolean_word(const char *s)
{
	static const char *const words[] = {
		"true", "false", "vrai", "faux", "wahr", "falsch", "verdadero", "falso",
		"vero", "yes", "no", "oui", "non", "ja", "nein", "si", "s\xc3\xad",
		"on", "off", "y", "n", "t", "f", "x",
	};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcasecmp(s, words[i]) == 0)
			return true;
	}
	return false;
}

static const char *hint(enum value_type t, const char *s)
{
	if (t == VALUE_BOOL && boolean_word(s))
		return "hint.boolean";
	return scientific(s) ? "hint.scientific" : NULL;
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
	return n;
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
	const char *key = types[f->type].check(&c, s, n);
	if (key == NULL) {
		if (out->state == VALUE_EMPTY)
			*out = (struct value){ .state = VALUE_EMPTY };
		return NULL;
	}
	*out = (struct value){ .state = VALUE_WRONG };
	if (strcmp(key, "range") != 0)
		check_param(&c, "hint", hint(f->type, arena_strndup(mem, cell, n)));
	if (c.n_params < ISSUE_PARAMS_MAX)
		params[c.n_params] = (struct issue_param){ NULL, NULL };
	return key;
}
