/* `rollcall template`: the header of all columns that an import reads, and with
 * --examples rows below it; with --update that of an update. */
#include <stdio.h>
#include <string.h>

#include "base/arena.h"
#include "cli/cli.h"
#include "csv/template.h"

int cli_template(const struct conf *conf, int argc, char **argv)
{
	enum reader_kind kind = READER_IMPORT;
	const char *examples = NULL;
	struct arena *mem = arena_new();
	struct buf out = {0};
	struct err e = {0};
	int status = CLI_OK;

	if (argc == 2 && strcmp(argv[1], "--examples") == 0)
		examples = arena_printf(mem, "%s/" TEMPLATE_EXAMPLES, conf->share_dir);
	else if (argc == 2 && strcmp(argv[1], "--update") == 0)
		kind = READER_UPDATE;
	else if (argc != 1)
		status = cli_usage("template [--examples | --update]");
	if (status == CLI_OK && template_write(&out, kind, ',', examples, &e) != 0)
		status = cli_fail(&e);
	if (status == CLI_OK && (fwrite(out.data, 1, out.len, stdout) != out.len || fflush(stdout) != 0))
		status = CLI_SYSTEM;
	buf_free(&out);
	arena_free(mem);
	return status;
}
