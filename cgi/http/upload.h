/* The body of a form with files: text fields become a form, files are handed
 * on as they stream in. */
#ifndef HTTP_UPLOAD_H
#define HTTP_UPLOAD_H

#include "http/form.h"
#include "http/multipart.h"
#include "http/request.h"

/* Reads the whole body, at most `max_total` bytes of it.  Text fields are
 * added to `f` (form_init before); the sink is called for files alone, and not
 * for a file input where none was chosen; its part_end may be NULL.  Fields that the document has before
 * a file (the CSRF token) are in `f` when its part_begin is called.
 * Returns 0, or -1 with `e` as multipart_push, form_add and request_read do. */
int upload_read(struct request *req, struct form *f, long long max_total,
    const struct multipart_sink *files, struct err *e);

#endif
