/** User and password. */
export interface BasicAuth {
  /** Without a colon. */
  readonly user: string;
  /** May be empty. */
  readonly password: string;
}

/** How to log in; at most one of the two. */
export interface RegistryCredentials {
  /** For all addresses, instead of what their URLs hold. */
  readonly basicAuth?: BasicAuth;
  /** Sent as `Authorization: Bearer`, to all addresses, instead of what their URLs hold. */
  readonly bearerToken?: string;
}

/** One address of a registry. */
export interface RegistryAddress {
  /** URL of its root, path included, without credentials, query and last slash. */
  readonly url: string;
  /** Value of the header of this name; absent where nothing is known to log in with. */
  readonly authorization?: string;
  /** What may stand in no message: passwords and tokens, as they are and as they are sent. */
  readonly secrets: readonly string[];
}

/**
 * Reads the addresses of a registry.
 *
 * @param urls `http` or `https`, a path or none, with a comma between; user and password may stand in each.
 * @throws {RangeError} If one is no such URL, the token is none, or both kinds of credentials are given. The message
 * repeats none of them, since it may hold a password.
 */
export function registryAddresses(urls: string, credentials: RegistryCredentials): readonly RegistryAddress[] {
  if (credentials.basicAuth !== undefined && credentials.bearerToken !== undefined) {
    throw new RangeError("Cannot log in to the Schema Registry with both a user and a token");
  }
  if (credentials.bearerToken !== undefined && !isToken(credentials.bearerToken)) {
    throw new RangeError("Cannot use the token of the Schema Registry: expected one word of ASCII characters");
  }
  return urls.split(",").map((text, n) => {
    const url = URL.canParse(text.trim()) ? new URL(text.trim()) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) {
      throw new RangeError(`Cannot parse address ${n + 1} of the Schema Registry: expected http://HOST:PORT`);
    }
    return { url: `${url.origin}${url.pathname.replace(/\/+$/, "")}`, ...login(url, credentials) };
  });
}

/** Tells whether a header can hold a token: a line break or a space in it would end it. */
export function isToken(text: string): boolean {
  return /^[!-~]+$/.test(text);
}

function login(url: URL, { basicAuth, bearerToken }: RegistryCredentials): Omit<RegistryAddress, "url"> {
  if (bearerToken !== undefined) return { authorization: `Bearer ${bearerToken}`, secrets: [bearerToken] };
  const inUrl = url.username === "" && url.password === ""
    ? undefined
    : { user: decoded(url.username), password: decoded(url.password) };
  const auth = basicAuth ?? inUrl;
  if (auth === undefined) return { secrets: [] };
  const sent = new TextEncoder().encode(`${auth.user}:${auth.password}`).toBase64();
  return { authorization: `Basic ${sent}`, secrets: [auth.password, sent].filter((secret) => secret !== "") };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a percent sign that begins no escape stands for itself
  }
}
