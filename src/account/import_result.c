/* SPDX-License-Identifier: Apache-2.0 */
/* account/import_result.c - What an import found and did. */

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "account/import_room.h"
#include "base/log.h"

/* The lists grow in steps and end at their bounds. */
static void *grow(struct import *im, void *list, unsigned count, size_t size)
{
	void *grown;

	if (count & (count - 1)) /* room up to the next power of two is there */
		return list;
	grown = realloc(list, (count ? 2 * (size_t)count : 1) * size);
	if (!grown)
		im->error = -ENOMEM;
	return grown;
}

void import_fault(struct import *im, struct import_row *row, const char *fmt, ...)
{
	struct import_result *r = &im->result;
	struct import_fault *faults;
	va_list args;

	row->bad = true;
	if (r->fault_count < IMPORT_FAULTS_MAX) {
		faults = grow(im, r->faults, r->fault_count, sizeof(*faults));
		if (!faults)
			return;
		r->faults = faults;
		faults[r->fault_count].line = row->line;
		va_start(args, fmt);
		vsnprintf(faults[r->fault_count].reason, sizeof(faults->reason), fmt,
			  args);
		va_end(args);
	}
	r->fault_count++;
}

void import_change(struct import *im, const char *fmt, ...)
{
	struct import_result *r = &im->result;
	void *changes;
	va_list args;

	if (r->change_count == IMPORT_CHANGES_MAX)
		return;
	changes = grow(im, r->changes, r->change_count, sizeof(*r->changes));
	if (!changes)
		return;
	r->changes = changes;
	va_start(args, fmt);
	vsnprintf(r->changes[r->change_count++], sizeof(*r->changes), fmt, args);
	va_end(args);
}

const char *import_show(char dst[64], struct text t)
{
	return log_text(dst, 64, t);
}

void import_result_free(struct import_result *r)
{
	free(r->faults);
	free(r->changes);
	*r = (struct import_result){ 0 };
}
