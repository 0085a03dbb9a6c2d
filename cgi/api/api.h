/* The JSON API: the handler of a request, its input, and the functions to answer with.
 *
 * A handler reads input (a->query, api_param), calls a folder above and answers with one of
 * api_json, api_problem, result_answer.  The guards of its row in routes.c have run before
 * (serve/dispatch.h): a handler does not check account, rights or content type itself.
 *
 * It returns 0, or -1 with `e`, which becomes a problem (RFC 9457). */
#ifndef API_API_H
#define API_API_H

#include <stdbool.h>

#include <jansson.h>

#include "serve/dispatch.h"

struct api {
	union {
		struct call call;
		struct { CALL_MEMBERS };
	};
};

typedef int api_handler(struct api *a, struct err *e);

/* --- answers -------------------------------------------------------------- */

/* Answers with an error in one sentence.  Returns 0.
 *
 * A client that accepts only application/json gets the form of the older services: a list of
 * sentences; or, if the request is about a file, {"errors": [...]} as for errors in the file.
 * Others get application/problem+json, with a member `errors` if the request is about a file. */
int api_problem(struct api *a, int status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same with more members, if the answer is an object.  Takes over the reference of `members`. */
int api_problem_with(struct api *a, int status, json_t *members, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* Answers with application/json.  Takes over the reference of `value`.  Returns 0. */
int api_json(struct api *a, int status, json_t *value);

/* Sets Retry-After, in seconds. */
void api_retry(struct api *a, long seconds);

/* --- input ---------------------------------------------------------------- */

/* The path without the prefix of the older service, /api/confd. */
const char *api_bare_path(const struct request *req);

/* Reads the body, a JSON object; {} if there is no body and it is not `needed`.  The caller owns the
 * reference.  NULL with ERR_INVALID if it is not a JSON object or has more than `max` bytes; `wanted`
 * is the text that says what it must be. */
json_t *api_object(struct api *a, size_t max, bool needed, const char *wanted, struct err *e);

/* Refuses members that are not in `known`, names separated by blanks: a misspelt one must not be
 * ignored.  Returns 0, or -1 with ERR_INVALID. */
int api_members(struct api *a, const json_t *object, const char *known, struct err *e);

/* A parameter of the route's pattern. */
const char *api_param(const struct api *a, const char *name);

/* Reads a number from low to high from the query; `otherwise` if it is absent.  0, or -1 with
 * ERR_INVALID, which names the parameter. */
int api_query_number(struct api *a, const char *name, long low, long high, long otherwise,
    long *out, struct err *e);

/* Reads a word of a list (NULL ends it) from the query; *out is its index, 0 if it is absent.  0, or
 * -1 as above. */
int api_query_choice(struct api *a, const char *name, const char *const *list,
    int *out, struct err *e);

/* Reads a boolean from the query: true/false in any case, or 1/0; false if it is absent.  0, or -1 as
 * above. */
int api_query_bool(struct api *a, const char *name, bool *out, struct err *e);

/* The key by which a repeated request makes the same job: the client's Idempotency-Key, or a random
 * one.  NULL if the client's is not 1 to 255 printable ASCII characters. */
const char *api_idempotency(struct api *a);

#endif
