/* A workbook of one sheet written as a stream: an .xlsx whose cells are texts, so
 * that a spreadsheet changes nothing in them, with the first row always in sight.
 * Memory does not grow with the sheet. */
#ifndef SHEET_XLSX_WRITER_H
#define SHEET_XLSX_WRITER_H

#include <stdbool.h>
#include <stddef.h>

#include "sheet/sheet.h"

/* Gets the bytes in pieces; false ends the workbook. */
typedef bool xlsx_write(void *ctx, const char *bytes, size_t n);

struct xlsx_writer;

/* Rows that a spreadsheet opens. */
#define XLSX_MAX_ROWS 1048576L

/* A writer for one workbook; xlsx_writer_free ends it.  `sheet` is the sheet's name. */
struct xlsx_writer *xlsx_writer_new(const char *sheet, xlsx_write *write, void *ctx);
void xlsx_writer_free(struct xlsx_writer *w);

/* Begins a row; its number is larger than the last one's, which ends.  Then adds
 * its cells from the left.  `kind` is CELL_TEXT, or CELL_NUMBER for bytes that are
 * a number in decimal form.  An empty cell is left out. */
void xlsx_row(struct xlsx_writer *w, long number);
void xlsx_cell(struct xlsx_writer *w, enum cell_kind kind, const char *bytes, size_t n);

/* Writes what has come so far where it is a piece of some size; false once the
 * caller has ended the workbook.  Between rows. */
bool xlsx_flush(struct xlsx_writer *w);

/* Ends the workbook.  Returns as xlsx_flush. */
bool xlsx_end(struct xlsx_writer *w);

#endif
