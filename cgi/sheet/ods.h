/* The sheet of an .ods (OpenDocument). */
#ifndef SHEET_ODS_H
#define SHEET_ODS_H

#include "sheet/package.h"

/* Finds the sheet and gives its rows, or the fault: also where the archive is no
 * workbook at all. */
void ods_read(struct sheet *s, struct package *p);

#endif
