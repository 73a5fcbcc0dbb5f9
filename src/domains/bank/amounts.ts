import { AliasTable } from "../../random/alias.ts";
import type { Place } from "../../random/stream.ts";
import type { PriceEnding } from "../../reference/br/prices.ts";

/** Moves amounts to those near them that people choose or shops write. */
export class Endings {
  readonly #endings: readonly PriceEnding[];
  readonly #table: AliasTable;

  constructor(endings: readonly PriceEnding[]) {
    this.#endings = endings;
    this.#table = new AliasTable(endings.map(({ weight }) => weight));
  }

  /** An amount of `min..max` near one, in centavos; the same one where its ending has none in that range. */
  near(place: Place, amount: number, min: number, max: number): number {
    const { step, plus } = this.#endings[this.#table.draw(place)]!;
    const near = Math.floor((amount - plus) / step + 0.5) * step + plus;
    const ended = near > max ? near - step : near < min ? near + step : near;
    return ended >= min && ended <= max ? ended : amount;
  }
}
