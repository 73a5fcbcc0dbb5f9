import type { Document, Fact } from "../../model/document.ts";
import { parseInstant } from "../../time/calendar.ts";
import { commandLine } from "../settings/again.ts";
import { domainNamed, unitsText } from "../domains/domains.ts";
import { EXIT, UsageError } from "../failures.ts";
import type { Words } from "../parser/flag.ts";
import type { INFO_FLAGS } from "../flags/flags.ts";
import { type HeldRun, heldRun, isDefaultThere, targetNamed } from "../settings/inspect.ts";
import { DEFAULT_TARGET } from "../settings/targets.ts";
import { grouped, size } from "../terminal/numbers.ts";
import { environment, paint, writeOut } from "../terminal/output.ts";
import { pageText } from "../terminal/page.ts";
import { flagName } from "../flags/population_flags.ts";
import { asOfText } from "../settings/resolve.ts";
import { terminalColumns } from "../terminal/terminal.ts";
import { targetText } from "../parser/values.ts";

/** Tells which run is in a target. */
export async function run({ values, args }: Words<typeof INFO_FLAGS>): Promise<number> {
  const [name] = args;
  if (name === undefined && !isDefaultThere()) {
    throw new UsageError(
      "Cannot tell which run is in ./datagen.sqlite: there is no such file",
      "write datagen info TARGET, with the --to of a load",
    );
  }
  const target = name === undefined ? DEFAULT_TARGET : targetNamed(name);
  const { json, ...others } = values;
  const held = await heldRun(target, others, environment);
  if (held === undefined) {
    throw new UsageError(`Cannot find a run in ${targetText(target)}: nothing was loaded there`, "load into it first");
  }
  writeOut(
    json ? `${JSON.stringify(infoObject(held), null, 2)}\n` : pageText(infoDocument(held), {
      width: terminalColumns(Deno.stdout) ?? 120,
      limit: Infinity,
      paint: (text, style) => paint(text, style, Deno.stdout),
    }),
  );
  return EXIT.done;
}

function infoObject(held: HeldRun): Record<string, unknown> {
  const { place, manifest, progress, complete, bytes, files, loss, replacing } = held;
  return {
    target: place,
    complete,
    [domainNamed(manifest.domain).unit.entity]: { written: progress.units, of: manifest.units },
    rows: progress.rows,
    total_rows: totalOf(held),
    bytes,
    ...(files === undefined ? {} : { files }),
    loss: loss ?? null,
    replacing: replacing === undefined ? null : { written: replacing.units, of: replacing.ofUnits },
    manifest,
    again: againLine(held),
  };
}

function infoDocument(held: HeldRun): Document {
  const { place, manifest, progress, bytes, loss } = held;
  const { seed, epoch, days, units, data_version, version, entities } = manifest;
  const { unit, volumes: named } = domainNamed(manifest.domain);
  const written = progress.units < units ? `${grouped(progress.units)} of ${grouped(units)}` : grouped(units);
  const volumes = named.flatMap(({ name, default: usual }): Fact[] => {
    const value = manifest.options[name];
    return value === undefined || value === usual ? [] : [fact(name, flagName(name), String(value))];
  });
  return {
    title: place,
    subtitle: `${stateText(held)}${bytes > 0 ? `, ${size(bytes)}` : ""}`,
    sections: [
      {
        form: "facts",
        name: "run",
        heading: "Run",
        facts: [
          fact(unit.entity, unit.entity, written),
          fact("rows", "rows", grouped(totalOf(held))),
          fact("seed", "seed", String(seed)),
          fact("epoch", "epoch", epoch),
          fact("as_of", "as of", asOfText(parseInstant(manifest.as_of))),
          fact("days", "days of events", String(days)),
          ...volumes,
          ...(entities === undefined ? [] : [fact("entities", "entities", entities.join(", "))]),
          ...(loss === undefined ? [] : [fact("loss", "lost since", loss)]),
          fact("version", "made by", `datagen ${version}, data version ${data_version}`),
        ],
      },
      {
        form: "facts",
        name: "rows",
        heading: "Rows",
        facts: Object.entries(progress.rows).map(([name, rows]) => fact(name, name, grouped(rows))),
      },
      {
        form: "facts",
        name: "next",
        heading: "Next",
        facts: [fact("again", held.complete ? "the same again" : "goes on with it", againLine(held))],
      },
    ],
  };
}

function stateText({ complete, progress, manifest, loss, replacing }: HeldRun): string {
  if (replacing !== undefined) {
    return `complete, and a replacement was stopped at ${grouped(replacing.units)} of ` +
      `${unitsText({ ...manifest, units: replacing.ofUnits })}`;
  }
  if (complete) return "complete";
  if (loss !== undefined) return "not complete any more";
  return progress.units < manifest.units ? "not complete: a load goes on with it" : "not finished";
}

function againLine({ manifest, words, complete, loss }: HeldRun): string {
  const resend = !complete && loss !== undefined ? " --resend" : "";
  return `${commandLine(manifest, words, true)}${resend}`;
}

function totalOf({ progress }: HeldRun): number {
  return Object.values(progress.rows).reduce((sum, rows) => sum + rows, 0);
}

function fact(name: string, label: string, value: string): Fact {
  return { name, label, kind: "text", value };
}
