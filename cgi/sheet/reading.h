/* A workbook that is being read: what the files of this folder share. */
#ifndef SHEET_READING_H
#define SHEET_READING_H

#include <stdio.h>

#include "base/buf.h"
#include "sheet/sheet.h"

/* Bounds that no setting changes: real workbooks stay far below them. */
#define SHEET_MAX_UNPACKED	(1024LL * 1024 * 1024)	/* bytes of XML in all */
#define SHEET_MAX_RATIO		200	/* unpacked to packed bytes of a part */
#define SHEET_RATIO_FROM	(1024LL * 1024)	/* unpacked bytes from which the ratio is checked */
#define SHEET_MAX_PARTS		4096
#define SHEET_MAX_SHEETS	100
#define SHEET_MAX_TEXTS		1000000
#define SHEET_MAX_TEXT_BYTES	(256LL * 1024 * 1024)
#define SHEET_MAX_STYLES	65536
#define SHEET_MAX_COLUMNS	16384
#define SHEET_MAX_ROWS		1048576L
#define SHEET_MAX_DEPTH		64	/* elements within elements */
#define SHEET_XML_MEMORY	((size_t)8 * 1024 * 1024)

struct cell {
	size_t at, length;	/* where its text is in `texts` */
	unsigned char kind;
};

struct sheet {
	const char *name;
	struct sheet_limits limits;
	struct sheet_sink sink;
	FILE *file;		/* the bytes; NULL once the archive owns it */
	long long size;
	long long unpacked;	/* bytes so far, of all parts */
	long long given;	/* bytes of cells so far */
	bool over;		/* a fault was given, or the caller has stopped the reading */

	/* the row being read */
	long row;		/* its number; 0: none yet */
	struct buf texts;
	struct cell *cells;	/* as many as limits.max_columns */
	size_t n_cells;		/* up to the last one that was set */
	const char **shown;	/* the cells, in the form that the caller gets */
	size_t *lengths;
	unsigned char *kinds;
};

/* Gives the fault to the caller, unless one was given before.  Returns false. */
bool sheet_fault(struct sheet *s, const struct sheet_fault *f);

/* Gives the fault "the workbook is damaged" with the name of the part.  Returns false. */
bool sheet_damaged(struct sheet *s, const char *part);

/* Gives the fault that the workbook has more than `limit` of `what` (a text key).  Returns
 * false. */
bool sheet_limit(struct sheet *s, const char *what, long long limit);

/* Adds a sheet's name, cut where it is long, to a list for people. */
void sheet_name_add(struct buf *names, const char *name);

/* A row: its beginning, with a number larger than the last row's; its cells in any order, of
 * which the last one of a column counts; its end, which gives the row to the caller.  Each
 * returns false after a fault or a stop. */
bool sheet_row_begin(struct sheet *s, long number);
bool sheet_cell(struct sheet *s, long column, enum cell_kind kind, const char *text, size_t n);
bool sheet_row_end(struct sheet *s);

/* Gives the row that ended last again, under another number. */
bool sheet_row_again(struct sheet *s, long number);

/* --- the two formats --------------------------------------------------------- */

struct package;

/* ods.c, xlsx.c: finds the sheet of an .ods (OpenDocument) or .xlsx (Office Open XML) and
 * gives its rows, or the fault.  An archive that is no .xlsx goes to ods_read, which gives
 * the fault of an archive that is no workbook at all. */
void ods_read(struct sheet *s, struct package *p);
void xlsx_read(struct sheet *s, struct package *p);

#endif
