/* SPDX-License-Identifier: Apache-2.0 */
/* ops/call.c - The life of a call: state, jobs, the one answer. */

#include "ops/call.h"

#include <errno.h>
#include <sodium.h>
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/date.h"
#include "base/log.h"
#include "ops/request.h"

struct op_memory {
	size_t size;
	_Alignas(max_align_t) char bytes[];
};

void *op_state(struct op_call *call, size_t size, void (*free_state)(void *))
{
	call->memory = calloc(1, sizeof(*call->memory) + size);
	if (!call->memory) {
		op_fail(call, OP_BUSY);
		return NULL;
	}
	call->memory->size = size;
	call->state = call->memory->bytes;
	call->state_free = free_state;
	return call->state;
}

static void free_state(struct op_call *call)
{
	if (!call->memory)
		return;
	if (call->state_free)
		call->state_free(call->state);
	sodium_memzero(call->memory->bytes, call->memory->size);
	free(call->memory);
}

void op_call_free(struct op_call *call)
{
	if (call->storing)
		store_cancel(&call->job);
	free_state(call);
	list_remove(&call->node);
	json_decref(call->in);
	if (call->file >= 0)
		close(call->file);
	sodium_memzero(call, sizeof(*call));
	free(call);
}

static int job_work(struct store_db *db, struct store_job *job)
{
	struct op_call *call = container_of(job, struct op_call, job);

	return call->work(db, call);
}

static void job_done(struct store_job *job, int status)
{
	struct op_call *call = container_of(job, struct op_call, job);

	call->storing = false;
	call->stored(call, status);
}

void op_store(struct op_call *call, enum store_kind kind,
	      int (*work)(struct store_db *, struct op_call *),
	      void (*stored)(struct op_call *, int status))
{
	call->work = work;
	call->stored = stored;
	call->job = (struct store_job){ .work = job_work, .done = job_done };
	call->storing = true;
	if (store_submit(call->ops->cfg.store, call->ops->cfg.loop, kind,
			 call->customer_id, &call->job)) {
		call->storing = false;
		op_fail(call, OP_BUSY);
	}
}

/* Sends the answer and ends the call. */
static void finish(struct op_call *call, json_t *answer)
{
	struct ops_reply *reply = call->reply;

	if (answer && call->token_set)
		json_object_set_new(answer, "token", json_string(call->token));
	if (answer)
		json_object_set_new(answer, "id", json_integer(call->id));
	op_call_free(call);
	if (reply) {
		reply->call = NULL;
		reply->answered(reply, answer);
	}
	json_decref(answer);
}

void op_answer(struct op_call *call, json_t *out)
{
	if (!out) {
		op_fail(call, OP_INTERNAL);
		return;
	}
	finish(call, json_pack("{s:b, s:o}", "ok", 1, "out", out));
}

void op_answer_list(struct op_call *call, json_t *list, bool more)
{
	json_t *out = json_object();

	if (!out || !list || json_object_set_new(out, call->op->list, list)) {
		json_decref(out);
		op_fail(call, OP_INTERNAL);
		return;
	}
	if (more)
		json_object_set_new(out, "more", json_true());
	op_answer(call, out);
}

void op_fail_with(struct op_call *call, enum op_error e, json_t *extra)
{
	const struct op_error_info *info = op_error_info(e);
	json_t *error = json_pack("{s:s, s:s, s:i}", "code", info->code, "message",
				  info->message, "http", (int)info->http);

	if (error && extra)
		json_object_update(error, extra);
	json_decref(extra);
	log_debug("operation name=%s result=%s", call->op ? call->op->name : "-",
		  info->code);
	finish(call, error ? json_pack("{s:b, s:o}", "ok", 0, "error", error) : NULL);
}

void op_fail(struct op_call *call, enum op_error e)
{
	op_fail_with(call, e, NULL);
}

void op_fail_errno(struct op_call *call, int error)
{
	if (error == -ENOENT) {
		op_fail(call, OP_NOT_FOUND);
	} else if (error == -EAGAIN || error == -ENOMEM) {
		op_fail(call, OP_BUSY);
	} else {
		log_error("operation name=%s result=storage_failed errno=%d",
			  call->op->name, -error);
		op_fail(call, OP_STORAGE_FAILED);
	}
}

void op_event(struct op_call *call, json_t *event)
{
	json_t *frame = json_pack("{s:I, s:o}", "id", call->id, "event", event);

	if (frame && call->reply)
		call->reply->event(call->reply, frame);
	json_decref(frame);
}

void op_set_token(struct op_call *call, const char *token)
{
	text_copy(call->token, sizeof(call->token), text_of(token));
	call->token_set = true;
}

struct session *op_session(struct op_call *call)
{
	return call->has_session
		       ? session_by_hash(&call->ops->sessions, call->session_hash)
		       : NULL;
}

struct account_actor op_actor(const struct op_call *call)
{
	return (struct account_actor){ call->login_id, call->who, call->source };
}

int64_t op_now_us(const struct op_call *call)
{
	return clock_wall_us(call->ops->cfg.clock);
}

int32_t op_today(const struct op_call *call)
{
	return date_day_of(op_now_us(call), call->ops->cfg.timezone);
}

struct text op_text(const struct op_call *call, const char *name)
{
	const json_t *v = json_object_get(call->in, name);

	if (!json_is_string(v))
		return TEXT_NONE;
	return (struct text){ json_string_value(v), json_string_length(v) };
}

int64_t op_id(const struct op_call *call, const char *name)
{
	int64_t id = 0;

	return id_decode(op_text(call, name), &id) ? 0 : id;
}

int64_t op_count(const struct op_call *call, const char *name, int64_t otherwise)
{
	const json_t *v = json_object_get(call->in, name);

	return json_is_integer(v) ? json_integer_value(v) : otherwise;
}

bool op_flag(const struct op_call *call, const char *name)
{
	return json_is_true(json_object_get(call->in, name));
}

int64_t op_time(const struct op_call *call, const char *name)
{
	int64_t us = 0;

	return date_time_decode(op_text(call, name), &us) ? 0 : us;
}
