/* Fuzzes the reading of .xlsx.  The first byte chooses: the bytes are an archive as
 * it is, or the XML of its parts, separated by NUL: relations, workbook, its
 * relations, styles, shared texts, sheet. */
#include "workbook.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const names[] = {
		"_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
		"xl/sharedStrings.xml", "xl/worksheets/sheet1.xml",
	};
	struct workbook_run r = {0};

	if (size < 5)
		return 0;
	if (data[0] != 'P') {
		workbook_fuzz(data + 1, size - 1, names, sizeof(names) / sizeof(names[0]),
		    "[Content_Types].xml");
		return 0;
	}
	workbook_read((const char *)data, size, size, &r);
	buf_free(&r.told);
	return 0;
}
