/* The checks of cells with one value.  Lists: csv/check_list.c. */
#include "csv/check.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <idn2.h>

#include "base/utf8.h"
#include "base/uuid.h"

#define DIGITS "0123456789"
#define LETTERS "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

void check_param(struct check *c, const char *name, const char *value)
{
	if (c->n_params < ISSUE_PARAMS_MAX)
		c->params[c->n_params++] = (struct issue_param){ name, value };
}

static void bounds(struct check *c)
{
	check_param(c, "min", arena_printf(c->mem, "%ld", c->field->low));
	check_param(c, "max", arena_printf(c->mem, "%ld", c->field->high));
}

static const char *invalid(struct check *c, const char *expected)
{
	check_param(c, "expected", expected);
	bounds(c);
	return "invalid";
}

const char *check_invalid(struct check *c)
{
	return invalid(c, c->type->expected);
}

/* Whether s has as many characters as the column allows. */
static bool length_fits(const struct check *c, const char *s, size_t n)
{
	size_t low = (size_t)c->field->low, high = (size_t)c->field->high;

	if (n < low || n > high * 4)
		return false;
	if (n <= high && low <= 1)
		return true;
	size_t characters = utf8_length(s, n);
	return characters >= low && characters <= high;
}

/* Whether s has only characters of the set (ASCII), and as many as the column allows. */
static bool made_of(const struct check *c, const char *s, size_t n, const char *set)
{
	return strspn(s, set) == n && length_fits(c, s, n);
}

const char *check_uuid(struct check *c, char *s, size_t n)
{
	if (!uuid_valid(s))
		return check_invalid(c);
	for (size_t i = 0; i < n; i++) {
		if (s[i] >= 'A' && s[i] <= 'F')
			s[i] = (char)(s[i] - 'A' + 'a');
	}
	return NULL;
}

static const char *out_of_range(struct check *c, long multiple)
{
	bounds(c);
	if (multiple > 1)
		check_param(c, "multiple", arena_printf(c->mem, "%ld", multiple));
	return "range";
}

const char *check_whole(struct check *c, char *s, size_t n, long multiple, const char **digits)
{
	if (n == 0 || strspn(s, DIGITS) != n)
		return check_invalid(c);
	size_t zeros = strspn(s, "0");
	if (zeros == n)
		zeros--;
	s += zeros;
	n -= zeros;
	long value = n > 18 ? -1 : strtol(s, NULL, 10);
	if (value < c->field->low || value > c->field->high || value % multiple != 0)
		return out_of_range(c, multiple);
	*digits = s;
	return NULL;
}

const char *check_int(struct check *c, char *s, size_t n)
{
	return check_whole(c, s, n, 1, &c->out->text);
}

const char *check_int5(struct check *c, char *s, size_t n)
{
	return check_whole(c, s, n, 5, &c->out->text);
}

const char *check_bool(struct check *c, char *s, size_t n)
{
	static const char *const words[][2] = {
		{ "false", "true" }, { "faux", "vrai" }, { "falsch", "wahr" }, { "falso", "verdadero" },
		{ "falso", "verdadeiro" }, { "falso", "vero" }, { "onwaar", "waar" }, { "no", "yes" },
		{ "non", "oui" }, { "nein", "ja" }, { "nee", "ja" }, { "no", "s\xc3\xad" }, { "no", "si" }, { "n", "y" },
		{ "off", "on" }, { "inactive", "active" }, { "inactif", "actif" }, { "inaktiv", "aktiv" },
		{ "disabled", "enabled" }, { "0", "x" }, { "0", "\xe2\x9c\x93" }, { "0", "\xe2\x9c\x94" },
	};

	if (n == 1 && (*s == '0' || *s == '1'))
		return NULL;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		bool yes = strcasecmp(s, words[i][1]) == 0;
		if (yes || strcasecmp(s, words[i][0]) == 0) {
			c->out->text = yes ? "1" : "0";
			c->out->word = true;
			c->out->cross = strcmp(words[i][0], "0") == 0;
			return NULL;
		}
	}
	check_param(c, "values", c->type->values);
	return "choice";
}

/* The cell must be one of the type's values (separated by ", " in types.def), in any case. */
const char *check_choice(struct check *c, char *s, size_t n)
{
	const char *values = c->type->values;

	for (const char *p = values; *p != '\0'; p += strspn(p, ", ")) {
		size_t length = strcspn(p, ",");
		if (length == n && strncasecmp(p, s, n) == 0) {
			c->out->text = arena_strndup(c->mem, p, n);
			return NULL;
		}
		p += length;
	}
	check_param(c, "values", values);
	return "choice";
}

const char *check_text(struct check *c, char *s, size_t n)
{
	if (!length_fits(c, s, n))
		return check_invalid(c);
	check_doubt(c);
	return NULL;
}

const char *check_name(struct check *c, char *s, size_t n)
{
	(void)n;
	c->out->text = utf8_nfc(c->mem, s);
	return length_fits(c, c->out->text, strlen(c->out->text)) ? NULL : check_invalid(c);
}

