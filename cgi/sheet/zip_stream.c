/* A ZIP archive written as a stream.  Contract: zip_stream.h.  The numbers are from
 * APPNOTE.TXT, 4.3.  The sizes of a part follow its data (bit 3 of the flags). */
#include "sheet/zip_stream.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#define PIECE ((size_t)64 * 1024)
#define FLAGS 0x0808	/* sizes after the data, names in UTF-8 */
#define DEFLATED 8
#define DATE 0x0021	/* always 1 January 1980, so that the same users give the same bytes */

struct part {
	const char *name;
	uint32_t crc, packed, unpacked, offset;
};

struct zip_stream {
	zip_stream_write *write;
	void *ctx;
	z_stream deflate;
	struct part parts[ZIP_STREAM_PARTS];
	size_t n;
	bool open;		/* the last part */
	bool failed;
	uint64_t written;
	unsigned char out[PIECE];
};

struct zip_stream *zip_stream_new(zip_stream_write *write, void *ctx)
{
	struct zip_stream *z = calloc(1, sizeof(*z));

	/* Raw deflate, as the archive has its own headers.  The fastest level, as XML shrinks to a
	 * tenth with any. */
	if (z == NULL || deflateInit2(&z->deflate, Z_BEST_SPEED, Z_DEFLATED, -MAX_WBITS, 8,
	    Z_DEFAULT_STRATEGY) != Z_OK)
		abort();
	z->write = write;
	z->ctx = ctx;
	return z;
}

void zip_stream_free(struct zip_stream *z)
{
	if (z == NULL)
		return;
	deflateEnd(&z->deflate);
	free(z);
}

static bool put(struct zip_stream *z, const void *bytes, size_t n)
{
	if (!z->failed && n > 0 && !z->write(z->ctx, bytes, n))
		z->failed = true;
	z->written += n;
	if (z->written > UINT32_MAX)
		z->failed = true;
	return !z->failed;
}

/* --- records -------------------------------------------------------------- */

struct record {
	unsigned char bytes[64];
	size_t n;
};

static void add(struct record *r, uint32_t value, size_t bytes)
{
	for (; bytes > 0; bytes--, value >>= 8)
		r->bytes[r->n++] = (unsigned char)value;
}

/* Adds the fields that the header before a part and its entry in the directory share. */
static void add_common(struct record *r, const struct part *p, bool sizes)
{
	add(r, 20, 2);
	add(r, FLAGS, 2);
	add(r, DEFLATED, 2);
	add(r, 0, 2);
	add(r, DATE, 2);
	add(r, sizes ? p->crc : 0, 4);
	add(r, sizes ? p->packed : 0, 4);
	add(r, sizes ? p->unpacked : 0, 4);
	add(r, (uint32_t)strlen(p->name), 2);
	add(r, 0, 2);
}

static bool put_header(struct zip_stream *z, const struct part *p)
{
	struct record r = {0};

	add(&r, 0x04034b50, 4);
	add_common(&r, p, false);
	return put(z, r.bytes, r.n) && put(z, p->name, strlen(p->name));
}

static bool put_sizes(struct zip_stream *z, const struct part *p)
{
	struct record r = {0};

	add(&r, 0x08074b50, 4);
	add(&r, p->crc, 4);
	add(&r, p->packed, 4);
	add(&r, p->unpacked, 4);
	return put(z, r.bytes, r.n);
}

static bool put_entry(struct zip_stream *z, const struct part *p)
{
	struct record r = {0};

	add(&r, 0x02014b50, 4);
	add(&r, 20, 2);
	add_common(&r, p, true);
	add(&r, 0, 2);
	add(&r, 0, 2);
	add(&r, 0, 2);
	add(&r, 0, 4);
	add(&r, p->offset, 4);
	return put(z, r.bytes, r.n) && put(z, p->name, strlen(p->name));
}

/* --- parts ---------------------------------------------------------------- */

/* Deflates the bytes at next_in; with Z_FINISH as `flush` to the end of the part. */
static bool deflate_all(struct zip_stream *z, int flush)
{
	struct part *p = &z->parts[z->n - 1];
	size_t n;

	do {
		z->deflate.next_out = z->out;
		z->deflate.avail_out = PIECE;
		if (deflate(&z->deflate, flush) == Z_STREAM_ERROR)
			abort();
		n = PIECE - z->deflate.avail_out;
		p->packed += (uint32_t)n;
		if (!put(z, z->out, n))
			return false;
	} while (z->deflate.avail_out == 0);
	return true;
}

static bool end_part(struct zip_stream *z)
{
	if (!z->open)
		return !z->failed;
	z->open = false;
	z->deflate.avail_in = 0;
	if (z->failed || !deflate_all(z, Z_FINISH) || deflateReset(&z->deflate) != Z_OK)
		return false;
	return put_sizes(z, &z->parts[z->n - 1]);
}

bool zip_stream_part(struct zip_stream *z, const char *name)
{
	struct part *p;

	if (!end_part(z))
		return false;
	if (z->n == ZIP_STREAM_PARTS)
		abort();
	p = &z->parts[z->n++];
	*p = (struct part){ .name = name, .offset = (uint32_t)z->written };
	z->open = true;
	return put_header(z, p);
}

bool zip_stream_add(struct zip_stream *z, const char *bytes, size_t n)
{
	struct part *p = &z->parts[z->n - 1];

	if (z->failed || n > UINT32_MAX - p->unpacked) {
		z->failed = true;
		return false;
	}
	p->crc = (uint32_t)crc32(p->crc, (const unsigned char *)bytes, (unsigned)n);
	p->unpacked += (uint32_t)n;
	/* zlib does not write to its input. */
	z->deflate.next_in = (unsigned char *)(size_t)bytes;
	z->deflate.avail_in = (unsigned)n;
	return deflate_all(z, Z_NO_FLUSH);
}

bool zip_stream_pass(struct zip_stream *z)
{
	z->deflate.avail_in = 0;
	return !z->failed && deflate_all(z, Z_SYNC_FLUSH);
}

bool zip_stream_end(struct zip_stream *z)
{
	struct record r = {0};
	uint32_t at;

	if (!end_part(z))
		return false;
	at = (uint32_t)z->written;
	for (size_t i = 0; i < z->n; i++)
		if (!put_entry(z, &z->parts[i]))
			return false;
	add(&r, 0x06054b50, 4);
	add(&r, 0, 4);
	add(&r, (uint32_t)z->n, 2);
	add(&r, (uint32_t)z->n, 2);
	add(&r, (uint32_t)z->written - at, 4);
	add(&r, at, 4);
	add(&r, 0, 2);
	return put(z, r.bytes, r.n);
}
