// SPDX-License-Identifier: Apache-2.0
// Writes tariffs.csv: prices invented for the demonstration, no operator's. One table of
// zones, and for each tariff what a zone costs and in which steps.

import { writeFileSync } from "node:fs";

// class: prefixes. Longest match wins, so a zone of the world may be one digit wide.
const ZONES = {
  fixed: ["+412", "+413", "+414", "+415", "+416", "+4171", "+4181", "+4191"],
  corporate: ["+4151", "+4158"],
  mobile: ["+4168", "+4169", "+4172", "+4173", "+4175", "+4176", "+4177", "+4178", "+4179"],
  inland: ["+423"],
  inland_mobile: ["+4236", "+4237"],
  voicemail: ["+41860"],
  paging: ["+4174"],
  shared_cost: ["+4184"],
  personal: ["+41878"],
  premium: ["+4190"],
  directory: ["CH:18", "CH:1145"],
  service: ["CH:140", "CH:16", "CH:187"],
  helpline: ["CH:14", "CH:116"],
  neighbour: ["+33", "+39", "+43", "+49"],
  neighbour_mobile: ["+336", "+337", "+393", "+4365", "+4366", "+4367", "+4368", "+4369",
    "+4915", "+4916", "+4917"],
  europe: ["+3", "+4"],
  europe_mobile: ["+346", "+347", "+3519", "+3247", "+3248", "+3249", "+316", "+447"],
  world_near: ["+1", "+27", "+55", "+60", "+61", "+64", "+65", "+66", "+81", "+82", "+86",
    "+852", "+886", "+91", "+972"],
  world: ["+5", "+6", "+7", "+8", "+9"],
  africa: ["+2"],
  // Islands and others where calls are dear, and where fraud goes.
  far: ["+1242", "+1246", "+1264", "+1268", "+1284", "+1340", "+1345", "+1441", "+1473",
    "+1649", "+1658", "+1664", "+1721", "+1758", "+1767", "+1784", "+1809", "+1829", "+1849",
    "+1868", "+1869", "+1876", "+220", "+224", "+232", "+239", "+246", "+247", "+252", "+257",
    "+261", "+265", "+269", "+290", "+297", "+299", "+500", "+508", "+509",
    "+53", "+590", "+596", "+597", "+670", "+672", "+674", "+675", "+676", "+677", "+678",
    "+679", "+680", "+681", "+682", "+683", "+685", "+686", "+687", "+688", "+689", "+690",
    "+691", "+692", "+850", "+960"],
  shared_cost_world: ["+808"],
  personal_world: ["+878"],
  satellite: ["+870", "+881", "+882", "+883", "+888"],
  premium_world: ["+979"],
};

// What is the same in all tariffs: [set-up fee, per minute, first s, next s].
const COMMON = {
  shared_cost: [0, 0.075, 60, 60],
  personal: [0, 0.30, 60, 60],
  premium: [0, 4.23, 60, 60],
  directory: [1.60, 1.90, 60, 60],
  service: [0.50, 0.50, 60, 60],
  helpline: [0.20, 0, 60, 60],
  shared_cost_world: [0, 1.20, 60, 60],
  personal_world: [0, 1.20, 60, 60],
  satellite: [0, 9.90, 60, 60],
  premium_world: [0, 9.90, 60, 60],
};

// Per minute for the rest, and the steps that it is counted in.
const TARIFFS = {
  "demo-home": { step: [1, 1], setup: 0, fixed: 0, mobile: 0.30, neighbour: 0.08, europe: 0.12,
    abroad_mobile: 0.35, world_near: 0.15, world: 0.90, africa: 1.20, far: 3.50 },
  "demo-small": { step: [60, 60], setup: 0, fixed: 0.08, mobile: 0.35, neighbour: 0.12,
    europe: 0.25, abroad_mobile: 0.45, world_near: 0.25, world: 1.10, africa: 1.40, far: 3.80 },
  "demo-line": { step: [60, 1], setup: 0.05, fixed: 0.079, mobile: 0.35, neighbour: 0.12,
    europe: 0.25, abroad_mobile: 0.45, world_near: 0.25, world: 1.10, africa: 1.40, far: 3.80 },
  "demo-office": { step: [1, 1], setup: 0, fixed: 0.05, mobile: 0.25, neighbour: 0.06,
    europe: 0.10, abroad_mobile: 0.30, world_near: 0.12, world: 0.80, africa: 1.10, far: 3.20 },
  "demo-company": { step: [30, 6], setup: 0, fixed: 0.03, mobile: 0.18, neighbour: 0.04,
    europe: 0.08, abroad_mobile: 0.22, world_near: 0.09, world: 0.60, africa: 0.90, far: 2.90 },
  "demo-classic": { step: [60, 60], setup: 0.10, fixed: 0.08, mobile: 0.40, neighbour: 0.15,
    europe: 0.30, abroad_mobile: 0.50, world_near: 0.30, world: 1.30, africa: 1.60, far: 3.95 },
};

// Zones that cost what another one costs.
const AS = {
  corporate: "fixed", inland: "fixed", inland_mobile: "mobile", voicemail: "fixed",
  paging: "mobile", neighbour_mobile: "abroad_mobile", europe_mobile: "abroad_mobile",
};

function price(tariff, zone) {
  if (COMMON[zone]) return COMMON[zone];
  const { step, setup } = TARIFFS[tariff];
  return [setup, TARIFFS[tariff][AS[zone] ?? zone], ...step];
}

const lines = ["tariff,prefix,class,setup,per_minute,first_s,next_s,valid_from,note"];
for (const tariff of Object.keys(TARIFFS)) {
  for (const [zone, prefixes] of Object.entries(ZONES)) {
    for (const prefix of prefixes) {
      lines.push([tariff, prefix, zone, ...price(tariff, zone), "2017-01-01",
        "invented for the demonstration"].join(","));
    }
  }
}
writeFileSync(new URL("tariffs.csv", import.meta.url), lines.join("\n") + "\n");
