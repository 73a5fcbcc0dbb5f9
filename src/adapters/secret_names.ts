/** Names of settings whose values are secret: passwords, tokens, keys, and commands or texts that may hold one. */
const SECRET_NAME =
  /passw(?:or)?d|pwd|senha|passphrase|secret|token|credential|oauth|jaas|keytab|kinit|user\.info|api[._-]?key|^ssl_key$|\.(?:pem|key)$/i;

/** Tells by the name of a setting, of librdkafka or of a URL's query, whether its value must never be shown. */
export function isSecret(name: string): boolean {
  return SECRET_NAME.test(name);
}
