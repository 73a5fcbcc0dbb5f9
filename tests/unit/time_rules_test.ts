import assert from "node:assert/strict";
import fc from "fast-check";
import { deriveKey, Stream } from "../../src/random/stream.ts";
import { nextBusinessDay } from "../../src/time/business_days.ts";
import { daysFromCivil, firstDayOfMonth, isoDate, monthIndexOf } from "../../src/time/calendar.ts";
import { sessionDay, sessionIndex } from "../../src/time/sessions.ts";
import { type AccountPlan, AccountPlans } from "../../src/domains/bank/account_plan.ts";
import {
  cycleAt,
  cycleClosing,
  cyclePayment,
  lastPaidCycle,
  MOST_PARTS,
  openAmount,
  partAmount,
} from "../../src/domains/bank/cycles.ts";
import {
  defaultEpoch,
  EARLIEST_EPOCH_YEAR,
  firstJoiningDay,
  lastJoiningDay,
  LATEST_EPOCH_YEAR,
} from "../../src/domains/bank/epoch.ts";
import { level } from "../../src/domains/bank/levels.ts";
import type { LoanPlan } from "../../src/domains/bank/loan_plan.ts";
import { LOT_MONTHS, Lots, type Order, SETTLEMENT_SESSIONS, shares, tradeFees } from "../../src/domains/bank/lots.ts";
import {
  endOfPeriods,
  isOpenAt,
  PERIOD_DAYS,
  periodAt,
  periodEnd,
  type Periods,
  periodStart,
} from "../../src/domains/bank/periods.ts";
import { daysLate, installmentVersion, loanStatus } from "../../src/domains/bank/versions.ts";
import { inWindow } from "../../src/domains/bank/window.ts";
import { billClosing, billMonth, billPayment, DAY, instantOfWall, pricesUntil, wallTime } from "../support/bank.ts";

const HOUR = 3_600_000;
/** Any instant of 2011 to 2040, daylight saving included. */
const instant = fc.integer({ min: Date.UTC(2011, 0, 1), max: Date.UTC(2040, 0, 1) });
const dueDay = fc.integer({ min: 1, max: 28 });

// ---- epoch ----

Deno.test("defaultEpoch() is 1 January in São Paulo, where the year begins three hours after UTC's", () => {
  assert.equal(isoDate(defaultEpoch(Date.UTC(2027, 0, 1, 2, 59))), "2026-01-01");
  assert.equal(isoDate(defaultEpoch(Date.UTC(2027, 0, 1, 3, 0))), "2027-01-01");
  assert.equal(isoDate(defaultEpoch(Date.UTC(2016, 0, 1, 2, 0))), "2016-01-01"); // daylight saving: two hours
});

Deno.test("firstJoiningDay() and lastJoiningDay() enclose the five years before the epoch, less 60 days", () => {
  for (let year = EARLIEST_EPOCH_YEAR; year <= LATEST_EPOCH_YEAR; year++) {
    const epoch = daysFromCivil(year, 1, 1);
    assert.equal(firstJoiningDay(epoch), daysFromCivil(year - 5, 1, 1));
    assert.equal(lastJoiningDay(epoch), epoch - 60);
  }
});

// ---- periods ----

const periods: fc.Arbitrary<Periods> = fc.record({
  openAt: instant,
  delay: fc.integer({ min: 2, max: 91 }),
  last: fc.oneof(fc.constant(Infinity), fc.integer({ min: 2, max: 40 })),
  timeWord: fc.integer({ min: 0, max: 0xffff_ffff }),
}).map(({ openAt, delay, last, timeWord }) => {
  return { openAt, last, timeWord, firstBoundary: Math.floor(wallTime(openAt) / DAY) + delay };
});

