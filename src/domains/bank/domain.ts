import type { Domain, Population, RunOptions, Span, UnitRange, Versions } from "../../ports/domain.ts";
import type { Batch } from "../../model/entity.ts";
import { Bank } from "./bank.ts";
import { bankDescription, bankVolumes } from "./description.ts";
import { bankCatalogue } from "./entities/mod.ts";
import { defaultEpoch } from "./epoch.ts";
import { bankEventIds } from "./event_ids.ts";
import { bankIds } from "./ids.ts";
import { type BankOptions, DATA_VERSION } from "./options.ts";
import { BankPages } from "./pages/pages.ts";
import { type Window, windowOf } from "./window.ts";

/** The Brazilian bank. */
export const bankDomain: Domain = {
  ...bankDescription,
  dataVersion: DATA_VERSION,
  entities: bankCatalogue,
  defaultEpoch,
  eventIds: (seed) => bankEventIds(bankIds(seed)),
  open: (options) => new BankPopulation(bankOptionsOf(options)),
};

/** What a bank is made from, from the options of a run; volumes that it does not name have their defaults. */
export function bankOptionsOf({ volumes, ...options }: RunOptions): BankOptions {
  return { ...options, volumes: bankVolumes(volumes) };
}

class BankPopulation implements Population {
  readonly #bank: Bank;
  readonly #window: Window;

  constructor(options: BankOptions) {
    this.#bank = new Bank(options);
    this.#window = windowOf(options);
  }

  batch(from: number, to: number): Batch {
    return { ...this.#bank.batch(from, to, this.#window) };
  }

  shared(at = this.#window.end): Batch {
    return { stocks: this.#bank.stocks(at) as Batch[string] };
  }

  events(units: UnitRange, span: Span, versions: Versions): Batch {
    return { ...this.#bank.events(units, span, versions) };
  }

  changes(units: UnitRange, span: Span): Batch {
    return { ...this.#bank.changes(units, span) };
  }

  knownRows(unit: number): Readonly<Record<string, number>> {
    return this.#bank.loanRows(unit, this.#window.end);
  }

  pages(units: number): BankPages {
    return new BankPages(this.#bank, this.#window, units);
  }
}
