/* Proposes what the columns of a foreign file mean.  Contract: suggest.h. */
#include "csv/suggest.h"

#include <string.h>

#include "base/uuid.h"
#include "csv/synonym.h"

/* --- by name -------------------------------------------------------------- */

static bool by_name(struct suggest_column *c)
{
	struct mapping_source *s = &c->found;

	switch (synonym_find(c->name, strlen(c->name), &s->field, &s->second)) {
	case SYNONYM_COLUMN:
		s->to = fields[s->field].required == REQUIRED_NEVER ? MAPPING_IGNORED : MAPPING_COLUMN;
		return true;
	case SYNONYM_SPLIT:
		s->to = MAPPING_SPLIT;
		return true;
	case SYNONYM_NONE:
	default:
		return false;
	}
}

/* --- by the form of the values -------------------------------------------- */

static size_t digits_of(const char *s)
{
	size_t n = 0;

	for (; *s != '\0'; s++)
		n += *s >= '0' && *s <= '9';
	return n;
}

/* Whether s is digits, with what people write between them. */
static bool is_number(const char *s)
{
	return digits_of(s) > 0 && strspn(s, "0123456789+ .-()/*#\xc2\xa0") == strlen(s);
}

static bool is_email(const char *s)
{
	const char *at = strchr(s, '@');

	return at != NULL && at != s && strchr(at, '.') != NULL && strchr(s, ' ') == NULL;
}

static bool is_extension(const char *s)
{
	return is_number(s) && s[0] != '+' && digits_of(s) >= 2 && digits_of(s) <= 6;
}

static bool is_phone(const char *s)
{
	return is_number(s) && digits_of(s) >= 8;
}

/* Whether s is "Last, First": text on both sides of a comma, and no digit. */
static bool is_name_pair(const char *s)
{
	const char *comma = strchr(s, ',');

	return comma != NULL && comma != s && comma[1] != '\0' && digits_of(s) == 0;
}

static bool is_uuid(const char *s)
{
	return uuid_valid(s);
}

static const struct shape {
	bool (*fits)(const char *s);
	enum mapping_to to;
	enum field_id field, second;
} shapes[] = {
	{ is_uuid, MAPPING_COLUMN, FIELD_uuid, FIELD_uuid },
	{ is_email, MAPPING_COLUMN, FIELD_email, FIELD_email },
	{ is_name_pair, MAPPING_SPLIT, FIELD_lastname, FIELD_firstname },
	{ is_extension, MAPPING_COLUMN, FIELD_exten, FIELD_exten },
	{ is_phone, MAPPING_COLUMN, FIELD_mobile_phone_number, FIELD_mobile_phone_number },
};

/* Whether nine of ten values have the form. */
static bool fits(const struct suggest_column *c, const struct shape *s)
{
	size_t n = 0;

	for (size_t i = 0; i < c->n; i++)
		n += s->fits(c->samples[i]);
	return c->n > 0 && n * 10 >= c->n * 9;
}

static void by_shape(struct suggest_column *c, const bool taken[FIELD__MAX])
{
	c->found.to = MAPPING_IGNORED;
	for (size_t i = 0; i < sizeof(shapes) / sizeof(shapes[0]); i++) {
		const struct shape *s = &shapes[i];
		if (taken[s->field] || taken[s->second] || !fits(c, s))
			continue;
		c->found.to = s->to;
		c->found.field = s->field;
		c->found.second = s->second;
		return;
	}
}

/* -------------------------------------------------------------------------- */

/* Takes the columns of ours that the source means, if they are free; else the source is
 * ignored. */
static void take(struct mapping_source *s, bool taken[FIELD__MAX])
{
	if (s->to == MAPPING_IGNORED)
		return;
	if (taken[s->field] || (s->to == MAPPING_SPLIT && taken[s->second])) {
		s->to = MAPPING_IGNORED;
		return;
	}
	taken[s->field] = true;
	if (s->to == MAPPING_SPLIT)
		taken[s->second] = true;
}

/* All names come before all values: a name tells more than the form of the values. */
void suggest_columns(struct suggest_column *columns, size_t n)
{
	bool taken[FIELD__MAX] = {0};

	for (size_t i = 0; i < n; i++) {
		columns[i].found = (struct mapping_source){ .name = columns[i].name, .to = MAPPING_IGNORED };
		if (by_name(&columns[i]))
			take(&columns[i].found, taken);
	}
	for (size_t i = 0; i < n; i++) {
		enum field_id id, second;
		if (columns[i].found.to != MAPPING_IGNORED
		    || synonym_find(columns[i].name, strlen(columns[i].name), &id, &second) != SYNONYM_NONE)
			continue;
		by_shape(&columns[i], taken);
		take(&columns[i].found, taken);
	}
}
