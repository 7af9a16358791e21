// SPDX-License-Identifier: Apache-2.0
// wait.mjs - conditions with a deadline, ports of one's own, temporary directories.
import { randomInt } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import net from 'node:net';
import dgram from 'node:dgram';
import os from 'node:os';
import path from 'node:path';

export const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

/** How much longer than usual to wait for anything, on a machine with other work to do. */
export const PATIENCE = Number(process.env.PATIENCE ?? 1);

/** Each says in a few lines what it has seen, for when somebody waited in vain. */
export const witnesses = new Set();

function testimony() {
  return [...witnesses].map((witness) => `\n${witness()}`).join('');
}

/** Polls until check() answers something true, and returns it. what: a text, or what makes one. */
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
      const name = typeof what === 'function' ? what() : what;
      throw new Error(`waited ${seconds} s for: ${name}${last ? ` (${last.message})` : ''}` +
        testimony());
    }
    await sleep(25);
  }
}

// Below what the kernel hands out by itself and what is spoken through.
const FIRST_PORT = 10000;
const BLOCK = 4;
const BLOCKS = 2500;
const CLAIM_PORT = 4999;

/** A socket that was bound there, or undefined. */
function bound(port, address) {
  return new Promise((done) => {
    const socket = dgram.createSocket('udp4');
    socket.once('error', () => socket.close(() => done(undefined)));
    socket.bind({ port, address, exclusive: true }, () => done(socket));
  });
}

function freeForTcp(port) {
  return new Promise((done) => {
    const server = net.createServer();
    server.once('error', () => done(false));
    server.listen({ port, exclusive: true }, () => server.close(() => done(true)));
  });
}

async function freeForBoth(port) {
  const socket = await bound(port);
  if (!socket) return false;
  await new Promise((done) => { socket.close(done); });
  return freeForTcp(port);
}

/**
 * A port that is free for UDP and TCP alike, like the three behind it: baresip takes the next one
 * for TLS, SIPp the next but one for video. Nobody else is told of it while this process lives:
 * each block is claimed by an address of its own, which the kernel gives to one.
 */
export async function freePort() {
  for (let tries = 0; tries < BLOCKS; tries++) {
    const block = randomInt(BLOCKS);
    const claim = await bound(CLAIM_PORT, `127.78.${block >> 8}.${block & 255}`);
    if (!claim) continue;
    claim.unref();
    const port = FIRST_PORT + BLOCK * block;
    const free = await Promise.all(Array.from({ length: BLOCK }, (_, i) => freeForBoth(port + i)));
    if (!free.includes(false)) return port;
    claim.close();
  }
  throw new Error(`no port is free from ${FIRST_PORT} on, or somebody listens on ${CLAIM_PORT}`);
}

export function temporaryDirectory(name) {
  const dir = mkdtempSync(path.join(os.tmpdir(), `ownline-${name}-`));
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}
