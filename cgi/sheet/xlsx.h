/* What the files that read an .xlsx share. */
#ifndef SHEET_XLSX_H
#define SHEET_XLSX_H

#include "sheet/package.h"

/* What cells refer to. */
struct xlsx_book {
	struct texts *texts;
	bool from_1904;		/* days are counted from 1904 */
	size_t n_styles;
	unsigned char dates[SHEET_MAX_STYLES / 8];	/* one bit for each style: it shows days or times */
};

/* sheet/xlsx_styles.c: which styles show dates. */
bool xlsx_read_styles(struct sheet *s, struct package *p, const char *part, struct xlsx_book *book);

/* sheet/xlsx_texts.c: the shared texts. */
bool xlsx_read_texts(struct sheet *s, struct package *p, const char *part, struct xlsx_book *book);

/* Replaces, in place, escapes such as _x000D_: they stand for characters that XML cannot hold.
 * Returns the new length. */
size_t xlsx_unescape(char *text, size_t n);

/* sheet/xlsx_rows.c: the rows of a worksheet. */
bool xlsx_read_rows(struct sheet *s, struct package *p, const char *part, struct xlsx_book *book);

#endif
