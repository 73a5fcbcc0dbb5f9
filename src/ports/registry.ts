/** A Schema Registry, as far as a producer needs one. */
export interface SchemaRegistry {
  /** Where it is, without credentials. */
  readonly url: string;
  /**
   * Looks a schema up, which needs no right to write.
   *
   * @returns Its id where the subject holds it, in whichever version.
   * @throws {RegistryError} If the registry cannot be asked.
   */
  lookup(subject: string, schema: string): Promise<SchemaLookup>;
  /**
   * Asks why a schema may not follow the newest one that a subject has.
   *
   * @param subject For example `shop.orders-value`.
   * @param schema Avro schema as JSON text.
   * @returns The registry's own words in one line, or ours where it has none; undefined where the schema may follow,
   * there is none to follow, or the registry does not let this user ask: then registering tells.
   * @throws {RegistryError} If the registry cannot be asked.
   */
  incompatibility(subject: string, schema: string): Promise<string | undefined>;
  /**
   * Registers a schema under a subject.
   *
   * @returns Its id, an integer from 0, for the prefix of the records.
   * @throws {RegistryError} If it is refused, or the registry cannot be asked.
   */
  register(subject: string, schema: string): Promise<number>;
  /**
   * Tells what the registry is and whether it answers.
   *
   * @returns Names of its subjects.
   * @throws {RegistryError} If it cannot be asked.
   */
  subjects(): Promise<readonly string[]>;
}

/** What a subject holds of a schema that was looked up. */
export type SchemaLookup =
  /** The id of the schema, an integer from 0, for the prefix of the records. */
  | { readonly found: "schema"; readonly id: number }
  /** Other schemas, or no version at all. */
  | { readonly found: "others" | "nothing" };

/** Raised when a Schema Registry refuses something, or cannot be asked. */
export class RegistryError extends Error {
  /** Always `RegistryError`. */
  override name = "RegistryError";
  /** Whether the registry did not answer (or with 5xx), so that it may later. */
  readonly retriable: boolean;
  /** What to do instead, in one line, where more is known than that the registry is to be looked at. */
  readonly hint: string | undefined;

  /**
   * Makes the error.
   *
   * @param message What cannot be done and why, in one line, without credentials.
   */
  constructor(message: string, options: ErrorOptions & { retriable: boolean; hint?: string | undefined }) {
    super(message, options);
    this.retriable = options.retriable;
    this.hint = options.hint;
  }
}
