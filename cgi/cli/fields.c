/* `rollcall fields`: the columns of the CSV files, as the table has them. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "cli/cli.h"
#include "csv/field.h"

/* What a value of each type may be; {min} and {max} are the column's bounds. */
static const struct {
	const char *name;
	const char *values;
} types[VALUE__MAX] = {
	[VALUE_UUID] = { "uuid", "a UUID" },
	[VALUE_INT] = { "number", "{min}..{max}" },
	[VALUE_INT5] = { "number", "{min}..{max}, a multiple of 5" },
	[VALUE_BOOL] = { "bool", "0, 1" },
	[VALUE_TEXT] = { "text", "at most {max} characters" },
	[VALUE_EMAIL] = { "email", "an address of at most {max} characters" },
	[VALUE_LANGUAGE] = { "choice", "de_DE, en_US, es_ES, fr_FR, fr_CA" },
	[VALUE_PROTOCOL] = { "choice", "sip, sccp, webrtc, ua" },
	[VALUE_PHONE] = { "phone", "digits * #, + in front, at most {max} characters" },
	[VALUE_EXTEN] = { "exten", "1 to {max} digits * #, or a pattern that begins with _" },
	[VALUE_NUMBER] = { "digits", "{min} to {max} digits" },
	[VALUE_CODE] = { "digits", "{min} to {max} digits" },
	[VALUE_USERNAME] = { "text", "{min} to {max} of a-z A-Z 0-9 ._~!$&'()*+,;=%@-" },
	[VALUE_SIP_USERNAME] = { "text", "{min} to {max} of a-z A-Z 0-9 -_., not global, system" },
	[VALUE_NAME] = { "name", "of a thing that exists" },
	[VALUE_NAMES] = { "names", "of things that exist, separated by ;" },
	[VALUE_NAMES_EACH] = { "names", "of things that exist, separated by ;" },
	[VALUE_DIDS] = { "extens", "digits * #, + in front, separated by ;" },
	[VALUE_INTS] = { "numbers", "{min}..{max}, separated by ;" },
	[VALUE_PASSWORD] = { "secret", "{min} to {max} characters, or a crypt(5) hash" },
	[VALUE_DIAL_SECRET] = { "secret", "{min} to {max} digits * #" },
	[VALUE_PIN_SECRET] = { "secret", "{min} to {max} digits #" },
	[VALUE_SIP_SECRET] = { "secret", "{min} to {max} printable ASCII characters" },
};

static const char *required(const struct field *f)
{
	switch (f->required) {
	case REQUIRED_ALWAYS:
		return "always";
	case REQUIRED_RESOURCE:
		return field_resource_name(f->resource);
	case REQUIRED_CTI:
		return "cti";
	case REQUIRED_UPDATE:
		return "update";
	case REQUIRED_NEVER:
		return "never read";
	case REQUIRED_NO:
		break;
	}
	return "-";
}

/* The values' text with the bounds in their places. */
static void add_values(struct buf *out, const struct field *f)
{
	for (const char *p = types[f->type].values; *p != '\0'; p++) {
		if (strncmp(p, "{min}", 5) == 0 || strncmp(p, "{max}", 5) == 0) {
			buf_addf(out, "%ld", p[2] == 'i' ? f->low : f->high);
			p += 4;
		} else {
			buf_addch(out, *p);
		}
	}
}

static void print_row(const char *name, const char *type, const char *needed,
    const char *values, const char *old)
{
	printf("%-38s %-8s %-11s %-62s %s\n", name, type, needed, values, old);
}

int cli_fields(const struct conf *conf, int argc, char **argv)
{
	struct buf values = {0};

	(void)conf;
	(void)argv;
	if (argc != 1)
		return cli_usage("fields");
	print_row("NAME", "TYPE", "REQUIRED", "VALUES", "OLD NAME");
	for (size_t i = 0; i < FIELD__MAX; i++) {
		buf_reset(&values);
		add_values(&values, &fields[i]);
		print_row(fields[i].name, types[fields[i].type].name, required(&fields[i]),
		    buf_str(&values), fields[i].old[0] != '\0' ? fields[i].old : "-");
	}
	buf_free(&values);
	return CLI_OK;
}
