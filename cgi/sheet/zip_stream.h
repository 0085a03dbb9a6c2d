/* Writes a ZIP archive as a stream: without seeking, in memory that does not grow with it.
 * (libzip can only write a whole archive to a file.) */
#ifndef SHEET_ZIP_STREAM_H
#define SHEET_ZIP_STREAM_H

#include <stdbool.h>
#include <stddef.h>

/* Receives the bytes in pieces.  If it returns false, all further calls return false. */
typedef bool zip_stream_write(void *ctx, const char *bytes, size_t n);

struct zip_stream;

/* A writer for one archive; zip_stream_free ends it. */
struct zip_stream *zip_stream_new(zip_stream_write *write, void *ctx);
void zip_stream_free(struct zip_stream *z);

/* Ends the last part and begins the next; at most ZIP_STREAM_PARTS.  `name` must live as long
 * as the writer. */
#define ZIP_STREAM_PARTS 16
bool zip_stream_part(struct zip_stream *z, const char *name);

/* Adds bytes to the part: at most 4 GiB in all. */
bool zip_stream_add(struct zip_stream *z, const char *bytes, size_t n);

/* Passes on all that was added to the part: what has come can be unpacked. */
bool zip_stream_pass(struct zip_stream *z);

/* Ends the archive. */
bool zip_stream_end(struct zip_stream *z);

#endif
