/**
 * Certificates for servers that speak TLS, made by the `openssl` program.
 *
 * @module
 */

import { run } from "./commands.ts";

/** Files in PEM format. */
export interface Certificates {
  /** Certificate of the authority that signed the server's; what a client trusts. */
  readonly caFile: string;
  /** The server's certificate, for `localhost` and 127.0.0.1. */
  readonly certificateFile: string;
  /** The server's private key, PKCS #8, without passphrase. */
  readonly keyFile: string;
}

const REMEDY = "install OpenSSL";

/**
 * Makes an authority and a certificate that it signs, valid for ten years.
 *
 * @param folder An existing folder. Two calls with two folders make authorities that do not know each other.
 */
export async function makeCertificates(folder: string): Promise<Certificates> {
  const files = {
    caFile: `${folder}/ca.crt`,
    certificateFile: `${folder}/server.crt`,
    keyFile: `${folder}/server.key`,
  };
  const [request, extensions, caKey] = [`${folder}/server.csr`, `${folder}/server.ext`, `${folder}/ca.key`];
  await Deno.writeTextFile(
    extensions,
    "subjectAltName=DNS:localhost,IP:127.0.0.1\nbasicConstraints=CA:FALSE\nextendedKeyUsage=serverAuth\n",
  );
  const newKey = ["-newkey", "rsa:2048", "-nodes", "-sha256"];
  await openssl(
    "req",
    "-x509",
    ...newKey,
    "-days",
    "3650",
    "-subj",
    "/CN=datagen test CA",
    "-keyout",
    caKey,
    "-out",
    files.caFile,
  );
  await openssl("req", ...newKey, "-subj", "/CN=localhost", "-keyout", files.keyFile, "-out", request);
  const signed = ["-CA", files.caFile, "-CAkey", caKey, "-CAcreateserial", "-days", "3650", "-extfile", extensions];
  await openssl("x509", "-req", "-sha256", "-in", request, ...signed, "-out", files.certificateFile);
  return files;
}

async function openssl(...args: string[]): Promise<void> {
  await run("openssl", args, REMEDY);
}
