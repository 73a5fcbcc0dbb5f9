import type { IdCodec } from "../../random/id.ts";
import { deriveKey, Stream } from "../../random/stream.ts";
import { uniformInt } from "../../random/uniform.ts";
import { stocks as stockList } from "../../reference/br/stocks.ts";
import { HOUR_MS, parseIsoDate } from "../../time/calendar.ts";
import { instantAt, localDay, startOfLocalDay } from "../../time/sao_paulo.ts";
import { SESSION_CLOSE_MS, sessionDay, sessionIndex } from "../../time/sessions.ts";
import { type Stock, stock as stockEntity } from "./entities/stock.ts";
import { firstJoiningDay } from "./epoch.ts";
import { GROUP } from "./groups.ts";
import type { Prices } from "./prices.ts";

interface Listing {
  readonly from: number;
  readonly ticker: string;
  readonly company: string;
  readonly isin: string;
}

/** The stocks of the data set: ids, the codes that they had at any time, and their rows. */
export class StockRegister {
  readonly #ids: readonly string[];
  readonly #listings: readonly Listing[][];
  readonly #stream: Stream;

  constructor(seed: number, version: number, ids: IdCodec) {
    this.#stream = new Stream(deriveKey(seed, "stocks", version));
    this.#ids = stockList.map((_, stock) => ids.encode(stockEntity.code, 0, stock));
    this.#listings = stockList.map((reference) => {
      const listings: Listing[] = [{ ...reference, from: -Infinity }];
      for (const successor of reference.successors) {
        const from = startOfLocalDay(parseIsoDate(successor.from));
        const { ticker, company } = successor;
        listings.push({ from, ticker, company, isin: successor.isin ?? listings.at(-1)!.isin });
      }
      return listings;
    });
  }

  /** Id of a stock. */
  id(stock: number): string {
    return this.#ids[stock]!;
  }

  /** Ticker that a stock has at an instant. */
  ticker(stock: number, at: number): string {
    return this.#listing(stock, at).ticker;
  }

  #listing(stock: number, at: number): Listing {
    const listings = this.#listings[stock]!;
    let number = listings.length - 1;
    while (listings[number]!.from > at) number--;
    return listings[number]!;
  }

  /** The rows of all stocks at an as-of. */
  rows(prices: Prices, epoch: number, asOf: number): Stock[] {
    let session = sessionIndex(localDay(asOf) + 1) - 1;
    while (closingOf(session) >= asOf) session--;
    return stockList.map((reference, stock) => {
      const listing = this.#listing(stock, asOf - 1);
      const listedAt = uniformInt(this.#stream.at(GROUP.stock, stock), 8 * HOUR_MS, 9 * HOUR_MS);
      return {
        stock_id: this.id(stock),
        ticker: listing.ticker,
        company_name: listing.company,
        sector: reference.sector,
        segment: reference.segment,
        current_price: prices.close(stock, session),
        currency: "BRL",
        isin: listing.isin,
        lot_size: 100,
        created_at: instantAt(firstJoiningDay(epoch), listedAt),
        updated_at: closingOf(session),
      };
    });
  }
}

/** When the closing price of a session is known. */
function closingOf(session: number): number {
  return instantAt(sessionDay(session), SESSION_CLOSE_MS);
}
