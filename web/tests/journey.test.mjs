// SPDX-License-Identifier: Apache-2.0
// tests/journey.test.mjs - what a customer does, in each language, and what can go wrong.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import {
  addDevice,
  enterCode,
  enterPassword,
  LANGUAGES,
  launch,
  MAIN,
  signIn,
  visit,
} from './browser.mjs';
import { LOGIN } from './mock-server.mjs';

const OTHER = '+41313102030';
/** A word of each page, so that the journey is known to be in that language. */
const WORDS = {
  de: { signIn: 'Anmelden', lines: 'Ihre Anschlüsse', once: 'Nur jetzt sichtbar', revoked: 'widerrufen' },
  fr: { signIn: 'Se connecter', lines: 'Vos raccordements', once: 'Visible seulement maintenant', revoked: 'révoqué' },
  it: { signIn: 'Accedi', lines: 'I Suoi collegamenti', once: 'Visibile solo ora', revoked: 'revocato' },
  en: { signIn: 'Sign in', lines: 'Your lines', once: 'Shown only now', revoked: 'revoked' },
};

let stage;
before(async () => (stage = await launch()));
after(() => stage.close());
beforeEach(() => stage.mock.reset());

/** A test with a page of its own, which must end without a complaint of the browser. */
function journey(name, options, walk) {
  it(name, async () => {
    const { page, context, problems } = await visit(stage, options);
    try {
      await walk(page, stage.mock, context);
      assert.deepEqual(problems, []);
    } finally {
      await context.close();
    }
  });
}

const heading = (page) => page.locator('h1').innerText();
const says = (page, text) => page.getByText(text).first().waitFor();

describe('from the first page to a registered device and its end', () => {
  for (const language of LANGUAGES) {
    journey(language, { language }, async (page, mock) => {
      const words = WORDS[language];
      await page.goto('/');
      await says(page, words.signIn);
      assert.equal(await page.getAttribute('html', 'lang'), `${language}-CH`);
      await enterPassword(page);
      await enterCode(page);
      await says(page, words.lines);

      await page.getByText('031 310 20 30').click();
      await page.locator('.empty a').click();
      await page.locator('form .primary').waitFor();
      for (const box of await page.locator('input[type="checkbox"]').all()) await box.check();
      await page.locator('input[value="home"]').check();
      await page.locator('form .primary').click();

      await page.locator('#label').fill('Küche "1" <b>');
      assert.equal(mock.lines[1].consent.reach, 'home');
      await page.locator('input[value="linphone"]').check();
      await page.locator('form .primary').click();
      await page.locator('.action').waitFor();
      await enterCode(page);
      await says(page, words.once);
      const value = (name) => page.locator(`[data-setting="${name}"]`).innerText();
      assert.equal(await value('user_name'), OTHER);
      assert.equal(await value('auth_name'), 'q6t3w9zf');
      assert.equal((await value('password')).replace(/\s/g, ''), 'vT7mKq2XwR9dHs4NpZ6bGc3Y');
      assert.ok(await page.locator('svg[role="img"] path').getAttribute('d'));

      mock.register(OTHER, mock.credentials.get(OTHER)[0].id);
      await says(page, 'baresip v1.0.0');
      await page.locator('main > div > .primary, main .primary').last().click();
      await page.locator('article h3').waitFor();
      assert.equal(await page.locator('article h3').innerText(), 'Küche "1" <b>');

      await page.locator('article .danger').click();
      await page.locator('dialog .danger').click();
      await says(page, '38 ms');
      await says(page, words.revoked);
      assert.equal(await page.locator('article').count(), 0);
      await page.locator('header .out').click();
      await page.locator('#login').waitFor();
      assert.equal(mock.sessions.size, 0);
    });
  }
});

