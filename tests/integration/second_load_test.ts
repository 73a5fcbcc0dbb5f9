/** A load that runs, and what else is started in its place: a run that is refused stops nothing. */

import assert from "node:assert/strict";
import { AS_OF } from "../support/bank_load.ts";
import { readerTestsWith, readTopics } from "../support/kafka_reader.ts";
import type { Outcome } from "../support/program.ts";
import { freshPrefix, kafka } from "../support/services.ts";
import { assertFailure, datagen, datagenOk, RunningProgram } from "../support/servers_program.ts";
import { inFolder } from "../support/toy_shop.ts";
import { hasWritten, LOGGED, withoutLog } from "../support/log_events.ts";

const test = await readerTestsWith("kafka");

const CUSTOMERS = 600;

/** Options that another load may not have in the place of one that is running, and what it says. */
const REFUSED: readonly (readonly [readonly string[], RegExp])[] = [
  [["--seed", "7"], /Cannot load seed 7 into \S+: it holds seed 42$/],
  [["--days", "30"], /Cannot load days 30 into \S+: it holds days 365$/],
  [["--no-cloudevents"], /Cannot go on in \S+ without CloudEvents headers: the run was begun with them$/],
  [["--only", "trades"], /Cannot leave \S+, .+ out of \S+: its run was begun with them$/],
];

/** Where events go. */
interface Place {
  readonly bootstrap: string;
  readonly prefix: string;
  /** Words of a command about it. */
  readonly words: readonly string[];
}

async function freshPlace(): Promise<Place> {
  const { bootstrap } = await kafka();
  const prefix = freshPrefix();
  return { bootstrap, prefix, words: ["--kafka-bootstrap", bootstrap, "--topic-prefix", prefix] };
}

function loadWords({ words }: Place, more: readonly string[] = ["--skip-postgres"]): string[] {
  const run = ["--customers", String(CUSTOMERS), "--as-of", AS_OF];
  return ["load", ...run, ...words, "--create-topics", "--no-avro", ...more];
}

/** Starts a load, and stops it in the middle until others have looked. */
async function half(words: readonly string[]): Promise<RunningProgram> {
  const program = new RunningProgram([...words, ...LOGGED]);
  assert.equal(await program.logs(hasWritten("kafka:", 288)), true);
  program.signal("SIGSTOP");
  return program;
}

/** Lets it go on, and makes sure that nobody disturbed it. */
async function endsWell(program: RunningProgram): Promise<void> {
  program.signal("SIGCONT");
  const { status, stdout, stderr } = await program.outcome();
  assert.equal(status, 0, stderr.split("\n").slice(-3).join("\n"));
  assert.match(stdout, /\nValidation: ALL OK\n$/);
}

async function digests({ bootstrap, prefix }: Place): Promise<unknown> {
  return (await readTopics({ bootstrap, prefix, digest: true })).topics;
}

test("a load goes on beside loads that are refused and commands that only look", async () => {
  const undisturbed = await freshPlace();
  await datagenOk(loadWords(undisturbed));
  const place = await freshPlace();
  const program = await half(loadWords(place));
  for (const [more, error] of REFUSED) {
    assertFailure(await datagen([...loadWords(place), ...more]), { status: 2, error, hint: /.+/ });
  }
  for (const words of [["plan", "--to", "kafka"], ["doctor", "--to", "kafka"], ["topics", "plan"]]) {
    await datagen([...words, ...place.words]);
  }
  await datagen(["reset", "--to", "kafka", "--no-avro", ...place.words]);
  await endsWell(program);
  assert.deepEqual(await digests(place), await digests(undisturbed));
});

test("a load goes on beside one that its other target refuses", () =>
  inFolder(async (folder) => {
    const hints = [
      [`csv:${folder}`, /wait until the other datagen is done/],
      [`sqlite:${folder}/bank.sqlite`, /wait until the other datagen, or the program that has the file .+, is done/],
    ] as const;
    for (const [target, hint] of hints) {
      const place = await freshPlace();
      const words = loadWords(place, ["--to", target, "--to", "kafka"]);
      const program = await half(words);
      assertFailure(await datagen(words), {
        status: 2,
        error: /Cannot use \S+: it is being written by another process$/,
        hint,
      });
      await endsWell(program);
    }
  }));

test("of one line that is started twice at once, one load ends well, and each event is there once", async () => {
  const undisturbed = await freshPlace();
  await datagenOk(loadWords(undisturbed));
  const place = await freshPlace();
  await datagenOk(["topics", "apply", ...place.words]);
  const both = await Promise.all([datagen(loadWords(place)), datagen(loadWords(place))]);
  const [stays, other] = both.sort((one, two) => one.status - two.status) as [Outcome, Outcome];
  assert.deepEqual([stays.status, stays.stderr], [0, ""]);
  const refused = /^error: Cannot load into \S+: another load has begun there just now\nhint: /;
  const stopped = /^error: Cannot write to \S+: another datagen writes to this prefix, or this one stood still/;
  if (other.status !== 0) assert.match(other.stderr, other.status === 2 ? refused : stopped);
  assert.deepEqual(await digests(place), await digests(undisturbed));
});

for (const preset of ["streaming", "bulk"]) {
  test(`a load with --preset ${preset} stops when another takes its prefix, which stays complete`, async () => {
    const place = await freshPlace();
    const first = await half([...loadWords(place), "--preset", preset]);
    const other = [...loadWords(place), "--seed", "7"];
    const { stdout } = await datagenOk([...other, "--truncate", "--yes"]);
    assert.match(stdout, /\nValidation: ALL OK\n$/);
    first.signal("SIGCONT");
    const outcome = await first.outcome();
    assertFailure({ ...outcome, stderr: withoutLog(outcome.stderr) }, {
      status: 1,
      error: /Cannot write to \S+: another datagen writes to this prefix, or this one stood still/,
      hint: /let the other one finish/,
    });
    const before = await digests(place);
    assert.match((await datagenOk(other)).stdout, /Nothing to do/);
    assert.deepEqual(await digests(place), before);
  });
}
