/* Numbers of a spreadsheet.  Contract: number.h. */
#include "sheet/number.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#define DIGITS "0123456789"

static bool parse(const char *s, size_t n, double *value)
{
	char text[64], *end;

	/* strtod(3) would also read hexadecimal digits, infinity and NaN. */
	if (n == 0 || n >= sizeof(text) || s[0] == ' ')
		return false;
	memcpy(text, s, n);
	text[n] = '\0';
	if (strspn(text, DIGITS "+-.eE") != n)
		return false;
	*value = strtod(text, &end);
	return *end == '\0' && isfinite(*value);
}

/* Writes the number with the fewest digits that still give the same value, as D.DDDe[+-]X. */
static void shortest(double value, char out[NUMBER_TEXT_SIZE])
{
	for (int precision = 14; precision <= 16; precision++) {
		snprintf(out, NUMBER_TEXT_SIZE, "%.*e", precision, value);
		if (strtod(out, NULL) == value)
			return;
	}
}

size_t number_text(const char *s, size_t n, char out[NUMBER_TEXT_SIZE])
{
	char scientific[NUMBER_TEXT_SIZE], digits[NUMBER_TEXT_SIZE];
	size_t length = 0;
	double value;
	int point;

	if (!parse(s, n, &value))
		return 0;
	if (value == 0)
		return (size_t)snprintf(out, NUMBER_TEXT_SIZE, "0");
	shortest(fabs(value), scientific);
	for (const char *p = scientific; *p != 'e'; p++)
		if (*p != '.')
			digits[length++] = *p;
	while (length > 1 && digits[length - 1] == '0')
		length--;
	point = (int)strtol(strchr(scientific, 'e') + 1, NULL, 10) + 1;
	if (point > 21 || point < -6)
		return (size_t)snprintf(out, NUMBER_TEXT_SIZE, "%.15g", value);
	const char *sign = value < 0 ? "-" : "";
	int whole = (int)length;
	if (point >= whole)
		return (size_t)snprintf(out, NUMBER_TEXT_SIZE, "%s%.*s%.*s", sign, whole, digits,
		    point - whole, "000000000000000000000");
	if (point <= 0)
		return (size_t)snprintf(out, NUMBER_TEXT_SIZE, "%s0.%.*s%.*s", sign, -point, "000000",
		    whole, digits);
	return (size_t)snprintf(out, NUMBER_TEXT_SIZE, "%s%.*s.%.*s", sign, point, digits,
	    whole - point, digits + point);
}

size_t number_date(const char *s, size_t n, bool from_1904, char out[NUMBER_TEXT_SIZE])
{
	double value, day;
	struct tm tm;
	long seconds;
	time_t when;

	if (!parse(s, n, &value) || value < 0 || value > 2958466)
		return 0;
	day = floor(value);
	seconds = lround((value - day) * 86400);
	/* Spreadsheets count a 29 February 1900, which did not exist. */
	when = (time_t)(((long)day + (from_1904 ? 1462 : day < 60 ? 1 : 0) - 25569) * 86400 + seconds);
	if (gmtime_r(&when, &tm) == NULL)
		return 0;
	if (day == 0 && !from_1904)
		return strftime(out, NUMBER_TEXT_SIZE, "%H:%M:%S", &tm);
	return strftime(out, NUMBER_TEXT_SIZE, seconds == 0 ? "%Y-%m-%d" : "%Y-%m-%dT%H:%M:%S", &tm);
}

/* Skips one element of a format: a text in quotes, brackets, an escaped character or filler, or
 * one other character. */
static const char *skip(const char *p)
{
	const char *end = NULL;

	if (*p == '"')
		end = strchr(p + 1, '"');
	else if (*p == '[')
		end = strchr(p, ']');
	else if (strchr("\\_*", *p) != NULL && p[1] != '\0')
		end = p + 1;
	return end != NULL ? end + 1 : p + 1;
}

bool number_format_date(const char *format)
{
	/* Brackets hold a colour, a condition, a country, or hours beyond 24 ("[h]"). */
	static const char *const elapsed[] = { "[h", "[m", "[s", NULL };

	for (const char *p = format; *p != '\0' && *p != ';'; p = skip(p)) {
		for (size_t i = 0; elapsed[i] != NULL; i++)
			if (strncasecmp(p, elapsed[i], 2) == 0 && p[2] != '\0'
			    && strchr("hmsHMS]", p[2]) != NULL)
				return true;
		if (strchr("dmyhsDMYHS", *p) != NULL)
			return true;
	}
	return false;
}

bool number_format_date_known(long id)
{
	return (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47)
	    || (id >= 50 && id <= 58);
}
