/* What probably happened to a value that is wrong.  Contract: check.h. */
#include "csv/check.h"

#include <string.h>
#include <strings.h>

#include <unictype.h>
#include <uniname.h>

#include "base/nearest.h"
#include "base/utf8.h"

#define DIGITS "0123456789"

/* Whether s is a long number as spreadsheets show it: 1.2E+11, 1,2E+11. */
static bool scientific(const char *s)
{
	size_t n;

	s += *s == '-' || *s == '+';
	n = strspn(s, DIGITS);
	if (n == 0)
		return false;
	s += n;
	if (*s == '.' || *s == ',')
		s += 1 + strspn(s + 1, DIGITS);
	if (*s != 'E' && *s != 'e')
		return false;
	s++;
	s += *s == '-' || *s == '+';
	n = strspn(s, DIGITS);
	return n > 0 && s[n] == '\0';
}

/* Whether s is a number with a decimal point or comma, or with commas between thousands. */
static bool decimal(const char *s)
{
	size_t n = strspn(s, DIGITS), m, groups = 0;

	if (n == 0 || (s[n] != '.' && s[n] != ','))
		return false;
	for (char sign = s[n]; s[n] == sign; groups++) {
		s += n + 1;
		n = strspn(s, DIGITS);
		m = n == 3;
		if (n == 0 || (groups > 0 && !m))
			return false;
	}
	return s[n] == '\0';
}

/* Whether s is several numbers: digits, then a comma, slash, bar or word, then digits. */
static bool several(const char *s)
{
	size_t runs = 0, digits = 0;
	bool between = false;

	for (; *s != '\0'; s++) {
		if (*s >= '0' && *s <= '9') {
			runs += digits == 0 && (runs == 0 || between);
			digits++;
		} else if (strchr(" .-()+", *s) == NULL) {
			if (digits > 0 && digits < 3)
				return false;
			between = runs > 0;
			digits = 0;
		}
	}
	return runs > 1 && digits >= 3;
}

static size_t digits_of(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += *s >= '0' && *s <= '9';
	return n;
}

/* Whether s has digits of another script: Arabic, or as wide as Chinese characters. */
static bool foreign_digits(const char *s, size_t n)
{
	size_t len;

	for (size_t i = 0; i < n; i += len) {
		int32_t c = utf8_decode(s + i, n - i, &len);
		if (c >= 0x80 && uc_decimal_value((ucs4_t)c) >= 0)
			return true;
	}
	return false;
}

static bool has_digit(const char *s)
{
	return strpbrk(s, DIGITS) != NULL;
}

/* The value of a choice that is like s: fr and fr-FR mean fr_FR; NULL if none is. */
static const char *nearest_choice(struct check *c, const char *s, size_t n)
{
	const char *found = NULL;
	size_t limit = 3;

	for (const char *p = c->type->values; *p != '\0'; p += strspn(p, ", ")) {
		size_t m = strcspn(p, ","), d = nearest_distance(s, n, p, m);
		if (n >= 2 && n < m && strncasecmp(p, s, n) == 0)
			d = 0;
		if (d < limit) {
			limit = d;
			found = arena_strndup(c->mem, p, m);
		}
		p += m;
	}
	return found;
}

static const char *of_choice(struct check *c, const char *s, size_t n)
{
	const char *nearest;

	if (c->field->type == VALUE_BOOL)
		return decimal(s) ? "hint.decimal" : "hint.boolean";
	if (doubt_nothing(s, n))
		return "hint.empty";
	nearest = nearest_choice(c, s, n);
	if (nearest == NULL)
		return NULL;
	check_param(c, "nearest", nearest);
	return "hint.nearest";
}

/* Of a number; `list`: the cell may hold several. */
static const char *of_number(const char *s, size_t n, bool list)
{
	if (check_date(s))
		return "hint.date";
	if (foreign_digits(s, n))
		return "hint.digits";
	if (strstr(s, "(0)") != NULL)
		return "hint.trunk_zero";
	if ((several(s) && !decimal(s)) || digits_of(s) > CHECK_DIGITS_MOST)
		return list ? "hint.several" : "hint.one";
	return NULL;
}

static const char *of_email(const char *s)
{
	const char *at = strchr(s, '@');

	if (at == NULL)
		return NULL;
	return strchr(at + 1, '@') != NULL || strpbrk(s, "<>;:,() ") != NULL ? "hint.address" : NULL;
}

/* Whether a secret begins or ends with a blank, which cannot be seen. */
static bool blank_end(const char *s, size_t n)
{
	const char *inner = s;

	return utf8_trim(&inner, n) < n;
}

/* What was done to the text of a cell. */
static const char *of_text(const struct check *c, const char *s, size_t n)
{
	bool number = c->type->dialled || strcmp(c->type->word, "number") == 0;
	const char *hint = NULL;

	if (scientific(s))
		return "hint.scientific";
	if (!c->type->secret && doubt_nothing(s, n))
		return "hint.empty";
	if (number && (hint = of_number(s, n, c->type->list)) != NULL)
		return hint;
	if (decimal(s))
		return "hint.decimal";
	if (s[0] == '=' && has_digit(s))
		return "hint.formula";
	if (s[0] == '\'' && has_digit(s))
		return "hint.apostrophe";
	if (c->type->secret && blank_end(s, n))
		return "hint.blank";
	if (c->field->type == VALUE_EMAIL)
		return of_email(s);
	return c->type->dialled && !c->type->secret && has_digit(s) ? "hint.alone" : NULL;
}

void check_hint(struct check *c, const char *s, size_t n)
{
	int32_t invisible = utf8_find_invisible(s, n);
	char name[UNINAME_MAX] = "";

	if (invisible >= 0 && !c->type->secret) {
		if (unicode_character_name((ucs4_t)invisible, name) == NULL)
			name[0] = '\0';
		check_param(c, "hint", "hint.invisible");
		check_param(c, "character", arena_printf(c->mem, "U+%04X%s%s", (unsigned)invisible,
		    name[0] != '\0' ? " " : "", name));
		return;
	}
	check_param(c, "hint", c->type->expected == NULL ? of_choice(c, s, n) : of_text(c, s, n));
}