/* Whether s, in UTF-8, has a control character: C0, DEL or C1. */
static bool has_control(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		unsigned char b = (unsigned char)s[i];
		unsigned char next = (unsigned char)s[i + 1];
		if (b < ' ' || b == 0x7f || (b == 0xc2 && next < 0xa0))
			return true;
	}
	return false;
}

/* Whether s is a host name: labels of letters, digits and inner hyphens, dots between. */
static bool host_name(const char *s)
{
	if (strlen(s) > 253)
		return false;
	for (;;) {
		size_t n = strspn(s, LETTERS DIGITS "-");
		if (n < 1 || n > 63 || s[0] == '-' || s[n - 1] == '-')
			return false;
		if (s[n] == '\0')
			return true;
		if (s[n] != '.')
			return false;
		s += n + 1;
	}
}

/* Whether s is a host name, in ASCII or any other script. */
static bool mail_host(const char *s)
{
	char *ascii = NULL;
	bool ok = host_name(s), other = false;

	for (const char *p = s; !ok && *p != '\0'; p++) {
		if ((unsigned char)*p < 0x80 && strchr(LETTERS DIGITS "-.", *p) == NULL)
			return false;
		other = other || (unsigned char)*p >= 0x80;
	}
	if (other && idn2_lookup_u8((const uint8_t *)s, (uint8_t **)&ascii,
	    IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL | IDN2_USE_STD3_ASCII_RULES) == IDN2_OK)
		ok = host_name(ascii);
	idn2_free(ascii);
	return ok;
}

/* Whether the n bytes before the @ have a dot at an end or two in a row: RFC 5321 requires quotes
 * around them then, and most servers refuse them. */
static bool odd_dots(const char *s, size_t n)
{
	const char *two = strstr(s, "..");

	return s[0] == '.' || s[n - 1] == '.' || (two != NULL && two < s + n);
}

const char *check_email(struct check *c, char *s, size_t n)
{
	const char *at = strchr(s, '@');
	size_t local = at == NULL ? 0 : (size_t)(at - s), len;
	bool ok = local > 0 && utf8_length(s, local) <= 64 && strcspn(s, "<>;:,") >= local &&
	    mail_host(at + 1) && length_fits(c, s, n) && !has_control(s, n);

	for (size_t i = 0; ok && i < n; i += len)
		ok = !utf8_space(utf8_decode(s + i, n - i, &len));
	if (!ok)
		return check_invalid(c);
	c->out->doubt = odd_dots(s, local) ? "doubtful.address" : NULL;
	return NULL;
}

const char *check_phone(struct check *c, char *s, size_t n)
{
	size_t plus = s[0] == '+' ? 1 : 0, before = n;

	n = check_clean(s, n);
	bool two = n < before && n - plus > CHECK_DIGITS_MOST;
	bool ok = n > plus && !two && strspn(s + plus, DIGITS "*#") == n - plus && length_fits(c, s, n);

	return ok ? NULL : check_invalid(c);
}

/* A pattern (_2XXX) is not cleaned: its dots and hyphens have a meaning. */
const char *check_exten(struct check *c, char *s, size_t n)
{
	bool ok;

	if (s[0] == '_') {
		ok = n > 1 && strspn(s + 1, "*#-.!" DIGITS "XxZzNn[]") == n - 1;
	} else {
		n = check_clean(s, n);
		ok = n > 0 && strspn(s, DIGITS "*#") == n;
	}
	return ok && length_fits(c, s, n) ? NULL : check_invalid(c);
}

const char *check_digits(struct check *c, char *s, size_t n)
{
	n = check_clean(s, n);
	return made_of(c, s, n, DIGITS) ? NULL : check_invalid(c);
}

const char *check_username(struct check *c, char *s, size_t n)
{
	if (!made_of(c, s, n, LETTERS DIGITS "._~!$&'()*+,;=%@-"))
		return check_invalid(c);
	check_doubt(c);
	return NULL;
}

const char *check_sip_username(struct check *c, char *s, size_t n)
{
	/* The telephone server uses these names for sections of its files. */
	bool reserved = strcmp(s, "global") == 0 || strcmp(s, "system") == 0;

	if (reserved || !made_of(c, s, n, LETTERS DIGITS "-_."))
		return check_invalid(c);
	return NULL;
}

const char *check_password(struct check *c, char *s, size_t n)
{
	if (hash_begins(s)) {
		if (!hash_whole(s))
			return invalid(c, "expected.hash");
		c->out->hashed = true;
		return NULL;
	}
	if (!length_fits(c, s, n) || has_control(s, n))
		return check_invalid(c);
	check_doubt(c);
	return NULL;
}

const char *check_dial_secret(struct check *c, char *s, size_t n)
{
	return made_of(c, s, n, DIGITS "#*") ? NULL : check_invalid(c);
}

const char *check_pin_secret(struct check *c, char *s, size_t n)
{
	return made_of(c, s, n, DIGITS "#") ? NULL : check_invalid(c);
}

const char *check_sip_secret(struct check *c, char *s, size_t n)
{
	bool ok = length_fits(c, s, n);

	for (size_t i = 0; ok && i < n; i++)
		ok = s[i] >= ' ' && s[i] <= '~';
	return ok ? NULL : check_invalid(c);
}
