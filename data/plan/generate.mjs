// SPDX-License-Identifier: Apache-2.0
// Writes src/rating/plan_data.c from libphonenumber-js; with --check it only compares.

import { readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const metadata = require("libphonenumber-js/metadata.max.json");
const { version } = JSON.parse(
  readFileSync(new URL("node_modules/libphonenumber-js/package.json", import.meta.url)),
);
const target = new URL("../../src/rating/plan_data.c", import.meta.url);

// The places of a country's facts in the package's arrays.
const CODE = 0, IDD = 1, LENGTHS = 3, TRUNK = 5, IDD_PREFERRED = 12;

// Some countries have several prefixes for abroad (by carrier): those that are digits
// alone can be dialled by anybody; 00 is what ITU-T E.164 recommends.
function prefixForAbroad(facts) {
  return [facts[IDD_PREFERRED], facts[IDD]].find((p) => p && /^\d+$/.test(p)) ?? "00";
}

function row(iso, facts) {
  const lengths = facts[LENGTHS].reduce((mask, n) => mask | (1 << n), 0);
  const trunk = facts[TRUNK] || "";
  return `\t{ "${iso}", "${facts[CODE]}", "${prefixForAbroad(facts)}", "${trunk}", ` +
    `0x${lengths.toString(16)} },`;
}

function order(a, b) {
  return a[1][CODE] < b[1][CODE] ? -1 : a[1][CODE] > b[1][CODE] ? 1 : a[0] < b[0] ? -1 : 1;
}

function table() {
  const countries = Object.entries(metadata.countries);
  const global = Object.entries(metadata.nonGeographic).map(([, facts]) => ["", facts]);
  return [...countries, ...global].sort(order).map(([iso, facts]) => row(iso, facts));
}

const text = `/* SPDX-License-Identifier: Apache-2.0 */
/* rating/plan_data.c - The world's numbers: made by data/plan/generate.mjs from
 * libphonenumber-js ${version} (MIT; its facts are Google's libphonenumber, Apache-2.0). */

#include "rating/plan_data.h"

/* clang-format off */
const struct plan_country plan_countries[] = {
${table().join("\n")}
};
/* clang-format on */

const size_t plan_country_count = sizeof(plan_countries) / sizeof(plan_countries[0]);
`;

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("src/rating/plan_data.c is not what data/plan/generate.mjs makes");
    process.exit(1);
  }
} else {
  writeFileSync(target, text);
}
