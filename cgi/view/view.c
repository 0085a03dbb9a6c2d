/* Templates and texts: the only file with ClearSilver.h.
 *
 * It uses ClearSilver's hdf_* and cs_* functions and its escaping, but not its CGI part
 * (docs/architecture.md says why).  The texts of a language are one HDF tree, which is loaded
 * once and attached to each render as the global data set.  Templates find them under T. */
#include "view/view.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include <ClearSilver.h>

#include "base/arena.h"
#include "base/file.h"

#define TEMPLATES_MAX 200
#define LANGUAGES_MAX 16
#define NAME_MAX_BYTES 200

struct language {
	char name[8];
	HDF *texts;
};

struct view {
	HDF *data;
	const struct language *language;
};

/* Loaded on first use and kept for the process. */
static struct language loaded[LANGUAGES_MAX];

/* Turns an error of the engine into a struct err, and frees it. */
static int view_fail(struct err *e, NEOERR *error, const char *place)
{
	STRING text;

	string_init(&text);
	nerr_error_string(error, &text);
	for (char *c = text.buf; c != NULL && *c != '\0'; c++)
		if ((unsigned char)*c < ' ')
			*c = ' ';
	err_set(e, ERR_IO, place, "the template engine stopped: %s", text.buf ? text.buf : "no reason");
	string_clear(&text);
	nerr_ignore(&error);
	return -1;
}

/* For calls that can only fail when memory runs out: then the process aborts, as everywhere. */
static void must(NEOERR *error)
{
	if (error != STATUS_OK)
		abort();
}

/* --- languages ------------------------------------------------------------ */

/* Copies the i-th name of conf->languages; false past the last. */
static bool language_name(const struct conf *conf, size_t i, char name[8])
{
	const char *s = conf->languages;

	for (;;) {
		s += strspn(s, " \t,");
		size_t n = strcspn(s, " \t,");
		if (n == 0)
			return false;
		if (n < 8 && i-- == 0) {
			memcpy(name, s, n);
			name[n] = '\0';
			return true;
		}
		s += n;
	}
}

static int language_read(HDF *texts, const struct conf *conf, const char *name, struct err *e)
{
	char path[PATH_MAX];
	HDF *node = NULL;
	NEOERR *error;

	snprintf(path, sizeof(path), "%s/templates/i18n/%s.hdf", conf->share_dir, name);
	must(hdf_get_node(texts, "T", &node));
	error = hdf_read_file(node, path);
	return error == STATUS_OK ? 0 : view_fail(e, error, path);
}

/* Loads the texts of a language over those of the first one, so that a missing key has the
 * first language's text. */
static const struct language *language_load(const struct conf *conf, const char *name,
    struct err *e)
{
	char first[8] = "en";
	size_t i = 0;

	for (; i < LANGUAGES_MAX && loaded[i].texts != NULL; i++)
		if (strcmp(loaded[i].name, name) == 0)
			return &loaded[i];
	if (i == LANGUAGES_MAX || strlen(name) >= sizeof(loaded[i].name)) {
		err_set(e, ERR_CONF, "languages", "%.20s cannot be loaded", name);
		return NULL;
	}
	language_name(conf, 0, first);
	HDF *texts = NULL;
	must(hdf_init(&texts));
	if (language_read(texts, conf, first, e) != 0 ||
	    (strcmp(first, name) != 0 && language_read(texts, conf, name, e) != 0)) {
		hdf_destroy(&texts);
		return NULL;
	}
	memcpy(loaded[i].name, name, strlen(name) + 1);
	loaded[i].texts = texts;
	return &loaded[i];
}

/* The language's name, kept for the life of the process; NULL if it is not offered. */
static const char *language_offered(const struct conf *conf, const char *tag, size_t n)
{
	static char names[LANGUAGES_MAX][8];
	char name[8];

	for (size_t i = 0; i < LANGUAGES_MAX && language_name(conf, i, name); i++) {
		if (strlen(name) != n || strncasecmp(name, tag, n) != 0)
			continue;
		memcpy(names[i], name, sizeof(name));
		return names[i];
	}
	return NULL;
}

