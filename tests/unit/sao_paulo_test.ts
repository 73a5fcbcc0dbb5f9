import assert from "node:assert/strict";
import { daylightSavingPeriods } from "../../src/reference/br/daylight_saving.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, parseIsoDate } from "../../src/time/calendar.ts";
import { instantAt, localDay, saoPauloOffsetMs, startOfLocalDay } from "../../src/time/sao_paulo.ts";

const clock = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/Sao_Paulo",
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
  second: "numeric",
});

/** The engine's own answer, from its own time zone database. */
function engineOffsetMs(utcMs: number): number {
  const part = Object.fromEntries(clock.formatToParts(utcMs).map(({ type, value }) => [type, Number(value)]));
  const wall = Date.UTC(part.year!, part.month! - 1, part.day!, part.hour!, part.minute!, part.second!);
  return wall - Math.floor(utcMs / 1000) * 1000;
}

Deno.test("saoPauloOffsetMs() equals the engine at noon UTC of every day of 1990 to 2030", () => {
  for (let ms = Date.UTC(1990, 0, 1, 12); ms < Date.UTC(2031, 0, 1); ms += DAY_MS) {
    if (saoPauloOffsetMs(ms) !== engineOffsetMs(ms)) assert.fail(`differs at ${new Date(ms).toISOString()}`);
  }
});

Deno.test("saoPauloOffsetMs() equals the engine within a millisecond of each change", () => {
  for (const { start, end } of daylightSavingPeriods) {
    for (const change of [start * DAY_MS + 3 * HOUR_MS, end * DAY_MS + 2 * HOUR_MS]) {
      for (const ms of [change - HOUR_MS, change - 1, change, change + 1, change + HOUR_MS]) {
        assert.equal(saoPauloOffsetMs(ms), engineOffsetMs(ms), new Date(ms).toISOString());
      }
      assert.notEqual(saoPauloOffsetMs(change - 1), saoPauloOffsetMs(change));
    }
  }
});

Deno.test("localDay() and startOfLocalDay() fit together on every day of 1990 to 2030", () => {
  for (let day = parseIsoDate("1990-01-01"); day < parseIsoDate("2031-01-01"); day++) {
    const start = startOfLocalDay(day);
    assert.equal(localDay(start), day);
    assert.equal(localDay(start - 1), day - 1);
  }
});

Deno.test("startOfLocalDay() gives the first instant of a day without midnight", () => {
  assert.equal(startOfLocalDay(parseIsoDate("2018-11-04")), Date.parse("2018-11-04T01:00:00-02:00"));
});

Deno.test("the day on which daylight saving begins has 23 hours, the day before its end 25", () => {
  for (const { start, end } of daylightSavingPeriods) {
    assert.equal(startOfLocalDay(start + 1) - startOfLocalDay(start), 23 * HOUR_MS);
    assert.equal(startOfLocalDay(end) - startOfLocalDay(end - 1), 25 * HOUR_MS);
  }
});

Deno.test("instantAt() inverts the wall clock around each change, except where a time is missing or repeated", () => {
  for (const { start, end } of daylightSavingPeriods) {
    for (const change of [start * DAY_MS + 3 * HOUR_MS, end * DAY_MS + 2 * HOUR_MS]) {
      for (let ms = change - 5 * HOUR_MS; ms < change + 5 * HOUR_MS; ms += 10 * MINUTE_MS) {
        const day = localDay(ms);
        const again = instantAt(day, ms + saoPauloOffsetMs(ms) - day * DAY_MS);
        const isSecondPass = ms >= end * DAY_MS + 2 * HOUR_MS && ms < end * DAY_MS + 3 * HOUR_MS;
        assert.equal(again, isSecondPass ? ms - HOUR_MS : ms);
      }
    }
  }
});

Deno.test("instantAt() moves a missing time forward and takes the first of a repeated one", () => {
  const [gap, overlap] = [parseIsoDate("2018-11-04"), parseIsoDate("2019-02-16")];
  assert.equal(instantAt(gap, 30 * MINUTE_MS), Date.parse("2018-11-04T01:30:00-02:00"));
  assert.equal(instantAt(overlap, 23.5 * HOUR_MS), Date.parse("2019-02-16T23:30:00-02:00"));
  assert.equal(instantAt(overlap + 1, 0), Date.parse("2019-02-17T00:00:00-03:00"));
  assert.equal(instantAt(parseIsoDate("2024-01-15"), 10 * HOUR_MS), Date.parse("2024-01-15T10:00:00-03:00"));
});
