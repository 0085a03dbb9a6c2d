/* Numbers of a spreadsheet, as people would type them. */
#ifndef SHEET_NUMBER_H
#define SHEET_NUMBER_H

#include <stdbool.h>
#include <stddef.h>

#define NUMBER_TEXT_SIZE 48

/* The shortest decimal form of the n bytes of a number as files have it
 * (6.12345678E8): without exponent below 10^21, from 10^-7.  Returns its length,
 * 0 if the bytes are no number. */
size_t number_text(const char *s, size_t n, char out[NUMBER_TEXT_SIZE]);

/* Writes a number that means a day and a time as ISO 8601: 1 is the first of January 1900, or
 * with `from_1904` the second of January 1904.  Returns the length, 0 if the bytes are not
 * such a number. */
size_t number_date(const char *s, size_t n, bool from_1904, char out[NUMBER_TEXT_SIZE]);

/* Whether a number format (`yyyy-mm-dd`, `0.00`, `[Red]0`) shows a day or a time. */
bool number_format_date(const char *format);

/* The same for a built-in format, by its number: workbooks do not define these. */
bool number_format_date_known(long id);

#endif
