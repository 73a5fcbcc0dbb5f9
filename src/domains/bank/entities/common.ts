import { type Field, instant, nullable, text } from "../../../model/field.ts";

/** Namespace of the bank's records in Avro. */
export const NAMESPACE = "com.financial.banking";

const NEST = { nestedIn: "address" } as const;

/** The eight columns of a Brazilian address, in column order; one object `address` in JSON. */
export const addressFields = {
  street: text(255, { ...NEST, doc: "Street with its type, for example `Rua XV de Novembro`." }),
  number: text(20, { ...NEST, doc: "Number on the street." }),
  complement: text(100, { ...NEST, doc: "Flat or unit; empty when there is none." }),
  neighborhood: text(100, { ...NEST, doc: "Bairro of the city." }),
  city: text(100, { ...NEST, doc: "Municipality." }),
  state: text(2, { ...NEST, doc: "UF, two letters; agrees with city, postal code, phone and CPF." }),
  postal_code: text(9, { ...NEST, doc: "CEP `NNNNN-NNN`, inside the city's range." }),
  country: text(2, { ...NEST, doc: "ISO 3166-1 alpha-2; always `BR`." }),
};

/** `created_at` of an entity, always set. */
export function createdAt(doc: string): Field<number> {
  return instant({ doc });
}

/** `created_at` of an event, always set; its Avro type allows null, as in the original topics. */
export function eventCreatedAt(doc: string): Field<number> {
  return instant({ avro: "optional", doc });
}

/** `updated_at` of an entity; null until the row first changes. */
export function updatedAt(doc: string): Field<number | null> {
  return nullable(instant({ doc }));
}