const char *view_language_nth(const struct conf *conf, size_t i)
{
	char name[8];

	return language_name(conf, i, name) ? language_offered(conf, name, strlen(name)) : NULL;
}

/* The weight of a language range in thousandths: `;q=0.8` is 800. */
static int quality(const char *s, const char *end)
{
	const char *q = memchr(s, ';', (size_t)(end - s));
	int value = 0, digits = 0;

	if (q == NULL)
		return 1000;
	for (q++; q < end && (*q == ' ' || *q == '\t'); q++)
		;
	if (end - q < 3 || strncasecmp(q, "q=", 2) != 0)
		return 0;
	q += 2;
	if (*q == '1')
		return 1000;
	for (q++; q < end && *q == '.'; q++)
		;
	for (; digits < 3; digits++)
		value = value * 10 + (q < end && *q >= '0' && *q <= '9' ? *q++ - '0' : 0);
	return value;
}

const char *view_language(const struct conf *conf, const char *admin, const char *accept_language)
{
	const char *best = NULL, *s = accept_language ? accept_language : "";
	int best_quality = 0;

	if (admin != NULL && (best = language_offered(conf, admin, strlen(admin))) != NULL)
		return best;
	while (*s != '\0') {
		const char *end = s + strcspn(s, ",");
		s += strspn(s, " \t");
		const char *name = language_offered(conf, s, strcspn(s, "-;, \t"));
		int q = quality(s, end);
		if (name != NULL && q > best_quality) {
			best = name;
			best_quality = q;
		}
		s = *end ? end + 1 : end;
	}
	if (best == NULL) {
		const char *first = conf->languages + strspn(conf->languages, " \t,");
		best = language_offered(conf, first, strcspn(first, " \t,"));
	}
	return best ? best : "en";
}

/* --- the templates' text ---------------------------------------------------- */

static struct {
	struct arena *mem;
	size_t n;
	struct { const char *file, *text; } list[TEMPLATES_MAX];
} templates;

/* Reads every file of conf->share_dir/templates once for the process: an upgrade replaces the
 * files while this process goes on, and a mix of old and new ones would make no page.  Does
 * nothing the second time. */
static int templates_load(const struct conf *conf, struct err *e)
{
	struct buf text = {0};
	struct dirent *file;
	const char *folder;
	DIR *dir;
	int rc = -1;

	if (templates.n > 0)
		return 0;
	if (templates.mem == NULL)
		templates.mem = arena_new();
	folder = arena_printf(templates.mem, "%s/templates", conf->share_dir);
	dir = opendir(folder);
	if (dir == NULL)
		return err_set(e, ERR_IO, folder, "cannot open: %s", strerror(errno));
	while ((file = readdir(dir)) != NULL) {
		const char *dot = strrchr(file->d_name, '.');
		if (dot == NULL || strcmp(dot, ".cs") != 0)
			continue;
		if (templates.n == TEMPLATES_MAX) {
			err_set(e, ERR_IO, folder, "there are more than %d templates", TEMPLATES_MAX);
			goto out;
		}
		buf_reset(&text);
		if (file_read(arena_printf(templates.mem, "%s/%s", folder, file->d_name), &text, e) != 0)
			goto out;
		templates.list[templates.n].file = arena_strdup(templates.mem, file->d_name);
		templates.list[templates.n++].text = arena_strndup(templates.mem, buf_str(&text), text.len);
	}
	rc = 0;
out:
	if (rc != 0)
		templates.n = 0;
	buf_free(&text);
	closedir(dir);
	return rc;
}

/* The text of "NAME.cs"; NULL if there is none.  Valid for the process. */
static const char *templates_text(const char *file)
{
	for (size_t i = 0; i < templates.n; i++)
		if (strcmp(templates.list[i].file, file) == 0)
			return templates.list[i].text;
	return NULL;
}

