/**
 * What an independent consumer, `tests/verify_kafka.py`, finds in topics.
 *
 * @module
 */

import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { root } from "./program.ts";
import { pythonReader } from "./python_packages.ts";
import { type DefineTest, type Need, testsWith } from "./services.ts";
import { MissingServer } from "./services/commands.ts";

/** What to read, and what to hold it against. */
export interface ReadOptions {
  readonly bootstrap: string;
  readonly prefix: string;
  /** Where the schemas are; without it values are JSON. */
  readonly registry?: string;
  /** Where the masters are; without it no id is looked up. */
  readonly postgres?: string;
  /** Schema of their tables. Default: `public`. */
  readonly schema?: string;
  /** Records of each entity; entities that are left out are not read. */
  readonly expect?: Readonly<Record<string, number>>;
  /** When the first record may have been sent, in milliseconds since 1970. */
  readonly since?: number;
  /** Whether records have headers. Default: yes. */
  readonly cloudEvents?: boolean;
  /** Whether to count and hash only. */
  readonly digest?: boolean;
}

/** What was found. */
export interface Readout {
  /** Records of each entity, and a hash of all of them in any order. */
  readonly topics: Readonly<Record<string, { readonly records: number; readonly digest: string }>>;
  /** Partitions of each topic, and the sum of the offsets at which they end. */
  readonly shape: Readonly<Record<string, { readonly partitions: number; readonly offsets: number }>>;
  /** How many findings, by rule; rules without findings are left out. */
  readonly findings: Readonly<Record<string, number>>;
  /** The first findings of each rule. */
  readonly shown: readonly string[];
}

/** A change that makes a record wrong; see plant_records.py. */
export type Change = "duplicate" | "key" | "partition" | "header order" | "time" | "payload" | "parent";

/** Gives the function that defines tests which need Python's readers beside servers; see `testsWith`. */
export async function readerTestsWith(...needs: readonly Need[]): Promise<DefineTest> {
  const define = await testsWith(...needs);
  try {
    await pythonReader();
    return define;
  } catch (error) {
    if (!(error instanceof MissingServer)) throw error;
    const reason = `${error.message}. Remedy: ${error.remedy}`;
    if (Deno.env.get("CI") === "true") return (name) => Deno.test(name, () => Promise.reject(new Error(reason)));
    console.warn(`Kafka's topics are not read by Python: ${reason}`);
    return (name, fn) => Deno.test({ name, fn, ignore: reason !== "" });
  }
}

/**
 * Reads the four topics of a prefix, as far as `read_committed` shows them.
 *
 * @throws {assert.AssertionError} If they cannot be read.
 */
export async function readTopics(options: ReadOptions): Promise<Readout> {
  const { bootstrap, prefix, registry, postgres, schema, expect, since, cloudEvents, digest } = options;
  const words = [
    ["--bootstrap", bootstrap],
    ["--prefix", prefix],
    ...registry === undefined ? [] : [["--registry", registry]],
    ...postgres === undefined ? [] : [["--postgres", postgres]],
    ...schema === undefined ? [] : [["--schema", schema]],
    ...expect === undefined ? [] : [["--expect", JSON.stringify(expect)]],
    ...since === undefined ? [] : [["--since", String(since)]],
    ...cloudEvents === false ? [["--no-cloudevents"]] : [],
    ...digest === true ? [["--digest"]] : [],
  ];
  const { status, stdout, stderr } = await runScript("tests/verify_kafka.py", words.flat());
  assert.equal(stderr, "");
  const readout: Readout = JSON.parse(stdout);
  assert.equal(status, Object.keys(readout.findings).length === 0 ? 0 : 1);
  return readout;
}

/** Reads topics and makes sure that nothing is found. */
export async function assertTopics(options: ReadOptions): Promise<Readout["topics"]> {
  const { topics, findings, shown } = await readTopics(options);
  assert.deepEqual({ findings, shown }, { findings: {}, shown: [] });
  return topics;
}

/** Appends broken copies of one record to its topic. */
export async function plantRecords(bootstrap: string, topic: string, changes: readonly Change[]): Promise<void> {
  const { status, stderr } = await runScript("tests/support/plant_records.py", [bootstrap, topic, ...changes]);
  assert.equal(status, 0, stderr); // the client may log there too
}

/** Deletes a topic, or sets one of its settings (`NAME=VALUE`), as somebody else might. */
export async function changeTopic(bootstrap: string, topic: string, change: "delete" | `${string}=${string}`) {
  const { status, stderr } = await runScript("tests/support/change_topic.py", [bootstrap, topic, change]);
  assert.equal(status, 0, stderr); // the client may log there too
}

/**
 * Replaces all rights that a user has on a broker with an authorizer, for example by `Write Topic banking.trades`; a star
 * at the end of a name stands for any rest.
 */
export async function allow(bootstrap: string, user: string, rights: readonly string[]): Promise<void> {
  const { status, stderr } = await runScript("tests/support/allow.py", [bootstrap, user, ...rights]);
  assert.equal(status, 0, stderr); // the client may log there too
}

/** A record as Python's client gives it. */
export interface DumpedRecord {
  readonly partition: number;
  readonly key: string;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly value: Uint8Array;
}

/** Reads all committed records of a topic. */
export async function dumpTopic(bootstrap: string, topic: string): Promise<DumpedRecord[]> {
  const { status, stdout, stderr } = await runScript("tests/support/dump_topic.py", [bootstrap, topic]);
  assert.equal(status, 0, stderr);
  return stdout.trim().split("\n").map((line) => {
    const { value, ...record } = JSON.parse(line);
    return { ...record, value: Uint8Array.fromHex(value) };
  });
}

async function runScript(path: string, args: readonly string[]): Promise<{
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}> {
  const { command, env } = await pythonReader();
  const { code, stdout, stderr } = await new Deno.Command(command, {
    args: [fileURLToPath(new URL(path, root)), ...args],
    env: { ...env },
    stdin: "null",
  }).output();
  const decoder = new TextDecoder();
  return { status: code, stdout: decoder.decode(stdout), stderr: decoder.decode(stderr) };
}
