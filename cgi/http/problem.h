/* Statuses: their names, and RFC 9457 bodies for the API. */
#ifndef HTTP_PROBLEM_H
#define HTTP_PROBLEM_H

#include "http/response.h"

/* The reason phrase of a status ("Not Found"); never NULL. */
const char *problem_reason(int status);

/* Makes `res` an application/problem+json of the status.  `detail` (one
 * sentence) and `request_id` may be NULL. */
void problem_write(struct response *res, int status, const char *detail, const char *request_id);

#endif
