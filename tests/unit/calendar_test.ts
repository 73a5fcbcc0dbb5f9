import assert from "node:assert/strict";
import {
  addMonths,
  civilFromDays,
  DAY_MS,
  dayOfMonth,
  daysFromCivil,
  daysInMonth,
  firstDayOfMonth,
  HOUR_MS,
  isoDate,
  isoInstant,
  MINUTE_MS,
  monthIndexOf,
  parseInstant,
  parseIsoDate,
  weekday,
  yearOf,
} from "../../src/time/calendar.ts";

const FIRST = Date.UTC(1890, 0, 1) / DAY_MS;
const LAST = Date.UTC(2210, 0, 1) / DAY_MS;

Deno.test("calendar functions equal the engine's UTC calendar on every day of 1890 to 2209", () => {
  for (let days = FIRST; days < LAST; days++) {
    const date = new Date(days * DAY_MS);
    const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
    if (
      daysFromCivil(year, month + 1, day) !== days || yearOf(days) !== year || dayOfMonth(days) !== day ||
      monthIndexOf(days) !== (year - 2000) * 12 + month || weekday(days) !== date.getUTCDay() ||
      isoDate(days) !== date.toISOString().slice(0, 10)
    ) assert.fail(`differs on ${date.toISOString()}`);
  }
});

Deno.test("civilFromDays() equals the engine's UTC calendar far from 1970", () => {
  for (let days = -719_528; days < 2_932_897; days += 997) {
    const date = new Date(days * DAY_MS);
    const expected = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
    assert.deepEqual(civilFromDays(days), expected);
    assert.equal(isoDate(days), date.toISOString().slice(0, 10));
  }
});

Deno.test("firstDayOfMonth() and daysInMonth() agree with the engine from 1800 to 2300", () => {
  for (let monthIndex = -2400; monthIndex < 3600; monthIndex++) {
    const first = Date.UTC(2000, monthIndex, 1) / DAY_MS;
    assert.equal(firstDayOfMonth(monthIndex), first);
    assert.equal(daysInMonth(monthIndex), Date.UTC(2000, monthIndex + 1, 1) / DAY_MS - first);
  }
});

Deno.test("daysFromCivil() carries a month or day outside its range over", () => {
  assert.equal(daysFromCivil(2023, 13, 1), daysFromCivil(2024, 1, 1));
  assert.equal(daysFromCivil(2024, 3, 0), daysFromCivil(2024, 2, 29));
});

Deno.test("weekday() is 4 on 1970-01-01, a Thursday, and 0 on the Sunday before", () => {
  assert.equal(weekday(0), 4);
  assert.equal(weekday(-4), 0);
  assert.equal(weekday(-11), 0);
});

Deno.test("addMonths() keeps the day of the month or takes the month's last", () => {
  const after = (text: string, months: number) => isoDate(addMonths(parseIsoDate(text), months));
  assert.equal(after("2024-01-15", 1), "2024-02-15");
  assert.equal(after("2024-01-31", 1), "2024-02-29");
  assert.equal(after("2023-01-31", 1), "2023-02-28");
  assert.equal(after("2024-03-31", -1), "2024-02-29");
  assert.equal(after("2024-02-29", 12), "2025-02-28");
  assert.equal(after("2000-01-31", -1), "1999-12-31");
  assert.equal(after("2100-12-31", 2), "2101-02-28");
});

Deno.test("isoInstant() equals the engine's ISO text", () => {
  const step = 7 * DAY_MS + 13 * HOUR_MS + 17 * MINUTE_MS + 19_007;
  for (let ms = Date.UTC(1950, 0, 1); ms < Date.UTC(2120, 0, 1); ms += step) {
    assert.equal(isoInstant(ms), new Date(ms).toISOString());
  }
  for (const ms of [0, -1, DAY_MS - 1, Date.UTC(1999, 11, 31, 23, 59, 59, 999)]) {
    assert.equal(isoInstant(ms), new Date(ms).toISOString());
  }
});

Deno.test("isoDate() refuses years outside 0..9999", () => {
  assert.throws(() => isoDate(daysFromCivil(10_000, 1, 1)), RangeError);
  assert.throws(() => isoDate(daysFromCivil(0, 1, 1) - 1), RangeError);
});

Deno.test("parseIsoDate() inverts isoDate()", () => {
  for (let days = FIRST; days < LAST; days += 11) assert.equal(parseIsoDate(isoDate(days)), days);
});

Deno.test("parseIsoDate() tells a wrong form from a day that does not exist", () => {
  for (const text of ["", "2024-1-01", "2024-01-01 ", "24-01-01", "2024/01/01", "2024-01-01T00:00Z"]) {
    assert.throws(() => parseIsoDate(text), { name: "SyntaxError", message: /^Cannot parse date ".*": expected/ });
  }
  for (const text of ["2023-02-29", "2024-13-01", "2024-00-10", "2024-04-31", "2024-01-00"]) {
    assert.throws(() => parseIsoDate(text), { name: "RangeError", message: /^Cannot parse date ".*": expected/ });
  }
});

Deno.test("parseInstant() reads UTC, offsets and São Paulo wall time", () => {
  const reads = (text: string, expected: string) => assert.equal(parseInstant(text), Date.parse(expected), text);
  reads("2024-01-15", "2024-01-15T03:00:00Z");
  reads("2018-12-25", "2018-12-25T02:00:00Z");
  reads("2018-11-04", "2018-11-04T03:00:00Z"); // begins at 01:00
  reads("2024-01-15T10:30Z", "2024-01-15T10:30:00Z");
  reads("2024-01-15T10:30:15Z", "2024-01-15T10:30:15Z");
  reads("2024-01-15T10:30:15.123Z", "2024-01-15T10:30:15.123Z");
  reads("2024-01-15 10:30:15.123Z", "2024-01-15T10:30:15.123Z");
  reads("2024-01-15T10:30:15.123+05:30", "2024-01-15T10:30:15.123+05:30");
  reads("2024-01-15T10:30-03:00", "2024-01-15T10:30:00-03:00");
  reads("2024-01-15T10:30", "2024-01-15T10:30:00-03:00");
  reads("2018-12-25 10:30:00", "2018-12-25T10:30:00-02:00");
});

Deno.test("parseInstant() inverts isoInstant()", () => {
  for (let ms = Date.UTC(1985, 0, 1); ms < Date.UTC(2110, 0, 1); ms += 86_400_019 * 3) {
    assert.equal(parseInstant(isoInstant(ms)), ms);
  }
});

Deno.test("parseInstant() refuses everything else with a SyntaxError", () => {
  const texts = [
    "",
    "now",
    "2024-02-30",
    "2024-13-01T00:00Z",
    "2024-01-15Z",
    "2024-01-15T10Z",
    "2024-01-15T24:00Z",
    "2024-01-15T10:60Z",
    "2024-01-15T10:30:60Z",
    "2024-01-15T10:30:15.1Z",
    "2024-01-15T10:30+0300",
    "2024-01-15T10:30+24:00",
    "2024-01-15T10:30z",
    " 2024-01-15",
  ];
  for (const text of texts) {
    const expected = { name: "SyntaxError", message: /^Cannot parse instant ".*": expected YYYY-MM-DD or .*[^.]$/ };
    assert.throws(() => parseInstant(text), expected, text);
  }
});
