/* An error: filled where it happens, and reported once, by a caller.  Functions that can
 * fail return 0, or -1 with the `struct err` filled.  A wrong row of a file is no error in
 * this sense: it is data (csv/issue.h). */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err_code {
	ERR_NONE,
	ERR_USAGE,	/* wrong arguments of a command */
	ERR_CONF,	/* a setting is unknown or bad */
	ERR_IO,		/* a file or a socket */
	ERR_INVALID,	/* input that cannot be used */
	ERR_NOT_FOUND,
	ERR_TOO_LARGE,
	ERR_QUOTA,	/* the account or tenant has too many jobs now: try again later */
	ERR_DB,		/* the database refused */
	ERR_DB_LOST,	/* the connection is lost: the statement may or may not have been executed */
	ERR_DB_UNIQUE,	/* unique violation */
	ERR_DB_RETRY,	/* deadlock or serialization failure: run the transaction again */
	ERR_DB_CANCELED,
	ERR_DB_FULL,	/* the database has no space left */
	ERR_DB_SCHEMA,	/* the database has another version of the schema than the program */
};

struct err {
	enum err_code code;
	char place[160];	/* the file, setting, JSON path or query that the error is about */
	char message[480];	/* one plain sentence, no newline, no secret */
	char hint[240];		/* how to correct it; may be empty */
};

/* Fills `e` (which may be NULL) and returns -1, so that a function can say
 * `return err_set(e, ERR_IO, path, "cannot open: %s", strerror(errno));`.
 * `place` may be NULL. */
int err_set(struct err *e, enum err_code code, const char *place,
    const char *fmt, ...) __attribute__((format(printf, 4, 5)));

/* Adds a hint, how to correct it, to an error that is set; returns -1 as err_set does. */
int err_hint(struct err *e, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

/* clang's analyzer sees one file at a time, so it does not know that these return -1. */
#ifdef __clang_analyzer__
#define err_set(...) ((void)err_set(__VA_ARGS__), -1)
#define err_hint(...) ((void)err_hint(__VA_ARGS__), -1)
#endif

#endif
