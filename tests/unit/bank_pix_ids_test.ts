import assert from "node:assert/strict";
import fc from "fast-check";
import { bankOf, groupBy, kindOf } from "../support/bank.ts";
import { KIND, ordinalOf } from "../../src/domains/bank/entries.ts";
import { transaction } from "../../src/domains/bank/entities/transaction.ts";
import { PixIds } from "../../src/domains/bank/pix_ids.ts";
import { instantAt } from "../../src/time/sao_paulo.ts";
import { daysInMonth, firstDayOfMonth } from "../../src/time/calendar.ts";

const ISPB = "60701190";
const ids = new PixIds(42);

const movement = fc.record({
  month: fc.integer({ min: 60, max: 840 }), // 2005 to 2069
  kind: fc.nat(31),
  account: fc.nat(3),
  number: fc.nat(2 ** 14 - 1),
  person: fc.nat(99_999_999),
  second: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

Deno.test("PixIds.decode() gives back the person and the ordinal of any movement", () => {
  fc.assert(
    fc.property(movement, ({ month, kind, account, number, person, second }) => {
      const at = instantAt(firstDayOfMonth(month), 0) +
        Math.floor(second * (daysInMonth(month) * 86_400_000 - 3_600_000)); // a day may lack an hour
      const ordinal = ordinalOf(month, kind, account, number);
      const id = ids.encode(ISPB, at, { person, ordinal });
      assert.match(id, /^E60701190\d{12}[0-9A-Z]{11}$/);
      assert.deepEqual(ids.decode(id), { person, ordinal });
    }),
    { numRuns: 2_000 },
  );
});

Deno.test("PixIds.encode() gives neighbours, kinds, numbers and months tails that have nothing in common", () => {
  const at = (month: number) => instantAt(firstDayOfMonth(month) + 9, 43_200_000);
  const tails: string[] = [];
  for (let month = 300; month < 320; month++) {
    for (let person = 0; person < 50; person++) {
      for (let number = 0; number < 10; number++) {
        const ordinal = ordinalOf(month, KIND.pixOut, 0, number);
        tails.push(ids.encode(ISPB, at(month), { person, ordinal }).slice(21));
      }
    }
  }
  assert.equal(new Set(tails).size, tails.length);
  for (let place = 0; place < 11; place++) { // every character at every place, about as often
    const counts = groupBy(tails, (tail) => tail[place]!);
    assert.equal(counts.size, 36);
    for (const { length } of counts.values()) assert.ok(Math.abs(length - tails.length / 36) < 90, `${length}`);
  }
});

Deno.test("PixIds.decode() takes no id of another form, and of other origin one in 600", () => {
  for (const id of ["", "E", ids.encode(ISPB, 0, { person: 1, ordinal: 0 }).toLowerCase(), "E".padEnd(32, "0") + "0"]) {
    assert.equal(ids.decode(id), undefined);
  }
  const other = new PixIds(43);
  let taken = 0;
  const at = Date.UTC(2026, 4, 15, 12);
  for (let person = 0; person < 60_000; person++) {
    const id = other.encode(ISPB, at, { person, ordinal: ordinalOf(316, KIND.pixIn, 0, 0) });
    if (ids.decode(id) !== undefined) taken++;
  }
  assert.ok(taken > 50 && taken < 160, `${taken} of 60000`);
});

Deno.test("PixIds.decode() names the payer's movement of every Pix of a bank, that of its own where a stranger pays", () => {
  const bank = bankOf({ asOf: "2026-12-31", days: 900 });
  const pix = bank.batch(0, 600).transactions.filter((row) => row.transaction_type === "PIX");
  const debits = new Map(pix.filter((row) => row.direction === "DEBIT").map((row) => [row.transaction_id, row]));
  let shared = 0;
  for (const row of pix) {
    const { person, ordinal } = bank.pixIds.decode(row.pix_e2e_id!)!;
    const named = bank.ids.encode(transaction.code, person, ordinal);
    if (kindOf(bank, row.transaction_id) !== KIND.partner || row.direction === "DEBIT") {
      assert.equal(named, row.transaction_id);
    } else if (debits.has(named)) {
      shared++;
      assert.equal(debits.get(named)!.pix_e2e_id, row.pix_e2e_id);
    } else assert.ok(person >= 600);
  }
  assert.ok(pix.length > 5_000 && shared > 200);
});
