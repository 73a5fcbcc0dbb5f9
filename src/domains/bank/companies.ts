import { plainCnpj } from "../../random/cnpj.ts";
import { Permutation } from "../../random/permutation.ts";
import { deriveKey } from "../../random/stream.ts";
import { companies as companyList, utilities, type Utility } from "../../reference/br/companies.ts";
import { daysFromCivil } from "../../time/calendar.ts";
import { startOfLocalDay } from "../../time/sao_paulo.ts";
import { PEOPLE } from "./options.ts";

/** A company with its registration: many branches of one name have numbers of their own. */
export interface CompanyIdentity {
  /** Number that stands for it in Pix keys and account numbers, from 10^8 on, where no person is. */
  readonly index: number;
  readonly name: string;
  /** CNPJ, 14 characters; with letters for firms registered from August 2026 on. */
  readonly cnpj: string;
}

/** New firms get an alphanumeric CNPJ from this day on (Receita Federal, IN RFB 2.229/2024). */
const ALPHANUMERIC_FROM = startOfLocalDay(daysFromCivil(2026, 8, 1));

/** Share of shops that are such new firms, once there are any. */
const NEW_FIRM_SHARE = 0.04;

const VARIANTS = 10_000;

/** The social security institute, which pays pensions. */
export const INSS: CompanyIdentity = {
  index: PEOPLE + VARIANTS * companyList.length,
  name: "INSS",
  cnpj: "29979036000140",
};

/** Companies that pay and are paid; each a pure function of seed, list position and variant. */
export class Companies {
  readonly #roots: Permutation;
  readonly #employers = indexesOf("EMPLOYER");
  readonly #billers = indexesOf("BILLER");
  readonly #shops = indexesOf("SHOP");
  readonly #utilitiesOf = new Map<string, Utility[]>();

  constructor(seed: number, version: number) {
    this.#roots = new Permutation(deriveKey(seed, "cnpj", version), 10_000, 10_000);
    for (const utility of utilities) {
      for (const uf of utility.ufs) {
        this.#utilitiesOf.set(uf, [...this.#utilitiesOf.get(uf) ?? [], utility]);
      }
    }
  }

  /** The employer that a word chooses. */
  employer(word: number): CompanyIdentity {
    return this.#identity(this.#employers, word, false);
  }

  /** The shop that a word chooses, of those that exist at an instant. */
  shop(word: number, at: number): CompanyIdentity {
    const isNew = at >= ALPHANUMERIC_FROM && (word >>> 24) < 256 * NEW_FIRM_SHARE;
    return this.#identity(this.#shops, word, isNew);
  }

  /** Name of who sends a monthly bill: a public service of the state, or a biller found anywhere. */
  billerName(word: number, uf: string): string {
    const local = this.#utilitiesOf.get(uf) ?? [];
    const choice = word % (local.length + 4);
    if (choice < local.length) return local[choice]!.name;
    return companyList[this.#billers[(word >>> 8) % this.#billers.length]!]!.name;
  }

  #identity(indexes: readonly number[], word: number, isNew: boolean): CompanyIdentity {
    const list = indexes[word % indexes.length]!;
    const number = list * VARIANTS + (word >>> 8) % VARIANTS;
    const root = this.#roots.permute(number);
    const base = isNew ? `N${(root + 2_000_000_000).toString(36).slice(-6).toUpperCase()}0` : digits(root);
    return { index: PEOPLE + number, name: companyList[list]!.name, cnpj: plainCnpj(`${base}0001`) };
  }
}

function indexesOf(kind: string): number[] {
  return companyList.map((_, index) => index).filter((index) => companyList[index]!.kind === kind);
}

function digits(root: number): string {
  return String(root + 100_000_000).slice(1);
}
