/* The JSON API: what a handler has, reads and answers by.
 *
 * A handler reads input (a->query, api_param), calls a folder above and answers by
 * one of api_json, api_problem, result_answer.  The guards of its row in routes.c
 * have passed by then (serve/dispatch.h): it never asks for account, rights or
 * content type itself.
 *
 * It returns 0, or -1 with `e`, of which a problem (RFC 9457) is made. */
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

/* An error in one sentence.  Returns 0.
 *
 * A client that takes nothing but application/json gets the form of the older services: a
 * list of sentences, or where the request is about a file, {"errors": [...]} as errors in
 * the file have it.  Others get application/problem+json, with `errors` beside its members
 * where the request is about a file. */
int api_problem(struct api *a, int status, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same with more members, where the answer is an object; takes the reference of
 * `members`. */
int api_problem_with(struct api *a, int status, json_t *members, const char *fmt, ...)
	__attribute__((format(printf, 4, 5)));

/* application/json; takes the reference of `value`.  Returns 0. */
int api_json(struct api *a, int status, json_t *value);

/* Retry-After, in seconds. */
void api_retry(struct api *a, long seconds);

/* --- input ---------------------------------------------------------------- */

/* The path without the prefix of the older service, /api/confd. */
const char *api_bare_path(const struct request *req);

/* The body, a JSON object; {} if there is none and it need not be.  NULL with ERR_INVALID
 * where it is none, or has more than `max` bytes; `wanted` says what it must be. */
json_t *api_object(struct api *a, size_t max, bool needed, const char *wanted, struct err *e);

/* A parameter of the route's pattern. */
const char *api_param(const struct api *a, const char *name);

/* A number of the query; absent: `otherwise`.  ERR_INVALID names it. */
int api_query_number(struct api *a, const char *name, long low, long high, long otherwise,
    long *out, struct err *e);

/* One of a list (NULL ends it) of the query; *out is its place, 0 if absent.
 * ERR_INVALID names it. */
int api_query_choice(struct api *a, const char *name, const char *const *list,
    int *out, struct err *e);

/* A truth value of the query, true/false in any case or 1/0; absent: false.  ERR_INVALID
 * names it. */
int api_query_bool(struct api *a, const char *name, bool *out, struct err *e);

/* The key that makes a repeated request the same job: the client's Idempotency-Key, or a
 * random one.  NULL if the client's is none: 1 to 255 printable ASCII characters. */
const char *api_idempotency(struct api *a);

#endif