describe('signing in', () => {
  journey('says the same whatever was wrong, and empties the password', {}, async (page) => {
    await page.goto('/');
    await page.locator('#login').fill('nobody');
    await page.locator('#password').fill('x');
    await page.locator('form .primary').click();
    await page.locator('[role="alert"]').waitFor();
    assert.equal(await page.locator('#password').inputValue(), '');
    await page.locator('#login').fill('locked');
    await page.locator('#password').fill('x');
    await page.locator('form .primary').click();
    await says(page, 'Bitte warten Sie 45 Sekunden');
  });

  journey('counts wrong codes down to the lock', {}, async (page) => {
    await page.goto('/');
    await enterPassword(page);
    await enterCode(page, '111111');
    await says(page, 'noch 2 Versuche');
    await enterCode(page, '11 11 11');
    await says(page, 'noch einen Versuch');
    await enterCode(page, '111111');
    await says(page, 'Zu viele falsche Codes');
    assert.equal(await page.locator('input[autocomplete="one-time-code"]').inputValue(), '');
    assert.equal(await page.locator('button.quiet').first().isEnabled(), true);
  });

  journey('sends a new code after a pause that grows', {}, async (page, mock) => {
    await page.clock.install();
    await page.goto('/');
    await page.locator('#login').waitFor();
    await page.clock.pauseAt(Date.now() + 60_000); // each second is shown until it is let pass
    await enterPassword(page);
    await says(page, 'Neuer Code möglich in 30 Sekunden');
    await page.clock.runFor(31_000);
    await page.getByText('Neuen Code senden').click();
    await says(page, 'Ein neuer Code ist unterwegs');
    assert.equal(mock.sms.length, 2);
    await says(page, 'Neuer Code möglich in 60 Sekunden');
  });

  journey('goes on where a reload found it', {}, async (page) => {
    await page.goto('/log');
    await enterPassword(page);
    await page.reload();
    await says(page, '079 xxx xx 33');
    await enterCode(page);
    await says(page, 'Was mit Ihrem Zugang geschehen ist');
    await page.reload();
    await says(page, 'Was mit Ihrem Zugang geschehen ist');
  });

  journey('an ended session asks again, and returns to the same page', {}, async (page, mock) => {
    await signIn(page, `/line/${MAIN}/calls`);
    await says(page, 'CHF 1.19');
    mock.expireSessions();
    await page.locator('main nav a').first().click();
    await says(page, 'Ihre Sitzung ist beendet');
    await enterPassword(page);
    await enterCode(page);
    await page.locator('article').first().waitFor();
    assert.ok(page.url().endsWith(`/line/${MAIN}`));
  });

  journey('two tabs share one session', { admitted: true }, async (page, mock) => {
    await page.goto(`/line/${MAIN}`);
    await page.locator('article').first().waitFor();
    for (const each of mock.sessions.values()) each.csrf = 'newer';
    await page.getByRole('button', { name: 'Einfrieren' }).first().click();
    await says(page, '«FRITZ!Box» ist eingefroren');
  });

  journey('the language chosen by hand stays', {}, async (page) => {
    await page.goto('/');
    await page.getByRole('button', { name: 'Français' }).click();
    await says(page, 'Se connecter');
    await page.reload();
    await says(page, 'Se connecter');
    await enterPassword(page);
    await enterCode(page);
    await says(page, 'Vos raccordements');
  });
});

describe('lines', () => {
  journey('says why not, in plain words', { admitted: true }, async (page) => {
    await page.goto('/');
    await says(page, 'Mit diesem Produkt ab 1. Juli 2027 möglich.');
    await says(page, 'Eigene Geräte gehören nicht zu diesem Produkt.');
    assert.equal(await page.locator('li.closed a').count(), 0);
  });

  journey('a search field where there are many', { admitted: true }, async (page, mock) => {
    for (let n = 10; n < 40; n++) mock.lines.push({ ...mock.lines[0], number: `+414455500${n}` });
    await page.goto('/');
    await page.locator('input[type="search"]').fill('044 555 00 33');
    await page.locator('li.card').nth(1).waitFor({ state: 'detached' });
    assert.equal(await page.locator('li.card a').getAttribute('href'), '/line/+41445550033');
  });

  journey("somebody else's line is no line", { admitted: true }, async (page) => {
    await page.goto('/line/+41440000000');
    await says(page, 'Dieser Anschluss gehört nicht zu Ihren');
  });

  journey('a fault is said, and tried again', { admitted: true }, async (page, mock) => {
    await Promise.all([page.waitForResponse('**/stream'), page.goto('/')]);
    await page.locator('li.card').first().waitFor();
    mock.fail = 503;
    mock.changed(MAIN, 'bindings');
    await says(page, 'vielleicht veraltet');
    mock.fail = undefined;
    await page.getByText('Nochmals versuchen').click();
    await page.locator('[role="alert"]').waitFor({ state: 'detached' });
  });
});

