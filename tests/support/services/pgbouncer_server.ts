/**
 * Starts a PgBouncer, the pooler, before a PostgreSQL server.
 *
 * @module
 */

import { inServerFolder, MissingServer, tryRun, unprivilegedUser } from "./commands.ts";
import { answersPostgres, type PostgresAddress } from "./postgres_server.ts";
import { freePort, type Ledger, ServerProcess } from "./server_process.ts";

/** How long a client keeps a connection to the server: for its session, a transaction or a statement. */
export type PoolMode = "session" | "transaction" | "statement";

/** How a pooler is made. */
export interface PgBouncerOptions {
  readonly mode: PoolMode;
  /** Connections to the server for each database and user. Default: 20, as PgBouncer's own. */
  readonly poolSize?: number;
  /** Seconds that a client waits for one. Default: 120, as PgBouncer's own. */
  readonly waitSeconds?: number;
}

/** A pooler that a test has for itself. */
export type OwnPgBouncer = ServerProcess & {
  /** The URL of the PostgreSQL server, by way of the pooler. */
  readonly url: string;
};

/** Where Debian's package puts it, which the path of an ordinary user leaves out. */
const PLACES = ["pgbouncer", "/usr/sbin/pgbouncer"];

/**
 * Finds PgBouncer's program.
 *
 * @throws {MissingServer} If it is not installed.
 */
export async function pgBouncerProgram(): Promise<string> {
  for (const place of PLACES) if ((await tryRun(place, ["--version"]))?.success) return place;
  throw new MissingServer("Cannot run pgbouncer: it is not installed", "install the package pgbouncer of your system");
}

/**
 * Starts a pooler for all databases of a server, for the user of its address.
 *
 * @throws {MissingServer} If PgBouncer is not installed.
 */
export async function startPgBouncer(
  { host, port: serverPort, user: login, password, url }: PostgresAddress,
  { mode, poolSize = 20, waitSeconds = 120 }: PgBouncerOptions,
  ledger?: Ledger,
): Promise<OwnPgBouncer> {
  const command = await pgBouncerProgram();
  const user = await unprivilegedUser(); // it refuses to run as root
  return await inServerFolder("pgbouncer", user, async (folder) => {
    const port = freePort();
    await Deno.writeTextFile(`${folder}/users.txt`, `"${login}" "${password}"\n`);
    await Deno.writeTextFile(
      `${folder}/pgbouncer.ini`,
      `[databases]
* = host=${host} port=${serverPort}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = ${folder}/users.txt
pool_mode = ${mode}
default_pool_size = ${poolSize}
query_wait_timeout = ${waitSeconds}
`,
    );
    const server = await ServerProcess.start({
      name: "PgBouncer",
      command,
      args: [`${folder}/pgbouncer.ini`],
      user,
      folder,
      isReady: () => answersPostgres(port),
      stopSignal: "SIGTERM",
    }, ledger);
    const pooled = new URL(url);
    pooled.port = String(port);
    return Object.assign(server, { url: pooled.href });
  });
}
