/* The body of a form with files (multipart/form-data), read in two steps: first the text fields
 * before the first file, then the files as they arrive.  Between the two the caller can check
 * the fields, such as the form's token, before it gets the first byte of a file. */
#ifndef HTTP_FORM_DATA_H
#define HTTP_FORM_DATA_H

#include "http/form.h"
#include "http/multipart.h"
#include "http/request.h"

struct form_data;

/* A reader of the request's body, of at most `max_total` bytes.  Text fields, also those after
 * a file, are added to `f` (call form_init before).  form_data_close ends it. */
struct form_data *form_data_open(struct request *req, struct form *f, long long max_total);

/* Reads the fields before the first file, to the end of the body if there is no file.
 * Returns 0, or -1 with `e` as multipart_push, form_add and request_read do. */
int form_data_fields(struct form_data *d, struct err *e);

/* Reads the rest.  The sink gets files only, and not a file input for which no file was chosen;
 * its part_end may be NULL.  Returns 0, or -1 with `e`: as above, or the sink's error.  After a
 * failure each call returns the same error. */
int form_data_files(struct form_data *d, const struct multipart_sink *files, struct err *e);

/* Does nothing for NULL. */
void form_data_close(struct form_data *d);

#endif
