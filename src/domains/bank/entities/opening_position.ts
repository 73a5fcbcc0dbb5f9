import { entity, type RowOf } from "../../../model/entity.ts";
import { money, nullable, oneOf, uuid } from "../../../model/field.ts";
import { NAMESPACE } from "./common.ts";
import { POSITION_KINDS } from "./enums.ts";

/** The state that the events of the window start from. */
export const openingPosition = entity({
  name: "opening_positions",
  code: 11,
  title: "OpeningPosition",
  namespace: NAMESPACE,
  doc:
    "What the events before the window left: with it, balances, holdings and open card amounts can be recomputed. Only positions other than zero are written.",
  role: "state",
  incremental: false,
  fields: {
    owner_id: uuid({ doc: "Account (BALANCE, HOLDING) or credit card (CARD_CARRIED)." }),
    kind: oneOf(POSITION_KINDS, {
      doc:
        "BALANCE: balance at the window's start, with the proceeds of earlier SELLs that settle in the window. HOLDING: shares at the window's start. CARD_CARRIED: what purchases before the window still leave open at the manifest's time.",
    }),
    stock_id: nullable(uuid({ references: "stocks", doc: "Stock of a HOLDING, else null." })),
    value: money({ min: 0, doc: "Reais, or shares for HOLDING." }),
  },
  unique: [["owner_id", "kind", "stock_id"]],
});

/**
 * What the row type derives from.
 *
 * @internal
 */
type Described = typeof openingPosition;

/** One row of `opening_positions`. */
export type OpeningPosition = RowOf<Described>;