describe('devices', () => {
  journey('bindings and calls appear by themselves', { admitted: true }, async (page, mock) => {
    await page.goto(`/line/${MAIN}`);
    await page.locator('article').nth(2).waitFor();
    mock.register(MAIN, 'c3', 'Snom D785');
    await says(page, 'Snom D785');
    mock.ring(MAIN, '+41791234567', true);
    await says(page, '1 Anruf läuft');
  });

  journey('freeze is undone with one click', { admitted: true }, async (page, mock) => {
    await page.goto(`/line/${MAIN}`);
    await page.getByRole('button', { name: 'Einfrieren' }).first().click();
    await says(page, '«FRITZ!Box» ist eingefroren');
    assert.equal(mock.credentialOf('c1').found.status, 'frozen');
    await page.getByRole('button', { name: 'Freigeben' }).first().click();
    await says(page, '«FRITZ!Box» funktioniert wieder');
    assert.equal(mock.credentialOf('c1').found.status, 'active');
  });

  journey('one device does not wait for another', { admitted: true }, async (page, mock) => {
    let goOn;
    const held = new Promise((resolve) => (goOn = resolve));
    await page.route('**/credentials/c1/freeze', (route) => held.then(() => route.continue()));
    await page.goto(`/line/${MAIN}`);
    await page.getByRole('button', { name: 'Einfrieren' }).first().click();
    await page.getByRole('button', { name: 'Freigeben' }).click();
    await says(page, '«Chalet» funktioniert wieder');
    assert.equal(mock.credentialOf('c1').found.status, 'active');
    goOn();
    await says(page, '«FRITZ!Box» ist eingefroren');
  });

  journey('an outcome is told when the list shows it', { admitted: true }, async (page) => {
    await page.goto(`/line/${MAIN}`);
    await page.locator('article').nth(2).waitFor();
    const held = [];
    let holding = true;
    await page.route('**/credentials', (route) =>
      holding ? held.push(route) : route.continue());
    const asked = page.waitForRequest('**/credentials');
    await page.getByRole('button', { name: 'Einfrieren' }).first().click();
    await asked;
    assert.equal(await page.getByText('ist eingefroren').count(), 0);
    holding = false;
    for (const route of held) await route.continue();
    await says(page, '«FRITZ!Box» ist eingefroren');
    assert.equal(await page.getByRole('button', { name: 'Freigeben' }).count(), 2);
  });

  journey('what was done is seen from further down', { admitted: true }, async (page) => {
    await page.setViewportSize({ width: 375, height: 600 });
    await page.goto(`/line/${MAIN}`);
    await page.getByRole('button', { name: 'Widerrufen' }).last().click();
    await page.getByRole('button', { name: 'Endgültig widerrufen' }).click();
    await says(page, '«Chalet» ist widerrufen');
    await page.waitForFunction(() => {
      const { top, bottom } = document.querySelector('.done').getBoundingClientRect();
      return top >= 0 && bottom <= innerHeight;
    });
  });

  journey('revoke asks, and offers to freeze instead', { admitted: true }, async (page, mock) => {
    await page.goto(`/line/${MAIN}`);
    const ask = page.getByRole('button', { name: 'Widerrufen' }).first();
    await ask.click();
    await page.keyboard.press('Escape');
    await page.locator('dialog').waitFor({ state: 'detached' });
    assert.equal(await ask.evaluate((element) => element === document.activeElement), true);
    await ask.click();
    await page.getByRole('button', { name: 'Nur einfrieren' }).click();
    await says(page, '«FRITZ!Box» ist eingefroren');
    assert.equal(mock.credentials.get(MAIN).length, 3);
  });

  journey('what was revoked elsewhere meanwhile', { admitted: true }, async (page, mock) => {
    await page.goto(`/line/${MAIN}`);
    await page.locator('article').first().waitFor();
    mock.credentials.set(MAIN, []);
    await page.getByRole('button', { name: 'Einfrieren' }).first().click();
    await says(page, 'Das gibt es nicht oder nicht mehr.');
  });
});

