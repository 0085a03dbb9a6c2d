/* How the API writes and reads what is set up: the keys of the setup file; of contexts and
 * call permissions the members of the older service. */
#ifndef API_SETUP_SHAPE_H
#define API_SETUP_SHAPE_H

#include <jansson.h>

#include "setup/change.h"

/* The object of the API; the caller has the reference. */
json_t *setup_shape(const struct setup_resource *r, const struct setup_thing *thing);

/* The object of the setup file that a body means: what is stored (`was`, NULL: nothing) with
 * the members that were sent; null takes a member away.  Members that only answers have are
 * left out.  The caller has the reference. */
json_t *setup_shape_read(const struct setup_resource *r, const struct setup_thing *was, json_t *sent);

#endif
