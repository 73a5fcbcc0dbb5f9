/** The toy shop as a domain: buyers are counted, fairs belong to nobody. */

import type { Domain, RunOptions } from "../../src/ports/domain.ts";
import { entity } from "../../src/model/entity.ts";
import { date, text } from "../../src/model/field.ts";
import { daysFromCivil, yearOf } from "../../src/time/calendar.ts";
import { localDay } from "../../src/time/sao_paulo.ts";
import { toyBatch, toyEntities } from "./toy_shop.ts";

/** Rows that belong to no buyer. */
export const fair = entity({
  name: "fairs",
  code: 4,
  title: "Fair",
  namespace: "example.toys",
  doc: "Where things are bought.",
  role: "master",
  key: "fair",
  incremental: false,
  fields: { fair: text(20, { doc: "Name." }), opened: date({ doc: "First day." }) },
});

/** The shop. Its one volume is the credit that buyers have more than in {@linkcode toyBatch}. */
export const toyDomain: Domain = {
  name: "toy",
  dataVersion: 7,
  entities: [...toyEntities, fair],
  unit: { entity: "buyers", one: "buyer", most: 100_000, usual: 20, summary: "How many buyers." },
  volumes: [{ name: "more_credit", summary: "Credit of all.", default: 0, range: [0, 1000], example: 5 }],
  defaults: { seed: 1, days: 30, topicPrefix: "toys" },
  details: { epoch: "Fairs open then.", days: "Purchases are older." },
  pages: { named: "a buyer's number", personal: "name" },
  daysRange: [1, 365],
  years: [2020, 2030],
  defaultEpoch: (asOf) => daysFromCivil(yearOf(localDay(asOf)), 1, 1),
  eventIds: () => (entity, row) => `${row[entity.key!]}`,
  open: ({ volumes, epoch }: RunOptions) => ({
    batch(from, to) {
      const { buyers, ...others } = toyBatch(from, to);
      const richer = buyers!.map((row) => ({ ...row, credit: Number(row["credit"]) + volumes["more_credit"]! }));
      return { buyers: richer, ...others, fairs: [] };
    },
    events: ({ from, to }, { start, end }) => {
      const { purchases } = toyBatch(from, to);
      return { purchases: purchases!.filter(({ at }) => Number(at) >= start && Number(at) < end) };
    },
    changes: () => ({ buyers: [] }),
    shared: () => ({ fairs: ["Acari", "Madureira"].map((name, at) => ({ fair: name, opened: epoch + at })) }),
    knownRows: () => ({ purchases: 3 }),
    pages: () => ({
      find: () => ({ unknown: { reason: "toys have no pages", hint: "play", isPersonal: false } }),
      glance: () => undefined,
    }),
  }),
};
