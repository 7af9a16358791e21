// SPDX-License-Identifier: Apache-2.0
// process.mjs - a child process whose output is kept and can be waited for, and which ends when
// it is told to.
import { spawn } from 'node:child_process';
import os from 'node:os';
import { until, witnesses } from './wait.mjs';

const LAST_LINES = 8;
const AFTER_KILL_MS = 5000;
const living = new Set();

// A child leads a process group, so nothing that ends ours ends it: that is for us to do.
process.on('exit', () => { for (const child of living) child.killAll(); });
for (const signal of ['SIGHUP', 'SIGINT', 'SIGTERM']) {
  process.once(signal, () => process.exit(128 + os.constants.signals[signal]));
}

/** Whether it comes about in time. */
async function within(promise, ms) {
  let timer;
  const late = new Promise((done) => { timer = setTimeout(done, ms, false); });
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}

const last = (text) => text.split('\n').filter((line) => line.trim()).slice(-LAST_LINES)
  .map((line) => `    ${line.slice(0, 300)}\n`).join('');

export class Child {
  constructor(command, args, options = {}) {
    this.command = command;
    this.stdout = '';
    this.stderr = '';
    this.exit = undefined;
    this.process = spawn(command, args,
      { stdio: ['ignore', 'pipe', 'pipe'], detached: true, ...options });
    this.process.stdout?.on('data', (bytes) => { this.stdout += bytes; });
    this.process.stderr?.on('data', (bytes) => { this.stderr += bytes; });
    this.witness = () => this.said();
    living.add(this);
    witnesses.add(this.witness);
    this.ended = new Promise((done) => {
      const end = (exit) => {
        this.exit ??= exit;
        living.delete(this);
        done(this.exit);
      };
      this.process.once('error', (error) => end({ code: -1, signal: null, error }));
      this.process.once('close', (code, signal) => end({ code, signal }));
    });
  }

  /** How it fares and what it printed last. */
  said() {
    return `${this.command} (${this.process.pid}) ` +
      `${this.exit ? `ended: ${JSON.stringify(this.exit)}` : 'runs'}\n` +
      last(this.stdout) + last(this.stderr);
  }

  /** Waits for the pattern in standard output (or what "where" names). */
  async output(pattern, seconds = 15, where = 'stdout') {
    return until(`${this.command} to print ${pattern}`, () => {
      const match = this[where].match(pattern);
      if (match) return match;
      if (this.exit) {
        throw new Error(`it ended: ${JSON.stringify(this.exit)}\n${this.stdout}\n${this.stderr}`);
      }
      return null;
    }, seconds);
  }

  /** Lets it run to its end, for so long at most, and returns how it ended. */
  async finish(seconds) {
    return await within(this.ended, seconds * 1000) ? this.exit : this.stop('SIGTERM', 2);
  }

  /** Kills it and what it has started. */
  killAll() {
    try {
      process.kill(-this.process.pid, 'SIGKILL');
    } catch { /* nobody is left */ }
  }

  /**
   * Asks it to end; later makes it. It has ended when its output has, which what it has started
   * can hold open: the exit then says forced.
   */
  async stop(signal = 'SIGTERM', seconds = 10) {
    witnesses.delete(this.witness);
    if (this.exit) return this.exit;
    if (signal === 'SIGKILL') this.killAll();
    else this.process.kill(signal);
    if (await within(this.ended, seconds * 1000)) return this.exit;
    this.killAll();
    if (!await within(this.ended, AFTER_KILL_MS)) {
      throw new Error(`${this.command} (${this.process.pid}) outlives SIGKILL`);
    }
    return { ...this.exit, forced: true };
  }
}

/** Runs to its end, for options.seconds at most, and returns { code, stdout, stderr }. */
export async function run(command, args, options = {}) {
  const child = new Child(command, args, options);
  await child.finish(options.seconds ?? 60);
  await child.stop();
  return { ...child.exit, stdout: child.stdout, stderr: child.stderr };
}
