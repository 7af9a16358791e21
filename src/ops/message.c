/* SPDX-License-Identifier: Apache-2.0 */
/* ops/message.c - Texts with codes. */

#include "ops/message.h"

#include <errno.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "rating/plan.h"

enum { LABEL_MAX = 30 }; /* bytes of a device label in a message */

/* Named places of the texts below. */
static const struct {
	const char *language;
	const char *texts[3];
} languages[] = {
	{ "de",
	  { "Ihr Ownline-Code: {code}, {life} gültig. Geben Sie ihn niemandem weiter.",
	    "NEUER SIP-ZUGANG für {number}, Gerät \"{label}\". Wer ihn hat, telefoniert "
	    "auf "
	    "Ihre Kosten. Code {code}, {life}. Nicht Sie? Code nirgends eingeben, uns "
	    "anrufen.",
	    "UMLEITUNG von {number} auf {target}. Umgeleitete Anrufe gehen auf Ihre "
	    "Kosten. Code {code}, {life}. Nicht Sie? Code nirgends eingeben, uns "
	    "anrufen." } },
	{ "fr",
	  { "Votre code Ownline: {code}, valable {life}. Ne le communiquez à "
	    "personne.",
	    "NOUVEL ACCÈS SIP pour {number}, appareil \"{label}\". Qui le possède "
	    "téléphone à "
	    "vos frais. Code {code}, {life}. Pas vous? N'entrez ce code nulle part, "
	    "appelez-nous.",
	    "RENVOI de {number} vers {target}. Les appels renvoyés sont à vos frais. "
	    "Code {code}, {life}. Pas vous? N'entrez ce code nulle part, "
	    "appelez-nous." } },
	{ "it",
	  { "Il suo codice Ownline: {code}, valido {life}. Non lo comunichi a nessuno.",
	    "NUOVO ACCESSO SIP per {number}, apparecchio \"{label}\". Chi lo possiede "
	    "telefona "
	    "a sue spese. Codice {code}, {life}. Non è lei? Non lo inserisca, ci "
	    "chiami.",
	    "DEVIAZIONE di {number} verso {target}. Le chiamate deviate sono a sue "
	    "spese. Codice {code}, {life}. Non è lei? Non lo inserisca, ci chiami." } },
	{ "en",
	  { "Your Ownline code: {code}, valid for {life}. Never pass it on.",
	    "NEW SIP ACCESS for {number}, device \"{label}\". Anyone with it can call at "
	    "your "
	    "cost. Code {code}, {life}. Not you? Enter the code nowhere and call us.",
	    "FORWARDING of {number} to {target}. Forwarded calls are at your cost. "
	    "Code {code}, {life}. Not you? Enter the code nowhere and call us." } },
};

enum { LANGUAGES = sizeof(languages) / sizeof(languages[0]) };

const char *message_mask(char dst[MESSAGE_MASK_SIZE], struct text number,
			 const char *country)
{
	char national[24], masked[E164_SIZE];

	if (text_starts(number, TEXT("+41")) &&
	    plan_national(number, country, national, sizeof(national)) == 0 &&
	    strlen(national) == 10)
		snprintf(dst, MESSAGE_MASK_SIZE, "%.3s xxx xx %.2s", national,
			 national + 8);
	else
		snprintf(dst, MESSAGE_MASK_SIZE, "%s", e164_mask(masked, number));
	return dst;
}

/* A label must not look like the end of the sentence that quotes it. */
static void put_label(struct buf *b, struct text label)
{
	struct text shown = text_sub(label, 0, LABEL_MAX);

	while (shown.len > 0 && !text_is_utf8(shown))
		shown.len--;
	for (size_t i = 0; i < shown.len; i++)
		buf_putc(b, shown.p[i] == '"' ? '\'' : shown.p[i]);
	if (shown.len < label.len)
		buf_puts(b, "...");
}

/* In units that are written alike in all four. */
static void put_life(struct buf *b, unsigned life_s)
{
	if (life_s % 60)
		buf_printf(b, "%u s", life_s);
	else
		buf_printf(b, "%u min", life_s / 60);
}

static void put_place(struct buf *b, const struct ops *o, struct text place,
		      const struct message *m)
{
	char mask[MESSAGE_MASK_SIZE];

	if (text_eq(place, TEXT("code")))
		buf_puts(b, m->digits);
	else if (text_eq(place, TEXT("life")))
		put_life(b, o->cfg.code_s);
	else if (text_eq(place, TEXT("label")))
		put_label(b, m->label);
	else if (text_eq(place, TEXT("target")))
		buf_put(b, m->label);
	else
		buf_puts(b, message_mask(mask, m->number, o->cfg.country));
}

static const char *text_in(const char *language, enum message_kind kind)
{
	for (size_t i = 0; i < LANGUAGES; i++) {
		if (strcmp(languages[i].language, language) == 0)
			return languages[i].texts[kind];
	}
	return languages[LANGUAGES - 1].texts[kind];
}

void message_write(struct buf *b, const struct ops *o, const char *language,
		   const struct message *m)
{
	struct text rest = text_of(text_in(language, m->kind)), plain, place;

	while (text_split(rest, '{', &plain, &rest)) {
		buf_put(b, plain);
		text_split(rest, '}', &place, &rest);
		put_place(b, o, place, m);
	}
	buf_put(b, plain);
	if (m->kind == MESSAGE_SIGN_IN)
		buf_printf(b, "\n@%s #%s", o->cfg.portal_host, m->digits);
}

static void sms_done(struct sms_job *sms, int status)
{
	struct message_job *job = container_of(sms, struct message_job, sms);
	char reason[SMS_REASON_SIZE + 2];

	if (status)
		log_error("sms login=%lld result=failed reason=%s",
			  (long long)sms->login_id,
			  log_text(reason, sizeof(reason), text_of(sms->reason)));
	job->sent(job->call, job, status);
}

bool message_may_go_to(struct ops *o, const char *mobile)
{
	struct account_line line;

	return e164_valid(text_of(mobile)) &&
	       account_line_by_number(o->cfg.book, text_of(mobile), &line) == -ENOENT;
}

static bool fill(struct op_call *call, struct message_job *job, const struct session *s,
		 const struct message *m)
{
	struct buf b = BUF_FIXED(job->sms.text);

	message_write(&b, call->ops, s->language, m);
	buf_putc(&b, '\0');
	text_copy(job->sms.to, sizeof(job->sms.to), text_of(s->mobile));
	job->sms.login_id = s->login_id;
	job->sms.done = sms_done;
	return !b.error;
}

bool message_send(struct op_call *call, struct message_job *job, const struct session *s,
		  const struct message *m,
		  void (*sent)(struct op_call *, struct message_job *, int status))
{
	unsigned wait_s = 0;
	int error;

	job->call = call;
	job->kind = m->kind;
	job->sent = sent;
	if (!message_may_go_to(call->ops, s->mobile)) {
		op_fail(call, OP_NO_MOBILE);
		return false;
	}
	if (!call->ops->cfg.sms || !fill(call, job, s, m)) {
		op_fail(call, OP_SMS_FAILED);
		return false;
	}
	error = sms_send(call->ops->cfg.sms, &job->sms, &wait_s);
	if (error == -EDQUOT)
		op_fail_with(call, OP_TOO_MANY_MESSAGES,
			     json_pack("{s:i}", "retry_after_s", (int)wait_s));
	else if (error)
		op_fail(call, OP_BUSY);
	return error == 0;
}
