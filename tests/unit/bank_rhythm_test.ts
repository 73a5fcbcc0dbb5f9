/** Days and hours: the weights that the reference tells, and what a bank makes of them. */

import assert from "node:assert/strict";
import { deriveKey, Stream } from "../../src/random/stream.ts";
import { ClockWeights, DayWeights, SeasonalPoisson } from "../../src/domains/bank/rhythm.ts";
import {
  cashClock,
  cashRhythm,
  type DayRhythm,
  pixClock,
  pixRhythm,
  purchaseClocks,
  purchaseRhythms,
  shopClock,
} from "../../src/reference/br/rhythm.ts";
import { merchantCategories } from "../../src/reference/br/merchants.ts";
import { daysFromCivil, isoDate, parseIsoDate } from "../../src/time/calendar.ts";
import { bankOf, batchOf, DAY, spread, wallTime } from "../support/bank.ts";

const HOUR = 3_600_000;
const RHYTHMS: readonly DayRhythm[] = [...Object.values(purchaseRhythms), cashRhythm, pixRhythm];

/** A stream of words that is the same each time. */
function placeOf(n: number) {
  return new Stream(deriveKey(42, "rhythm", 0)).at(1, n, 0);
}

const FLAT: DayRhythm = {
  weekdays: [1000, 1000, 1000, 1000, 1000, 1000, 1000],
  months: new Array(12).fill(1000),
  monthDays: [[1, 1000]],
  holiday: 1000,
  occasions: [],
};

Deno.test("DayWeights draws each day by its weight, over the end of a year too", () => {
  const days = new DayWeights({ ...FLAT, weekdays: [3000, 1000, 1000, 1000, 1000, 1000, 2000] });
  const [from, to] = [daysFromCivil(2025, 12, 25), daysFromCivil(2026, 1, 8)]; // two weeks
  const counts = new Array(to - from).fill(0);
  const draws = 70_000;
  for (let n = 0; n < draws; n++) {
    const day = days.draw(placeOf(n), from, to);
    assert.ok(day >= from && day < to);
    counts[day - from]++;
  }
  for (let at = 0; at < counts.length; at++) {
    const sunday = [3, 10].includes(at); // 28 December and 4 January
    const saturday = [2, 9].includes(at);
    const expected = draws * (sunday ? 3 : saturday ? 2 : 1) / 20;
    assert.ok(Math.abs(counts[at] - expected) < 5 * Math.sqrt(expected), `${isoDate(from + at)}: ${counts[at]}`);
  }
});

Deno.test("DayWeights.season() is 1 over four years, and tells what a span has more than an ordinary one", () => {
  for (const rhythm of RHYTHMS) {
    const season = new DayWeights(rhythm).season(daysFromCivil(2023, 1, 1), daysFromCivil(2027, 1, 1));
    assert.ok(Math.abs(season - 1) < 1e-9);
  }
  const july = new DayWeights({ ...FLAT, months: [...new Array(6).fill(1000), 2000, ...new Array(5).fill(1000)] });
  const inJuly = july.season(daysFromCivil(2026, 7, 1), daysFromCivil(2026, 8, 1));
  const inMay = july.season(daysFromCivil(2026, 5, 1), daysFromCivil(2026, 6, 1));
  assert.ok(Math.abs(inJuly / inMay - 2) < 1e-9);
});

Deno.test("DayWeights finds days by date, by weekday of a month and by Easter", () => {
  const dates = {
    "2024-11-29": { month: 11, nth: 4, weekday: 4, plus: 1 }, // Black Friday
    "2025-11-28": { month: 11, nth: 4, weekday: 4, plus: 1 },
    "2026-11-27": { month: 11, nth: 4, weekday: 4, plus: 1 },
    "2026-05-10": { month: 5, nth: 2, weekday: 0 }, // Mother's Day
    "2027-08-08": { month: 8, nth: 2, weekday: 0 }, // Father's Day
    "2026-06-12": { month: 6, day: 12 },
    "2026-02-17": { easterOffset: -47 }, // Carnival
  };
  for (const [date, on] of Object.entries(dates)) {
    const day = parseIsoDate(date);
    const only = { name: "", on, days: [0, 0] as const, weight: 1_000_000 };
    const days = new DayWeights({ ...FLAT, occasions: [only] });
    let hits = 0;
    for (let n = 0; n < 200; n++) hits += days.draw(placeOf(n), day - 20, day + 20) === day ? 1 : 0;
    assert.ok(hits > 180, `${date}: ${hits}`);
  }
});

Deno.test("ClockWeights draws hours by their weights, and none that has no weight", () => {
  const clock = new ClockWeights(cashClock);
  const all = cashClock.reduce((sum, weight) => sum + weight, 0);
  const counts = new Array(24).fill(0);
  for (let n = 0; n < 50_000; n++) counts[Math.floor(clock.draw(placeOf(n)) / HOUR)]++;
  for (const [hour, weight] of cashClock.entries()) {
    const expected = 50_000 * weight / all;
    assert.ok(Math.abs(counts[hour] - expected) <= 5 * Math.sqrt(expected), `${hour}: ${counts[hour]}`);
  }
});

