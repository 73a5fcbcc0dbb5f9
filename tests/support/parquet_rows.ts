import { parquetReadObjects } from "hyparquet";

/** Reads all rows of the Parquet files below a folder, by the names of the files; others are named only. */
export async function parquetRows(folder: string): Promise<Record<string, unknown>> {
  const held: Record<string, unknown> = {};
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) Object.assign(held, await parquetRows(path));
    else if (!name.endsWith(".parquet")) held[name] = "there";
    else held[name] = await parquetReadObjects({ file: (await Deno.readFile(path)).buffer });
  }
  return held;
}
