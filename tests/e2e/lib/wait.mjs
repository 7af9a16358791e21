// SPDX-License-Identifier: Apache-2.0
// wait.mjs - conditions with a deadline, free ports, temporary directories.
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import dgram from 'node:dgram';
import os from 'node:os';
import path from 'node:path';

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** How much longer than usual to wait for anything, on a machine with other work to do. */
export const PATIENCE = Number(process.env.PATIENCE ?? 1);

/** Polls until check() answers something true, and returns it. */
export async function until(what, check, seconds = 15) {
  const deadline = Date.now() + seconds * 1000 * PATIENCE;
  let last;
  for (;;) {
    try {
      const value = await check();
      if (value) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    if (Date.now() > deadline) {
      throw new Error(`waited ${seconds} s for: ${what}${last ? ` (${last.message})` : ''}`);
    }
    await sleep(25);
  }
}

export function freeTcpPort() {
  return new Promise((done, fail) => {
    const server = net.createServer();
    server.once('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => done(port));
    });
  });
}

/** A port that is free for UDP and TCP alike. */
export async function freePort() {
  for (;;) {
    const port = await freeTcpPort();
    const free = await new Promise((done) => {
      const socket = dgram.createSocket('udp4');
      socket.once('error', () => done(false));
      socket.bind(port, '127.0.0.1', () => socket.close(() => done(true)));
    });
    if (free) return port;
  }
}

export function temporaryDirectory(name) {
  const dir = mkdtempSync(path.join(os.tmpdir(), `ownline-${name}-`));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
