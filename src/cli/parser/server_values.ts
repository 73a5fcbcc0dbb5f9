/**
 * How the texts behind the options of servers become values. What may hold a password is hidden in messages.
 *
 * @module
 */

import { shownAddress } from "../terminal/redact.ts";
import { BadValue, oneOf, type ValueKind } from "./values.ts";

/** Longest name of a topic in Kafka, less that of the longest one behind a prefix. */
const LONGEST_PREFIX = 200;

/** Longest name in PostgreSQL. */
const LONGEST_NAME = 63;

/** Said of a password that cannot be told from the rest of an address. */
const ESCAPES = "write @ : / ? # , in a password as %40 %3A %2F %3F %23 %2C";

/** Address of a PostgreSQL server, as a URL or in libpq's other form; only which of them it is is looked at. */
export const postgresUrl: ValueKind<string> = {
  expected: "postgresql://USER@HOST:PORT/DATABASE",
  example: "postgresql://postgres@localhost:5432/datagen",
  hide: shownAddress,
  parse(text) {
    if (/^postgres(ql)?:\/\/|^\s*[a-z_]+\s*=/i.test(text)) return text;
    throw new BadValue("parse", "begin it with postgresql://");
  },
};

/** Addresses of Kafka brokers, comma between, as `host:port` each; without spaces. */
export const bootstrapList: ValueKind<string> = {
  expected: "HOST:PORT, several with a comma between",
  example: "localhost:9092",
  hide: shownAddress,
  parse(text) {
    return text.split(",").map((broker) => checkedBroker(broker.trim())).join(",");
  },
};

/** Addresses of a Schema Registry, comma between. */
export const registryUrls: ValueKind<string> = {
  expected: "http://HOST:PORT or https://HOST:PORT",
  example: "http://localhost:8081",
  hide: shownAddress,
  parse(text) {
    return text.split(",").map((url) => checkedWebUrl(url.trim(), text.includes("@"))).join(",");
  },
};

/** First part of the topics' names. */
export const topicPrefix: ValueKind<string> = {
  expected: `1..${LONGEST_PREFIX} letters, digits, ".", "_" or "-"`,
  example: "banking",
  parse(text) {
    if (new RegExp(`^[A-Za-z0-9._-]{1,${LONGEST_PREFIX}}$`).test(text) && /[^.]/.test(text)) return text;
    throw new BadValue("use");
  },
};

/** Name of a schema in PostgreSQL. */
export const schemaName: ValueKind<string> = {
  expected: `1..${LONGEST_NAME} letters, digits or "_", not beginning with a digit or "pg_"`,
  example: "public",
  parse(text) {
    if (/^[A-Za-z_]\w*$/.test(text) && text.length <= LONGEST_NAME && !/^(pg_|information_schema$)/.test(text)) {
      return text;
    }
    throw new BadValue("use");
  },
};

/** How to log in to Kafka with a user and a password, in the words of our options. */
const SASL_MECHANISMS = ["plain", "scram-sha-256", "scram-sha-512"] as const;

/** A mechanism of SASL, in Kafka's spelling (`SCRAM-SHA-256`) or in lower case. */
export const saslMechanism: ValueKind<typeof SASL_MECHANISMS[number]> = {
  ...oneOf(SASL_MECHANISMS),
  parse(text) {
    const word = text.trim().toLowerCase().replaceAll("_", "-");
    const otherwise = /^(?:oauthbearer|gssapi)$/.exec(word)?.[0]?.toUpperCase();
    if (otherwise === undefined) return oneOf(SASL_MECHANISMS).parse(word);
    const properties = `-X security.protocol=SASL_SSL -X sasl.mechanism=${otherwise}`;
    throw new BadValue("use", `write ${properties} and its other properties, without --kafka-user`);
  },
};

/** A name alone, without anything that might be its value. A single word may be a password as well as a name. */
const PROPERTY_NAME = /^[a-z]\w*\.[\w.]*$/;

/** A setting of the Kafka client. */
export interface ClientProperty {
  readonly name: string;
  readonly value: string;
}

/** `name=value`; the value may be secret, so messages show the name only. */
export const clientProperty: ValueKind<ClientProperty> = {
  expected: "NAME=VALUE, NAME being one of librdkafka's properties",
  example: "linger.ms=50",
  hide: (text) =>
    PROPERTY_NAME.test(text) ? text : `${/^[a-z][\w.]*/.exec(text)?.[0] ?? ""}${text.includes("=") ? "=" : ""}...`,
  parse(text) {
    const found = /^([a-z][\w.]*)=(.*)$/s.exec(text);
    if (found === null) throw new BadValue("parse", PROPERTY_NAME.test(text) ? `write ${text}=VALUE` : undefined);
    return { name: found[1]!, value: found[2]! };
  },
};

/** A list with commas between; the words are looked up later. */
export const wordList: ValueKind<readonly string[]> = {
  expected: "names with a comma between",
  example: "customers,accounts",
  completes: "entities",
  parse(text) {
    const words = text.split(",").map((word) => word.trim());
    if (words.some((word) => word === "")) throw new BadValue("parse");
    return words;
  },
};

/** Any text but the empty one: a path, a name. */
export function someText(expected: string, example: string): ValueKind<string> {
  return {
    expected,
    example,
    parse(text) {
      if (text.trim() === "") throw new BadValue("use");
      return text;
    },
  };
}

function checkedBroker(broker: string): string {
  const found = /^(?:\[([0-9A-Fa-f:.]+)\]|([\w.-]+)):(\d+)$/.exec(broker);
  if (found === null) throw new BadValue("parse", brokerHint(broker));
  refusePort(found[3]!);
  return broker;
}

function brokerHint(broker: string): string | undefined {
  const place = /^[A-Za-z_]+:\/\/(?:.*@)?([\w.-]+)(:\d+)?$/.exec(broker);
  if (place !== null) return `write ${place[1]}${place[2] ?? ":9092"}`;
  return /^[\w.-]+$/.test(broker) ? `write ${broker}:9092` : undefined;
}

/** @param hasLogin Whether a password may be what makes it unreadable. */
function checkedWebUrl(text: string, hasLogin: boolean): string {
  const port = /^https?:\/\/[^/?#]*:(\d+)(?:[/?#]|$)/i.exec(text)?.[1];
  if (port !== undefined) refusePort(port);
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text)) {
    throw new BadValue("parse", hasLogin ? ESCAPES : /^[\w.-]+:\d+$/.test(text) ? `write http://${text}` : undefined);
  }
  const { pathname, search, hash } = new URL(text);
  if (/@/.test(pathname + search + hash)) throw new BadValue("parse", ESCAPES);
  return text;
}

function refusePort(port: string): void {
  if (Number(port) < 1 || Number(port) > 65535) throw new BadValue("use", "a port is an integer in 1..65535");
}
