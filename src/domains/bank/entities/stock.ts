import { entity, type RowOf } from "../../../model/entity.ts";
import { int, money, oneOf, text, uuid } from "../../../model/field.ts";
import { createdAt, NAMESPACE, updatedAt } from "./common.ts";
import { STOCK_SECTORS, STOCK_SEGMENTS } from "./enums.ts";

/** Shares traded at B3. */
export const stock = entity({
  name: "stocks",
  code: 6,
  title: "Stock",
  namespace: NAMESPACE,
  doc: "A share traded at B3, the Brazilian exchange.",
  role: "master",
  key: "stock_id",
  incremental: true,
  fields: {
    stock_id: uuid({ doc: "Id of the stock; it stays when the ticker changes." }),
    ticker: text(10, { unique: true, doc: "Ticker in use at the manifest's time." }),
    company_name: text(255, { doc: "Company." }),
    sector: oneOf(STOCK_SECTORS, { doc: "Sector of the economy." }),
    segment: oneOf(STOCK_SEGMENTS, { doc: "B3 listing segment." }),
    current_price: money({ min: 1, doc: "Close of the last session before the manifest's time." }),
    currency: text(3, { doc: "Always `BRL`." }),
    isin: text(12, { doc: "ISIN with its check digit." }),
    lot_size: int({ min: 1, doc: "Shares in a round lot; always 100." }),
    created_at: createdAt("When the stock was registered."),
    updated_at: updatedAt("End of the session that gave the price."),
  },
});

/**
 * What the row type derives from.
 *
 * @internal
 */
type Described = typeof stock;

/** One row of `stocks`. */
export type Stock = RowOf<Described>;
