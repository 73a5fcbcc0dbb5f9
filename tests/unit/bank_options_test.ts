import assert from "node:assert/strict";
import { bankOptions, type BankSettings } from "../../mod.ts";
import { BankView } from "../support/bank.ts";

const AS_OF = "2025-07-01";

const REFUSED: readonly (readonly [settings: Omit<BankSettings, "asOf"> & { asOf?: string }, message: string])[] = [
  [{ asOf: "2090-01-01" }, 'Cannot use asOf "2090-01-01": expected a year in 2011..2070'],
  [{ asOf: "2010-12-31" }, 'Cannot use asOf "2010-12-31": expected a year in 2011..2070'],
  [
    { asOf: "2071-01-01T02:59:59Z", epoch: "2071-01-01" },
    'Cannot use epoch "2071-01-01": expected a year in 2011..2070',
  ],
  [{ epoch: "2010-01-01" }, 'Cannot use epoch "2010-01-01": expected a year in 2011..2070'],
  [{ epoch: "2025-02-01" }, 'Cannot use epoch "2025-02-01": expected a 1 January'],
  [{ seed: -1 }, 'Cannot use seed "-1": expected an integer in 0..9007199254740991'],
  [{ seed: 1.5 }, 'Cannot use seed "1.5": expected an integer in 0..9007199254740991'],
  [{ seed: 9007199254740992 }, 'Cannot use seed "9007199254740992": expected an integer in 0..9007199254740991'],
  [{ days: -5 }, 'Cannot use days "-5": expected an integer in 1..3650'],
  [{ days: 3651 }, 'Cannot use days "3651": expected an integer in 1..3650'],
  [{ days: 0.5 }, 'Cannot use days "0.5": expected an integer in 1..3650'],
  [{ volumes: { accountsPerCustomer: 9 } }, 'Cannot use accountsPerCustomer "9": expected a number in 1..3'],
  [{ volumes: { cardShare: NaN } }, 'Cannot use cardShare "NaN": expected a number in 0..1'],
  [{ volumes: { loanShare: -0.1 } }, 'Cannot use loanShare "-0.1": expected a number in 0..1'],
  [{ volumes: { purchasesPerHolder: 501 } }, 'Cannot use purchasesPerHolder "501": expected a number in 0..500'],
  [{ volumes: { tradesPerAccount: Infinity } }, 'Cannot use tradesPerAccount "Infinity": expected a number in 0..500'],
  [{ volumes: { activity: 3.1 } }, 'Cannot use activity "3.1": expected a number in 0..3'],
];

for (const [settings, message] of REFUSED) {
  Deno.test(`bankOptions() refuses: ${message}`, () => {
    assert.throws(() => bankOptions({ asOf: AS_OF, ...settings }), { name: "RangeError", message });
  });
}

Deno.test("bankOptions() takes the ends of every range", () => {
  const [least, most] = [{ accountsPerCustomer: 1, cardShare: 0, activity: 0 }, { tradesPerAccount: 500, activity: 3 }];
  assert.equal(bankOptions({ asOf: "2011-01-01", seed: 0, days: 1, volumes: least }).days, 1);
  const { seed } = bankOptions({ asOf: "2070-12-31", seed: Number.MAX_SAFE_INTEGER, days: 3650, volumes: most });
  assert.equal(seed, Number.MAX_SAFE_INTEGER);
});

Deno.test("Bank refuses customers that there are not", () => {
  const bank = new BankView(bankOptions({ asOf: AS_OF }));
  for (const [from, to] of [[-1, 1], [2, 1], [0, 0.5], [NaN, 1], [90_000_000, 90_000_001]] as const) {
    assert.throws(() => bank.batch(from, to), RangeError, `batch ${from} ${to}`);
    assert.throws(() => bank.rows("customers", { from, to }).next(), RangeError, `rows ${from} ${to}`);
  }
  assert.equal(bank.batch(89_999_999, 90_000_000).customers.length, 1);
  assert.equal(bank.batch(3, 3).customers.length, 0);
});
