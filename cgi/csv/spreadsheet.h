/* What a spreadsheet does to values, and the guard against it: an apostrophe that an export
 * puts in, and an import takes out.
 *
 * A value is guarded that holds
 *   - at its beginning, after any number of apostrophes (also none), a sign of a formula:
 *     = - @ + tab CR.  A phone number, a + and then only digits, * and #, is none.
 *   - the sign = - @ + of a formula behind what another locale takes for the end of a cell, a
 *     comma, semicolon, tab, bar or line end, and any quotes; behind the tabs and CRs that it
 *     begins with the guard at its beginning is enough
 *   - nothing but what a spreadsheet writes for an error, such as #N/A or ###
 * One apostrophe goes before the value, and one before each of the formulas inside.  Only from
 * a value that begins with an apostrophe are they taken off: `;'=x` in a stranger's file is no
 * work of ours, and is read as it stands.  With any text taking off what was put in gives the
 * same text. */
#ifndef CSV_SPREADSHEET_H
#define CSV_SPREADSHEET_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

/* Why the n bytes are damage and no value: the error of a formula in any language (#REF!,
 * #NOM?, #N/A, Err:502), or #### for a number that did not fit into its column. */
enum damage { DAMAGE_NONE, DAMAGE_ERROR, DAMAGE_HASHES };
enum damage spreadsheet_damage(const char *s, size_t n);

/* Whether the n bytes need a guard anywhere. */
bool spreadsheet_unsafe(const char *s, size_t n);

/* Adds the n bytes with their guards. */
void spreadsheet_guard(struct buf *out, const char *s, size_t n);

/* Whether the n bytes have a guard anywhere. */
bool spreadsheet_guarded(const char *s, size_t n);

/* Adds the n bytes without their guards. */
void spreadsheet_unguard(struct buf *out, const char *s, size_t n);

#endif
