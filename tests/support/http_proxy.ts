/**
 * A small proxy of HTTP on loopback: it forwards what is asked of any host to one port, by absolute addresses and by
 * CONNECT, or answers by itself.
 *
 * @module
 */

/** A proxy that runs. */
export interface HttpProxy extends AsyncDisposable {
  readonly url: string;
  /** First lines of what was asked, in order. */
  readonly asked: readonly string[];
}

/**
 * Starts a proxy.
 *
 * @param does Port to which everything is forwarded, or the bytes that it answers by itself.
 */
export function startProxy(does: number | string): HttpProxy {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const asked: string[] = [];
  const open = new Set<Deno.TcpConn>();
  const serving = (async () => {
    for await (const client of listener) serve(client).catch(() => client.close()); // who asks has gone
  })();
  return {
    url: `http://127.0.0.1:${listener.addr.port}`,
    asked,
    async [Symbol.asyncDispose]() {
      listener.close();
      for (const connection of open) close(connection);
      await serving;
    },
  };

  async function serve(client: Deno.TcpConn): Promise<void> {
    open.add(client);
    const head = await headOf(client);
    const line = new TextDecoder().decode(head).split("\r\n", 1)[0]!;
    if (line === "") return close(client);
    asked.push(line);
    if (typeof does === "string") {
      await client.write(new TextEncoder().encode(does));
      return close(client);
    }
    const server = await Deno.connect({ hostname: "127.0.0.1", port: does });
    open.add(server);
    if (line.startsWith("CONNECT ")) await client.write(new TextEncoder().encode("HTTP/1.1 200 OK\r\n\r\n"));
    else await server.write(head); // servers take absolute addresses, too
    await Promise.allSettled([
      client.readable.pipeTo(server.writable),
      server.readable.pipeTo(client.writable),
    ]);
  }

  function close(connection: Deno.TcpConn): void {
    open.delete(connection);
    try {
      connection.close();
    } catch (error) {
      if (!(error instanceof Deno.errors.BadResource)) throw error; // closed already
    }
  }
}

/** Reads up to the empty line behind the headers, or what there is. */
async function headOf(client: Deno.TcpConn): Promise<Uint8Array<ArrayBuffer>> {
  const buffer = new Uint8Array(64 * 1024);
  let length = 0;
  while (length < buffer.length && !new TextDecoder().decode(buffer.subarray(0, length)).includes("\r\n\r\n")) {
    const count = await client.read(buffer.subarray(length));
    if (count === null) break;
    length += count;
  }
  return buffer.slice(0, length);
}
