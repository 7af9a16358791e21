// SPDX-License-Identifier: Apache-2.0
// process.mjs - a child process whose output is kept and can be waited for.
import { spawn } from 'node:child_process';
import { until } from './wait.mjs';

export class Child {
  constructor(command, args, options = {}) {
    this.command = command;
    this.stdout = '';
    this.stderr = '';
    this.exit = undefined;
    this.process = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], ...options });
    this.process.stdout?.on('data', (bytes) => { this.stdout += bytes; });
    this.process.stderr?.on('data', (bytes) => { this.stderr += bytes; });
    this.ended = new Promise((done) => {
      this.process.once('error', (error) => {
        this.exit = { code: -1, signal: null, error };
        done(this.exit);
      });
      this.process.once('close', (code, signal) => {
        this.exit = { code, signal };
        done(this.exit);
      });
    });
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

  async stop(signal = 'SIGTERM', seconds = 10) {
    if (!this.exit) {
      this.process.kill(signal);
      const timer = setTimeout(() => this.process.kill('SIGKILL'), seconds * 1000);
      await this.ended;
      clearTimeout(timer);
    }
    return this.exit;
  }
}

/** Runs to its end and returns { code, stdout, stderr }. */
export async function run(command, args, options = {}) {
  const child = new Child(command, args, options);
  const timer = setTimeout(() => child.process.kill('SIGKILL'), (options.seconds ?? 60) * 1000);
  const exit = await child.ended;
  clearTimeout(timer);
  return { ...exit, stdout: child.stdout, stderr: child.stderr };
}
