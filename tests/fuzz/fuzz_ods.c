/* Fuzzes the reading of .ods.  Bytes that begin like an archive are read as one.  Others are the XML of
 * its content and, after a NUL, of its manifest. */
#include "workbook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = { "content.xml", "META-INF/manifest.xml" };
	struct workbook_run r = {0};

	if (size < 5)
		return 0;
	if (data[0] != 'P') {
		workbook_fuzz(data + 1, size - 1, names, sizeof(names) / sizeof(names[0]), "mimetype");
		return 0;
	}
	workbook_read((const char *)data, size, size, &r);
	buf_free(&r.told);
	return 0;
}
