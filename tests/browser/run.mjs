// Runs the flows in order against a running node. See README.md.

import { Checks, expect } from "./lib/check.mjs";
import { World } from "./lib/world.mjs";
import create from "./flows/create.mjs";
import profile from "./flows/profile.mjs";
import connections from "./flows/connections.mjs";
import chat from "./flows/chat.mjs";
import attacks from "./flows/attacks.mjs";
import chatrooms from "./flows/chatrooms.mjs";
import longchat from "./flows/longchat.mjs";
import groups from "./flows/groups.mjs";
import data from "./flows/data.mjs";
import sticks from "./flows/sticks.mjs";
import upkeep from "./flows/upkeep.mjs";
import money from "./flows/money.mjs";
import devices from "./flows/devices.mjs";
import scanning from "./flows/scanning.mjs";
import dykil from "./flows/dykil.mjs";
import polls from "./flows/polls.mjs";
import essay from "./flows/essay.mjs";
import agent from "./flows/agent.mjs";
import events from "./flows/events.mjs";
import docs from "./flows/docs.mjs";
import forms from "./flows/forms.mjs";
import keyboard from "./flows/keyboard.mjs";
import learn from "./flows/learn.mjs";
import links from "./flows/links.mjs";
import market from "./flows/market.mjs";
import orders from "./flows/orders.mjs";
import media from "./flows/media.mjs";
import bookmarks from "./flows/bookmarks.mjs";
import coffee from "./flows/coffee.mjs";
import mail from "./flows/mail.mjs";
import leave from "./flows/leave.mjs";
import mending from "./flows/mending.mjs";
import bring from "./flows/bring.mjs";
import disk from "./flows/disk.mjs";
import where from "./flows/where.mjs";
import claiming from "./flows/claiming.mjs";
import handover from "./flows/handover.mjs";
import sheets from "./flows/sheets.mjs";
import ownbox from "./flows/ownbox.mjs";
import shell from "./flows/shell.mjs";
import street from "./flows/street.mjs";
import wayin from "./flows/wayin.mjs";
import turns from "./flows/turns.mjs";
import reloads from "./flows/reloads.mjs";
import onebrowser from "./flows/onebrowser.mjs";
import firstminutes from "./flows/first-minutes.mjs";
import sizes from "./flows/sizes.mjs";
import pictures from "./flows/pictures.mjs";
import manyphotos from "./flows/manyphotos.mjs";
import stickphotos from "./flows/stickphotos.mjs";
import invited from "./flows/invited.mjs";
import german from "./flows/german.mjs";
import choices from "./flows/choices.mjs";
import keeping from "./flows/keeping.mjs";
import anywhere from "./flows/anywhere.mjs";
import away from "./flows/away.mjs";
import comeback from "./flows/comeback.mjs";
import unanswered from "./flows/unanswered.mjs";

// The flows that each flow depends on.
const FLOWS = [
  { run: create, needs: [] },
  { run: profile, needs: ["create"] },
  { run: connections, needs: ["create"] },
  { run: groups, needs: ["create"] },
  { run: chat, needs: ["create"] },
  { run: chatrooms, needs: ["create", "chat"] },
  { run: attacks, needs: ["create", "chat"] },
  { run: longchat, needs: ["create", "chat"] },
  { run: data, needs: ["create"] },
  { run: sticks, needs: ["create"] },
  { run: upkeep, needs: ["create"] },
  { run: money, needs: ["create"] },
  { run: devices, needs: ["create", "profile"] },
  { run: scanning, needs: ["create", "profile"] },
  { run: events, needs: ["create"] },
  { run: links, needs: ["create", "profile"] },
  { run: bookmarks, needs: ["create", "profile", "links"] },
  { run: media, needs: ["create", "profile"] },
  { run: dykil, needs: ["create", "chat"] },
  { run: polls, needs: ["create"] },
  { run: coffee, needs: ["create", "profile"] },
  { run: essay, needs: ["create", "profile", "coffee"] },
  { run: agent, needs: ["create"] },
  { run: learn, needs: ["create"] },
  { run: market, needs: ["create"] },
  { run: orders, needs: ["create"] },
  { run: manyphotos, needs: ["create"] },
  { run: pictures, needs: [] },
  { run: stickphotos, needs: ["create"] },
  { run: sizes, needs: ["create", "profile"] },
  { run: keyboard, needs: ["create"] },
  { run: docs, needs: [] },
  { run: forms, needs: [] },
  { run: mail, needs: ["create"] },
  { run: leave, needs: ["create", "keyboard"] },
  { run: where, needs: [] },
  { run: claiming, needs: [] },
  { run: bring, needs: [] },
  { run: disk, needs: [] },
  { run: handover, needs: [] },
  { run: sheets, needs: [] },
  { run: ownbox, needs: [] },
  { run: shell, needs: [] },
  { run: wayin, needs: [] },
  { run: turns, needs: [] },
  { run: reloads, needs: [] },
  { run: onebrowser, needs: [] },
  { run: firstminutes, needs: [] },
  { run: invited, needs: [] },
  { run: german, needs: [] },
  { run: choices, needs: [] },
  { run: keeping, needs: [] },
  { run: anywhere, needs: [] },
  { run: away, needs: [] },
  { run: comeback, needs: [] },
  { run: unanswered, needs: [] },
  { run: street, needs: [] },
  { run: mending, needs: [] },
];

const names = FLOWS.map(({ run }) => run.name);
const asked = process.env.IMAJIN_ONLY?.split(",").filter(Boolean) ?? [];
const without = asked.filter((name) => name.startsWith("-")).map((name) => name.slice(1));
const only = asked.filter((name) => !name.startsWith("-"));
const unknown = [...only, ...without].filter((name) => !names.includes(name));
if (unknown.length > 0) throw new Error(`IMAJIN_ONLY names flows that do not exist: ${unknown.join(", ")}`);
const wanted = new Set(only.length > 0 ? only.flatMap((name) => [name, ...FLOWS[names.indexOf(name)].needs]) : names.filter((name) => !without.includes(name)));
const checks = new Checks();
const world = await World.open();
try {
  for (const { run } of FLOWS.filter(({ run }) => wanted.has(run.name))) {
    console.log(`\n${run.name}`);
    try {
      await run(checks, world);
    } catch (error) {
      await checks.check(`${run.name} runs to its end`, () => {
        throw error;
      });
    }
  }
  await checks.check("no page complained: no script errors, no broken content policy", () => {
    expect(world.complaints.length === 0, world.complaints.join("\n"));
  });
} finally {
  await world.close();
}
if (checks.skipped > 0) console.log(`\n${checks.skipped} skipped`);
console.log(`\n${checks.summary()}`);
process.exitCode = checks.failed > 0 ? 1 : 0;