Deno.test("periodStart() and periodEnd() cut time without gaps, 91 days apart, from 08:00 to 21:00 in São Paulo", () => {
  fc.assert(fc.property(periods, fc.integer({ min: 0, max: 60 }), (plan, period) => {
    assert.equal(periodEnd(plan, period), periodStart(plan, period + 1));
    assert.equal(periodStart(plan, 0), plan.openAt);
    const end = wallTime(periodEnd(plan, period));
    const day = plan.firstBoundary + PERIOD_DAYS * period;
    const beforePix = day < daysFromCivil(2020, 11, 16); // no transfer then but in the hours of TED
    assert.equal(Math.floor(end / DAY), beforePix ? nextBusinessDay(day) : day);
    assert.ok(end % DAY >= 8 * HOUR && end % DAY < (beforePix ? 17 : 21) * HOUR);
  }));
});

Deno.test("periodAt() is the period that holds the instant, at most the last one", () => {
  fc.assert(fc.property(periods, fc.integer({ min: 0, max: 4000 * DAY }), (plan, after) => {
    const at = plan.openAt + after;
    const period = periodAt(plan, at);
    assert.ok(period <= plan.last && periodStart(plan, period) <= at);
    assert.ok(at < periodEnd(plan, period) || period === plan.last);
  }));
});

Deno.test("periodAt() changes at the millisecond of a boundary", () => {
  fc.assert(fc.property(periods, fc.integer({ min: 0, max: 30 }), (plan, period) => {
    const last = Math.min(plan.last, period);
    assert.equal(periodAt(plan, periodEnd(plan, last) - 1), last);
    assert.equal(periodAt(plan, periodEnd(plan, last)), Math.min(plan.last, last + 1));
  }));
});

Deno.test("isOpenAt() begins an hour after the opening and stops where endOfPeriods() says", () => {
  fc.assert(fc.property(periods, (plan) => {
    assert.ok(!isOpenAt(plan, plan.openAt + HOUR - 1) && isOpenAt(plan, plan.openAt + HOUR));
    if (plan.last === Infinity) assert.equal(endOfPeriods(plan), Infinity);
    else assert.ok(isOpenAt(plan, endOfPeriods(plan) - 1) && !isOpenAt(plan, endOfPeriods(plan)));
  }));
});

// ---- levels ----

Deno.test("level() is never negative, 0 at the end of a closed account, and the deposit of a dormant one", () => {
  const plans = new AccountPlans(42, 1, 3);
  const stream = new Stream(deriveKey(42, "book", 1));
  const seen = { closed: 0, dormant: 0 };
  for (let customer = 0; customer < 600; customer++) {
    for (let ordinal = 0; ordinal < 3; ordinal++) {
      const plan: AccountPlan = plans.plan(customer, ordinal, Date.UTC(2023, 1, 1), 300_000);
      for (let period = 0; period < 30; period++) {
        const cents = level(stream, customer, plan, period);
        assert.ok(Number.isSafeInteger(cents) && cents >= 0);
        assert.equal(level(stream, customer, plan, period), cents);
        if (period === plan.last && plan.endStatus === "CLOSED") {
          assert.equal(cents, 0);
          seen.closed++;
        } else if (plan.dormant) {
          assert.equal(cents, plan.usualBalance);
          seen.dormant++;
        }
      }
    }
  }
  assert.ok(seen.closed > 20 && seen.dormant > 1000);
});

// ---- cycles ----

Deno.test("cycleAt() holds the instants from one closing to the next", () => {
  fc.assert(fc.property(dueDay, instant, (due, at) => {
    const cycle = cycleAt(due, at);
    assert.ok(cycleClosing(due, cycle - 1) <= at && at < cycleClosing(due, cycle));
    assert.equal(cycleAt(due, cycleClosing(due, cycle)), cycle + 1);
    assert.equal(cycleAt(due, cycleClosing(due, cycle) - 1), cycle);
  }));
});

