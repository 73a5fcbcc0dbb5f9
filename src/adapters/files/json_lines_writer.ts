import { type FileHandle, mkdir, open } from "node:fs/promises";
import { dirname } from "node:path";
import { closeAfter } from "../../ports/closing.ts";
import { sinkError } from "../failures.ts";

/** A file that takes one JSON object a line. */
export interface JsonLinesWriter<Item> {
  /** Appends one record; resolves when the system has it. One call at a time. */
  write(record: Item): Promise<void>;
  /** Waits until the file is on the disk, and closes it. Safe to call twice. */
  close(): Promise<void>;
}

/** Names the file of a topic's records, dots as underscores: `shop_orders.jsonl` for `shop.orders`. */
export function streamFileName(topic: string): string {
  return `${topic.replaceAll(".", "_")}.jsonl`;
}

/**
 * Opens a JSON Lines file to write, anew; its directory is made when it is missing.
 *
 * @param path The file; what it held is lost.
 * @param encode Writes a record as JSON on one line (default `JSON.stringify`; for rows `jsonEncoder(entity)`).
 * @returns The writer. Its methods throw {@linkcode SinkError} when the file cannot be written.
 * @throws {SinkError} If the file cannot be opened.
 */
export async function jsonLinesWriter<Item = unknown>(
  path: string,
  encode: (record: Item) => string = (record) => JSON.stringify(record),
): Promise<JsonLinesWriter<Item>> {
  const target = `json:${path}`;
  let file: FileHandle | undefined = await attempt("open", async () => {
    await mkdir(dirname(path), { recursive: true });
    return await open(path, "w");
  });
  return {
    write: (record) => attempt("write to", async () => void await file!.appendFile(`${encode(record)}\n`)),
    async close() {
      const closing = file;
      file = undefined;
      if (closing === undefined) return;
      await attempt("write to", () => closeAfter(() => closing.datasync(), () => [() => closing.close()]));
    },
  };

  async function attempt<Result>(action: string, work: () => Promise<Result>): Promise<Result> {
    try {
      return await work();
    } catch (error) {
      throw sinkError(action, target, error);
    }
  }
}
