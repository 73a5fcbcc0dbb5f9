import type { PurchaseRhythm } from "./rhythm.ts";

/** A merchant category code with what is needed to name its merchants and price its purchases. */
export interface MerchantCategory {
  /** Merchant category code of ISO 18245, four digits. */
  readonly mcc: string;
  /** Label carried by every card transaction. */
  readonly category: string;
  /** Smallest purchase in centavos, included. */
  readonly minCents: number;
  /** Largest purchase in centavos, included. */
  readonly maxCents: number;
  /** Share of purchases, per mille; the weights of {@linkcode merchantCategories} add up to 1000. */
  readonly weight: number;
  /** On which days people buy there. */
  readonly rhythm: PurchaseRhythm;
  /** First words of a merchant's name, equally likely; a surname follows. */
  readonly prefixes: readonly string[];
}

/**
 * Merchant categories, in the order of the specification, not sorted.
 *
 * Source: the banking specification, codes of ISO 18245, read 2026-11-21. It gives shares to eight categories, here
 * scaled to 920 per mille; 5651, 5732, 5942 and 7832 share the other 80.
 */
export const merchantCategories: readonly MerchantCategory[] = [
  {
    mcc: "5411",
    category: "Supermercados",
    minCents: 5000,
    maxCents: 80_000,
    weight: 230,
    rhythm: "everyday",
    prefixes: ["Supermercado", "Mercado", "Hipermercado"],
  },
  {
    mcc: "5541",
    category: "Postos de Combustível",
    minCents: 10_000,
    maxCents: 40_000,
    weight: 138,
    rhythm: "everyday",
    prefixes: ["Posto", "Auto Posto", "Rede"],
  },
  {
    mcc: "5812",
    category: "Restaurantes",
    minCents: 3000,
    maxCents: 30_000,
    weight: 184,
    rhythm: "leisure",
    prefixes: ["Restaurante", "Cantina", "Bistrô"],
  },
  {
    mcc: "5814",
    category: "Fast Food",
    minCents: 2000,
    maxCents: 10_000,
    weight: 92,
    rhythm: "leisure",
    prefixes: ["Lanchonete", "Fast", "Express"],
  },
  {
    mcc: "5912",
    category: "Farmácias",
    minCents: 2000,
    maxCents: 50_000,
    weight: 92,
    rhythm: "everyday",
    prefixes: ["Farmácia", "Drogaria"],
  },
  {
    mcc: "5311",
    category: "Lojas de Departamento",
    minCents: 5000,
    maxCents: 200_000,
    weight: 92,
    rhythm: "shopping",
    prefixes: ["Lojas", "Magazine"],
  },
  {
    mcc: "5651",
    category: "Vestuário",
    minCents: 5000,
    maxCents: 100_000,
    weight: 40,
    rhythm: "shopping",
    prefixes: ["Moda", "Vestuário", "Roupas"],
  },
  {
    mcc: "5732",
    category: "Eletrônicos",
    minCents: 10_000,
    maxCents: 500_000,
    weight: 20,
    rhythm: "shopping",
    prefixes: ["Tech", "Eletrônicos", "Digital"],
  },
  {
    mcc: "5942",
    category: "Livrarias",
    minCents: 3000,
    maxCents: 30_000,
    weight: 10,
    rhythm: "shopping",
    prefixes: ["Loja"],
  },
  {
    mcc: "7832",
    category: "Cinema",
    minCents: 2000,
    maxCents: 10_000,
    weight: 10,
    rhythm: "leisure",
    prefixes: ["Loja"],
  },
  {
    mcc: "4121",
    category: "Taxi/Uber",
    minCents: 1500,
    maxCents: 15_000,
    weight: 46,
    rhythm: "leisure",
    prefixes: ["Loja"],
  },
  {
    mcc: "5999",
    category: "Diversos",
    minCents: 2000,
    maxCents: 50_000,
    weight: 46,
    rhythm: "shopping",
    prefixes: ["Loja"],
  },
];
