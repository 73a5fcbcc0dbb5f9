import { AliasTable } from "../../random/alias.ts";
import { deriveKey, type Place, Stream } from "../../random/stream.ts";
import { chance, uniformInt } from "../../random/uniform.ts";
import { merchantCategories, type MerchantCategory } from "../../reference/br/merchants.ts";
import { municipalities } from "../../reference/br/municipalities.ts";
import { surnames } from "../../reference/br/surnames.ts";
import { firstDayOfMonth, HOUR_MS, monthIndexOf } from "../../time/calendar.ts";
import { localDay } from "../../time/sao_paulo.ts";
import { GROUP } from "./groups.ts";

/** Where something is bought. */
export interface Shop {
  readonly name: string;
  /** Name of its city. */
  readonly city: string;
}

/** A journey: days since 1970, both in the other city. */
interface Trip {
  readonly first: number;
  readonly last: number;
}

/** Fewest shops of a category in a city. */
const LEAST_SHOPS = 3;

/** Of purchases at shops, how many go to one of the customer's own; each of these has so much of the one before. */
const FAVOURITE_SHARE = 0.92;
const NEXT_FAVOURITE = 0.45;

/** Two journeys may begin in a month, each within these days, so that they end and people are back before the next. */
const TRIP_STARTS: readonly (readonly [from: number, to: number])[] = [[2, 8], [16, 22]];
const TRIP_SHARE = 0.22;
const TRIP_DAYS = [1, 2, 3, 4, 5, 6];
const TRIP_WEIGHTS = [20, 30, 22, 13, 9, 6];
/** Of journeys, how many stay in the state of home. */
const OWN_STATE_SHARE = 0.75;

/** Before this hour of the first day people are at home, after it on the day of return; until then they travel. */
const LEAVES_MS = 5 * HOUR_MS;
/** Whoever would buy in the hours of travel buys so much later: at 900 km/h the whole country lies between. */
const TRAVEL_MS = 5 * HOUR_MS;
const TRAVEL_FROM_MS = LEAVES_MS;
const TRAVEL_TO_MS = LEAVES_MS + 4 * HOUR_MS;

