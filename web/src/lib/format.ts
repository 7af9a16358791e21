// SPDX-License-Identifier: Apache-2.0
// lib/format.ts - numbers, money, days and durations as people in Switzerland write them.

import { locale, t } from './i18n.svelte';

const NBSP = '\u00a0';
const COUNTRY = '+41';
/** Country codes of one and two digits (ITU-T E.164); all others have three. */
const SHORT_CODES =
  /^(1|7|2[07]|3[0-469]|4[0134-9]|5[1-8]|6[0-6]|8[1246]|9[0-58])/;

function blocks(digits: string, ...sizes: number[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const size of sizes) {
    if (at >= digits.length) break;
    parts.push(digits.slice(at, at + size));
    at += size;
  }
  if (at < digits.length) parts.push(digits.slice(at));
  return parts.join(' ');
}

function national(digits: string): string {
  if (/^(800|84\d|90\d|878)/.test(digits)) return blocks(`0${digits}`, 4, 3, 3);
  return blocks(`0${digits}`, 3, 3, 2, 2);
}

/** `+41441234567` as 044 123 45 67, foreign numbers with their +, short codes as they are. */
export function phone(number: string): string {
  if (/^\+41\d{9}$/.test(number)) return national(number.slice(COUNTRY.length));
  if (!/^\+\d{5,}$/.test(number)) return number.replace(/^[A-Z]{2}:/, '');
  const digits = number.slice(1);
  const code = SHORT_CODES.exec(digits)?.[1] ?? digits.slice(0, 3);
  return `+${code} ${blocks(digits.slice(code.length), 2, 3, 3, 2, 2)}`;
}

/** Half up on the decimal digits: money never passes through a float here. */
function toCents(amount: string): bigint {
  const [, sign, whole = '0', decimals = ''] = /^(-?)(\d+)\.?(\d*)$/.exec(amount) ?? [];
  const cents = BigInt(whole) * 100n + BigInt(decimals.padEnd(2, '0').slice(0, 2));
  const rounded = cents + ((decimals[2] ?? '0') >= '5' ? 1n : 0n);
  return sign ? -rounded : rounded;
}

/** `12.5` and `CHF` as CHF 12.50. What is too small for that keeps all its digits. */
export function money(amount: string, currency: string): string {
  const cents = toCents(amount);
  if (cents === 0n && /[1-9]/.test(amount)) return `${currency}${NBSP}${amount.replace(/0+$/, '')}`;
  const digits = String(cents < 0n ? -cents : cents).padStart(3, '0');
  const whole = digits.slice(0, -2).replace(/\B(?=(\d{3})+$)/g, '’');
  return `${currency}${NBSP}${cents < 0n ? '−' : ''}${whole}.${digits.slice(-2)}`;
}

/** 3:25, or 1:02:03. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (n: number) => String(n).padStart(2, '0');
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor(whole / 60) % 60;
  const rest = two(whole % 60);
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`;
}

/** A date without a time (`2017-07-01`) is a day, not midnight in London. */
function parse(time: string): Date {
  return new Date(/^\d{4}-\d\d-\d\d$/.test(time) ? `${time}T12:00:00` : time);
}

function write(time: Date, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale(), options).format(time);
}

function daysAgo(time: Date): number {
  const midnight = (d: Date) => new Date(d.getFullYear(), d.getMonth(), d.getDate()).getTime();
  return Math.round((midnight(new Date()) - midnight(time)) / 86_400_000);
}

export function date(time: string): string {
  return write(parse(time), { day: 'numeric', month: 'long', year: 'numeric' });
}

export function clock(time: string): string {
  return write(parse(time), { hour: '2-digit', minute: '2-digit' });
}

/** Today, yesterday, or the weekday and date. */
export function day(time: string): string {
  const at = parse(time);
  const ago = daysAgo(at);
  if (ago === 0) return t().time.today;
  if (ago === 1) return t().time.yesterday;
  return write(at, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
}

export function moment(time: string): string {
  const at = parse(time);
  const ago = daysAgo(at);
  const hour = clock(time);
  if (ago === 0) return t().time.todayAt(hour);
  if (ago === 1) return t().time.yesterdayAt(hour);
  return `${write(at, { dateStyle: 'medium' })}, ${hour}`;
}

/** How long the server took, for people: 0.4 ms, 38 ms, 1.2 s. */
export function elapsed(us: number): string {
  if (us < 1_000) return `${(us / 1_000).toFixed(1)}${NBSP}ms`;
  if (us < 1_000_000) return `${Math.round(us / 1_000)}${NBSP}ms`;
  return `${(us / 1_000_000).toFixed(1)}${NBSP}s`;
}