Deno.test("cycleClosing() and cyclePayment() are eight days apart and agree with ICU's São Paulo", () => {
  fc.assert(fc.property(dueDay, instant, (due, at) => {
    const month = billMonth(due, at);
    const cycle = month - 360; // cycles count months from 2000, bills from 1970
    assert.equal(cycleAt(due, at), cycle);
    assert.equal(cycleClosing(due, cycle), billClosing(due, month));
    assert.equal(cyclePayment(due, cycle), billPayment(due, month));
    assert.equal(wallTime(cyclePayment(due, cycle)) % DAY, 10 * HOUR);
    assert.ok(cyclePayment(due, cycle) < cycleClosing(due, cycle + 1), "paid before the next closing");
  }));
});

Deno.test("lastPaidCycle() counts a bill from the instant after its payment", () => {
  fc.assert(fc.property(dueDay, instant, (due, at) => {
    const paid = lastPaidCycle(due, at);
    assert.ok(cyclePayment(due, paid) < at && cyclePayment(due, paid + 1) >= at);
    assert.equal(lastPaidCycle(due, cyclePayment(due, paid)), paid - 1);
    assert.equal(lastPaidCycle(due, cyclePayment(due, paid) + 1), paid);
  }));
});

Deno.test("openAmount() is the purchase less the parts whose bills are paid, and 0 after the last", () => {
  const amount = fc.integer({ min: 1, max: 5_000_000 });
  fc.assert(
    fc.property(amount, fc.integer({ min: 1, max: MOST_PARTS }), fc.integer({ min: -3, max: 15 }), (cents, n, paid) => {
      const parts = Array.from({ length: n }, (_, part) => partAmount(cents, n, part));
      assert.equal(parts.reduce((sum, part) => sum + part, 0), cents);
      assert.equal(new Set(parts.slice(0, -1)).size, n === 1 ? 0 : 1);
      const cycle = 300;
      const open = parts.filter((_, part) => cycle + part > cycle + paid).reduce((sum, part) => sum + part, 0);
      assert.equal(openAmount(cents, n, cycle, cycle + paid), open);
    }),
  );
});

// ---- lots ----

const prices = pricesUntil(42, 1, daysFromCivil(2030, 1, 1));

/** The orders of all lots of a month at a busy account. */
function ordersOf(customer: number, month: number, fromMonth = month, until = Infinity): Order[] {
  const plan = { ...new AccountPlans(42, 1, 1).plan(customer, 0, 0, 0), openAt: 0 };
  const orders: Order[] = [];
  new Lots(42, 1, 500, prices).orders({ customer, plan, income: 1_000_000, fromMonth, until }, month, orders);
  return orders;
}

const JUNE_2022 = (2022 - 2000) * 12 + 5;
const lots = Array.from({ length: 1200 }, (_, customer) => ordersOf(customer, JUNE_2022 + customer % 36)).map((
  orders,
) => Map.groupBy(orders.filter((order) => order.status !== "CANCELLED"), (order) => order.number)).flatMap((
  byNumber,
) => [...byNumber.values()]);

Deno.test("Lots.orders() buys once and sells no more than that, afterwards, mostly all of it", () => {
  assert.ok(lots.length > 20_000);
  let sold = 0;
  for (const orders of lots) {
    const [buy, ...sells] = orders.sort((a, b) => a.executedAt - b.executedAt) as [Order, ...Order[]];
    assert.equal(buy.side, "BUY");
    assert.ok(sells.length <= 2 && sells.every((order) => order.side === "SELL" && order.stock === buy.stock));
    let held = 0;
    for (const order of orders) {
      held += shares(order);
      assert.ok(held >= 0 && order.quantity > 0 && order.quantity % 100 === 0);
    }
    assert.ok(sells.length === 0 || held === 0);
    if (sells.length > 0) sold++;
  }
  assert.ok(sold > lots.length * 0.8 && sold < lots.length * 0.9);
});

