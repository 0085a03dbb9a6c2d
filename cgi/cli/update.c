/* `rollcall update FILE`: changed users from a file. */
#include "cli/cli.h"
#include "cli/send.h"

int cli_update(const struct conf *conf, int argc, char **argv)
{
	return send_file(conf, "update", argc, argv);
}
