/* `rollcall fields`: prints the table of columns of the CSV files. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "cli/cli.h"
#include "csv/field.h"

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

/* Adds the text of the allowed values, with the column's bounds. */
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
		print_row(fields[i].name, types[fields[i].type].word, required(&fields[i]),
		    buf_str(&values), fields[i].old[0] != '\0' ? fields[i].old : "-");
	}
	buf_free(&values);
	return CLI_OK;
}
