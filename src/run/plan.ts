import { Bank } from "../domains/bank/bank.ts";
import { type BankBatch, bankEntities } from "../domains/bank/entities/mod.ts";
import type { BankOptions } from "../domains/bank/options.ts";

/** What a load would write. */
export interface PlanReport {
  /** Rows by entity, in catalogue order; within 2 % in all unless exact. */
  readonly rows: Readonly<Record<string, number>>;
  /** Whether every customer was generated, so that the rows are counted, not estimated. */
  readonly exact: boolean;
  /** Rows of some customers spread over all of them, stocks included, to measure bytes on. */
  readonly sample: BankBatch;
  /** Customers in the sample. */
  readonly sampleCustomers: number;
  /** Seconds that generating one customer took. */
  readonly secondsPerCustomer: number;
}

/** Customers whose rows are counted; below it a plan is exact. */
const COUNTED_CUSTOMERS = 4_000;

/** Customers whose loans are looked at: their schedules differ most in length, and cost little to know. */
const LOAN_CUSTOMERS = 60_000;

/** Customers whose rows are kept to measure bytes on. */
const SAMPLE_CUSTOMERS = 500;

/** Estimates what a load writes from customers spread evenly over the range. */
export function plan(options: BankOptions, customers: number): PlanReport {
  const bank = new Bank(options);
  const counted = Math.min(customers, COUNTED_CUSTOMERS);
  const kept = Math.min(customers, SAMPLE_CUSTOMERS);
  const sample = bank.batch(0, 0);
  const counts = new Map<string, number>();
  const startedAt = performance.now();
  for (let at = 0; at < counted; at++) {
    const customer = Math.floor(at * customers / counted);
    const batch: Record<string, unknown[]> = bank.batch(customer, customer + 1);
    const keep = Math.floor(at * kept / counted) !== Math.floor((at - 1) * kept / counted);
    for (const [name, rows] of Object.entries(batch)) {
      counts.set(name, (counts.get(name) ?? 0) + rows.length);
      if (keep) (sample as Record<string, unknown[]>)[name]!.push(...rows);
    }
  }
  const secondsPerCustomer = (performance.now() - startedAt) / 1000 / counted;
  sample.stocks.push(...bank.stocks());

  const exact = counted === customers;
  const scaled = (name: string) => Math.round(counts.get(name)! * customers / counted);
  const rows = {
    ...Object.fromEntries(bankEntities.map(({ name }) => [name, scaled(name)])),
    stocks: sample.stocks.length,
    ...(exact ? {} : estimateLoans(bank, customers)),
  };
  return { rows, exact, sample, sampleCustomers: kept, secondsPerCustomer };
}

function estimateLoans(bank: Bank, customers: number): Record<string, number> {
  const looked = Math.min(customers, LOAN_CUSTOMERS);
  const rows = { loans: 0, properties: 0, installments: 0 };
  for (let at = 0; at < looked; at++) {
    const { loans, properties, installments } = bank.loanRows(Math.floor(at * customers / looked));
    rows.loans += loans;
    rows.properties += properties;
    rows.installments += installments;
  }
  return Object.fromEntries(
    Object.entries(rows).map(([name, count]) => [name, Math.round(count * customers / looked)]),
  );
}
