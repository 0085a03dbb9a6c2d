/* The JSON of the setup in the API: the keys of the setup file, and for contexts and call permissions
 * also the members of the older service. */
#ifndef API_SETUP_SHAPE_H
#define API_SETUP_SHAPE_H

#include <jansson.h>

#include "setup/change.h"

/* The object that the API answers with; the caller owns the reference. */
json_t *setup_shape(const struct setup_resource *r, const struct setup_thing *thing);

/* The object of the setup file for the body of a request: the stored object (`was`, NULL: none) with
 * the members that were sent; null removes a member.  Members that only answers have are ignored.
 * The caller owns the reference. */
json_t *setup_shape_read(const struct setup_resource *r, const struct setup_thing *was, json_t *sent);

#endif
