// SPDX-License-Identifier: Apache-2.0
// tests/states.mjs - every page in every state worth looking at, for axe and for pictures.

import { addDevice, enterPassword } from './browser.mjs';

const shown = (page, selector) => page.locator(selector).first().waitFor();

async function open(page, path, selector) {
  await page.goto(path);
  await shown(page, selector);
}

/** Name, and how to get there. Those that start with `door` are seen without a session. */
export const STATES = {
  'door-sign-in': (page) => open(page, '/', '#login'),
  'door-refused': async (page) => {
    await open(page, '/', '#login');
    await page.locator('#login').fill('anna');
    await page.locator('#password').fill('wrong');
    await page.locator('form .primary').click();
    await shown(page, '[role=alert]');
  },
  'door-code': async (page) => {
    await page.goto('/');
    await enterPassword(page);
  },
  lines: (page) => open(page, '/', 'li.card'),
  'lines-empty': (page, mock) => {
    mock.lines = [];
    return open(page, '/', '.empty');
  },
  'lines-error': (page, mock) => {
    mock.fail = 500;
    return page.goto('/').then(() => shown(page, '[role=alert]'));
  },
  devices: (page, mock, main) => open(page, `/line/${main}`, 'article'),
  'devices-call': async (page, mock, main) => {
    mock.ring(main, '+41791234567', true);
    await open(page, `/line/${main}`, 'article');
  },
  'devices-empty': async (page, mock, main) => {
    mock.credentials.set(main, []);
    await open(page, `/line/${main}`, '.empty');
  },
  'devices-no-consent': (page) => open(page, '/line/+41313102030', '.empty'),
  'devices-frozen-line': (page) => open(page, '/line/+41216543210', 'article'),
  'revoke-dialog': async (page, mock, main) => {
    mock.ring(main, '+41791234567', true);
    await open(page, `/line/${main}`, 'article');
    await page.locator('article .danger').first().click();
    await shown(page, 'dialog');
  },
  'revoke-done': async (page, mock, main) => {
    await open(page, `/line/${main}`, 'article');
    await page.locator('article .danger').first().click();
    await page.locator('dialog .danger').click();
    await shown(page, '.done .notice');
  },
  forwarding: (page, mock, main) => {
    mock.forwardings.set(main, {
      ...mock.forwardingOf(main),
      busy: '+41791234567',
      no_answer: '+41445556677',
    });
    return open(page, `/line/${main}/forwarding`, 'form');
  },
  'forwarding-refused': async (page, mock, main) => {
    await open(page, `/line/${main}/forwarding`, 'form');
    await page.locator('#always').fill('112');
    await page.locator('form .primary').click();
    await shown(page, '[role=alert]');
  },
  'forwarding-code': async (page, mock, main) => {
    await open(page, `/line/${main}/forwarding`, 'form');
    await page.locator('#always').fill('+49 30 123456');
    await page.locator('form .primary').click();
    await shown(page, '.approval');
  },
  consent: (page) => open(page, '/line/+41313102030/consent', 'fieldset'),
  'consent-missing': async (page) => {
    await open(page, '/line/+41313102030/consent', 'fieldset');
    await page.locator('form .primary').click();
    await shown(page, '[role=alert]');
  },
  add: (page, mock, main) => open(page, `/line/${main}/add`, '#label'),
  'add-code': async (page, mock, main) => {
    await open(page, `/line/${main}/add`, '#label');
    await page.locator('form .primary').click();
    await shown(page, '.action');
  },
  reveal: (page) => addDevice(page, { profile: 'fritzbox' }),
  'reveal-baresip': async (page, mock, main) => {
    await addDevice(page, { profile: 'baresip' });
    mock.refuse(main, 'wrong_password');
    await page.locator('details summary').click();
    await shown(page, '.refusal');
  },
  'reveal-unknown-name': async (page, mock, main) => {
    await addDevice(page, { profile: 'fritzbox' });
    mock.attempt(main, { reason: 'unknown_auth_name', auth_name: main });
    await shown(page, '.refusal');
  },
  'reveal-signed-in': async (page, mock, main) => {
    await addDevice(page, { profile: 'fritzbox' });
    mock.attempt(main, { reason: 'ok', verified: true, status: 200, transport: 'tls' });
    await shown(page, '.stages .passed');
  },
  'reveal-registered': async (page, mock, main) => {
    await addDevice(page, { profile: 'linphone' });
    mock.register(main, mock.credentials.get(main).at(-1).id);
    await page.locator('[aria-live] .notice').waitFor();
  },
  'reveal-leave': async (page) => {
    await addDevice(page);
    await page.locator('header nav a').first().click();
    await shown(page, 'dialog');
  },
  calls: async (page, mock, main) => {
    mock.ring(main, '+41791234567', true);
    await open(page, `/line/${main}/calls`, '.live');
  },
  'calls-empty': (page) => open(page, '/line/+41216543210/calls', '.empty'),
  log: (page) => open(page, '/log', 'main li'),
  'log-empty': (page, mock) => {
    mock.events = [];
    return open(page, '/log', '.empty');
  },
  'not-found': (page) => open(page, '/nowhere', 'h1'),
};

export const needsSession = (name) => !name.startsWith('door');
