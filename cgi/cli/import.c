/* `rollcall import FILE`: new users from a file. */
#include "cli/cli.h"
#include "cli/send.h"

int cli_import(const struct conf *conf, int argc, char **argv)
{
	return send_file(conf, "import", argc, argv);
}
