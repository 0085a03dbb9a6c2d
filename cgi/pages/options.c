/* The options of a job on a form, and in words.  Contract: options.h. */
#include "pages/options.h"

#include <string.h>

#include "users/options.h"

/* The text of a word of a choice; its key has _ in place of hyphens. */
static const char *choice_text(struct page *p, const struct job_option *o, const char *word)
{
	char *key = arena_printf(p->mem, "option.%s.choice.%s", o->name, word);

	for (char *c = key; *c != '\0'; c++)
		if (*c == '-')
			*c = '_';
	return page_text(p, key, NULL);
}

/* --- the form -------------------------------------------------------------- */

/* Sets the choices of an option.  The one that was sent with the form is selected, else the
 * default. */
static void set_choices(struct page *p, const struct job_option *o, const char *said, const char *list, size_t n)
{
	size_t shown = 0;
	const char *word;

	for (size_t i = 0; (word = option_choice(o, i, p->mem)) != NULL; i++) {
		if (strcmp(o->name, "absent") == 0 && strcmp(word, "delete") == 0 && !page_may(p, RIGHT_USERS_DELETE))
			continue;
		view_set(p->view, word, "%s.%zu.choices.%zu.value", list, n, shown);
		view_set(p->view, choice_text(p, o, word), "%s.%zu.choices.%zu.text", list, n, shown);
		if (said != NULL ? strcmp(said, word) == 0 : i == 0)
			view_set(p->view, "1", "%s.%zu.choices.%zu.chosen", list, n, shown);
		shown++;
	}
}

/* Whether the form shows the option.  `unknown` is not shown: pages always ask what unknown columns
 * mean. */
static bool offered(const struct page *p, const struct job_option *o, const char *kind)
{
	if (!option_is_of(o, kind) || o->type == OPTION_LIST || strcmp(o->name, "unknown") == 0)
		return false;
	return (strncmp(o->name, "create_", 7) != 0 || page_may(p, RIGHT_SETUP))
	    && (strcmp(o->name, "create") != 0 || page_may(p, RIGHT_USERS_IMPORT));
}

/* An option in the list `list` of the form. */
static void set_option(struct page *p, const struct job_option *o, const char *list, size_t n)
{
	const char *said = form_get(&p->form, o->name);

	view_set(p->view, o->name, "%s.%zu.name", list, n);
	view_set(p->view, page_text(p, arena_printf(p->mem, "option.%s.label", o->name), NULL),
	    "%s.%zu.label", list, n);
	view_set(p->view, page_text(p, arena_printf(p->mem, "option.%s.help", o->name), NULL),
	    "%s.%zu.help", list, n);
	if (o->type == OPTION_CHOICE)
		set_choices(p, o, said, list, n);
	if (o->type == OPTION_FLAG)
		view_set(p->view, "1", "%s.%zu.flag", list, n);
	if (o->type == OPTION_NUMBER)
		view_set(p->view, "1", "%s.%zu.number", list, n);
	view_set(p->view, said, "%s.%zu.said", list, n);
	if (said != NULL && *said != '\0'
	    && (o->type != OPTION_CHOICE || strcmp(said, option_choice(o, 0, p->mem)) != 0))
		view_set(p->view, "1", "Import.%s_said", list);
}

/* What the reader may not choose, in words. */
static const char *sync_rights(struct page *p)
{
	bool create = page_may(p, RIGHT_USERS_IMPORT), deletes = page_may(p, RIGHT_USERS_DELETE);

	if (create && deletes)
		return NULL;
	return page_text(p, create ? "upload.update.no_delete" : deletes ? "upload.update.no_create"
	    : "upload.update.no_both", NULL);
}

void page_options(struct page *p, const char *kind)
{
	size_t n = 0, syncs = 0;

	for (size_t i = 0; i < job_options_n; i++) {
		const struct job_option *o = &job_options[i];

		if (!offered(p, o, kind))
			continue;
		if (option_syncs(o))
			set_option(p, o, "Sync", syncs++);
		else
			set_option(p, o, "Options", n++);
	}
	if (syncs > 0)
		view_set(p->view, sync_rights(p), "Import.sync_rights");
}

const char *page_options_read(struct page *p, const char *kind, struct err *e)
{
	struct form said;

	form_init(&said, p->mem);
	for (size_t i = 0; i < p->form.n; i++) {
		const struct form_pair *pair = &p->form.pairs[i];

		if (pair->value[0] != '\0' && form_add(&said, pair->name, pair->value, strlen(pair->value), e) != 0)
			return NULL;
	}
	return options_read(kind, &said, p->mem, e);
}

/* --- in words -------------------------------------------------------------- */

static void say(struct page *p, const struct job_option *o, const char *value, const char *name, size_t n)
{
	const char *label = page_text(p, arena_printf(p->mem, "option.%s.label", o->name), NULL);

	if (o->type == OPTION_CHOICE)
		value = choice_text(p, o, value);
	view_set(p->view, o->type == OPTION_FLAG ? label : page_text(p, "option.said", "label", label,
	    "value", value, NULL), "%s.%zu", name, n);
}

void page_options_said(struct page *p, const char *options, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < job_options_n; i++) {
		const struct job_option *o = &job_options[i];
		const char *const *list, *one;

		for (size_t k = 0, of = options_list(options, o->name, p->mem, &list); k < of; k++)
			say(p, o, list[k], name, n++);
		if ((one = options_get(options, o->name, p->mem)) != NULL)
			say(p, o, one, name, n++);
	}
}
