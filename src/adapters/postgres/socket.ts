/**
 * The way to a server: TCP or a Unix socket, with TLS as `sslmode` asks. It is made here and not by postgres.js, so that
 * every mode means what it means in libpq, and a failure says which step failed.
 *
 * @module
 */

import { existsSync } from "node:fs";
import { connect, isIP, type Socket } from "node:net";
import { connect as connectTls, type ConnectionOptions, type TLSSocket } from "node:tls";
import { givenPem } from "../given_file.ts";
import type { PostgresConnection } from "./connection.ts";

/** Whether a way is encrypted: `maybe` where the server decides. */
export type Encryption = "no" | "maybe" | "yes";

/** Raised when the way cannot be made for a reason that has to do with TLS. */
export class TlsError extends Error {
  /** Always `TlsError`. */
  override name = "TlsError";
}

/** Raised when there is no connection after the time allowed. */
export class ConnectTimeout extends Error {
  /** Always `ConnectTimeout`. */
  override name = "ConnectTimeout";
}

/** Raised when the server ends the connection before there is a session, or there is none any more. */
export class ConnectionClosed extends Error {
  /** Always `ConnectionClosed`. */
  override name = "ConnectionClosed";
  /** As postgres.js has it. */
  readonly code = "CONNECTION_CLOSED";
}

/** Asks the server for TLS, in place of the first message. */
const SSL_REQUEST = Uint8Array.of(0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f);

/** The ways to try in order, the next where the one before it did not lead to a session. */
export function waysOf({ host, sslMode }: PostgresConnection): readonly Encryption[] {
  if (host.startsWith("/")) return ["no"]; // no server encrypts a Unix socket
  switch (sslMode) {
    case "disable":
      return ["no"];
    case "allow":
      return ["no", "yes"];
    case "prefer":
      return ["maybe", "no"];
    default:
      return ["yes"];
  }
}

/**
 * Opens a socket to the server, encrypted or not.
 *
 * @throws {TlsError} If the server refuses TLS, or shows a certificate that is not accepted.
 * @throws {ConnectTimeout} If it takes longer than the connection allows.
 * @throws The system's error where the server cannot be reached.
 */
export async function openSocket(connection: PostgresConnection, encryption: Encryption): Promise<Socket | TLSSocket> {
  const { host, address, port, connectTimeoutMs } = connection;
  const tls = encryption === "no" ? undefined : tlsOptions(connection);
  const socket = host.startsWith("/") ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, address ?? host);
  const timer = connectTimeoutMs === 0 ? undefined : setTimeout(() => {
    socket.destroy(new ConnectTimeout(`no answer within ${connectTimeoutMs / 1000} s`));
  }, connectTimeoutMs);
  try {
    await event(socket, "connect");
    socket.setNoDelay(true);
    if (tls === undefined) return socket;
    if (connection.sslDirect || await asksForTls(socket)) return await encrypted(socket, tls);
    if (encryption === "maybe") return socket;
    throw new TlsError("the server does not support TLS");
  } catch (error) {
    socket.destroy();
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

/** Asks for TLS, and tells whether the server agrees. */
async function asksForTls(socket: Socket): Promise<boolean> {
  const answer = event<Uint8Array>(socket, "data");
  socket.write(SSL_REQUEST);
  const bytes = await answer;
  if (bytes.length === 1 && bytes[0] === 0x53) return true; // S; more behind it could be from someone in between
  if (bytes.length === 1 && bytes[0] === 0x4e) return false; // N
  throw new TlsError("what answers there is not PostgreSQL");
}

async function encrypted(socket: Socket, options: ConnectionOptions): Promise<TLSSocket> {
  const secure = connectTls({ ...options, socket });
  try {
    await event(secure, "secureConnect");
    return secure;
  } catch (cause) {
    secure.destroy();
    if (cause instanceof ConnectTimeout || cause instanceof ConnectionClosed) throw cause;
    throw new TlsError(tlsReason(cause), { cause });
  }
}

/** Gives what an event of a socket brings; throws where an error or the end comes first. */
function event<Value>(socket: Socket, name: "connect" | "data" | "secureConnect"): Promise<Value> {
  return new Promise((resolve, reject) => {
    const settle = (act: () => void) => {
      socket.off(name, done);
      socket.off("error", fail);
      socket.off("close", end);
      act();
    };
    const done = (value: Value) => settle(() => resolve(value));
    const fail = (error: Error) => settle(() => reject(error));
    const end = () => settle(() => reject(new ConnectionClosed()));
    socket.on(name, done);
    socket.on("error", fail);
    socket.on("close", end);
  });
}

/** What TLS is to check: nothing below `verify-ca`, unless authorities are named, as in libpq. */
function tlsOptions(connection: PostgresConnection): ConnectionOptions {
  const { host, sslMode } = connection;
  const verified = sslMode === "verify-ca" || sslMode === "verify-full" ||
    (sslMode === "require" && connection.sslRootCert !== undefined);
  return {
    ...(isIP(host) === 0 ? { servername: host } : {}),
    ...(connection.sslDirect ? { ALPNProtocols: ["postgresql"] } : {}),
    ...(verified ? trusted(connection) : { rejectUnauthorized: false }),
    ...(sslMode === "verify-full" ? { host } : { checkServerIdentity: () => undefined }),
    ...fileOption("cert", "sslcert", connection.sslCert),
    ...fileOption("key", "sslkey", connection.sslKey),
  };
}

/** The authorities that are trusted: those named, those of the default file, or the system's. */
function trusted({ sslRootCert, defaultRootCert }: PostgresConnection): ConnectionOptions {
  if (sslRootCert === "system") return {};
  if (sslRootCert !== undefined) return fileOption("ca", "sslrootcert", sslRootCert);
  const path = defaultRootCert;
  return path !== undefined && existsSync(path) ? fileOption("ca", "sslrootcert", path) : {};
}

function fileOption(name: "ca" | "cert" | "key", setting: string, path: string | undefined): ConnectionOptions {
  if (path === undefined) return {};
  try {
    return { [name]: givenPem(path, name === "key" ? "key" : "certificates") };
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new TlsError(`${setting} "${path}": ${cause.message}`, { cause });
  }
}

/** Tells in a few words why a certificate was not accepted. */
function tlsReason(cause: unknown): string {
  const { code = "", message = "" } = cause as { code?: string; message?: string };
  if (code === "ERR_TLS_CERT_ALTNAME_INVALID") return "the server's certificate is for another host";
  if (/SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|UNKNOWN_?ISSUER/i.test(`${code} ${message}`)) {
    return "the server's certificate is not from an authority that is trusted";
  }
  if (/EXPIRED/i.test(`${code} ${message}`)) return "the server's certificate has expired";
  return `TLS could not be set up: ${message.split("\n")[0]}`;
}
