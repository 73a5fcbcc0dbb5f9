import { AliasTable } from "../../random/alias.ts";
import { formatCpf, plainCpf } from "../../random/cpf.ts";
import { Permutation } from "../../random/permutation.ts";
import { TruncatedQuantile } from "../../random/quantile.ts";
import { deriveKey, type Place, Stream } from "../../random/stream.ts";
import { lognormal50, lognormal75 } from "../../random/tables/lognormal.ts";
import { normal } from "../../random/tables/normal.ts";
import { chance, pick, uniformInt } from "../../random/uniform.ts";
import { emailDomains } from "../../reference/br/email_domains.ts";
import { firstNames } from "../../reference/br/first_names.ts";
import { municipalities, type Municipality } from "../../reference/br/municipalities.ts";
import { states } from "../../reference/br/states.ts";
import { streetNames, streetTypes } from "../../reference/br/streets.ts";
import { surnames } from "../../reference/br/surnames.ts";
import { HOUR_MS } from "../../time/calendar.ts";
import { instantAt } from "../../time/sao_paulo.ts";
import { EMPLOYMENT_STATUSES } from "./entities/enums.ts";
import { firstJoiningDay, lastJoiningDay } from "./epoch.ts";
import { GROUP } from "./groups.ts";
import { PEOPLE } from "./options.ts";

/** A name and the plain letters that e-mail addresses are made of. */
export interface Name {
  /** Given name and two surnames. */
  readonly full: string;
  /** Given name without accents or spaces, lower case. */
  readonly first: string;
  /** Last surname, likewise. */
  readonly last: string;
}

/** An address in the columns of the tables. */
export interface Address {
  street: string;
  number: string;
  complement: string;
  neighborhood: string;
  city: string;
  state: string;
  postal_code: string;
  country: string;
}

/** What somebody earns and how. */
export interface Work {
  readonly employment: typeof EMPLOYMENT_STATUSES[number];
  /** Centavos a month. */
  readonly income: number;
  /** Credit score in `300..850`. */
  readonly score: number;
}

/** Birth decades that `firstNames` tells apart, from the 1940s. */
const FIRST_DECADE = 1940;

/** Shares of EMPLOYED, SELF_EMPLOYED, RETIRED, UNEMPLOYED, per cent. */
const EMPLOYMENT_WEIGHTS = [60, 20, 12, 8];

/** First and last birth year by employment. */
const BIRTH_YEARS: readonly (readonly [number, number])[] = [[1960, 2006], [1958, 2004], [1940, 1966], [1962, 2007]];

/** Net income in centavos by employment: lognormal about a median, cut to the range without piling up at its ends. */
const INCOMES = [
  new TruncatedQuantile(lognormal50, 380_000, 200_000, 3_000_000),
  new TruncatedQuantile(lognormal75, 480_000, 300_000, 5_000_000),
  new TruncatedQuantile(lognormal50, 260_000, 150_000, 1_500_000),
  new TruncatedQuantile(lognormal75, 70_000, 0, 200_000),
];

/** Mean of the credit score by employment, before income counts. */
const SCORE_MEANS = [620, 590, 640, 520];

/** Standard deviation of the credit score. */
const SCORE_DEVIATION = 90;

const CPF_HALF = 10_000;
const PHONE_HALF = 10_000;

/** An index that stands for nobody, so that its CPF can replace the one CPF a state must not give: nine equal digits. */
const NOBODY = PEOPLE - 1;

/**
 * Everybody who can appear: customers and outsiders alike, each a pure function of seed and index. Addresses of one
 * person agree in city, UF, CEP, DDD and CPF; CPFs, phones and e-mails are unique by construction.
 */
export class People {
  readonly #stream: Stream;
  readonly #seed: number;
  readonly #version: number;
  readonly #cpfs: Permutation[];
  readonly #phones = new Map<number, Permutation>();
  readonly #mailboxes: Permutation;
  readonly #cities = new AliasTable(municipalities.map((city) => city.population));
  readonly #fiscalDigits: number[];
  readonly #employment = new AliasTable(EMPLOYMENT_WEIGHTS);
  readonly #givenNames: { table: AliasTable; at: number[] }[] = [];
  readonly #scores: (TruncatedQuantile | undefined)[] = [];
  readonly #surnames = new AliasTable(surnames.map((surname) => surname.weight));
  readonly #streetTypes = new AliasTable(streetTypes.map((type) => type.weight));
  readonly #firstWords = firstNames.map((entry) => plainWord(entry.name));
  readonly #lastWords = surnames.map((entry) => plainWord(entry.name));