describe('a new password', () => {
  journey('is guarded while it is on the page', { admitted: true }, async (page, mock) => {
    await addDevice(page);
    const guarded = page.locator('[data-setting="password"]');
    for (const leave of [
      () => page.getByRole('link', { name: 'Sicherheitsprotokoll' }).click(),
      () => page.goBack(),
      () => page.locator('header .out').click(),
    ]) {
      await leave();
      await page.locator('dialog').waitFor();
      await page.getByRole('button', { name: 'Hier bleiben' }).click();
      assert.equal(await guarded.isVisible(), true);
    }
    mock.expireSessions();
    mock.changed(MAIN, 'bindings');
    await page.getByRole('button', { name: 'English' }).click();
    assert.equal(await guarded.isVisible(), true);
    await page.getByRole('link', { name: 'Security log' }).click();
    await page.getByRole('button', { name: 'Leave' }).click();
    await page.locator('dialog').waitFor({ state: 'detached' });
    assert.equal(await guarded.count(), 0);
  });

  journey('outlives the session until the page is left', { admitted: true }, async (page, mock) => {
    await addDevice(page);
    mock.expireSessions();
    await says(page, 'Ihre Sitzung ist beendet');
    assert.equal(await page.locator('[data-setting="password"]').isVisible(), true);
    await page.getByRole('button', { name: 'Ich habe alles eingegeben' }).click();
    await page.locator('#login').waitFor();
  });

  journey('is copied whole, without the gaps', { admitted: true }, async (page) => {
    await addDevice(page, { profile: 'fritzbox' });
    await says(page, 'In FRITZ!Box: «Benutzername»');
    await page.getByRole('button', { name: 'Kopieren: Passwort' }).click();
    await says(page, 'Kopiert');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(copied, 'vT7mKq2XwR9dHs4NpZ6bGc3Y');
  });

  journey('a refused device is explained, older ones are not', { admitted: true }, async (page, mock) => {
    await addDevice(page, { profile: 'baresip' });
    await says(page, 'auth_user=q6t3w9zf;auth_pass=vT7mKq2XwR9dHs4NpZ6bGc3Y');
    assert.equal(await page.locator('.refusal').count(), 0);
    mock.refuse(MAIN, 'of_tomorrow', 'Refused for a reason that is newer than this page.');
    await says(page, 'newer than this page');
    mock.refuse(MAIN, 'user_name_sent');
    await says(page, 'Geben Sie den Auth-Namen ein');
  });

  journey('says how far the device has come', { admitted: true }, async (page, mock) => {
    await addDevice(page, { profile: 'baresip' });
    const passed = () => page.locator('.stages .passed').count();
    assert.equal(await passed(), 0);
    // What other devices of the line do is not this one's matter.
    mock.attempt(MAIN, { credential: 'c1', verified: true, reason: 'ok' });
    mock.attempt(MAIN, {});
    await says(page, 'von 192.0.2.17:5060 über UDP');
    assert.equal(await passed(), 1);
    assert.equal(await page.locator('.refusal').count(), 0);
    mock.attempt(MAIN, { reason: 'unknown_auth_name', auth_name: 'q6t3w9sf' });
    await says(page, 'Gesendet hat es «q6t3w9sf»');
    assert.equal(await page.locator('.stages .stopped').count(), 1);
    const { id } = mock.credentials.get(MAIN).at(-1);
    mock.attempt(MAIN, { credential: id, verified: true, reason: 'ok', status: 200 });
    await page.locator('.stages .passed').nth(1).waitFor();
    assert.equal(await page.locator('.refusal').count(), 0);
    mock.register(MAIN, id);
    await says(page, 'Wählen Sie *43');
  });

  journey('a wrong code creates nothing; the details can be changed', { admitted: true }, async (page, mock) => {
    await page.goto(`/line/${MAIN}/add`);
    await page.locator('form .primary').click();
    await enterCode(page, '111111');
    await says(page, 'noch 2 Versuche');
    assert.equal(mock.credentials.get(MAIN).length, 3);
    await page.getByText('Angaben ändern').click();
    await page.locator('#label').fill('   ');
    await page.locator('form .primary').click();
    await says(page, 'Bitte geben Sie dem Gerät einen Namen.');
    await page.locator('#label').fill('Büro');
    await page.locator('form .primary').click();
    await says(page, '«Büro»');
    await enterCode(page);
    await says(page, 'Angaben für «Büro»');
  });

  journey('needs the conditions first', { admitted: true }, async (page) => {
    await page.goto(`/line/${OTHER}/add`);
    await says(page, 'Vor dem ersten Gerät');
    await page.locator('form .primary').click();
    await says(page, 'Bitte setzen Sie alle Häkchen');
    assert.ok(page.url().endsWith('/consent'));
    await page.getByRole('button', { name: 'Italiano' }).click();
    await says(page, 'Come una carta bancaria');
  });
});

