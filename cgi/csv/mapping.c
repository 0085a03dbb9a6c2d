/* What the columns of a foreign file mean.  Contract: mapping.h. */
#include "csv/mapping.h"

#include <string.h>

#include "base/utf8.h"

#define MAX_SOURCES 1000	/* the most columns that a file can have (the setting max_columns) */

/* Splits `text` at its last colon, or at its first one. */
static const char *take_apart(struct arena *mem, const char *text, bool last, const char **before,
    const char **after)
{
	const char *colon = last ? strrchr(text, ':') : strchr(text, ':');
	const char *name = text;

	if (colon == NULL || colon == text)
		return arena_printf(mem, "%s needs a name before a colon", text);
	size_t n = utf8_trim(&name, (size_t)(colon - text));
	*before = arena_strndup(mem, name, n);
	*after = colon + 1;
	return NULL;
}

static const char *find_column(struct arena *mem, const char *name, size_t n, enum field_id *id)
{
	if (field_find(name, n, id) == FIELD_NEW)
		return fields[*id].required != REQUIRED_NEVER ? NULL
		    : arena_printf(mem, "%s is given by the system", fields[*id].name);
	const char *nearest = field_nearest(arena_strndup(mem, name, n));
	return arena_printf(mem, "%.*s is not a column%s%s%s", (int)utf8_cut(name, n, 60), name,
	    nearest != NULL ? "; did you mean " : "", nearest != NULL ? nearest : "", nearest != NULL ? "?" : "");
}

static const char *add_source(struct mapping *m, struct arena *mem, const struct mapping_source *s)
{
	if (mapping_find(m, s->name, strlen(s->name)) != NULL)
		return arena_printf(mem, "%s is mapped twice", issue_cut(mem, s->name));
	if (m->n_sources == MAX_SOURCES)
		return "too many columns are mapped";
	if (m->n_sources == m->room) {
		struct mapping_source *more;
		m->room = m->room == 0 ? 32 : m->room * 2;
		more = arena_alloc(mem, m->room * sizeof(*more));
		if (m->n_sources > 0)
			memcpy(more, m->sources, m->n_sources * sizeof(*more));
		m->sources = more;
	}
	m->sources[m->n_sources++] = *s;
	return NULL;
}

const char *mapping_map(struct mapping *m, struct arena *mem, const char *text)
{
	struct mapping_source s = { .to = MAPPING_COLUMN };
	const char *column = "", *wrong = take_apart(mem, text, true, &s.name, &column);

	if (wrong != NULL)
		return wrong;
	if (strcmp(column, "ignore") == 0)
		s.to = MAPPING_IGNORED;
	else if (strcmp(column, "_delete") == 0)
		s.to = MAPPING_DELETES;
	else if ((wrong = find_column(mem, column, strlen(column), &s.field)) != NULL)
		return wrong;
	return add_source(m, mem, &s);
}

const char *mapping_split(struct mapping *m, struct arena *mem, const char *text)
{
	struct mapping_source s = { .to = MAPPING_SPLIT };
	const char *columns = "", *comma, *wrong = take_apart(mem, text, true, &s.name, &columns);

	if (wrong != NULL)
		return wrong;
	comma = strchr(columns, ',');
	if (comma == NULL)
		return arena_printf(mem, "%s needs two columns, separated by a comma", text);
	wrong = find_column(mem, columns, (size_t)(comma - columns), &s.field);
	if (wrong == NULL)
		wrong = find_column(mem, comma + 1, strlen(comma + 1), &s.second);
	if (wrong == NULL && s.field == s.second)
		wrong = arena_printf(mem, "%s names one column twice", text);
	return wrong != NULL ? wrong : add_source(m, mem, &s);
}

/* Whether a column of ours may have one value for all rows: not a secret, and not a name or
 * number that must differ from user to user. */
static bool may_fix(enum field_id id)
{
	return !field_secret(id) && fields[id].unique == UNIQUE_NO && fields[id].required != REQUIRED_NEVER
	    && fields[id].required != REQUIRED_ALWAYS && id != FIELD_lastname;
}

const char *mapping_set(struct mapping *m, struct arena *mem, const char *text)
{
	struct mapping_fixed f = {0};
	const char *name = "", *wrong = take_apart(mem, text, false, &name, &f.value);

	if (wrong == NULL)
		wrong = find_column(mem, name, strlen(name), &f.field);
	if (wrong != NULL)
		return wrong;
	if (!may_fix(f.field))
		return arena_printf(mem, "%s cannot have one value for all rows", fields[f.field].name);
	for (size_t i = 0; i < m->n_fixed; i++)
		if (m->fixed[i].field == f.field)
			return arena_printf(mem, "%s is set twice", fields[f.field].name);
	f.value = arena_strdup(mem, f.value);
	m->fixed[m->n_fixed++] = f;
	return NULL;
}

const struct mapping_source *mapping_find(const struct mapping *m, const char *name, size_t n)
{
	n = utf8_trim(&name, n);
	for (size_t i = 0; i < m->n_sources; i++)
		if (strlen(m->sources[i].name) == n && memcmp(m->sources[i].name, name, n) == 0)
			return &m->sources[i];
	return NULL;
}

void mapping_parts(struct arena *mem, const char *cell, const char **first, const char **second)
{
	size_t n = utf8_trim(&cell, strlen(cell)), at;
	const char *end = cell + n;
	const char *cut = memchr(cell, ',', n);

	if (cut == NULL)
		cut = memchr(cell, ' ', n);
	if (cut == NULL)
		cut = end;
	*first = cell;
	at = utf8_trim(first, (size_t)(cut - cell));
	*first = arena_strndup(mem, *first, at);
	if (cut < end)
		cut++;
	*second = cut;
	at = utf8_trim(second, (size_t)(end - cut));
	*second = arena_strndup(mem, *second, at);
}
