/* A QR code as the path of an SVG picture. */
#ifndef PAGES_QR_H
#define PAGES_QR_H

#include "base/arena.h"
#include "base/err.h"

/* What stands in <path d="...">, one unit a module, in `mem`; *size is the picture's width
 * and height with the four modules of quiet around it.  NULL with `e` where the text is too
 * long for a QR code. */
const char *qr_path(struct arena *mem, const char *text, int *size, struct err *e);

#endif
