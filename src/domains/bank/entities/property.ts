import { entity, type RowOf } from "../../../model/entity.ts";
import { decimal, money, oneOf, text, uuid } from "../../../model/field.ts";
import { addressFields, createdAt, NAMESPACE, updatedAt } from "./common.ts";
import { PROPERTY_TYPES } from "./enums.ts";

/** Real estate behind housing loans. */
export const property = entity({
  name: "properties",
  code: 5,
  title: "Property",
  namespace: NAMESPACE,
  doc: "Real estate that a housing loan finances.",
  role: "master",
  key: "property_id",
  incremental: true,
  fields: {
    property_id: uuid({ doc: "Id of the property." }),
    property_type: oneOf(PROPERTY_TYPES, { doc: "Kind of real estate." }),
    ...addressFields,
    appraised_value: money({ min: 1, doc: "Value by the bank's appraisal; the loan is at most 80 % of it." }),
    area_sqm: decimal(10, 2, { min: 1, doc: "Area in square metres." }),
    registration_number: text(50, { doc: "Land registry number `MAT-NNNNNN-UF`." }),
    created_at: createdAt("When the property was registered at the bank."),
    updated_at: updatedAt("When the row last changed."),
  },
});

/**
 * What the row type derives from.
 *
 * @internal
 */
type Described = typeof property;

/** One row of `properties`. */
export type Property = RowOf<Described>;
