// SPDX-License-Identifier: Apache-2.0
// clients.test.mjs - the quickest cases of "make interop": Linphone registers and calls with an
// auth name that is not its user name, and a Kamailio that asks for a digest is the trunk.
import { after, before, test } from 'node:test';
import { CASES } from '../interop/cases.mjs';
import { House } from '../interop/lib/house.mjs';
import Linphone from '../interop/clients/linphone.mjs';
import KamailioTrunk from '../interop/clients/kamailio-trunk.mjs';

const plan = [Linphone, KamailioTrunk].map((Client) =>
  ({ Client, transport: 'udp', algorithm: 'MD5', title: Client.title }));
let house;

before(async () => { house = await House.open(plan); });
after(() => house?.close());

for (const [i, cases] of [['register', 'out'], ['register', 'out', 'in']].entries()) {
  const session = plan[i];
  test(session.title, async (t) => {
    await house.furnish(session);
    session.client = await session.Client.start(session.account, session);
    try {
      for (const name of cases) {
        await t.test(CASES[name].title, async () => {
          await session.client.forget?.();
          await CASES[name].run(session);
        });
      }
    } finally {
      await session.client.stop();
      await session.Client.clear?.(session);
    }
  });
}
