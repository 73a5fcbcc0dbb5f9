import assert from "node:assert/strict";
import { getHolidays } from "@brazilian-utils/brazilian-utils";
import { easterSunday, isBankBusinessDay, isNationalHoliday, nextBusinessDay } from "../../src/time/business_days.ts";
import { DAY_MS, daysFromCivil, isoDate, parseIsoDate, weekday } from "../../src/time/calendar.ts";

/** Days of a year for which `test` is true, as ISO dates. */
function daysWhere(year: number, test: (day: number) => boolean): string[] {
  const found: string[] = [];
  for (let day = daysFromCivil(year, 1, 1); day < daysFromCivil(year + 1, 1, 1); day++) {
    if (test(day)) found.push(isoDate(day));
  }
  return found;
}

Deno.test("easterSunday() equals the brazilian-utils library from 1900 to 2099", () => {
  for (let year = 1900; year < 2100; year++) {
    const easter = getHolidays(year).find(({ name }) => name === "Páscoa");
    assert.equal(easterSunday(year), easter!.date.getTime() / DAY_MS, `${year}`);
  }
});

Deno.test("easterSunday() knows the earliest and the latest Easter", () => {
  assert.equal(isoDate(easterSunday(1818)), "1818-03-22");
  assert.equal(isoDate(easterSunday(2038)), "2038-04-25");
  assert.equal(isoDate(easterSunday(2024)), "2024-03-31");
});

Deno.test("isNationalHoliday() equals the brazilian-utils library from 2003 to 2099", () => {
  for (let year = 2003; year <= 2099; year++) {
    const holidays = getHolidays(year).filter(({ type }) => type === "national");
    const expected = new Set(holidays.map(({ date }) => date.toISOString().slice(0, 10))); // two may share a day
    assert.deepEqual(daysWhere(year, isNationalHoliday), [...expected].sort());
  }
});

Deno.test("isNationalHoliday() counts 20 November from 2024 and 2 November from 2003", () => {
  assert.equal(isNationalHoliday(parseIsoDate("2023-11-20")), false);
  assert.equal(isNationalHoliday(parseIsoDate("2024-11-20")), true);
  assert.equal(isNationalHoliday(parseIsoDate("2001-11-02")), false);
  assert.equal(isBankBusinessDay(parseIsoDate("2001-11-02")), false);
});

Deno.test("isBankBusinessDay() is false on the weekdays of the 2024 bank calendar, and on no other", () => {
  const closed = daysWhere(2024, (day) => weekday(day) % 6 !== 0 && !isBankBusinessDay(day));
  assert.deepEqual(closed, [
    "2024-01-01",
    "2024-02-12",
    "2024-02-13",
    "2024-03-29",
    "2024-05-01",
    "2024-05-30",
    "2024-11-15",
    "2024-11-20",
    "2024-12-25",
  ]);
});

Deno.test("isBankBusinessDay() is false on Maundy Thursday until 1999", () => {
  assert.equal(isBankBusinessDay(easterSunday(1999) - 3), false);
  assert.equal(isBankBusinessDay(easterSunday(2000) - 3), true);
});

Deno.test("nextBusinessDay() keeps a business day and passes weekends and holidays", () => {
  const next = (text: string) => isoDate(nextBusinessDay(parseIsoDate(text)));
  assert.equal(next("2024-01-15"), "2024-01-15");
  assert.equal(next("2024-01-20"), "2024-01-22");
  assert.equal(next("2024-02-10"), "2024-02-14"); // Carnival
  assert.equal(next("2024-03-29"), "2024-04-01"); // Good Friday
  assert.equal(next("2024-12-31"), "2024-12-31");
  assert.equal(next("2025-01-01"), "2025-01-02");
});

Deno.test("isBankBusinessDay() knows 1990 to 2150 and refuses other years", () => {
  assert.equal(isBankBusinessDay(parseIsoDate("1990-01-02")), true);
  assert.equal(isBankBusinessDay(parseIsoDate("2150-12-31")), true);
  for (const text of ["1989-12-31", "2151-01-01"]) {
    assert.throws(() => isBankBusinessDay(parseIsoDate(text)), { name: "RangeError", message: /1990\.\.2150/ });
  }
});
