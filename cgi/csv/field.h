/* The columns of the CSV files: csv/fields.def as C. */
#ifndef CSV_FIELD_H
#define CSV_FIELD_H

#include <stdbool.h>
#include <stddef.h>

#include "csv/value.h"

enum field_id {
#define FIELD(name, ...) FIELD_##name,
#define SPREAD(name)
#define DROPPED(name)
#include "csv/fields.def"
#undef FIELD
#undef SPREAD
#undef DROPPED
	FIELD__MAX
};

enum field_resource {
	RESOURCE_USER, RESOURCE_CTI, RESOURCE_LABELS, RESOURCE_PHONE,
	RESOURCE_INCALL, RESOURCE_VOICEMAIL, RESOURCE_CALL_PERMISSIONS,
	RESOURCE__MAX
};

enum field_required {
	REQUIRED_NO, REQUIRED_ALWAYS, REQUIRED_RESOURCE, REQUIRED_CTI,
	REQUIRED_UPDATE, REQUIRED_NEVER
};

enum field_update_empty {
	UPDATE_EMPTY_IGNORED, UPDATE_EMPTY_DEFAULT, UPDATE_EMPTY_MISSING,
	UPDATE_EMPTY_SET_NULL, UPDATE_EMPTY_PROTOCOL, UPDATE_EMPTY_REMOVES,
	UPDATE_EMPTY_DETACHES
};

enum field_unique { UNIQUE_NO, UNIQUE_SYSTEM, UNIQUE_CONTEXT };

struct field {
	const char *name;
	enum field_resource resource;
	enum value_type type;
	long low, high;
	enum field_required required;
	const char *empty;
	enum field_update_empty update_empty;
	enum field_unique unique;
	bool exported;
	const char *old;	/* "" for none */
};

/* The table, indexed by enum field_id. */
extern const struct field fields[FIELD__MAX];

/* Whether the column's values are secrets.  Its type says so. */
bool field_secret(enum field_id id);

/* "user", "cti", "phone", ... */
const char *field_resource_name(enum field_resource r);

/* What a column name of a file means. */
enum field_kind { FIELD_UNKNOWN, FIELD_NEW, FIELD_OLD, FIELD_SPREAD, FIELD_DROPPED, FIELD_REPORT,
	FIELD_DELETE, FIELD_IGNORED, FIELD_SPLIT };

/* Looks up a name of n bytes, without regard to case and to blanks around it.  *id is set for
 * FIELD_NEW and FIELD_OLD.  FIELD_REPORT is `_errors`, the column that a report adds, and that
 * a corrected file may still have; FIELD_DELETE is `_delete`, with which an update deletes the
 * row's user.  FIELD_IGNORED and FIELD_SPLIT only come from a mapping (csv/mapping.h). */
enum field_kind field_find(const char *name, size_t n, enum field_id *id);

/* The column whose name is most similar to an unknown one; NULL if none is similar.  Old names
 * are compared too; the new name is returned. */
const char *field_nearest(const char *name);

#endif
