/* THE table of the setup: each resource with its list in the setup file, its addresses, and its
 * fields, which are the keys of the file.
 *
 * To add a resource: a row and its fields in resource.c, its rows in sql/views/setup_object.sql
 * and setup_use.sql, its queries, its addresses in both route tables, its texts below `setup` in
 * each language. */
#ifndef SETUP_RESOURCE_H
#define SETUP_RESOURCE_H

#include <stdbool.h>
#include <stddef.h>

enum setup_type {
	SETUP_TEXT,
	SETUP_SECRET,	/* a text that is never shown; a mask means "unchanged" */
	SETUP_NUMBER,
	SETUP_FLAG,
	SETUP_CHOICE,	/* one of `choices` */
	SETUP_TICKS,	/* a list of some of `choices` */
	SETUP_LINES,	/* a list of texts */
	SETUP_ROWS,	/* a list of objects with the fields `columns` */
};

struct setup_field {
	const char *name;	/* the key of the file; NULL ends a list */
	enum setup_type type;
	bool needed;
	/* Words separated by blanks.  @incall: the incoming contexts.  @contexts: all contexts but
	 * the one that is edited.  @languages: those of the settings, or none. */
	const char *choices;
	const struct setup_field *columns;
	const char *initial;	/* value for a new thing; NULL: empty */
	bool listed;		/* shown in the list too */
};

struct setup_resource {
	const char *key;	/* the list of the setup file: "contexts"; of a single thing its key */
	const char *noun;	/* the singular, for the audit: "context" */
	const char *page;	/* the address of its list */
	const char *api;
	/* The first field is its name. */
	const struct setup_field *fields;
	const char *const *queries;	/* the named queries that store it; NULL ends them */
	bool for_root;		/* only for root */
	bool bare;		/* in the file it is only a name, not an object */
	bool fixed_name;	/* its name cannot be changed */
	bool single;		/* of the whole installation: there is one, at the address of the list */
};

/* NULL past the last. */
const struct setup_resource *setup_resource(size_t i);

/* The resource of an address of a page or the API, or of an address below it; NULL for none. */
const struct setup_resource *setup_resource_of(const char *path);

#endif
