/**
 * Documents: what a domain shows of a record, before anybody lays it out. A terminal, `--json` or a page in a browser
 * write the same document; none of them knows the domain.
 *
 * @module
 */

import type { Entity, Row } from "./entity.ts";

/**
 * What a value is, from which follows how it is written:
 *
 * | kind | value |
 * | --- | --- |
 * | `text`, `id` | string |
 * | `number` | a count or a measure without decimals |
 * | `money` | integer centavos |
 * | `movement` | integer centavos with a sign that is always written: what a balance changes by |
 * | `day` | days since 1970-01-01 |
 * | `instant` | UTC epoch milliseconds |
 */
export type ValueKind = "text" | "id" | "number" | "money" | "movement" | "day" | "instant";

/** A value as its kind says; null where there is none. */
export type Value = string | number | null;

/** A name with what it is and its value. */
export interface Fact {
  /** Name for programs, `snake_case`. */
  readonly name: string;
  /** Name for people. */
  readonly label: string;
  readonly kind: ValueKind;
  readonly value: Value;
}

/** A column of a table. */
export interface Column {
  /** Name for programs, `snake_case`. */
  readonly name: string;
  /** Heading for people. */
  readonly label: string;
  readonly kind: ValueKind;
  /** Whether it may be left out where there is no room for it. */
  readonly isMinor?: boolean;
}

/** A part of a document. */
export type Section = RecordSection | FactsSection | TableSection | TextSection;

/** What every section has. */
interface SectionHead {
  /** Name for programs, `snake_case`; no two sections of a document have the same. */
  readonly name: string;
  /** Heading for people. */
  readonly heading: string;
}

/** A row as it stands in the targets. */
export interface RecordSection extends SectionHead {
  readonly form: "record";
  readonly entity: Entity;
  readonly row: Row;
}

/** A few facts, a line each. */
export interface FactsSection extends SectionHead {
  readonly form: "facts";
  readonly facts: readonly Fact[];
}

/** Many lines of the same columns. */
export interface TableSection extends SectionHead {
  readonly form: "table";
  readonly columns: readonly Column[];
  /** The values of each line, in the order of the columns. */
  readonly lines: readonly (readonly Value[])[];
  /** Position of the line that matters most where not all can be shown; default: the last one. */
  readonly focus?: number;
}

/** Sentences. */
export interface TextSection extends SectionHead {
  readonly form: "text";
  readonly sentences: readonly string[];
}

/** What is shown of a record. */
export interface Document {
  /** What it is, in a line: `Conta corrente 237 / 0947 / 476211-8`. */
  readonly title: string;
  /** What else one wants to know first, in a line. */
  readonly subtitle: string;
  readonly sections: readonly Section[];
}
