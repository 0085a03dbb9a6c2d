/* A ZIP archive written as a stream: no seeking, memory does not grow with it.
 * (libzip writes one only as a whole, to a file.) */
#ifndef SHEET_ZIP_STREAM_H
#define SHEET_ZIP_STREAM_H

#include <stdbool.h>
#include <stddef.h>

/* Gets the bytes as they come; false ends the archive: all calls say false then. */
typedef bool zip_stream_write(void *ctx, const char *bytes, size_t n);

struct zip_stream;

/* zip_stream_free ends it. */
struct zip_stream *zip_stream_new(zip_stream_write *write, void *ctx);
void zip_stream_free(struct zip_stream *z);

/* Begins a part; the one before ends.  At most ZIP_STREAM_PARTS, `name` outlives it. */
#define ZIP_STREAM_PARTS 16
bool zip_stream_part(struct zip_stream *z, const char *name);

/* Adds bytes to the part: at most 4 GiB in all. */
bool zip_stream_add(struct zip_stream *z, const char *bytes, size_t n);

/* Ends the archive. */
bool zip_stream_end(struct zip_stream *z);

#endif
