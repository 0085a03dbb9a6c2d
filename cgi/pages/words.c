/* Words for jobs: times, durations, sizes, counts, states. */
#include "pages/words.h"

#include <string.h>

#include <jansson.h>

const char *words_issue(void *page, const char *key)
{
	struct page *p = page;

	return view_text(p->view, arena_printf(p->mem, "issue.%s", key));
}

const char *words_time(struct page *p, const char *iso)
{
	char *text = arena_strdup(p->mem, iso);
	char *t = text != NULL ? strchr(text, 'T') : NULL;

	if (t == NULL || strlen(t) != strlen("T00:00:00Z"))
		return text;
	*t = ' ';
	t[strlen(t) - 1] = '\0';
	return arena_printf(p->mem, "%s UTC", text);
}

/* A number with one digit behind the decimal sign, without it where it is 0. */
static const char *decimal(struct page *p, double n)
{
	const char *sign = view_text(p->view, "job.decimal");
	long tenths = (long)(n * 10 + 0.5);

	if (tenths % 10 == 0)
		return page_long(p, tenths / 10);
	return arena_printf(p->mem, "%s%s%ld", page_long(p, tenths / 10), sign != NULL ? sign : ".",
	    tenths % 10);
}

const char *words_duration(struct page *p, double seconds)
{
	long whole = (long)(seconds + 0.5);

	if (seconds < 0.05)
		return page_text(p, "job.duration.none", NULL);
	if (seconds < 9.95)
		return page_text(p, "job.duration.seconds", "s", decimal(p, seconds), NULL);
	if (whole < 60)
		return page_text(p, "job.duration.seconds", "s", page_long(p, whole), NULL);
	if (whole < 3600)
		return page_text(p, "job.duration.minutes", "m", page_long(p, whole / 60),
		    "s", page_long(p, whole % 60), NULL);
	return page_text(p, "job.duration.hours", "h", page_long(p, whole / 3600),
	    "m", page_long(p, whole % 3600 / 60), NULL);
}

const char *words_size(struct page *p, long bytes)
{
	if (bytes < 1024)
		return page_text(p, "job.size.bytes", "n", page_long(p, bytes), NULL);
	if (bytes < 1024L * 1024)
		return page_text(p, "job.size.kb", "n", decimal(p, (double)bytes / 1024), NULL);
	return page_text(p, "job.size.mb", "n", decimal(p, (double)bytes / 1024 / 1024), NULL);
}

/* What a job counts, in the order in which it is shown. */
static const char *const counted[] = {
	"users", "changed", "unchanged", "lines", "extensions", "incalls", "voicemails",
};

/* What a plan says of one of them; what exists already and is used is no news. */
static long planned(const json_t *plan, const char *name)
{
	const json_t *n;

	if (strcmp(name, "users") == 0)
		n = json_object_get(plan, "create");
	else if (strcmp(name, "changed") == 0)
		n = json_object_get(plan, "update");
	else if (strcmp(name, "unchanged") == 0)
		n = json_object_get(plan, "unchanged");
	else
		n = json_object_get(json_object_get(json_object_get(plan, "resources"), name), "create");
	return (long)json_integer_value(n);
}

static bool checked(const struct job *j)
{
	return strcmp(j->state, "checked") == 0 && j->plan != NULL;
}

static long count(const struct job *j, const json_t *counts, const char *name)
{
	return checked(j) ? planned(counts, name) : (long)json_integer_value(json_object_get(counts, name));
}

void words_counts(struct page *p, const struct job *j, const char *name)
{
	json_t *counts = json_loads(checked(j) ? j->plan : j->counts, 0, NULL);
	int shown = 0;

	for (size_t i = 0; i < sizeof(counted) / sizeof(*counted); i++) {
		long n = count(j, counts, counted[i]);
		const char *key = arena_printf(p->mem, "job.%s.counts.%s", j->kind, counted[i]);

		if (n > 0)
			view_set(p->view, page_count(p, key, n), "%s.%d", name, shown++);
	}
	json_decref(counts);
}

long words_users(const struct job *j)
{
	json_t *counts = json_loads(checked(j) ? j->plan : j->counts, 0, NULL);
	long n = count(j, counts, strcmp(j->kind, "update") == 0 ? "changed" : "users");

	json_decref(counts);
	return n;
}

const char *words_group(const struct job *j)
{
	return j->dry_run && j->applied_by == NULL ? "check" : j->kind;
}

/* The first bytes of what UTF-8 has beyond Latin, Greek and Cyrillic letters: scripts
 * from right to left and the signs that turn a line around are among it. */
#define MAY_TURN "\xd6\xd7\xd8\xd9\xda\xdb\xdc\xdd\xde\xdf\xe0\xe2\xef\xf0"
#define ISOLATE "\xe2\x81\xa8"	/* U+2068 ... */
#define ISOLATE_END "\xe2\x81\xa9"	/* ... U+2069 */

const char *words_name(struct page *p, const char *name)
{
	return strpbrk(name, MAY_TURN) == NULL ? name : arena_printf(p->mem, ISOLATE "%s" ISOLATE_END, name);
}

const char *words_title(struct page *p, const struct job *j)
{
	return page_text(p, arena_printf(p->mem, "job.%s.title", words_group(j)),
	    "file", words_name(p, j->file_name), NULL);
}

/* The icon of a state: no two look the same without colour. */
static const char *state_icon(const struct job *j)
{
	if (strcmp(j->state, "done") == 0)
		return j->warnings > 0 ? "warning" : "done";
	if (strcmp(j->state, "failed") == 0)
		return "error";
	if (strcmp(j->state, "checked") == 0 || strcmp(j->state, "cancelled") == 0)
		return j->state;
	return "notice";
}

static void set_time(struct page *p, const char *iso, const char *name, const char *which)
{
	view_set(p->view, iso, "%s.%s.iso", name, which);
	view_set(p->view, words_time(p, iso), "%s.%s.text", name, which);
}

void words_job(struct page *p, const struct job *j, const char *name)
{
	struct view *v = p->view;
	const char *state = arena_printf(p->mem, "job.state.%s", j->state);
	const char *group = words_group(j);
	const char *kind = arena_printf(p->mem, strcmp(group, "check") == 0 ? "job.kind.%s_check" : "job.kind.%s",
	    j->kind);

	view_set_long(v, j->id, "%s.id", name);
	view_set(v, j->state, "%s.state", name);
	view_set(v, page_text(p, state, NULL), "%s.state_word", name);
	view_set(v, state_icon(j), "%s.icon", name);
	view_set(v, page_text(p, kind, NULL), "%s.kind", name);
	view_set(v, j->kind, "%s.kind_name", name);
	view_set(v, group, "%s.words", name);
	view_set(v, j->file_name, "%s.file", name);
	view_set(v, j->admin_name, "%s.who", name);
	view_set(v, j->applied_by, "%s.applied_by", name);
	view_set(v, j->tenant_id == 0 ? page_text(p, "job.all_entities", NULL) : j->tenant_name,
	    "%s.entity", name);
	set_time(p, j->created_at, name, "created");
	set_time(p, j->started_at, name, "started");
	set_time(p, j->ended_at, name, "ended");
	if (j->ended_at != NULL && j->started_at != NULL)
		view_set(v, words_duration(p, j->seconds), "%s.duration", name);
}
