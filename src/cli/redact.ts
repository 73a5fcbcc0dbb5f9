/**
 * Keeps passwords and tokens out of everything that the program says.
 *
 * @module
 */

/** What stands in the place of a secret. */
const HIDDEN = "***";

/** User, password or token in front of a host, `scheme://user:password@`; not the words that stand for them in hints. */
const USER_INFO = /([a-z][a-z0-9+.-]*:\/\/)(?!USER(?::PASSWORD)?@)[^\s/?#"',]*@/gi;

/** Last part of the names of settings whose value is secret. */
const SECRET_NAME =
  "(?:password|passwd|passphrase|secret|token|\\.pem|\\.key|keytab|oauthbearer\\.config|jaas\\.config|user\\.info)";

/** A setting whose name says that its value is secret, as in a query or a property. */
const SETTING = new RegExp(`([\\w.-]*${SECRET_NAME}["']?\\s*[=:]\\s*["']?)[^\\s&;,"')]+`, "gi");

/** Tells whether the value of a setting is secret, by its name. */
export function isSecret(name: string): boolean {
  return new RegExp(`${SECRET_NAME}$`, "i").test(name);
}

/** Hides what looks like a password or a token, wherever it stands in a text. */
export function redacted(text: string): string {
  return text.replace(USER_INFO, `$1${HIDDEN}@`).replace(SETTING, `$1${HIDDEN}`);
}

/** Hides whatever stands before the last `@`, for an address that may not even be a URL, and what a query hides. */
export function withoutUserInfo(address: string): string {
  const at = address.lastIndexOf("@");
  if (at < 0) return redacted(address);
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(address)?.[0] ?? "";
  return redacted(`${scheme}${HIDDEN}${address.slice(at)}`);
}

/** Takes user and password out of a URL, or of several with a comma between. */
export function withoutCredentials(urls: string): string {
  return urls.replace(USER_INFO, "$1");
}

/** Takes the password out of a URL and leaves the user. */
export function withoutPassword(url: string): string {
  return withoutSettings(url).replace(USER_INFO, (userInfo, scheme: string) => {
    const user = userInfo.slice(scheme.length, -1).split(":", 1)[0];
    return user === "" ? scheme : `${scheme}${user}@`;
  });
}

/** Takes secret settings out of the query of a URL. */
function withoutSettings(url: string): string {
  const [address, query] = url.split("?", 2) as [string, string?];
  const kept = query?.split("&").filter((setting) => !isSecret(setting.split("=", 1)[0]!)) ?? [];
  return kept.length === 0 ? address : `${address}?${kept.join("&")}`;
}
