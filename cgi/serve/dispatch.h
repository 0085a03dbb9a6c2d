/* From a request to its handler: the one order in which pages and API find the route, run
 * its guards and answer errors.
 *
 *	1. the request makes sense		400
 *	2. the route is looked up
 *	3. the side finds out who asks		as the side says: 401, 403, 303 to the sign-in
 *	4. there is such a route		404, 405; a slash too many is a redirect
 *	5. no other site made a browser send it	403
 *	6. the rights of the row		403
 *	7. type and size of the body		415, 413
 *	8. the parameters of the URL		400
 *	9. the form, and its token		400, 413, 403
 *	10. the handler
 *
 * Before it reads the body of an upload, nginx asks whether it would come past step 7: then
 * the answer is 204, else 401 (nginx/rollcall.nginx).
 *
 * Of a multipart body step 9 reads as far as its first file: no byte of a file reaches a
 * handler before the token has been compared. */
#ifndef SERVE_DISPATCH_H
#define SERVE_DISPATCH_H

#include "auth/principal.h"
#include "base/arena.h"
#include "base/conf.h"
#include "base/err.h"
#include "db/db.h"
#include "http/form.h"
#include "http/form_data.h"
#include "http/request.h"
#include "http/response.h"
#include "http/route.h"

/* The members of a call: one request, and what is found out about it before its handler
 * runs.  A struct that begins with
 *
 *	union { struct call call; struct { CALL_MEMBERS }; };
 *
 * is a call, and has these members under their own names; struct page and struct api do.
 *
 *	req		the request
 *	res		the answer; its status is 200 unless somebody sets another
 *	conf		the settings
 *	db		this process's connection
 *	mem		the arena of the request
 *	who		who asks; NULL if nobody is signed in, on public routes alone
 *	route		the row of the route table and the parameters of its pattern
 *	query		the parameters of the URL: only names that the row lists
 *	form		the fields of the body, where the row says ROUTE_FORM; of a
 *			multipart body those before its first file
 *	files		the rest of a multipart body, else NULL
 *	csrf		the token that forms carry, NULL if there are no forms
 *	refused		why the request was refused, a word of struct refusal or of a handler; else
 *			NULL.  With who set, a refusal for want of a right or of room is audited */
#define CALL_MEMBERS \
	struct request *req; \
	struct response *res; \
	const struct conf *conf; \
	struct db *db; \
	struct arena *mem; \
	const struct principal *who; \
	struct route_match route; \
	struct form query; \
	struct form form; \
	struct form_data *files; \
	const char *csrf; \
	const char *refused;

struct call {
	CALL_MEMBERS
};

/* The word for `refused` where an account or its tenant is at one of its limits. */
#define REFUSED_QUOTA "quota"

/* Why a request is not served. */
struct refusal {
	int status;
	const char *name;	/* of the page's texts: error.NAME.title, error.NAME.text */
	const char *detail;	/* the API's sentence, in English */
	/* Of "parameter" alone: what is unknown, and what may have been meant or NULL. */
	const char *parameter, *near;
};

/* A step passed: go on.  Other results of a step: 0, it has answered; -1 with `e`. */
enum { CALL_PASS = 1 };

/* What differs between pages and API.  `c` is the side's own struct. */
struct side {
	const struct route *(*routes)(size_t *n);
	/* The path to look up in the table; NULL: as it is. */
	const char *(*path)(const struct request *req);
	/* Finds out who asks and sets c->who and c->csrf, or answers.  c->route.route is
	 * NULL if there is no such route.  Must answer where the row wants somebody to
	 * be signed in and nobody is.  CALL_PASS, 0 or -1. */
	int (*identify)(struct call *c, struct err *e);
	/* Whether the body is of a type that the row takes; NULL: any.  CALL_PASS, 0 or -1. */
	int (*body_type)(struct call *c, struct err *e);
	/* Answers with a refusal.  Also where nothing is known yet of who asks.  0 or -1. */
	int (*refuse)(struct call *c, const struct refusal *why, struct err *e);
	/* Calls c->route.route->handler with its own type.  0 or -1. */
	int (*handle)(struct call *c, struct err *e);
};

/* Answers the request of `c`, whose req, res, conf, db and mem are set and all else is
 * zero.  Never fails: an error becomes a refusal, and is logged where it is a fault of
 * the program or its surroundings. */
void dispatch(const struct side *side, struct call *c);

#endif