/** Shops of the whole country, and to which of them customers go, as functions of (city, category) and of customers. */
export class Shops {
  readonly #stream: Stream;
  readonly #days = new AliasTable(TRIP_WEIGHTS);
  readonly #cities = new AliasTable(municipalities.map(({ population }) => population));
  readonly #brands = merchantCategories.map(({ brands }) =>
    brands && new AliasTable(brands.map(({ weight }) => weight))
  );
  /** By state, the cities and how they are drawn. */
  readonly #inState = new Map<string, { readonly at: readonly number[]; readonly table: AliasTable }>();
  /** Where the names of a category's shops in a city begin, by city and category. */
  readonly #offsets = new Map<number, number>();
  /** The customer and month whose journeys are known. */
  #customer = -1;
  #month = -1;
  #trips: (Trip | undefined)[] = [];

  constructor(seed: number, version: number) {
    this.#stream = new Stream(deriveKey(seed, "shops", version));
  }

  /** Moves a time of day out of the hours in which a customer is on a journey's way. */
  awake(customer: number, day: number, timeMs: number): number {
    if (timeMs < TRAVEL_FROM_MS || timeMs >= TRAVEL_TO_MS) return timeMs;
    const travels = this.#tripsOf(customer, monthIndexOf(day)).some((trip) => trip?.first === day) ||
      this.#tripsOf(customer, monthIndexOf(day - 1)).some((trip) => trip?.last === day - 1);
    return travels ? timeMs + TRAVEL_MS : timeMs;
  }

  /**
   * Where a customer buys.
   *
   * @param home Position of the customer's city in `municipalities`.
   * @param category Position in `merchantCategories`.
   * @param at UTC milliseconds.
   * @param place What the purchase draws from.
   */
  visited(customer: number, home: number, category: number, at: number, place: Place): Shop {
    const described = merchantCategories[category]!;
    const city = this.#cityAt(customer, home, at);
    if (described.brands !== undefined && chance(place, described.brandShare!)) {
      const brand = described.brands[this.#brands[category]!.draw(place)]!;
      return { name: brand.name, city: brand.city ?? municipalities[city]!.name };
    }
    const count = shopsIn(city, described);
    const shop = chance(place, FAVOURITE_SHARE)
      ? this.#favourite(customer, city, category, count, place)
      : uniformInt(place, 0, count - 1);
    return { name: this.#nameOf(city, category, shop), city: municipalities[city]!.name };
  }

  /** One of the shops to which the customer goes again and again; earlier ones more often. */
  #favourite(customer: number, city: number, category: number, count: number, place: Place): number {
    const { favourites } = merchantCategories[category]!;
    let rank = 0;
    while (rank < favourites - 1 && chance(place, NEXT_FAVOURITE)) rank++;
    const own = this.#stream.at(GROUP.favouriteShop, customer, ((city << 4) | category) << 3 | rank);
    return uniformInt(own, 0, count - 1);
  }

  /** The name of a shop: no two of a category in a city have the same. */
  #nameOf(city: number, category: number, shop: number): string {
    const { prefixes } = merchantCategories[category]!;
    const key = (city << 4) | category;
    let offset = this.#offsets.get(key);
    if (offset === undefined) {
      offset = uniformInt(this.#stream.at(GROUP.shop, city, category), 0, prefixes.length * surnames.length - 1);
      this.#offsets.set(key, offset);
    }
    const name = (offset + shop) % (prefixes.length * surnames.length);
    return `${prefixes[name % prefixes.length]!} ${surnames[Math.floor(name / prefixes.length)]!.name}`;
  }

  /** Position of the city where a customer is: at home, or on a journey. */
  #cityAt(customer: number, home: number, at: number): number {
    const day = localDay(at - LEAVES_MS);
    const trips = this.#tripsOf(customer, monthIndexOf(day));
    for (let slot = 0; slot < trips.length; slot++) {
      const trip = trips[slot];
      if (trip !== undefined && day >= trip.first && day <= trip.last) {
        return this.#destination(customer, home, monthIndexOf(day), slot);
      }
    }
    return home;
  }

  #tripsOf(customer: number, month: number): readonly (Trip | undefined)[] {
    if (customer === this.#customer && month === this.#month) return this.#trips;
    this.#customer = customer;
    this.#month = month;
    this.#trips = TRIP_STARTS.map(([from, to], slot) => {
      const place = this.#stream.at(GROUP.trip, customer, month * 2 + slot);
      if (!chance(place, TRIP_SHARE)) return undefined;
      const first = firstDayOfMonth(month) + uniformInt(place, from, to) - 1;
      return { first, last: first + TRIP_DAYS[this.#days.draw(place)]! - 1 };
    });
    return this.#trips;
  }

  #destination(customer: number, home: number, month: number, slot: number): number {
    const place = this.#stream.at(GROUP.tripTo, customer, month * 2 + slot);
    const { uf } = municipalities[home]!;
    const { at, table } = this.#citiesOf(uf);
    if (at.length > 1 && chance(place, OWN_STATE_SHARE)) {
      for (;;) {
        const city = at[table.draw(place)]!;
        if (city !== home) return city;
      }
    }
    for (;;) {
      const city = this.#cities.draw(place);
      if (city !== home) return city;
    }
  }

  #citiesOf(uf: string): { readonly at: readonly number[]; readonly table: AliasTable } {
    const known = this.#inState.get(uf);
    if (known !== undefined) return known;
    const at = municipalities.map((_, index) => index).filter((index) => municipalities[index]!.uf === uf);
    const made = { at, table: new AliasTable(at.map((index) => municipalities[index]!.population)) };
    this.#inState.set(uf, made);
    return made;
  }
}

/** How many shops of a category a city has. */
function shopsIn(city: number, { inhabitants, prefixes }: MerchantCategory): number {
  const wanted = Math.floor(municipalities[city]!.population / inhabitants);
  return Math.min(Math.max(LEAST_SHOPS, wanted), prefixes.length * surnames.length);
}
