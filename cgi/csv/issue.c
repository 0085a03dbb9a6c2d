/* Issues: the table of csv/issues.def, and templates made into text. */
#include "csv/issue.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/utf8.h"

static const struct entry {
	const char *key;
	enum issue_level level;
	const char *text;
} issues[] = {
#define ISSUE(key, level, text) { key, ISSUE_##level, text },
#define TEXT(key, text)
#include "csv/issues.def"
#undef ISSUE
#undef TEXT
};

static const struct entry texts[] = {
#define ISSUE(key, level, text)
#define TEXT(key, text) { key, ISSUE_ERROR, text },
#include "csv/issues.def"
#undef ISSUE
#undef TEXT
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static const struct entry *find_entry(const struct entry *e, size_t n, const char *key)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(e[i].key, key) == 0)
			return &e[i];
	}
	return NULL;
}

const char *issue_text(const char *key)
{
	const struct entry *e = find_entry(issues, COUNT(issues), key);

	if (e == NULL)
		e = find_entry(texts, COUNT(texts), key);
	return e == NULL ? NULL : e->text;
}

enum issue_level issue_level_of(const char *key)
{
	const struct entry *e = find_entry(issues, COUNT(issues), key);

	return e == NULL ? ISSUE_ERROR : e->level;
}

const char *issue_key(size_t i)
{
	return i < COUNT(issues) ? issues[i].key : NULL;
}

const char *issue_text_key(size_t i)
{
	return i < COUNT(texts) ? texts[i].key : NULL;
}

/* The arguments of issue_format. */
struct format {
	struct buf *out;
	const struct issue_param *params;
	size_t n;
	issue_lookup *find;
	void *ctx;
};

static const char *parameter(const struct format *f, const char *name, size_t n)
{
	for (size_t i = 0; i < f->n; i++) {
		const char *have = f->params[i].name;
		if (have != NULL && strncmp(have, name, n) == 0 && have[n] == '\0')
			return f->params[i].value;
	}
	return NULL;
}

static bool named(const char *name, size_t n, const char *const *list)
{
	for (; *list != NULL; list++) {
		if (strlen(*list) == n && memcmp(*list, name, n) == 0)
			return true;
	}
	return false;
}

/* The text that a parameter holds the key of; NULL if it holds no key. */
static const char *stands_for(const struct format *f, const char *name, size_t n,
    const char *value)
{
	static const char *const keys[] = { "expected", "hint", "why", "what", NULL };
	static const char *const resources[] = { "resource", NULL };
	const char *key = value, *text = NULL;
	char prefixed[64];

	if (named(name, n, resources)) {
		snprintf(prefixed, sizeof(prefixed), "resource.%s", value);
		key = prefixed;
	} else if (!named(name, n, keys)) {
		return NULL;
	}
	if (f->find != NULL)
		text = f->find(f->ctx, key);
	return text != NULL ? text : issue_text(key);
}

static void format(const struct format *f, const char *p, const char *end, int depth);

static void put(const struct format *f, const char *name, size_t n, int depth)
{
	const char *value = parameter(f, name, n);

	if (value == NULL)
		return;
	const char *text = depth == 0 ? stands_for(f, name, n, value) : NULL;
	if (text != NULL)
		format(f, text, text + strlen(text), depth + 1);
	else
		buf_adds(f->out, value);
}

/* Whether every parameter named between p and end is present. */
static bool whole(const struct format *f, const char *p, const char *end)
{
	const char *close;

	while ((p = memchr(p, '{', (size_t)(end - p))) != NULL) {
		close = memchr(p, '}', (size_t)(end - p));
		if (close == NULL)
			return true;
		if (parameter(f, p + 1, (size_t)(close - p) - 1) == NULL)
			return false;
		p = close;
	}
	return true;
}

static void format(const struct format *f, const char *p, const char *end, int depth)
{
	while (p < end) {
		size_t left = (size_t)(end - p);
		const char *close = NULL;
		if (*p == '{' && (close = memchr(p, '}', left)) != NULL) {
			put(f, p + 1, (size_t)(close - p) - 1, depth);
		} else if (*p == '[' && (close = memchr(p, ']', left)) != NULL) {
			const char *bar = memchr(p, '|', (size_t)(close - p));
			const char *first = bar != NULL ? bar : close;
			if (whole(f, p, first))
				format(f, p + 1, first, depth);
			else if (bar != NULL)
				format(f, bar + 1, close, depth);
		}
		if (close != NULL) {
			p = close + 1;
			continue;
		}
		size_t run = 1;
		while (run < left && p[run] != '{' && p[run] != '[')
			run++;
		buf_add(f->out, p, run);
		p += run;
	}
}

void issue_format(struct buf *out, const char *tmpl,
    const struct issue_param *params, size_t n, issue_lookup *find, void *ctx)
{
	const struct format f = { out, params, n, find, ctx };

	format(&f, tmpl, tmpl + strlen(tmpl), 0);
}

void issue_write(struct buf *out, const struct issue *i, issue_lookup *find, void *ctx)
{
	struct issue_param all[ISSUE_PARAMS_MAX + 4];
	char row[24], line[24];
	size_t n = 0;

	while (n < ISSUE_PARAMS_MAX && i->params[n].name != NULL) {
		all[n] = i->params[n];
		n++;
	}
	snprintf(row, sizeof(row), "%ld", i->sheet_row);
	snprintf(line, sizeof(line), "%ld", i->line);
	all[n++] = (struct issue_param){ "column", i->column };
	all[n++] = (struct issue_param){ "value", i->value };
	all[n++] = (struct issue_param){ "row", row };
	all[n++] = (struct issue_param){ "line", line };
	const char *tmpl = find == NULL ? NULL : find(ctx, i->key);
	if (tmpl == NULL)
		tmpl = issue_text(i->key);
	issue_format(out, tmpl == NULL ? i->key : tmpl, all, n, find, ctx);
}

const char *issue_cut(struct arena *mem, const char *s)
{
	size_t n = strlen(s), cut = utf8_cut(s, n, ISSUE_VALUE_MAX);

	if (cut == n)
		return s;
	return arena_printf(mem, "%.*s\xe2\x80\xa6", (int)cut, s);
}
