/** Connection strings as people have them, against real servers: what was asked for is what the session is. */

import assert from "node:assert/strict";
import { type PostgresConnection, resolveConnection, targetText } from "../../src/adapters/postgres/connection.ts";
import { PostgresSession } from "../../src/adapters/postgres/session.ts";
import { SinkError, TargetError } from "../../src/ports/sink.ts";
import { AS_OF } from "../support/bank_load.ts";
import { tableCounts, withSql } from "../support/postgres_reader.ts";
import { datagenOk } from "../support/servers_program.ts";
import {
  freePort,
  freshDatabase,
  makeCertificates,
  postgres,
  privatePostgres,
  testsWith,
} from "../support/services.ts";
import { inFolder } from "../support/toy_shop.ts";

const test = await testsWith("ownPostgres", "postgres");

function resolve(text: string, environment: Record<string, string> = {}): PostgresConnection {
  return resolveConnection(text, (name) => environment[name]);
}

/** Connects and gives what one statement says. */
async function ask(connection: PostgresConnection, statement: string): Promise<unknown> {
  const session = await PostgresSession.open(connection, targetText(connection));
  try {
    const [row] = await session.query(`SELECT (${statement}) AS answer`);
    return row!["answer"];
  } finally {
    await session.close();
  }
}

/** A URL with a query behind it, of a server whose own URL has none. */
function withQuery(url: string, query: string): string {
  return `${url}?${query}`;
}

const ENCRYPTED = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";

test("TLS as sslmode, sslnegotiation and ORMs ask for it", async () => {
  await using server = await privatePostgres({ tls: "required", config: { unix_socket_directories: "/tmp" } });
  await inFolder(async (folder) => {
    const other = await makeCertificates(folder);
    const encrypted = (query: string) => ask(resolve(withQuery(server.url, query)), ENCRYPTED);
    assert.equal(await encrypted("sslmode=require&sslnegotiation=direct"), true);
    assert.equal(await encrypted("sslnegotiation=direct&sslmode=verify-full&sslrootcert=" + server.caFile), true);
    assert.equal(await encrypted(`sslmode=no-verify&sslrootcert=${other.caFile}`), true);
    assert.equal(await encrypted("ssl=true&sslaccept=accept_invalid_certs"), true);
    const stricter = "sslmode=require&sslaccept=strict";
    assert.equal(await encrypted(`${stricter}&sslrootcert=${server.caFile}`), true);
    await assert.rejects(encrypted(`${stricter}&sslrootcert=${other.caFile}`), /not from an authority that is trusted/);
  });
});

test("hostaddr is gone to, and host is the name that the certificate must have", async () => {
  await using server = await privatePostgres({ tls: "required" });
  const query = `sslmode=verify-full&sslrootcert=${server.caFile}&hostaddr=127.0.0.1`;
  const at = (host: string) => {
    const url = new URL(server.url);
    url.hostname = host;
    return resolve(withQuery(url.href, query));
  };
  assert.equal(await ask(at("localhost"), ENCRYPTED), true);
  await assert.rejects(ask(at("db.example"), ENCRYPTED), /the server's certificate is for another host/);
});

test("the directory of a socket, in each form", async () => {
  const folder = Deno.build.os === "windows" ? undefined : "/tmp";
  if (folder === undefined) return; // no such sockets
  await using server = await privatePostgres({ config: { unix_socket_directories: folder } });
  const { port, user, password, database } = server;
  const ways = [
    resolve(`postgresql://${user}:${password}@%2Ftmp:${port}/${database}`),
    resolve(`postgresql:///${database}?host=/tmp&port=${port}&user=${user}&password=${password}`),
    resolve(`host=/tmp port=${port} user=${user} password='${password}' dbname=${database}`),
    resolve("postgres://", {
      PGHOST: "/tmp",
      PGPORT: String(port),
      PGUSER: user,
      PGPASSWORD: password,
      PGDATABASE: database,
    }),
  ];
  for (const way of ways) assert.equal(await ask(way, "SELECT inet_client_addr() IS NULL"), true);
});

test("options reach the server, from the URL and from PGOPTIONS, and application_name too", async () => {
  const { url } = await postgres();
  const setting = (text: string, environment?: Record<string, string>) =>
    ask(
      resolve(text, environment),
      "SELECT current_setting('search_path') || ' ' || current_setting('application_name')",
    );
  assert.equal(await setting(withQuery(url, "options=-c%20search_path%3Dlab&application_name=tool")), "lab tool");
  assert.equal(await setting(url, { PGOPTIONS: "-c search_path=desk" }), "desk datagen");
});

test("of several hosts the first that takes writes is used", async () => {
  await using reading = await privatePostgres();
  await withSql(reading.url, (sql) => sql.unsafe("ALTER DATABASE datagen SET default_transaction_read_only = on"));
  await using writing = await privatePostgres();
  const { user, password } = writing;
  const hosts = [freePort(), reading.port, writing.port].map((port) => `127.0.0.1:${port}`);
  const list = (places: readonly string[]) =>
    resolve(`postgresql://${user}:${password}@${places.join(",")}/datagen?target_session_attrs=read-write`);
  const port = "SELECT inet_server_port()";
  assert.equal(await ask(list(hosts), port), writing.port);
  assert.equal(await ask(list(hosts.toReversed()), port), writing.port);
  assert.equal(await ask(list(hosts.slice(0, 2)), port), reading.port); // inspect says that it is read-only
  await assert.rejects(ask(list([hosts[0]!, hosts[0]!]), port), SinkError);
  const wrong = resolve(`postgresql://${user}:wrong@${hosts.slice(1).join(",")}/datagen`);
  await assert.rejects(ask(wrong, port), TargetError); // a password is wrong everywhere
});

test("load takes libpq's other form, a service and its password file, and names its target without them", () =>
  freshDatabase(({ url, host, port, user, password, database }) =>
    inFolder(async (folder) => {
      const words = ["load", "--customers", "3", "--as-of", AS_OF, "--to", "postgres"];
      const place = `host=${host} port=${port} user=${user} dbname=${database}`;
      const first = await datagenOk([...words, "--postgres-url", place], { PGPASSWORD: password });
      assert.ok(
        first.stdout.includes(` --postgres-url postgresql://${user}@${host}:${port}/${database}`),
        first.stdout,
      );
      assert.deepEqual((await tableCounts(url))["customers"], 3);
      const [services, passwords] = [`${folder}/services.conf`, `${folder}/pgpass`];
      await Deno.writeTextFile(services, `[bank]\n${place.replaceAll(" ", "\n")}\npassfile=${passwords}\n`);
      await Deno.writeTextFile(passwords, `${host}:${port}:*:${user}:${password}\n`, { mode: 0o600 });
      const environment = { PGSERVICE: "bank", PGSERVICEFILE: services };
      assert.match((await datagenOk(words, environment)).stdout, /Nothing to do/);
    })
  ));

test("the schema in a URL, as ORMs write it, is that of the load", () =>
  freshDatabase(async ({ url }) => {
    const orm = withQuery(url, "schema=lab&pgbouncer=true&connection_limit=1&sslmode=prefer");
    const { stdout } = await datagenOk(["load", "--customers", "3", "--as-of", AS_OF, "--to", "postgres"], {
      DATAGEN_POSTGRES_URL: orm,
    });
    assert.match(stdout, /^postgres:\S+\?schema=lab: created/m);
    assert.equal((await tableCounts(url, "lab"))["customers"], 3);
  }));
