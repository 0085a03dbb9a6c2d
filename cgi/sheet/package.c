/* The ZIP archive of a workbook.  Contract: package.h.
 *
 * libzip keeps a record of each part in memory.  So the number of parts is checked before
 * libzip opens the file. */
#include "sheet/package.h"

#include <stdlib.h>
#include <string.h>

#include <zip.h>

struct package {
	struct sheet *sheet;
	zip_t *zip;
};

struct part {
	struct sheet *sheet;
	zip_file_t *file;
	char name[256];
	long long packed, stated;	/* bytes packed and unpacked, as the archive states them */
	long long done;
};

/* --- the number of parts, before they are read ---------------------------- */

/* Sizes in bytes of the records at the end of an archive (APPNOTE.TXT, 4.3). */
#define END_SIZE	22
#define END64_SIZE	56	/* of a large archive (ZIP64) */
#define LOCATOR_SIZE	20	/* of the record that points to the ZIP64 record */
#define END_COMMENT	65535

static unsigned long long number(const unsigned char *p, size_t n)
{
	unsigned long long value = 0;

	while (n-- > 0)
		value = value << 8 | p[n];
	return value;
}

static bool read_at(struct sheet *s, long long at, unsigned char *to, size_t n)
{
	return at >= 0 && fseek(s->file, (long)at, SEEK_SET) == 0 && fread(to, 1, n, s->file) == n;
}

/* The number of parts that the record at p states.  `before` bytes are before p. */
static unsigned long long parts_of(struct sheet *s, const unsigned char *p, size_t before)
{
	unsigned char end64[END64_SIZE];
	const unsigned char *locator = p - LOCATOR_SIZE;

	if (before < LOCATOR_SIZE || memcmp(locator, "PK\x06\x07", 4) != 0)
		return number(p + 10, 2);
	if (!read_at(s, (long long)(number(locator + 8, 8) & 0x7fffffff), end64, sizeof(end64)))
		return 0;	/* damaged: libzip will report it */
	return number(end64 + 32, 8);
}

/* Whether each record that could be the end of the archive states a sane number of parts. */
static bool few_parts(struct sheet *s)
{
	size_t n = END_COMMENT + END_SIZE + LOCATOR_SIZE;
	unsigned char *tail;
	bool few = true;

	if ((long long)n > s->size)
		n = (size_t)s->size;
	tail = malloc(n + 1);
	if (tail == NULL)
		abort();
	if (!read_at(s, s->size - (long long)n, tail, n))
		n = 0;
	for (size_t i = 0; few && i + END_SIZE <= n; i++)
		if (memcmp(tail + i, "PK\x05\x06", 4) == 0)
			few = parts_of(s, tail + i, i) <= SHEET_MAX_PARTS;
	free(tail);
	return few || sheet_limit(s, "what.sheet_parts", SHEET_MAX_PARTS);
}

/* --- names ---------------------------------------------------------------- */

/* Whether a name leads out of the archive.  No spreadsheet writes such a name. */
static bool leads_out(const char *name)
{
	if (name[0] == '/' || strchr(name, '\\') != NULL || strchr(name, ':') != NULL)
		return true;
	while (name != NULL) {
		if (strncmp(name, "..", 2) == 0 && (name[2] == '/' || name[2] == '\0'))
			return true;
		name = strchr(name, '/');
		if (name != NULL)
			name++;
	}
	return false;
}

static bool sane_names(struct sheet *s, zip_t *zip)
{
	zip_int64_t n = zip_get_num_entries(zip, 0);

	for (zip_int64_t i = 0; i < n; i++) {
		const char *name = zip_get_name(zip, (zip_uint64_t)i, ZIP_FL_ENC_RAW);
		struct sheet_fault f = { .key = "file.sheet_unsafe" };

		if (name == NULL)
			return sheet_damaged(s, NULL);
		if (leads_out(name))
			f.what = "what.sheet_path";
		else if (zip_name_locate(zip, name, ZIP_FL_NOCASE | ZIP_FL_ENC_RAW) != i)
			f.what = "what.sheet_twice";
		if (f.what != NULL)
			return sheet_fault(s, &f);
	}
	return true;
}

