/**
 * Streams the transactions of twenty customers into a file, one JSON object a line, 500 a second.
 *
 *     deno run --allow-read=. --allow-write=. rows_to_ndjson.ts
 */

import { Bank, bankCatalogue, bankOptions, jsonEncoder, type Transaction, windowOf } from "@datagen/datagen";
import { jsonLinesWriter, streamFileName, streamRecords } from "@datagen/datagen/sinks";

const options = bankOptions({ seed: 42, asOf: "2026-07-01", days: 90 });
const bank = new Bank(options);
const description = bankCatalogue.find(({ name }) => name === "transactions")!;
const file = streamFileName(`banking.${description.topic!.name}`);

/** Rows are plain objects, so that filtering them is up to you. */
function* completed(rows: Iterable<Transaction>): Generator<Transaction> {
  for (const row of rows) if (row.status === "COMPLETED") yield row;
}

const writer = await jsonLinesWriter<Transaction>(file, jsonEncoder(description));
try {
  const rows = completed(bank.rows("transactions", { from: 0, to: 20 }, windowOf(options)));
  const { sent } = await streamRecords(rows, writer.write, { ratePerSecond: 500 });
  console.log(`${sent} records in ${file}`);
} finally {
  await writer.close();
}
