/* The ZIP archive that a workbook is, its parts read as streams. */
#ifndef SHEET_PACKAGE_H
#define SHEET_PACKAGE_H

#include "sheet/reading.h"

struct package;

/* Opens the spooled file, which it owns from then on, and looks at the names of
 * its parts: too many, the same twice, and names that lead out of the archive are
 * faults.  NULL after a fault.  package_close ends it (NULL too). */
struct package *package_open(struct sheet *s);
void package_close(struct package *p);

bool package_has(const struct package *p, const char *name);

/* A part being read. */
struct part;

/* Opens a part that package_has.  NULL after a fault; part_close ends it. */
struct part *part_open(struct package *p, const char *name);
void part_close(struct part *part);

/* Fills up to n bytes.  Returns how many, 0 at the end, or -1 after a fault: it
 * is damaged, or unpacks to more than a workbook does. */
long part_read(struct part *part, char *to, size_t n);

/* How much of it has been read, and how much it says that there is. */
long long part_done(const struct part *part);
long long part_total(const struct part *part);

#endif
