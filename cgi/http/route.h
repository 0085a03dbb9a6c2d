/* The route table: a row carries its guards, so that no handler can forget
 * them.  serve/dispatch.c runs them. */
#ifndef HTTP_ROUTE_H
#define HTTP_ROUTE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "http/request.h"

/* The prefix of the pages of the telephone system, the same as in XiVO.  nginx/rollcall.nginx has
 * it too; templates have it as Page.ipbx. */
#define ROUTE_IPBX "/services/ipbx"

/* Who may send the request: anybody, a browser with a session, an account of the API. */
enum route_login { ROUTE_PUBLIC, ROUTE_SESSION, ROUTE_ACCOUNT };

enum route_body { ROUTE_NO_BODY, ROUTE_FORM, ROUTE_MULTIPART, ROUTE_CSV, ROUTE_JSON };

struct route {
	unsigned methods;	/* enum http_method bits; HTTP_GET serves HEAD too */
	const char *pattern;	/* "/imports/{id}": a parameter is a whole segment */
	enum route_login login;
	unsigned rights;	/* bits of which the caller must have one; 0: none needed */
	bool csrf;		/* the form must carry the session's token */
	enum route_body body;
	long long body_limit;	/* bytes; 0: the limit of the settings */
	const char *query;	/* the parameters that the URL may have: "q page"; NULL: none */
	void (*handler)(void);	/* cast to the dispatcher's own type */
};

#define ROUTE_PARAMS_MAX 4

struct route_match {
	const struct route *route;	/* of ROUTE_FOUND */
	const char *allow;		/* "GET, HEAD, POST", of ROUTE_METHOD_NOT_ALLOWED */
	size_t n;
	struct {
		const char *name, *value;
	} params[ROUTE_PARAMS_MAX];
};

enum route_result { ROUTE_FOUND, ROUTE_NOT_FOUND, ROUTE_METHOD_NOT_ALLOWED };

/* Looks up a path.  The order of the rows does not matter: a literal segment wins over a
 * parameter, and the leftmost difference decides.  If "/users/import" has no row for the
 * method, "/users/{uuid}" is not tried.  Texts of `m` live in `mem`. */
enum route_result route_find(const struct route *table, size_t n,
    enum http_method method, const char *path, struct arena *mem, struct route_match *m);

/* The value of a parameter ("" never matches); NULL if there is none. */
const char *route_param(const struct route_match *m, const char *name);

/* The parameter "id" as a number from 1 to 999,999,999; 0 if it is not such a number. */
long route_id(const struct route_match *m);

#endif
