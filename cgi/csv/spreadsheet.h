/* What a spreadsheet does to values, and the guard against it: an apostrophe that an export
 * inserts and an import removes.
 *
 * These are guarded:
 *   - a formula at the beginning of a value, after any number of apostrophes (also none): one of
 *     = - @ + (also of full width) tab CR.  A phone number (a + and then only digits, * and #) is not a formula.
 *   - a formula inside a value, after a character that ends a cell in another locale (comma,
 *     semicolon, tab, bar, line end) and any quotes: one of = - @ +.  The tabs and CRs that a
 *     value begins with are covered by the guard at its beginning.
 *   - a value that is only what a spreadsheet writes for an error, such as #N/A or ###
 * The guard is one apostrophe before the value, and one before each formula inside it.  Guards
 * are only removed from a value that begins with an apostrophe: `;'=x` in a foreign file was not
 * guarded by us, and is read as it is.  Removing the guards gives the same text again, whatever
 * the text was. */
#ifndef CSV_SPREADSHEET_H
#define CSV_SPREADSHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Whether a spreadsheet wrote the n bytes in place of a value: the error of a formula in any
 * language (#REF!, #NOM?, #N/A, Err:502), or #### for a number wider than its column. */
enum damage { DAMAGE_NONE, DAMAGE_ERROR, DAMAGE_HASHES };
enum damage spreadsheet_damage(const char *s, size_t n);

/* Whether the n bytes need a guard in any place. */
bool spreadsheet_unsafe(const char *s, size_t n);

/* Adds the n bytes with their guards. */
void spreadsheet_guard(struct buf *out, const char *s, size_t n);

/* Whether the n bytes have a guard in any place. */
bool spreadsheet_guarded(const char *s, size_t n);

/* Adds the n bytes without their guards. */
void spreadsheet_unguard(struct buf *out, const char *s, size_t n);

#endif
