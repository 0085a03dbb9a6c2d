/* A QR code as an SVG path.  Contract: qr.h. */
#include "pages/qr.h"

#include <errno.h>
#include <string.h>

#include <qrencode.h>

#include "base/buf.h"

#define QUIET 4	/* modules around it (ISO/IEC 18004) */

const char *qr_path(struct arena *mem, const char *text, int *size, struct err *e)
{
	QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
	struct buf path = {0};

	if (code == NULL) {
		err_set(e, ERR_INVALID, "QR code", "cannot be made: %s", strerror(errno));
		return NULL;
	}
	/* A run of dark modules is one rectangle; of a module's byte the lowest bit is dark. */
	for (int y = 0; y < code->width; y++)
		for (int x = 0, n; x < code->width; x += n) {
			const unsigned char *row = code->data + (size_t)y * (size_t)code->width;

			for (n = 1; x + n < code->width && ((row[x + n] ^ row[x]) & 1) == 0; n++)
				;
			if ((row[x] & 1) != 0)
				buf_addf(&path, "M%d %dh%dv1h-%dz", x + QUIET, y + QUIET, n, n);
		}
	*size = code->width + 2 * QUIET;
	QRcode_free(code);
	const char *kept = arena_strdup(mem, buf_str(&path));
	buf_free(&path);
	return kept;
}