describe('calls and log', () => {
  journey('a live call ends and its cost appears', { admitted: true }, async (page, mock) => {
    await page.goto(`/line/${MAIN}/calls`);
    await says(page, 'CHF 4.66');
    mock.ring(MAIN, '+41791234567', false);
    await says(page, 'Klingelt …');
    mock.ring(MAIN, '+41791234567', true);
    await says(page, /^1:3\d$/);
    mock.hangUp(MAIN, '0.7350');
    await says(page, 'CHF 0.74');
    assert.equal(await page.locator('.live').count(), 0);
  });

  journey('older calls come in pages, each once', { admitted: true }, async (page, mock) => {
    const one = mock.calls.get(MAIN)[0];
    mock.calls.set(MAIN, Array.from({ length: 120 }, (_, n) => ({ ...one, id: `z${n}` })));
    await page.goto(`/line/${MAIN}/calls`);
    for (const count of [50, 100]) {
      await page.locator('li.call').nth(count - 1).waitFor();
      await page.getByText('Frühere anzeigen').click();
    }
    await page.locator('li.call').nth(119).waitFor();
    assert.equal(await page.locator('li.call').count(), 120);
    assert.equal(await page.getByText('Frühere anzeigen').count(), 0);
  });

  journey('the log shows unknown kinds by their text', { admitted: true }, async (page) => {
    await page.goto('/log');
    await says(page, 'Gerät abgewiesen: falsche Zugangsdaten');
    await says(page, 'The tariff of this line has changed.');
  });
});

describe('the way back', () => {
  journey('the browser’s back and the page titles follow', { admitted: true }, async (page) => {
    await page.goto('/');
    await page.getByText('044 123 45 67').click();
    await page.locator('article').first().waitFor();
    assert.equal((await page.title()).replaceAll('\u00a0', ' '), '044 123 45 67 · Geräte · Ownline');
    await page.goBack();
    assert.equal(await heading(page), 'Ihre Anschlüsse');
    assert.equal(await page.evaluate(() => document.activeElement.tagName), 'H1');
    await page.getByTitle(`Angemeldet als ${LOGIN}`).waitFor();
  });
});