/* --- data and texts ------------------------------------------------------- */

int view_new(struct view **out, const struct conf *conf, const char *language, struct err *e)
{
	const struct language *l = language_load(conf, language, e);

	if (l == NULL || templates_load(conf, e) != 0)
		return -1;
	struct view *v = calloc(1, sizeof(*v));
	if (v == NULL)
		abort();
	v->language = l;
	must(hdf_init(&v->data));
	/* cs_init reads this: all var: are escaped from then on. */
	must(hdf_set_value(v->data, "Config.VarEscapeMode", "html"));
	*out = v;
	return 0;
}

void view_free(struct view *v)
{
	if (v == NULL)
		return;
	hdf_destroy(&v->data);
	free(v);
}

/* Formats a name.  Names come from the program, so one that is too long is a bug. */
static void __attribute__((format(printf, 2, 0))) name_format(char name[NAME_MAX_BYTES],
    const char *fmt, va_list ap)
{
	int n = vsnprintf(name, NAME_MAX_BYTES, fmt, ap);

	if (n <= 0 || n >= NAME_MAX_BYTES)
		abort();
}

void view_set(struct view *v, const char *value, const char *fmt, ...)
{
	char name[NAME_MAX_BYTES];
	va_list ap;

	if (value == NULL)
		return;
	va_start(ap, fmt);
	name_format(name, fmt, ap);
	va_end(ap);
	must(hdf_set_value(v->data, name, value));
}

void view_set_long(struct view *v, long value, const char *fmt, ...)
{
	char name[NAME_MAX_BYTES], text[24];
	va_list ap;

	va_start(ap, fmt);
	name_format(name, fmt, ap);
	va_end(ap);
	snprintf(text, sizeof(text), "%ld", value);
	must(hdf_set_value(v->data, name, text));
}

const char *view_value(struct view *v, const char *fmt, ...)
{
	char name[NAME_MAX_BYTES];
	va_list ap;

	va_start(ap, fmt);
	name_format(name, fmt, ap);
	va_end(ap);
	return hdf_get_value(v->data, name, NULL);
}

const char *view_text(struct view *v, const char *key)
{
	char name[NAME_MAX_BYTES];
	int n = snprintf(name, sizeof(name), "T.%s", key);

	if (n <= 0 || (size_t)n >= sizeof(name))
		return NULL;
	return hdf_get_value(v->language->texts, name, NULL);
}

/* The value for a {name} of n bytes among pairs, NULL for none. */
static const char *pair_find(const char *const *pairs, const char *name, size_t n)
{
	for (; pairs[0] != NULL; pairs += 2)
		if (strlen(pairs[0]) == n && memcmp(pairs[0], name, n) == 0)
			return pairs[1] ? pairs[1] : "";
	return NULL;
}

/* A text with its {names} replaced; a name without a value stays as it is. */
static void expand(struct buf *out, const char *text, const char *const *pairs)
{
	while (*text != '\0') {
		size_t plain = strcspn(text, "{");
		buf_add(out, text, plain);
		text += plain;
		size_t n = *text ? strcspn(text, "}") : 0;
		if (n == 0)
			continue;
		const char *value = text[n] ? pair_find(pairs, text + 1, n - 1) : NULL;
		if (value == NULL) {
			buf_addch(out, *text++);
			continue;
		}
		buf_adds(out, value);
		text += n + 1;
	}
}

#define PAIRS_MAX 16

void view_vmessage(struct view *v, struct buf *out, const char *key, va_list ap)
{
	const char *pairs[2 * PAIRS_MAX + 1] = {NULL};
	const char *text = view_text(v, key);

	for (size_t i = 0; i < 2 * PAIRS_MAX; i += 2) {
		if ((pairs[i] = va_arg(ap, const char *)) == NULL)
			break;
		pairs[i + 1] = va_arg(ap, const char *);
	}
	/* A key without a text is shown itself. */
	expand(out, text ? text : key, pairs);
}

