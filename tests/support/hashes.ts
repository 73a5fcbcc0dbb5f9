/** What a load has left in a folder. */

import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** Every file of a folder and of those in it, by name, as hashes: of the rows of a database, else of the bytes. */
export async function folderHashes(folder: string, prefix = ""): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = join(folder, name);
    if (isDirectory) Object.assign(found, await folderHashes(path, `${prefix}${name}/`));
    else {
      const content = name.endsWith(".sqlite") ? rowsOf(path) : await Deno.readFile(path);
      found[prefix + name] = new Uint8Array(await crypto.subtle.digest("SHA-256", content)).toHex();
    }
  }
  return Object.fromEntries(Object.entries(found).sort());
}

/** All rows of a database: what its file has beside them depends on how often it was opened. */
function rowsOf(path: string): Uint8Array<ArrayBuffer> {
  using database = new DatabaseSync(path, { readOnly: true });
  const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
  const rows = tables.map(({ name }) => database.prepare(`SELECT * FROM "${name}" ORDER BY rowid`).all());
  return new TextEncoder().encode(JSON.stringify(rows));
}