Deno.test("Lots.orders() settles every SELL before the lot's month is left out, whatever the years' sessions", () => {
  let fewest = Infinity;
  for (let month = 6 * 12; month < 76 * 12; month++) {
    const first = sessionIndex(firstDayOfMonth(month + 1));
    fewest = Math.min(fewest, sessionIndex(firstDayOfMonth(month + 1 + LOT_MONTHS)) - first);
  }
  // Bought in the last session of a month, a lot must have settled before the sessions of 24 more months are over.
  const held = lots.map((orders) => {
    const [buy, ...sells] = orders.map((order) => sessionIndex(Math.floor(wallTime(order.executedAt) / DAY)));
    return Math.max(0, ...sells.map((sell) => sell - buy!));
  });
  const longest = held.reduce((most, sessions) => Math.max(most, sessions), 0);
  assert.ok(longest > 450, "some lots are held as long as any");
  assert.ok(longest + SETTLEMENT_SESSIONS <= fewest, `${longest} sessions and settlement, 24 months have ${fewest}`);
});

Deno.test("Lots.orders() gives the same orders when it may leave out older ones or those after an instant", () => {
  for (let customer = 0; customer < 150; customer++) {
    const all = ordersOf(customer, JUNE_2022);
    const until = Date.UTC(2023, 0, 15);
    assert.deepEqual(ordersOf(customer, JUNE_2022, JUNE_2022, until), all.filter((order) => order.executedAt < until));
    const from = JUNE_2022 + LOT_MONTHS + 1;
    const left = ordersOf(customer, JUNE_2022, from);
    const start = instantOfWall(firstDayOfMonth(from) * DAY);
    for (const order of all) {
      if (order.settlesAt >= start) {
        assert.ok(left.some((other) => other.number === order.number), "left out too early");
      }
    }
    // What stays is kept for good, and whole.
    for (const order of left) assert.ok(all.some((other) => JSON.stringify(other) === JSON.stringify(order)));
  }
});

Deno.test("Lots.orders() trades in continuous sessions, at prices of the day, and settles two sessions later", () => {
  for (const orders of lots.slice(0, 4000)) {
    for (const order of orders) {
      const wall = wallTime(order.executedAt);
      const day = Math.floor(wall / DAY);
      const session = sessionIndex(day);
      assert.equal(sessionDay(session), day);
      assert.ok(wall % DAY >= 10 * HOUR && wall % DAY < 17 * HOUR - 5 * 60_000);
      assert.ok(order.price >= prices.low(order.stock, session) && order.price <= prices.high(order.stock, session));
      assert.equal(Math.floor(wallTime(order.settlesAt) / DAY), sessionDay(session + 2));
      assert.equal(wallTime(order.settlesAt) % DAY, wall % DAY);
    }
  }
});

Deno.test("tradeFees() is 0.08025 % of the total, half to even", () => {
  assert.equal(tradeFees(10_000_000), 8_025);
  assert.equal(tradeFees(0), 0);
  fc.assert(fc.property(fc.integer({ min: 0, max: 2_000_000_000 }), (total) => {
    const exact = BigInt(total) * 8_025n;
    const down = exact / 10_000_000n;
    const twice = 2n * (exact % 10_000_000n);
    const up = twice > 10_000_000n || (twice === 10_000_000n && down % 2n === 1n);
    assert.equal(tradeFees(total), Number(up ? down + 1n : down));
  }));
});

Deno.test("Prices() keeps low, close and high in order, inside the stock's range, with closes inside every day", () => {
  for (let stock = 0; stock < 42; stock++) {
    for (let session = 0; session < sessionIndex(daysFromCivil(2030, 1, 1)); session++) {
      const [low, close, high] = [
        prices.low(stock, session),
        prices.close(stock, session),
        prices.high(stock, session),
      ];
      if (!(low > 0 && low <= close && close <= high)) assert.fail(`${stock} ${session}: ${low} ${close} ${high}`);
    }
  }
});

