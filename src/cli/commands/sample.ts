import { Bank } from "../../domains/bank/bank.ts";
import { csvEncoder, csvHeader } from "../../encoders/csv.ts";
import { jsonEncoder } from "../../encoders/json.ts";
import type { Entity, Row } from "../../model/entity.ts";
import { entitiesNamed } from "../entities.ts";
import { EXIT } from "../errors.ts";
import type { Words } from "../flag.ts";
import type { SAMPLE_FLAGS } from "../flags.ts";
import { writeOut } from "../output.ts";
import { DEFAULT_CUSTOMERS, resolveBank } from "../resolve.ts";

/** Records of each entity when no limit is given. */
const DEFAULT_LIMIT = 3;

/** Shows a few records of some entities. */
export function run({ values, args }: Words<typeof SAMPLE_FLAGS>): Promise<number> {
  const entities = entitiesNamed(args);
  const bank = new Bank(resolveBank(values, Date.now()));
  const interval = { from: 0, to: values.customers ?? DEFAULT_CUSTOMERS };
  const limit = values.limit ?? DEFAULT_LIMIT;
  const samples = entities.map((entity) => ({ entity, rows: first(bank.rows(entity.name, interval), limit) }));
  writeOut(values.format === "csv" ? csvText(samples) : jsonText(samples));
  return Promise.resolve(EXIT.done);
}

/** The first rows of one entity. */
interface Sample {
  readonly entity: Entity;
  readonly rows: readonly Row[];
}

function first(rows: Iterable<Row>, limit: number): Row[] {
  const taken: Row[] = [];
  for (const row of rows) {
    taken.push(row);
    if (taken.length >= limit) break;
  }
  return taken;
}

function jsonText(samples: readonly Sample[]): string {
  const entries = samples.map(({ entity, rows }) => {
    const encode = jsonEncoder(entity);
    return [entity.name, rows.map((row) => JSON.parse(encode(row)))];
  });
  return `${JSON.stringify(Object.fromEntries(entries), null, 2)}\n`;
}

/** One CSV after the other, an empty line between them. */
function csvText(samples: readonly Sample[]): string {
  return samples.map(({ entity, rows }) => csvHeader(entity) + csvEncoder(entity)(rows)).join("\r\n");
}
