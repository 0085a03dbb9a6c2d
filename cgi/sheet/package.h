/* A workbook is a ZIP archive: its parts, each read as a stream. */
#ifndef SHEET_PACKAGE_H
#define SHEET_PACKAGE_H

#include "sheet/reading.h"

struct package;

/* Opens the spooled file of `s` and takes it over.  Too many parts, two of the same name, and
 * names that lead out of the archive are faults.  NULL after a fault.  package_close ends it
 * and ignores NULL. */
struct package *package_open(struct sheet *s);
void package_close(struct package *p);

bool package_has(const struct package *p, const char *name);

/* A part that is being read. */
struct part;

/* Opens a part for which package_has is true.  NULL after a fault; part_close ends it. */
struct part *part_open(struct package *p, const char *name);
void part_close(struct part *part);

/* Reads up to n bytes.  Returns how many, 0 at the end, or -1 after a fault: the part is
 * damaged, or unpacks to more than the limits of sheet/reading.h. */
long part_read(struct part *part, char *to, size_t n);

/* The bytes that have been read, and the bytes that the archive states. */
long long part_done(const struct part *part);
long long part_total(const struct part *part);

#endif
