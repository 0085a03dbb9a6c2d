/* The body of a form with files (multipart/form-data), read in two steps: the text fields
 * before the first file, then files as they stream in.  Between the two somebody can look
 * at the fields, as at the token that they carry, before the first byte of a file. */
#ifndef HTTP_FORM_DATA_H
#define HTTP_FORM_DATA_H

#include "http/form.h"
#include "http/multipart.h"
#include "http/request.h"

struct form_data;

/* A reader of the request's body, of at most `max_total` bytes.  Text fields are added to
 * `f` (form_init before), those behind a file too.  form_data_close ends it. */
struct form_data *form_data_open(struct request *req, struct form *f, long long max_total);

/* Reads the fields before the first file, to the end of the body if there is no file.
 * Returns 0, or -1 with `e` as multipart_push, form_add and request_read do. */
int form_data_fields(struct form_data *d, struct err *e);

/* Reads the rest.  The sink is called for files alone, and not for a file input where none
 * was chosen; its part_end may be NULL.  Returns 0, or -1 with `e` as above or of the sink;
 * once the reading has failed, the same error again. */
int form_data_files(struct form_data *d, const struct multipart_sink *files, struct err *e);

/* NULL is nothing to do. */
void form_data_close(struct form_data *d);

#endif