Deno.test("Prices() of a day does not depend on the day up to which they are made", () => {
  const short = pricesUntil(42, 1, daysFromCivil(2020, 6, 1));
  for (let session = 0; session < sessionIndex(daysFromCivil(2020, 6, 1)); session += 7) {
    for (let stock = 0; stock < 42; stock++) assert.equal(short.close(stock, session), prices.close(stock, session));
  }
});

// ---- versions ----

const DUE = daysFromCivil(2026, 3, 10);
const START = instantOfWall(DUE * DAY);
const plan = { disbursedAt: START - 400 * DAY, decidedAt: START - 410 * DAY, stoppedAs: null, term: 3 } as LoanPlan;

Deno.test("installmentVersion() is PENDING to the end of the due day, LATE for 90 days, then DEFAULT", () => {
  const statusAt = (days: number, more = 0) =>
    installmentVersion(plan, DUE, Infinity, START + days * DAY + more).status;
  assert.equal(statusAt(-100), "PENDING");
  assert.equal(statusAt(1), "PENDING");
  assert.equal(statusAt(1, 1), "LATE");
  assert.equal(statusAt(91), "LATE");
  assert.equal(statusAt(91, 1), "DEFAULT");
  assert.equal(statusAt(4000), "DEFAULT");
});

Deno.test("installmentVersion() is PAID from the instant after the payment, whatever it was before", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 45 * DAY }),
      fc.integer({ min: -5 * DAY, max: 200 * DAY }),
      (delay, later) => {
        const paidAt = START + delay;
        const version = installmentVersion(plan, DUE, paidAt, START + later);
        assert.equal(version.status === "PAID", paidAt < START + later);
        assert.ok(version.at < START + later);
        if (version.status === "PAID") assert.equal(version.at, paidAt);
        if (version.status === "PENDING") assert.equal(version.at, plan.disbursedAt);
      },
    ),
  );
});

Deno.test("daysLate() counts civil days after the due day", () => {
  assert.equal(daysLate(DUE, START + DAY - 1), 0);
  assert.equal(daysLate(DUE, START + DAY), 1);
  assert.equal(daysLate(DUE, START + 45 * DAY + HOUR), 45);
});

Deno.test("loanStatus() follows a loan from application to its end", () => {
  const counts = (PAID: number, LATE: number, DEFAULT: number, PENDING: number) => ({ PAID, LATE, DEFAULT, PENDING });
  const none = counts(0, 0, 0, 0);
  assert.equal(loanStatus(plan, none, plan.decidedAt), "PENDING");
  assert.equal(loanStatus(plan, none, plan.decidedAt + 1), "APPROVED");
  assert.equal(loanStatus(plan, counts(0, 0, 0, 3), START), "ACTIVE");
  assert.equal(loanStatus(plan, counts(1, 2, 0, 0), START), "ACTIVE");
  assert.equal(loanStatus(plan, counts(0, 3, 0, 0), START), "DELINQUENT");
  assert.equal(loanStatus(plan, counts(2, 0, 1, 0), START), "DEFAULT");
  assert.equal(loanStatus(plan, counts(3, 0, 0, 0), START), "PAID_OFF");
  assert.equal(loanStatus({ ...plan, stoppedAs: "REJECTED" }, none, plan.decidedAt), "PENDING");
  assert.equal(loanStatus({ ...plan, stoppedAs: "REJECTED" }, none, plan.decidedAt + 1), "REJECTED");
});

// ---- window ----

Deno.test("inWindow() includes the start and excludes the end", () => {
  const window = { start: 10, end: 20 };
  assert.deepEqual([9, 10, 19, 20].map((at) => inWindow(window, at)), [false, true, true, false]);
});

Deno.test("monthIndexOf() of the last month that ids can number is 1023, in 2085", () => {
  assert.ok(monthIndexOf(daysFromCivil(LATEST_EPOCH_YEAR + 15, 3, 31)) <= 1023);
});
