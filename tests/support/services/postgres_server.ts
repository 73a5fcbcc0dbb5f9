/**
 * Makes and starts a PostgreSQL server in a folder of its own.
 *
 * @module
 */

import postgres from "postgres";
import { makeCertificates } from "./certificates.ts";
import { executable, inServerFolder, run, unprivilegedUser, type User } from "./commands.ts";
import { postgresPrograms, type PostgresVersion, programsFor } from "./postgres_programs.ts";
import { freePort, type Ledger, ServerProcess } from "./server_process.ts";

/** How to reach a PostgreSQL server, as its superuser. */
export interface PostgresAddress {
  /** `postgres://USER:PASSWORD@127.0.0.1:PORT/datagen`. */
  readonly url: string;
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** An empty database to connect to. */
  readonly database: string;
}

/** How a server is made. */
export interface PostgresOptions {
  /** Major version. Default: 18. */
  readonly version?: PostgresVersion;
  /** Parameters for postgresql.conf, by name. */
  readonly config?: Readonly<Record<string, string>>;
  /** Whether it also speaks TLS, or nothing else. Default: neither. */
  readonly tls?: "offered" | "required";
}

/** A server that a test has for itself. */
export type OwnPostgres = ServerProcess & PostgresAddress & {
  /** Certificate of the authority to trust, in PEM format; undefined without TLS. */
  readonly caFile: string | undefined;
};

const SUPERUSER = "postgres";
const PASSWORD = "superuser-test-password";
const DATABASE = "datagen";

/**
 * Makes a server with password authentication and an empty database `datagen`, and starts it.
 *
 * @throws {MissingServer} If its programs are not to be had.
 */
export async function startPostgres(options: PostgresOptions = {}, ledger?: Ledger): Promise<OwnPostgres> {
  const found = await postgresPrograms(options.version ?? 18);
  const user = await unprivilegedUser();
  return await inServerFolder("postgres", user, async (folder) => {
    const programs = await programsFor(user, found, folder);
    return await startIn({ folder, programs, user, port: freePort() }, options, ledger);
  });
}

/** Where a server is made, and as whom. */
interface Place {
  readonly folder: string;
  readonly programs: string;
  readonly user: User | undefined;
  readonly port: number;
}

async function startIn(place: Place, options: PostgresOptions, ledger: Ledger | undefined): Promise<OwnPostgres> {
  const { folder, programs, user, port } = place;
  await initialise(place);
  await configure(place, options.config ?? {});
  const server = await ServerProcess.start({
    name: `PostgreSQL ${options.version ?? 18}`,
    command: `${programs}/${executable("postgres")}`,
    args: ["-D", `${folder}/data`],
    user,
    folder,
    isReady: () => answersPostgres(port),
    stopSignal: "SIGINT", // PostgreSQL's fast shutdown
  }, ledger);
  const address = { host: "127.0.0.1", port, user: SUPERUSER, password: PASSWORD, database: DATABASE };
  const url = `postgres://${SUPERUSER}:${PASSWORD}@127.0.0.1:${port}/${DATABASE}`;
  try {
    const caFile = await prepare(place, options.tls);
    return Object.assign(server, { ...address, url, caFile });
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
}

async function initialise({ folder, programs, user }: Place): Promise<void> {
  const passwordFile = `${folder}/password`;
  await Deno.writeTextFile(passwordFile, PASSWORD);
  const access = ["--auth=scram-sha-256", `--username=${SUPERUSER}`, `--pwfile=${passwordFile}`];
  const kind = ["--encoding=UTF8", "--locale=C", "--no-sync", "--no-instructions"];
  const remedy = "read the reason; DATAGEN_TEST_POSTGRES_URL names another server";
  const as = user === undefined ? {} : { user };
  await run(`${programs}/${executable("initdb")}`, ["-D", `${folder}/data`, ...access, ...kind], remedy, {
    cwd: folder,
    ...as,
  });
}

async function configure({ folder, port }: Place, config: Readonly<Record<string, string>>): Promise<void> {
  const all = { listen_addresses: "127.0.0.1", port: String(port), unix_socket_directories: "", ...config };
  const lines = Object.entries(all).map(([name, value]) => `${name} = '${value.replaceAll("'", "''")}'\n`);
  await Deno.writeTextFile(`${folder}/data/postgresql.conf`, lines.join(""), { append: true });
}

/** What pg_isready asks: any answer but "starting up" or "shutting down" to a first message is that of a ready server. */
export async function answersPostgres(port: number): Promise<boolean> {
  const parameters = new TextEncoder().encode("user\0pg_isready\0\0");
  const message = new Uint8Array(8 + parameters.length);
  const view = new DataView(message.buffer);
  view.setInt32(0, message.length);
  view.setInt32(4, 0x3_0000); // protocol 3.0
  message.set(parameters, 8);
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(message);
  const answer = new Uint8Array(512);
  const length = await connection.read(answer) ?? 0;
  return length > 0 && !new TextDecoder().decode(answer.subarray(0, length)).includes("C57P0");
}

/** Makes the database and, where asked for, certificates; gives the authority's. */
async function prepare(place: Place, tls: PostgresOptions["tls"]): Promise<string | undefined> {
  const { folder, port, user } = place;
  const sql = postgres({
    host: "127.0.0.1",
    port,
    user: SUPERUSER,
    password: PASSWORD,
    database: "postgres",
    max: 1,
    onnotice: () => {},
  });
  try {
    await sql.unsafe(`CREATE DATABASE ${DATABASE}`);
    if (tls === undefined) return undefined;
    const { caFile, certificateFile, keyFile } = await makeCertificates(folder);
    await Deno.chmod(keyFile, 0o600);
    if (user !== undefined) await Deno.chown(keyFile, user.uid, user.gid);
    await configure(place, { ssl: "on", ssl_cert_file: certificateFile, ssl_key_file: keyFile });
    const kind = tls === "required" ? "hostssl" : "host";
    await Deno.writeTextFile(`${folder}/data/pg_hba.conf`, `${kind} all all 127.0.0.1/32 scram-sha-256\n`);
    await sql`SELECT pg_reload_conf()`;
    return caFile;
  } finally {
    await sql.end();
  }
}