void view_message(struct view *v, struct buf *out, const char *key, ...)
{
	va_list ap;

	va_start(ap, key);
	view_vmessage(v, out, key, ap);
	va_end(ap);
}

void view_number(struct view *v, struct buf *out, long n)
{
	const char *separator = view_text(v, "common.thousands");
	char digits[24];
	int len = snprintf(digits, sizeof(digits), "%ld", n);

	for (int i = 0; i < len; i++) {
		if (i > 0 && (len - i) % 3 == 0 && digits[i - 1] != '-' && separator != NULL)
			buf_adds(out, separator);
		buf_addch(out, digits[i]);
	}
}

void view_count(struct view *v, struct buf *out, const char *key, long n)
{
	char name[NAME_MAX_BYTES];
	struct buf number = {0};
	/* In French 0 is singular.  Only languages with two forms are supported. */
	bool one = n == 1 || (n == 0 && strcmp(v->language->name, "fr") == 0);

	snprintf(name, sizeof(name), "%s.%s", key, one ? "one" : "other");
	view_number(v, &number, n);
	view_message(v, out, name, "n", buf_str(&number), NULL);
	buf_free(&number);
}

/* --- rendering ------------------------------------------------------------ */

static NEOERR *add_output(void *ctx, char *text)
{
	buf_adds(ctx, text);
	return STATUS_OK;
}

/* The engine calls this to load a template: gives it a copy, which it frees. */
static NEOERR *load_template(void *ctx, HDF *data, const char *file, char **contents)
{
	const char *text = templates_text(file);

	(void)ctx;
	(void)data;
	if (text == NULL)
		return nerr_raise(NERR_NOT_FOUND, "there is no template %s", file);
	*contents = strdup(text);
	if (*contents == NULL)
		abort();
	return STATUS_OK;
}

/* The parsed pages, each kept from its first render on: parsing takes longer than rendering.  A
 * template is chosen as the page is parsed (include! of layout.cs), so each has its own. */
static struct {
	char file[NAME_MAX_BYTES];
	CSPARSE *cs;
} parsed[TEMPLATES_MAX];

/* Parses the page of the template that v->data names; on an error *out is NULL. */
static NEOERR *parse_page(struct view *v, CSPARSE **out)
{
	CSPARSE *cs = NULL;
	NEOERR *error = cs_init(&cs, v->data);

	if (error != STATUS_OK)
		return error;
	cs_register_fileload(cs, NULL, load_template);
	error = cgi_register_strfuncs(cs);
	if (error == STATUS_OK)
		error = cs_parse_file(cs, "layout.cs");
	if (error != STATUS_OK)
		cs_destroy(&cs);
	*out = cs;
	return error;
}

int view_render(struct view *v, const char *template, struct buf *out, struct err *e)
{
	char file[NAME_MAX_BYTES];
	NEOERR *error = STATUS_OK;
	size_t i = 0;

	snprintf(file, sizeof(file), "%s.cs", template);
	must(hdf_set_value(v->data, "Page.template", file));
	must(hdf_set_value(v->data, "Page.name", template));
	must(hdf_set_value(v->data, "Page.language", v->language->name));
	while (i < TEMPLATES_MAX - 1 && parsed[i].cs != NULL && strcmp(parsed[i].file, file) != 0)
		i++;
	/* There are no more templates than places; the last one is for those that do not exist. */
	if (parsed[i].cs == NULL || strcmp(parsed[i].file, file) != 0) {
		cs_destroy(&parsed[i].cs);
		memcpy(parsed[i].file, file, sizeof(file));
		error = parse_page(v, &parsed[i].cs);
	}
	if (error == STATUS_OK) {
		parsed[i].cs->hdf = v->data;
		parsed[i].cs->global_hdf = v->language->texts;
		error = cs_render(parsed[i].cs, out, add_output);
		/* What an error leaves in the middle of a page is not used again. */
		if (error != STATUS_OK)
			cs_destroy(&parsed[i].cs);
	}
	return error == STATUS_OK ? 0 : view_fail(e, error, file);
}