/* -------------------------------------------------------------------------- */

struct package *package_open(struct sheet *s)
{
	zip_error_t error;
	zip_source_t *source;
	struct package *p;
	zip_t *zip;

	if (!few_parts(s))
		return NULL;
	zip_error_init(&error);
	source = zip_source_filep_create(s->file, 0, -1, &error);
	if (source == NULL)
		abort();
	s->file = NULL;		/* libzip's source closes it */
	zip = zip_open_from_source(source, ZIP_RDONLY, &error);
	zip_error_fini(&error);
	if (zip == NULL) {
		zip_source_free(source);
		sheet_damaged(s, NULL);
		return NULL;
	}
	p = calloc(1, sizeof(*p));
	if (p == NULL)
		abort();
	p->sheet = s;
	p->zip = zip;
	if (!sane_names(s, zip)) {
		package_close(p);
		return NULL;
	}
	return p;
}

void package_close(struct package *p)
{
	if (p == NULL)
		return;
	zip_discard(p->zip);
	free(p);
}

static zip_int64_t locate(const struct package *p, const char *name)
{
	return zip_name_locate(p->zip, name, ZIP_FL_NOCASE | ZIP_FL_ENC_RAW);
}

bool package_has(const struct package *p, const char *name)
{
	return locate(p, name) >= 0;
}

struct part *part_open(struct package *p, const char *name)
{
	static const struct sheet_fault locked = { .key = "file.sheet_locked" };
	zip_int64_t i = locate(p, name);
	zip_file_t *file;
	struct part *part;
	zip_stat_t stat;

	if (i < 0 || zip_stat_index(p->zip, (zip_uint64_t)i, 0, &stat) != 0) {
		sheet_damaged(p->sheet, name);
		return NULL;
	}
	if ((stat.valid & ZIP_STAT_ENCRYPTION_METHOD) != 0 && stat.encryption_method != ZIP_EM_NONE) {
		sheet_fault(p->sheet, &locked);
		return NULL;
	}
	file = zip_fopen_index(p->zip, (zip_uint64_t)i, 0);
	if (file == NULL) {
		sheet_damaged(p->sheet, name);
		return NULL;
	}
	part = calloc(1, sizeof(*part));
	if (part == NULL)
		abort();
	part->sheet = p->sheet;
	part->file = file;
	snprintf(part->name, sizeof(part->name), "%s", name);
	part->stated = (long long)(stat.size & 0x7fffffffffff);
	/* The stated size may be false: a part cannot be larger than the file. */
	part->packed = p->sheet->size;
	if (stat.comp_size < (zip_uint64_t)part->packed)
		part->packed = (long long)stat.comp_size;
	return part;
}

void part_close(struct part *part)
{
	if (part == NULL)
		return;
	zip_fclose(part->file);
	free(part);
}

long part_read(struct part *part, char *to, size_t n)
{
	struct sheet *s = part->sheet;
	zip_int64_t got = zip_fread(part->file, to, n);

	if (got < 0) {
		sheet_damaged(s, part->name);
		return -1;
	}
	part->done += got;
	s->unpacked += got;
	if (part->done > SHEET_RATIO_FROM && part->done / SHEET_MAX_RATIO > part->packed) {
		sheet_limit(s, "what.sheet_ratio", SHEET_MAX_RATIO);
		return -1;
	}
	if (s->unpacked > SHEET_MAX_UNPACKED) {
		sheet_limit(s, "what.sheet_unpacked", SHEET_MAX_UNPACKED);
		return -1;
	}
	return (long)got;
}

long long part_done(const struct part *part)
{
	return part->done;
}

long long part_total(const struct part *part)
{
	return part->stated > part->done ? part->stated : part->done;
}
