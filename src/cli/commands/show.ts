import { documentObject } from "../../encoders/document.ts";
import type { Domain, RunOptions, Unknown } from "../../ports/domain.ts";
import { optionsOf } from "../../run/identity.ts";
import { chosenDomain, domainNamed } from "../domains/domains.ts";
import { EXIT, UsageError } from "../failures.ts";
import type { Values, Words } from "../parser/flag.ts";
import { type SHOW_FLAGS, SHOW_POPULATION } from "../flags/flags.ts";
import { heldRun, isDefaultThere } from "../settings/inspect.ts";
import { DEFAULT_TARGET } from "../settings/targets.ts";
import { environment, paint, writeErr, writeOut } from "../terminal/output.ts";
import { pageText } from "../terminal/page.ts";
import { inFlags } from "../flags/option_words.ts";
import { domainFlags, flagName, unitsAsked } from "../flags/population_flags.ts";
import { shownWord } from "../terminal/redact.ts";
import { resolveRun } from "../settings/resolve.ts";
import { terminalColumns } from "../terminal/terminal.ts";
import { targetText } from "../parser/values.ts";

/** Characters a line where there is no terminal: enough for all columns. */
const WIDTH_OF_FILES = 120;

/** Lines of a table when no limit is given. */
const DEFAULT_LIMIT = 12;

/** Shows a record, and all that hangs on it. */
export async function run({ values, args }: Words<typeof SHOW_FLAGS>): Promise<number> {
  const [what] = args;
  if (what === undefined) {
    throw new UsageError(
      `Cannot show nothing: expected ${chosenDomain(values).pages.named}`,
      "write datagen show 1",
    );
  }
  const { domain, options, units, place } = await chooseRun(values);
  const found = domain.open(options).pages(units).find(what);
  if ("unknown" in found) throw unknownError(what, place, found.unknown, domain);
  if (values.json) {
    writeOut(`${JSON.stringify(documentObject(found.document), null, 2)}\n`);
    return EXIT.done;
  }
  writeOut(pageText(found.document, {
    width: terminalColumns(Deno.stdout) ?? WIDTH_OF_FILES,
    limit: values.limit ?? DEFAULT_LIMIT,
    paint: (text, style) => paint(text, style, Deno.stdout),
  }));
  return EXIT.done;
}

/** What pages follow from. */
interface Run {
  readonly domain: Domain;
  readonly options: RunOptions;
  readonly units: number;
  /** The target that told it; absent where options did. */
  readonly place?: string;
}

/** The run of `--in`, else the one that options describe, else that of the default file, else of the defaults. */
async function chooseRun(values: Values<typeof SHOW_FLAGS>): Promise<Run> {
  const given = new Set(Object.keys(values));
  const asked = [...domainFlags(), ...SHOW_POPULATION].filter(({ long }) => given.has(long)).map(({ long }) =>
    `--${long}`
  );
  if (values.in !== undefined && asked.length > 0) {
    throw new UsageError(
      `Cannot use ${asked[0]} with --in: the run in ${targetText(values.in)} says it`,
      "leave one of them away",
    );
  }
  if (values.in === undefined && (asked.length > 0 || !isDefaultThere())) {
    const domain = chosenDomain(values);
    if (asked.length === 0) {
      writeErr(`note: no --in and no ./datagen.sqlite: this is the ${domain.name} of the default options\n`);
    }
    const options = resolveRun(domain, values, Date.now());
    return { domain, options, units: unitsAsked(domain, values) ?? domain.unit.most };
  }
  const target = values.in ?? DEFAULT_TARGET;
  const held = await heldRun(target, values, environment);
  if (held === undefined) {
    throw new UsageError(
      `Cannot find a run in ${targetText(target)}: nothing was loaded there`,
      "write --in TARGET of a load",
    );
  }
  const { manifest } = held;
  const domain = domainNamed(manifest.domain);
  return { domain, options: optionsOf(manifest, domain), units: manifest.units, place: targetText(target) };
}

function unknownError(
  what: string,
  place: string | undefined,
  { reason, hint, isPersonal }: Unknown,
  { pages, unit }: Domain,
): UsageError {
  const named = isPersonal ? `this ${pages.personal}` : `"${shownWord(what)}"`;
  const where = place === undefined ? "" : ` in ${place}`;
  const words = inFlags(hint, { units: `--${flagName(unit.entity)}` });
  return new UsageError(`Cannot show ${named}${where}: ${reason}`, words);
}
