// SPDX-License-Identifier: Apache-2.0
// browser.test.mjs - a person in Chromium: signs in, creates a credential whose values
// baresip then registers with, sees the binding appear without reloading, sees the call and
// its cost, revokes, and sees the call end.
import { after, before, test } from 'node:test';
import assert from 'node:assert/strict';
import { launch, openPage } from './lib/browser.mjs';
import { Baresip } from './lib/baresip.mjs';
import { DOMAIN, LINE_A, PORTAL_PASSWORD, Server } from './lib/server.mjs';
import { Sipp } from './lib/sipp.mjs';
import { freePort, sleep } from './lib/wait.mjs';

const MOBILE = '+41795550001';
const WAIT = { timeout: 15000 };
let server;
let browser;
let trunk;
let trunkPort;

before(async () => {
  trunkPort = await freePort();
  trunk = await Sipp.serve('../../../data/demo/trunk', { port: trunkPort });
  server = await Server.start({ trunk: trunkPort });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  await trunk?.stop();
  await server?.stop();
});

async function signIn(page, login = 'anna', mobile = MOBILE) {
  const before = server.smsCount(mobile);
  await page.fill('#login', login);
  await page.fill('#password', PORTAL_PASSWORD);
  await page.click('form button.primary');
  await page.waitForSelector('input[autocomplete=one-time-code]', WAIT);
  const { code } = await server.sms(mobile, before);
  await page.fill('input[autocomplete=one-time-code]', code);
  await page.click('form button.primary').catch(() => {}); // it may have sent itself
}

test('from sign-in to a call that revoking ends', async () => {
  const page = await openPage(browser, server.portal.href);
  await signIn(page);
  await page.getByText('044 555 01 01').first().click(WAIT);

  // Consent comes before the first device.
  await page.goto(`${server.portal.origin}/line/${LINE_A}/consent`);
  await page.waitForSelector('input[type=checkbox]', WAIT);
  for (const box of await page.locator('input[type=checkbox]').all()) await box.check();
  await page.locator('form button.primary').click();
  await page.waitForURL((url) => !url.pathname.endsWith('/consent'), WAIT);

  await page.goto(`${server.portal.origin}/line/${LINE_A}/add`);
  await page.getByText('baresip').first().click(WAIT);
  await page.fill('#label', 'Kitchen phone');
  const before = server.smsCount(MOBILE);
  await page.locator('form button.primary').click();
  await page.waitForSelector('input[autocomplete=one-time-code]', WAIT);
  const sms = await server.sms(MOBILE, before);
  assert.match(sms.text, /Kitchen phone/);
  await page.fill('input[autocomplete=one-time-code]', sms.code);
  await page.locator('form button.primary').click().catch(() => {});
  await page.waitForSelector('[data-setting=password]', WAIT);
  const value = async (name) => (await page.textContent(`[data-setting=${name}]`)).trim();
  const settings = { user: await value('user_name'), authName: await value('auth_name'),
    password: await value('password'), domain: await value('domain') };
  assert.equal(settings.user, LINE_A);
  assert.equal(settings.domain, DOMAIN);
  assert.match(settings.password, /^\w{24}$/);
  assert.ok(await page.locator('svg[role=img], .qr svg, .qr canvas').count(), 'a QR code');

  const loads = page.loads;
  await page.getByText('Waiting for your device').waitFor(WAIT);
  const phone = await Baresip.start({ ...settings, proxy: server.udp });
  try {
    await phone.event('REGISTER_OK');
    await page.getByText('Your device is registered').waitFor(WAIT);
    await page.getByText('I have entered everything').click();
    const card = page.locator('article', { hasText: 'Kitchen phone' });
    await card.getByText('Online').waitFor(WAIT);
    assert.match(await card.textContent(), /127\.0\.0\.1/);

    // A call and its cost.
    await page.getByRole('link', { name: 'Calls', exact: true }).click();
    phone.dial(`sip:0795550199@${DOMAIN}`);
    await phone.event('CALL_ESTABLISHED');
    await page.getByText('Running now').waitFor(WAIT);
    await page.getByText('079 555 01 99').first().waitFor(WAIT);
    await sleep(1100);
    phone.hangup();
    const [{ charge, answered_at, ended_at }] = await server.cdrs(LINE_A);
    const seconds = Math.ceil((new Date(ended_at) - new Date(answered_at)) / 1000);
    assert.ok(Math.abs(Number(charge) - (0.05 + seconds * 0.35 / 60)) < 0.00001, `${charge}`);
    await page.getByText(new RegExp(`CHF\\s${Number(charge).toFixed(2)}`)).first().waitFor(WAIT);
    assert.equal(await page.getByText('Running now').count(), 0);

    // Revoke while the next call runs.
    phone.forget();
    phone.dial(`sip:0795550199@${DOMAIN}`);
    await phone.event('CALL_ESTABLISHED');
    await page.getByText('Running now').waitFor(WAIT);
    await page.getByRole('link', { name: 'Devices', exact: true }).click();
    await card.getByText('1 call now').waitFor(WAIT);
    await card.getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('button', { name: 'Revoke for good' }).click();
    await phone.event('CALL_CLOSED');
    await page.getByText(/Ended 1 registration and 1 call/).waitFor(WAIT);
    await page.getByRole('link', { name: 'Calls', exact: true }).click();
    await page.getByText('Cut: device revoked').waitFor(WAIT);
    assert.equal(page.loads, loads, 'all of this without reloading');
  } finally {
    await phone.stop();
  }
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('a line without credentials says why, in the language of the login', async () => {
  const page = await openPage(browser, server.portal.href);
  await signIn(page, 'carla', '+41795550003');
  // Signed in, the page speaks the language of the login.
  await page.getByText('Ce produit ne prévoit pas vos propres appareils').first().waitFor(WAIT);
  assert.deepEqual(page.faults, []);
  await page.context().close();
});
