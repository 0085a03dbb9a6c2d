/* Writes a workbook of one sheet as a stream: an .xlsx whose cells are texts, so that a
 * spreadsheet does not change them.  The first row stays visible while scrolling.  Memory does
 * not grow with the sheet. */
#ifndef SHEET_XLSX_WRITER_H
#define SHEET_XLSX_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "sheet/sheet.h"

/* Receives the bytes in pieces; false stops the writing. */
typedef bool xlsx_write(void *ctx, const char *bytes, size_t n);

struct xlsx_writer;

/* The most rows that a spreadsheet can open. */
#define XLSX_MAX_ROWS 1048576L

/* A writer for one workbook; xlsx_writer_free ends it.  `sheet` is the sheet's name. */
struct xlsx_writer *xlsx_writer_new(const char *sheet, xlsx_write *write, void *ctx);
void xlsx_writer_free(struct xlsx_writer *w);

/* xlsx_row ends the last row and begins the next, whose number is larger.  xlsx_cell adds its
 * cells from the left; `kind` is CELL_TEXT, or CELL_NUMBER for bytes that are a number in
 * decimal form.  An empty cell is left out. */
void xlsx_row(struct xlsx_writer *w, long number);
void xlsx_cell(struct xlsx_writer *w, enum cell_kind kind, const char *bytes, size_t n);

/* Passes on what has been added once it is a piece of some size.  Call it between rows.
 * Returns false once the caller has stopped the writing. */
bool xlsx_flush(struct xlsx_writer *w);

/* Passes on all that has been added.  Returns as xlsx_flush. */
bool xlsx_pass(struct xlsx_writer *w);

/* Ends the workbook.  Returns as xlsx_flush. */
bool xlsx_end(struct xlsx_writer *w);

#endif
