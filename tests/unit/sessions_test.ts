import assert from "node:assert/strict";
import { daysFromCivil, isoDate, parseIsoDate, weekday } from "../../src/time/calendar.ts";
import { isBankBusinessDay } from "../../src/time/business_days.ts";
import {
  addSessions,
  ASH_WEDNESDAY_OPEN_MS,
  isSession,
  SESSION_OPEN_MS,
  sessionDay,
  sessionIndex,
  sessionOpenMs,
} from "../../src/time/sessions.ts";
// An independent source: exchange_calendars, calendar BVMF, every year from 2006 to 2027.
import expected from "./b3_closings.json" with { type: "json" };

const sessionsByYear: Record<string, number> = expected.sessions;

Deno.test("isSession() closes on the weekdays that exchange_calendars BVMF lists for 2006 to 2027", () => {
  for (const [year, closings] of Object.entries(expected.closings)) {
    const found: string[] = [];
    for (let day = daysFromCivil(Number(year), 1, 1); day < daysFromCivil(Number(year) + 1, 1, 1); day++) {
      if (weekday(day) % 6 === 0) assert.equal(isSession(day), false);
      else if (!isSession(day)) found.push(isoDate(day).slice(5));
    }
    assert.equal(found.join(" "), closings, year);
  }
});

Deno.test("sessionIndex() counts as many sessions a year as exchange_calendars BVMF", () => {
  assert.equal(Object.keys(sessionsByYear).length, 22);
  for (const [year, count] of Object.entries(sessionsByYear)) {
    const [first, next] = [daysFromCivil(Number(year), 1, 1), daysFromCivil(Number(year) + 1, 1, 1)];
    assert.equal(sessionIndex(next) - sessionIndex(first), count, year);
  }
});

Deno.test("sessionDay() inverts sessionIndex() until 2100", () => {
  const count = sessionIndex(parseIsoDate("2101-01-01"));
  for (let index = 0; index < count; index++) {
    const day = sessionDay(index);
    if (sessionIndex(day) !== index || !isSession(day) || !isBankBusinessDay(day)) assert.fail(`session ${index}`);
  }
  assert.equal(isoDate(sessionDay(0)), "2006-01-02");
  assert.equal(isoDate(sessionDay(count - 1)), "2100-12-30");
});

Deno.test("isSession() closes on 24 December and on the year's last weekday until 2100", () => {
  for (let year = 2006; year <= 2100; year++) {
    assert.equal(isSession(daysFromCivil(year, 12, 24)), false);
    let last = daysFromCivil(year, 12, 31);
    while (weekday(last) % 6 === 0) last--;
    assert.equal(isSession(last), false);
  }
});

Deno.test("addSessions() settles two sessions after the trade", () => {
  const settlement = (text: string) => isoDate(addSessions(parseIsoDate(text), 2));
  assert.equal(settlement("2024-01-15"), "2024-01-17");
  assert.equal(settlement("2024-01-18"), "2024-01-22");
  assert.equal(settlement("2024-02-08"), "2024-02-14"); // Carnival between
  assert.equal(settlement("2024-12-27"), "2025-01-02"); // 31 December between
});

Deno.test("addSessions() starts from any day and goes both ways", () => {
  const after = (text: string, n: number) => isoDate(addSessions(parseIsoDate(text), n));
  assert.equal(after("2024-01-20", 1), "2024-01-22"); // from a Saturday
  assert.equal(after("2024-01-20", 0), "2024-01-19");
  assert.equal(after("2024-01-19", 0), "2024-01-19");
  assert.equal(after("2024-01-19", -1), "2024-01-18");
});

Deno.test("sessionOpenMs() is 13:00 on Ash Wednesday and 10:00 else", () => {
  assert.equal(sessionOpenMs(parseIsoDate("2024-02-14")), ASH_WEDNESDAY_OPEN_MS);
  assert.equal(sessionOpenMs(parseIsoDate("2024-02-21")), SESSION_OPEN_MS);
  assert.equal(sessionOpenMs(parseIsoDate("2024-02-15")), SESSION_OPEN_MS);
});

Deno.test("session functions refuse days outside 2006 to 2100", () => {
  assert.throws(() => isSession(parseIsoDate("2005-12-31")), RangeError);
  assert.throws(() => isSession(parseIsoDate("2101-01-01")), RangeError);
  assert.throws(() => sessionDay(-1), RangeError);
  assert.throws(() => sessionDay(0.5), RangeError);
  assert.throws(() => sessionDay(sessionIndex(parseIsoDate("2101-01-01"))), RangeError);
  assert.throws(() => addSessions(parseIsoDate("2100-12-30"), 1), RangeError);
});