  constructor(seed: number, version: number) {
    this.#seed = seed;
    this.#version = version;
    this.#stream = new Stream(deriveKey(seed, "people", version));
    this.#cpfs = Array.from(
      { length: 10 },
      (_, digit) => new Permutation(deriveKey(seed, `cpf ${digit}`, version), CPF_HALF, CPF_HALF),
    );
    this.#mailboxes = new Permutation(deriveKey(seed, "mailbox", version), CPF_HALF, CPF_HALF);
    const digitByState = new Map(states.map((state) => [state.uf, state.fiscalDigit]));
    this.#fiscalDigits = municipalities.map((city) => digitByState.get(city.uf)!);
    const decades = firstNames[0]!.decades.length;
    for (const sex of ["F", "M"]) {
      for (let decade = 0; decade < decades; decade++) {
        const at = firstNames.map((_, index) => index).filter((index) =>
          firstNames[index]!.sex === sex && firstNames[index]!.decades[decade]! > 0
        );
        this.#givenNames.push({ at, table: new AliasTable(at.map((index) => firstNames[index]!.decades[decade]!)) });
      }
    }
  }

  /** Position in `municipalities` of the city where a person lives. */
  cityIndex(person: number): number {
    return this.#cities.draw(this.#stream.at(GROUP.place, person));
  }

  /** The city where a person lives. */
  city(person: number): Municipality {
    return municipalities[this.cityIndex(person)]!;
  }

  /** A person's home. */
  home(person: number): Address {
    const place = this.#stream.at(GROUP.place, person);
    const city = municipalities[this.#cities.draw(place)]!;
    return this.#address(place, city);
  }

  /** An address in a given city, drawn from (group, person, ordinal). */
  addressIn(city: Municipality, group: number, person: number, ordinal: number): Address {
    return this.#address(this.#stream.at(group, person, ordinal), city);
  }

  #address(place: Place, city: Municipality): Address {
    const type = streetTypes[this.#streetTypes.draw(place)]!.name;
    const cep = uniformInt(place, city.cepFrom, city.cepTo);
    const range = uniformInt(place, 1, 3); // low numbers are more frequent: most streets are short
    const number = uniformInt(place, 1, range === 3 ? 2999 : 499);
    const flat = chance(place, 0.25) ? `Apto ${uniformInt(place, 1, 500)}` : "";
    return {
      street: `${type} ${pick(place, streetNames)}`,
      number: String(number),
      complement: flat,
      neighborhood: pick(place, city.neighborhoods),
      city: city.name,
      state: city.uf,
      postal_code: cepText(cep),
      country: "BR",
    };
  }

  /** Employment, income and credit score. */
  work(person: number): Work {
    const place = this.#stream.at(GROUP.work, person);
    const status = this.#employment.draw(place);
    const income = INCOMES[status]!.draw(place);
    const bonus = Math.min(70, Math.floor(income / 20_000));
    const mean = SCORE_MEANS[status]! + bonus;
    const score = mean + this.#scoreAbout(mean).draw(place);
    return { employment: EMPLOYMENT_STATUSES[status]!, income, score };
  }

  /** Distance of a score from its mean, such that the score stays in `300..850`. */
  #scoreAbout(mean: number): TruncatedQuantile {
    return this.#scores[mean] ??= new TruncatedQuantile(normal, SCORE_DEVIATION, 300 - mean, 850 - mean);
  }

  /** A person's name, of the popularity that given names had in the person's birth decade. */
  name(person: number): Name {
    const status = this.#employment.draw(this.#stream.at(GROUP.work, person));
    const place = this.#stream.at(GROUP.name, person);
    const [from, to] = BIRTH_YEARS[status]!;
    const decades = this.#givenNames.length / 2;
    const decade = Math.min(decades - 1, Math.floor((uniformInt(place, from, to) - FIRST_DECADE) / 10));
    const names = this.#givenNames[(chance(place, 0.51) ? 0 : decades) + decade]!;
    const given = names.at[names.table.draw(place)]!;
    const middle = this.#surnames.draw(place);
    let last = this.#surnames.draw(place);
    while (last === middle) last = this.#surnames.draw(place);
    return {
      full: `${firstNames[given]!.name} ${surnames[middle]!.name} ${surnames[last]!.name}`,
      first: this.#firstWords[given]!,
      last: this.#lastWords[last]!,
    };
  }

  /** When a person joined, between opening and closing hours of a day in the five years before the epoch. */
  joinedAt(person: number, epoch: number): number {
    const place = this.#stream.at(GROUP.joined, person);
    const day = uniformInt(place, firstJoiningDay(epoch), lastJoiningDay(epoch));
    return instantAt(day, uniformInt(place, 8 * HOUR_MS, 20 * HOUR_MS));
  }

  /** The nine digits of a person's CPF before the check digits, as a number. */
  cpfBase(person: number): number {
    const digit = this.#fiscalDigits[this.cityIndex(person)]!;
    const permutation = this.#cpfs[digit]!;
    let base = permutation.permute(person) * 10 + digit;
    // 111.111.111-11 and its like have right check digits, yet are no CPFs.
    if (base === digit * 111_111_111) base = permutation.permute(NOBODY) * 10 + digit;
    return base;
  }

  /** The person who has a CPF if somebody in that state does: the inverse of {@linkcode cpfBase}. */
  personOfCpf(base: number): number {
    const digit = base % 10;
    const permutation = this.#cpfs[digit]!;
    const person = permutation.invert((base - digit) / 10);
    return person === NOBODY ? permutation.invert((digit * 111_111_111 - digit) / 10) : person;
  }

  /** CPF `NNN.NNN.NNN-NN`. */
  cpf(person: number): string {
    return formatCpf(this.cpfBase(person));
  }

  /** CPF as eleven digits, the form of a Pix key. */
  plainCpf(person: number): string {
    return plainCpf(this.cpfBase(person));
  }

  /** Area code and eight digits after the 9 of a person's mobile phone. */
  #phone(person: number): { ddd: number; digits: string } {
    const ddd = this.city(person).ddd;
    let permutation = this.#phones.get(ddd);
    if (permutation === undefined) {
      permutation = new Permutation(deriveKey(this.#seed, `phone ${ddd}`, this.#version), PHONE_HALF, PHONE_HALF);
      this.#phones.set(ddd, permutation);
    }
    return { ddd, digits: String(permutation.permute(person) + 100_000_000).slice(1) };
  }

  /** Mobile phone `+55 DD 9NNNN-NNNN`. */
  phone(person: number): string {
    const { ddd, digits } = this.#phone(person);
    return `+55 ${ddd} 9${digits.slice(0, 4)}-${digits.slice(4)}`;
  }

  /** Mobile phone `+55DD9NNNNNNNN`, the form of a Pix key. */
  plainPhone(person: number): string {
    const { ddd, digits } = this.#phone(person);
    return `+55${ddd}9${digits}`;
  }

  /**
   * E-mail address made from the name. The digits before the at sign and the domain together are a permutation of the
   * index, which makes the address unique whatever the name.
   */
  email(person: number, name: Name): string {
    const mailbox = this.#mailboxes.permute(person);
    const digits = Math.floor(mailbox / emailDomains.length);
    const domain = emailDomains[mailbox % emailDomains.length]!;
    const style = uniformInt(this.#stream.at(GROUP.contact, person), 0, 3);
    const user = style === 0
      ? `${name.first}.${name.last}`
      : style === 1
      ? `${name.first}${name.last}`
      : style === 2
      ? `${name.last}.${name.first}`
      : `${name.first[0]}${name.last}`;
    return `${user}${digits}@${domain}`;
  }
}

/** CEP `NNNNN-NNN` from its number. */
function cepText(cep: number): string {
  const digits = String(cep + 100_000_000);
  return `${digits.slice(1, 6)}-${digits.slice(6)}`;
}

/** Letters of a name without accents, spaces or apostrophes, lower case. */
function plainWord(name: string): string {
  return name.normalize("NFD").replace(/[^A-Za-z]/g, "").toLowerCase();
}
