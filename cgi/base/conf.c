/* The settings: read from the file and the environment, as settings.def lists them. */
#include "base/conf.h"

#include <ctype.h>
#include <errno.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/nearest.h"

#define DEFAULT_PATH	"/etc/rollcall/rollcall.conf"
#define ENV_PREFIX	"ROLLCALL_"
#define ENV_CONFIG	"ROLLCALL_CONFIG"

extern char **environ;

enum kind { KIND_TEXT, KIND_URL, KIND_INT, KIND_BOOL, KIND_WORD };

struct setting {
	const char *name;
	enum kind kind;
	size_t offset;		/* in struct conf */
	const char *deflt;
	long lo, hi;		/* of KIND_INT */
	const char *words;	/* of KIND_WORD: separated by blanks */
	const char *help;
};

static const struct setting settings[] = {
#define SETTING_TEXT(name, deflt, help) \
	{ #name, KIND_TEXT, offsetof(struct conf, name), deflt, 0, 0, NULL, help },
#define SETTING_URL(name, deflt, help) \
	{ #name, KIND_URL, offsetof(struct conf, name), deflt, 0, 0, NULL, help },
#define SETTING_INT(name, deflt, lo, hi, help) \
	{ #name, KIND_INT, offsetof(struct conf, name), #deflt, lo, hi, NULL, help },
#define SETTING_BOOL(name, deflt, help) \
	{ #name, KIND_BOOL, offsetof(struct conf, name), #deflt, 0, 0, NULL, help },
#define SETTING_WORD(name, deflt, words, help) \
	{ #name, KIND_WORD, offsetof(struct conf, name), #deflt, 0, 0, words, help },
#include "base/settings.def"
#undef SETTING_TEXT
#undef SETTING_URL
#undef SETTING_INT
#undef SETTING_BOOL
#undef SETTING_WORD
};

#define SETTINGS_N	(sizeof(settings) / sizeof(settings[0]))

/* The value of each setting and its source, for conf_print.  Filled by the last conf_load of
 * the process. */
static struct {
	char *value;	/* NULL: the default */
	char *source;
} loaded[SETTINGS_N];

static char *copy(const char *s)
{
	char *p = strdup(s);

	if (p == NULL)
		abort();
	return p;
}

static void forget_loaded(void)
{
	for (size_t i = 0; i < SETTINGS_N; i++) {
		free(loaded[i].value);
		free(loaded[i].source);
		loaded[i].value = loaded[i].source = NULL;
	}
}

static const struct setting *find(const char *name)
{
	for (size_t i = 0; i < SETTINGS_N; i++)
		if (strcmp(settings[i].name, name) == 0)
			return &settings[i];
	return NULL;
}

static int unknown(const char *name, const char *place, struct err *e)
{
	const char *nearest = NULL;
	size_t n = strlen(name), best = n / 3 + 1;

	for (size_t i = 0; i < SETTINGS_N; i++) {
		size_t d = nearest_distance(name, n, settings[i].name, strlen(settings[i].name));
		if (d < best) {
			best = d;
			nearest = settings[i].name;
		}
	}
	err_set(e, ERR_CONF, place, "there is no setting \"%s\"", name);
	return nearest == NULL ? err_hint(e, "\"rollcall config\" lists the settings") :
	    err_hint(e, "did you mean \"%s\"?", nearest);
}

static int parse_bool(const char *text, bool *out)
{
	static const char *const yes[] = { "true", "yes", "on", "1" };
	static const char *const no[] = { "false", "no", "off", "0" };

	for (size_t i = 0; i < sizeof(yes) / sizeof(yes[0]); i++) {
		if (strcasecmp(text, yes[i]) == 0 || strcasecmp(text, no[i]) == 0) {
			*out = strcasecmp(text, yes[i]) == 0;
			return 0;
		}
	}
	return -1;
}

static int parse_int(const char *text, long *out)
{
	char *end;

	if (!isdigit((unsigned char)text[0]) &&
	    !(text[0] == '-' && isdigit((unsigned char)text[1])))
		return -1;
	errno = 0;
	*out = strtol(text, &end, 10);
	return errno != 0 || *end != '\0' ? -1 : 0;
}

/* Finds the number of `text` among the words. */
static int parse_word(const char *words, const char *text, long *out)
{
	size_t n = strlen(text);

	*out = 0;
	for (const char *s = words; *s != '\0'; s += strspn(s, " "), ++*out) {
		size_t length = strcspn(s, " ");
		if (length == n && strncasecmp(s, text, n) == 0)
			return 0;
		s += length;
	}
	return -1;
}

/* Whether the text is "none" or the address of a site: https://NAME[:PORT]. */
static bool is_site(const char *text)
{
	const char *name = text + 8;

	if (strcmp(text, "none") == 0)
		return true;
	if (strncmp(text, "https://", 8) != 0)
		return false;
	size_t n = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.-[:]");
	return n > 0 && name[n] == '\0';
}

/* Sets one setting from its text. */
static int set(struct conf *c, const struct setting *s, const char *text,
    const char *place, struct err *e)
{
	char *field = (char *)c + s->offset;

	if (text[0] == '\0')
		return err_set(e, ERR_CONF, place, "the setting \"%s\" has no value", s->name);
	switch (s->kind) {
	case KIND_URL:
		if (!is_site(text))
			return err_set(e, ERR_CONF, place, "the setting \"%s\" must be none, or https:// and a name, "
			    "with a port where it is not 443, and no path; not \"%s\"", s->name, text);
		/* fall through */
	case KIND_TEXT: {
		char *value = copy(text);
		char *old;
		memcpy(&old, field, sizeof(old));
		free(old);
		memcpy(field, &value, sizeof(value));
		return 0;
	}
	case KIND_INT: {
		long value;
		if (parse_int(text, &value) != 0 || value < s->lo || value > s->hi)
			return err_set(e, ERR_CONF, place,
			    "the setting \"%s\" must be a whole number from %ld to %ld, not \"%s\"",
			    s->name, s->lo, s->hi, text);
		memcpy(field, &value, sizeof(value));
		return 0;
	}
	case KIND_BOOL: {
		bool value;
		if (parse_bool(text, &value) != 0)
			return err_set(e, ERR_CONF, place,
			    "the setting \"%s\" must be true or false, not \"%s\"", s->name, text);
		memcpy(field, &value, sizeof(value));
		return 0;
	}
	case KIND_WORD: {
		long value;
		if (parse_word(s->words, text, &value) != 0)
			return err_set(e, ERR_CONF, place,
			    "the setting \"%s\" must be one of: %s; not \"%s\"", s->name, s->words, text);
		memcpy(field, &value, sizeof(value));
		return 0;
	}
	}
	abort();
}

static int set_from(struct conf *c, const struct setting *s, const char *text,
    const char *place, struct err *e)
{
	size_t i = (size_t)(s - settings);

	if (set(c, s, text, place, e) != 0)
		return -1;
	free(loaded[i].value);
	free(loaded[i].source);
	loaded[i].value = copy(text);
	loaded[i].source = copy(place);
	return 0;
}

/* Removes blanks at both ends. */
static char *trim(char *s)
{
	while (isspace((unsigned char)*s))
		s++;
	size_t n = strlen(s);
	while (n > 0 && isspace((unsigned char)s[n - 1]))
		n--;
	s[n] = '\0';
	return s;
}

/* The value of a line without quotes and comment, NULL if a quote is not
 * closed or text follows it.  A `#` begins a comment at the start of a word,
 * so that `a#b` is a value. */
static char *value_of(char *s)
{
	s = trim(s);
	if (s[0] == '"') {
		char *close = strchr(s + 1, '"');
		if (close == NULL)
			return NULL;
		const char *rest = trim(close + 1);
		*close = '\0';
		return *rest == '\0' || *rest == '#' ? s + 1 : NULL;
	}
	for (char *p = s; *p != '\0'; p++) {
		if (*p == '#' && (p == s || isspace((unsigned char)p[-1]))) {
			*p = '\0';
			break;
		}
	}
	return trim(s);
}

static int read_line(struct conf *c, char *line, size_t n, const char *place, struct err *e)
{
	if (memchr(line, '\0', n) != NULL)
		return err_set(e, ERR_CONF, place, "the line holds a NUL byte");
	char *name = trim(line);
	if (*name == '\0' || *name == '#')
		return 0;
	char *equals = strchr(name, '=');
	if (equals == NULL)
		return err_set(e, ERR_CONF, place, "a line must be: name = value");
	*equals = '\0';
	name = trim(name);
	const struct setting *s = find(name);
	if (s == NULL)
		return unknown(name, place, e);
	const char *value = value_of(equals + 1);
	if (value == NULL)
		return err_set(e, ERR_CONF, place,
		    "the value of \"%s\" must end with its closing quote", name);
	const char *before = loaded[s - settings].source;
	if (before != NULL)
		return err_set(e, ERR_CONF, place, "the setting \"%s\" stands twice: also in %s",
		    name, before);
	return set_from(c, s, value, place, e);
}

static int read_file(struct conf *c, const char *path, struct err *e)
{
	int result = -1;
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	FILE *f = fopen(path, "re");

	if (f == NULL)
		return err_set(e, ERR_CONF, path, "cannot read the settings: %s", strerror(errno));
	for (unsigned long number = 1; (n = getline(&line, &cap, f)) >= 0; number++) {
		char place[sizeof(e->place)];
		/* Of a path that is too long, show its end: it names the file. */
		size_t len = strlen(path);
		snprintf(place, sizeof(place), "%s:%lu",
		    len > 130 ? path + len - 130 : path, number);
		if (read_line(c, line, (size_t)n, place, e) != 0)
			goto out;
	}
	if (ferror(f)) {
		err_set(e, ERR_CONF, path, "cannot read the settings: %s", strerror(errno));
		goto out;
	}
	result = 0;
out:
	free(line);
	fclose(f);
	return result;
}

/* One variable of the environment, `ROLLCALL_NAME=value`. */
static int read_variable(struct conf *c, const char *variable, struct err *e)
{
	const char *equals = strchr(variable, '=');
	char place[64], name[64];

	if (strncmp(variable, ENV_PREFIX, strlen(ENV_PREFIX)) != 0 || equals == NULL)
		return 0;
	size_t n = (size_t)(equals - variable);
	snprintf(place, sizeof(place), "%.*s", n > 63 ? 63 : (int)n, variable);
	if (strcmp(place, ENV_CONFIG) == 0)
		return 0;
	snprintf(name, sizeof(name), "%s", place + strlen(ENV_PREFIX));
	for (char *p = name; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	const struct setting *s = find(name);
	if (s == NULL)
		return unknown(name, place, e);
	return set_from(c, s, equals + 1, place, e);
}

/* Installed files are in share_dir/VERSION: the files of another version can stay for processes
 * that still run it.  A checkout has its files in share_dir itself. */
static void choose_version(struct conf *c)
{
	char *of_version;

	if (asprintf(&of_version, "%s/%s", c->share_dir, ROLLCALL_VERSION) < 0)
		abort();
	if (access(of_version, F_OK) != 0) {
		free(of_version);
		return;
	}
	free(c->share_dir);
	c->share_dir = of_version;
}

int conf_load(struct conf *c, const char *path, struct err *e)
{
	memset(c, 0, sizeof(*c));
	forget_loaded();
	for (size_t i = 0; i < SETTINGS_N; i++)
		if (set(c, &settings[i], settings[i].deflt, settings[i].name, e) != 0)
			goto failed;

	if (path == NULL)
		path = getenv(ENV_CONFIG);
	if (path == NULL && access(DEFAULT_PATH, F_OK) == 0)
		path = DEFAULT_PATH;
	if (path != NULL && read_file(c, path, e) != 0)
		goto failed;
	for (char **v = environ; v != NULL && *v != NULL; v++)
		if (read_variable(c, *v, e) != 0)
			goto failed;
	choose_version(c);
	return 0;
failed:
	conf_free(c);
	return -1;
}

void conf_free(struct conf *c)
{
	for (size_t i = 0; i < SETTINGS_N; i++) {
		if (settings[i].kind != KIND_TEXT && settings[i].kind != KIND_URL)
			continue;
		char *text;
		memcpy(&text, (char *)c + settings[i].offset, sizeof(text));
		free(text);
	}
	memset(c, 0, sizeof(*c));
}

void conf_print(FILE *out)
{
	for (size_t i = 0; i < SETTINGS_N; i++) {
		const char *value = loaded[i].value == NULL ? settings[i].deflt : loaded[i].value;
		const char *quote = strchr(value, '#') != NULL ? "\"" : "";
		fprintf(out, "# %s\n%s = %s%s%s  # %s\n", settings[i].help, settings[i].name, quote, value, quote,
		    loaded[i].source == NULL ? "default" : loaded[i].source);
	}
}