Deno.test("SeasonalPoisson has the mean of its season", () => {
  const counts = new SeasonalPoisson(4);
  for (const season of [0.25, 1, 2.5]) {
    let sum = 0;
    for (let n = 0; n < 20_000; n++) sum += counts.draw(placeOf(n), season);
    assert.ok(Math.abs(sum / 20_000 - 4 * season) < 0.1, `${season}: ${sum / 20_000}`);
  }
});

Deno.test("clocks have 24 hours of whole weights, and every rhythm seven days and twelve months", () => {
  for (const clock of [...Object.values(purchaseClocks), shopClock, cashClock, pixClock]) {
    assert.equal(clock.length, 24);
    assert.ok(clock.every((weight) => Number.isInteger(weight) && weight >= 0));
  }
  for (const { weekdays, months, monthDays } of RHYTHMS) {
    assert.deepEqual([weekdays.length, months.length, monthDays[0]![0]], [7, 12, 1]);
  }
  const known = new Set(merchantCategories.map(({ mcc }) => mcc));
  for (const mcc of Object.keys(purchaseClocks)) assert.ok(known.has(mcc), mcc);
});

const batch = batchOf(bankOf({ asOf: "2026-07-01" }), spread(2_500));
const purchases = batch.card_transactions.filter(({ status }) => status === "APPROVED");
const byDay = new Map<string, number>();
for (const { timestamp } of purchases) {
  const day = isoDate(Math.floor(wallTime(timestamp) / DAY));
  byDay.set(day, (byDay.get(day) ?? 0) + 1);
}
const on = (day: string) => byDay.get(day) ?? 0;
const inMonth = (month: string) =>
  [...byDay].filter(([day]) => day.slice(5, 7) === month).reduce((sum, [, count]) => sum + count, 0);

Deno.test("Bank.batch() shops most in December and least in January", () => {
  const mean = purchases.length / 12;
  assert.ok(inMonth("12") / mean > 1.45, `December: ${inMonth("12") / mean}`);
  assert.ok(inMonth("01") / mean < 0.68, `January: ${inMonth("01") / mean}`);
  for (const month of ["03", "04", "06", "07", "08"]) {
    assert.ok(Math.abs(inMonth(month) / mean - 1) < 0.2, `${month}: ${inMonth(month) / mean}`);
  }
});

Deno.test("Bank.batch() shops on Black Friday, before Mother's Day and Christmas, and not at Christmas", () => {
  assert.ok(on("2025-11-28") > 2.8 * on("2025-11-27"), `${on("2025-11-28")} after ${on("2025-11-27")}`);
  assert.ok(on("2026-05-09") > 1.25 * on("2026-04-25"), `${on("2026-05-09")} after ${on("2026-04-25")}`);
  assert.ok(on("2025-12-25") < 0.5 * on("2025-12-18"), `${on("2025-12-25")} after ${on("2025-12-18")}`);
});

Deno.test("Bank.batch() buys fuel at six, eats at noon and at night, and goes to no cinema in the morning", () => {
  const share = (mcc: string, hours: readonly number[]) => {
    const rows = batch.card_transactions.filter((row) => row.mcc_code === mcc);
    const found = rows.filter(({ timestamp }) => hours.includes(Math.floor(wallTime(timestamp) % DAY / HOUR)));
    return found.length / rows.length;
  };
  assert.ok(share("5541", [6, 7, 8]) > 0.2);
  assert.ok(share("5812", [12, 13]) > 0.25 && share("5812", [19, 20, 21]) > 0.25);
  assert.equal(share("5812", [2, 3, 4, 5]), 0);
  assert.equal(share("7832", [1, 2, 3, 4, 5, 6, 7, 8]), 0);
});

Deno.test("Bank.batch() draws and pays in no cash from 22:00 to 06:00, and least on Sundays", () => {
  const cash = batch.transactions.filter(({ transaction_type: type }) => type === "WITHDRAW" || type === "DEPOSIT");
  const own = cash.filter(({ description }) => !/abertura/i.test(description));
  const weekdays = new Array(7).fill(0);
  for (const { timestamp } of own) {
    const wall = wallTime(timestamp);
    const hour = Math.floor(wall % DAY / HOUR);
    assert.ok(hour >= 6 && hour < 22, `at ${hour}`);
    weekdays[(Math.floor(wall / DAY) + 4) % 7]++;
  }
  assert.ok(own.length > 3_000);
  assert.equal(weekdays.indexOf(Math.min(...weekdays)), 0);
  assert.equal(weekdays.indexOf(Math.max(...weekdays)), 5);
});
