/** A Schema Registry, as far as a producer needs one. */
export interface SchemaRegistry {
  /** Where it is, without credentials. */
  readonly url: string;
  /**
   * Asks why a schema may not follow the newest one that a subject has.
   *
   * @param subject For example `banking.transactions-value`.
   * @param schema Avro schema as JSON text.
   * @returns The registry's own words in one line, or ours where it has none; undefined where the schema may follow, or
   * there is none to follow.
   * @throws {RegistryError} If the registry cannot be asked.
   */
  incompatibility(subject: string, schema: string): Promise<string | undefined>;
  /**
   * Asks whether a subject has any version.
   *
   * @throws {RegistryError} If the registry cannot be asked.
   */
  holds(subject: string): Promise<boolean>;
  /**
   * Registers a schema under a subject, or finds it there.
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

/** Raised when a Schema Registry refuses something, or cannot be asked. */
export class RegistryError extends Error {
  /** Always `RegistryError`. */
  override name = "RegistryError";
  /** Whether the registry did not answer (or with 5xx), so that it may later. */
  readonly retriable: boolean;

  /**
   * Makes the error.
   *
   * @param message What cannot be done and why, in one line, without credentials.
   */
  constructor(message: string, options: ErrorOptions & { retriable: boolean }) {
    super(message, options);
    this.retriable = options.retriable;
  }
}
