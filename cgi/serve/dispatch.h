/* From a request to its handler: the order in which pages and API find the route, run its guards
 * and answer errors.
 *
 *	1. the request is valid			400
 *	2. the route is looked up
 *	3. the side finds the principal		the side's answer: 401, 403, 303 to the sign-in
 *	4. there is such a route		404, 405; 308 for a slash too many at the end
 *	5. it was not sent by another site	403
 *	6. the rights of the row		403
 *	7. type and size of the body		415, 413
 *	8. the parameters of the URL		400
 *	9. the form, and its token		400, 413, 403
 *	10. the handler
 *
 * Before nginx reads the body of an upload, it asks whether the request would pass step 7: the
 * answer is 204 or 401 (nginx/rollcall.nginx).
 *
 * Step 9 reads a multipart body up to its first file, and compares the token.  So no byte of a
 * file reaches a handler before that. */
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

/* The members of a call: one request, and what the guards find out about it before its handler
 * runs.  A struct that begins with
 *
 *	union { struct call call; struct { CALL_MEMBERS }; };
 *
 * is a call, and has these members under their own names; struct page and struct api do.
 *
 *	req		the request
 *	res		the answer; its status is 200 unless another is set
 *	conf		the settings
 *	db		this process's connection
 *	mem		the arena of the request
 *	who		the principal; NULL, on public routes only, if nobody is signed in
 *	route		the row of the route table and the parameters of its pattern
 *	query		the parameters of the URL: only names that the row lists
 *	form		the fields of the body if the row says ROUTE_FORM; of a multipart
 *			body those before its first file
 *	files		the rest of a multipart body, else NULL
 *	csrf		the token that forms carry, NULL if there are no forms
 *	refused		why the request was refused, a word of struct refusal or of a handler; else
 *			NULL.  If `who` is set, a missing right or a reached limit is audited */
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

/* The word for `refused` if an account or its tenant has reached one of its limits. */
#define REFUSED_QUOTA "quota"

/* Why a request is refused. */
struct refusal {
	int status;
	const char *name;	/* of the page's texts: error.NAME.title, error.NAME.text */
	const char *detail;	/* the API's sentence, in English */
	/* Only for "parameter": the unknown name, and a similar known one or NULL. */
	const char *parameter, *near;
};

/* The result of a step that the request has passed.  Others: 0, the step has answered; -1 with
 * `e`. */
enum { CALL_PASS = 1 };

/* What differs between pages and API.  `c` is the side's own struct. */
struct side {
	const struct route *(*routes)(size_t *n);
	/* The path to look up in the table; NULL: as it is. */
	const char *(*path)(const struct request *req);
	/* Sets c->who and c->csrf, or answers.  Must answer if the row needs a sign-in and
	 * nobody is signed in.  c->route.route is NULL if there is no such route.  CALL_PASS,
	 * 0 or -1. */
	int (*identify)(struct call *c, struct err *e);
	/* Checks that the row accepts the type of the body; NULL: any.  CALL_PASS, 0 or -1. */
	int (*body_type)(struct call *c, struct err *e);
	/* Answers with a refusal, also before `identify`.  0 or -1. */
	int (*refuse)(struct call *c, const struct refusal *why, struct err *e);
	/* Calls c->route.route->handler with its own type.  0 or -1. */
	int (*handle)(struct call *c, struct err *e);
	/* The parameters of the URL that may be there more than once, separated by blanks; NULL: all. */
	const char *repeatable;
};

/* Answers the request of `c`.  The caller has set req, res, conf, db and mem; all else is zero.
 * Never fails: an error becomes a refusal, and is logged if it is a fault of the program, the
 * database or the machine. */
void dispatch(const struct side *side, struct call *c);

#endif
