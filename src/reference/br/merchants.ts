import type { Pricing } from "./prices.ts";
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
  /** How its prices end. */
  readonly pricing: Pricing;
  /** First words of a shop's name, equally likely; a surname follows. */
  readonly prefixes: readonly string[];
  /** Inhabitants for each shop of a city; an estimate. */
  readonly inhabitants: number;
  /** Shops of a city to which a customer goes again and again, the first most; an estimate. */
  readonly favourites: number;
  /** Names under which people buy everywhere in the country, with their weights. */
  readonly brands?: readonly Brand[];
  /** Share of the purchases that go to {@linkcode brands}; an estimate. */
  readonly brandShare?: number;
}

/** A name under which people buy everywhere. */
export interface Brand {
  readonly name: string;
  readonly weight: number;
  /** City of a site, which the purchase has; absent where it is made in the buyer's own, as a ride is. */
  readonly city?: string;
}

/** Sites that sell nearly everything. Source: their own pages (seats); the weights are estimates. */
const SITES: readonly Brand[] = [
  { name: "Mercado Livre", weight: 38, city: "Osasco" },
  { name: "Shopee", weight: 24, city: "São Paulo" },
  { name: "Amazon", weight: 20, city: "São Paulo" },
  { name: "Magazine Luiza", weight: 18, city: "Franca" },
];

/**
 * Merchant categories, in the order of the specification, not sorted.
 *
 * Source: the banking specification, codes of ISO 18245, read 2026-11-21. It gives shares to eight categories, here
 * scaled to 920 per mille; 5651, 5732, 5942 and 7832 share the other 80. It calls all shops of 5942, 7832, 4121 and 5999
 * "Loja"; here their names fit what they sell.
 */
export const merchantCategories: readonly MerchantCategory[] = [
  {
    mcc: "5411",
    category: "Supermercados",
    minCents: 5000,
    maxCents: 80_000,
    weight: 230,
    rhythm: "everyday",
    pricing: "till",
    prefixes: ["Supermercado", "Mercado", "Hipermercado"],
    inhabitants: 3500,
    favourites: 2,
  },
  {
    mcc: "5541",
    category: "Postos de Combustível",
    minCents: 10_000,
    maxCents: 40_000,
    weight: 138,
    rhythm: "everyday",
    pricing: "pump",
    prefixes: ["Posto", "Auto Posto", "Rede"],
    inhabitants: 4500,
    favourites: 2,
  },
  {
    mcc: "5812",
    category: "Restaurantes",
    minCents: 3000,
    maxCents: 30_000,
    weight: 184,
    rhythm: "leisure",
    pricing: "menu",
    prefixes: ["Restaurante", "Cantina", "Bistrô"],
    inhabitants: 1200,
    favourites: 4,
  },
  {
    mcc: "5814",
    category: "Fast Food",
    minCents: 2000,
    maxCents: 10_000,
    weight: 92,
    rhythm: "leisure",
    pricing: "menu",
    prefixes: ["Lanchonete", "Fast", "Express"],
    inhabitants: 2500,
    favourites: 2,
    brands: [{ name: "iFood", weight: 1 }],
    brandShare: 0.3,
  },
  {
    mcc: "5912",
    category: "Farmácias",
    minCents: 2000,
    maxCents: 50_000,
    weight: 92,
    rhythm: "everyday",
    pricing: "till",
    prefixes: ["Farmácia", "Drogaria"],
    inhabitants: 2600,
    favourites: 1,
  },
  {
    mcc: "5311",
    category: "Lojas de Departamento",
    minCents: 5000,
    maxCents: 200_000,
    weight: 92,
    rhythm: "shopping",
    pricing: "shelf",
    prefixes: ["Lojas", "Magazine"],
    inhabitants: 15000,
    favourites: 2,
    brands: SITES,
    brandShare: 0.25,
  },
  {
    mcc: "5651",
    category: "Vestuário",
    minCents: 5000,
    maxCents: 100_000,
    weight: 40,
    rhythm: "shopping",
    pricing: "shelf",
    prefixes: ["Moda", "Vestuário", "Roupas"],
    inhabitants: 3000,
    favourites: 2,
    brands: SITES,
    brandShare: 0.2,
  },
  {
    mcc: "5732",
    category: "Eletrônicos",
    minCents: 10_000,
    maxCents: 500_000,
    weight: 20,
    rhythm: "shopping",
    pricing: "shelf",
    prefixes: ["Tech", "Eletrônicos", "Digital"],
    inhabitants: 12000,
    favourites: 1,
    brands: [...SITES, { name: "KaBuM", weight: 25, city: "Limeira" }],
    brandShare: 0.4,
  },
  {
    mcc: "5942",
    category: "Livrarias",
    minCents: 3000,
    maxCents: 30_000,
    weight: 10,
    rhythm: "shopping",
    pricing: "shelf",
    prefixes: ["Livraria", "Papelaria", "Livraria e Papelaria"],
    inhabitants: 25000,
    favourites: 1,
    brands: [
      { name: "Amazon", weight: 3, city: "São Paulo" },
      { name: "Estante Virtual", weight: 1, city: "Rio de Janeiro" },
    ],
    brandShare: 0.4,
  },
  {
    mcc: "7832",
    category: "Cinema",
    minCents: 2000,
    maxCents: 10_000,
    weight: 10,
    rhythm: "leisure",
    pricing: "menu",
    prefixes: ["Cine", "Cinema"],
    inhabitants: 60000,
    favourites: 1,
  },
  {
    mcc: "4121",
    category: "Taxi/Uber",
    minCents: 1500,
    maxCents: 15_000,
    weight: 46,
    rhythm: "leisure",
    pricing: "till",
    prefixes: ["Táxi", "Rádio Táxi"],
    inhabitants: 20000,
    favourites: 1,
    brands: [{ name: "Uber", weight: 7 }, { name: "99", weight: 3 }],
    brandShare: 0.85,
  },
  {
    mcc: "5999",
    category: "Diversos",
    minCents: 2000,
    maxCents: 50_000,
    weight: 46,
    rhythm: "shopping",
    pricing: "shelf",
    prefixes: ["Loja", "Bazar", "Casa", "Presentes"],
    inhabitants: 2000,
    favourites: 3,
    brands: SITES,
    brandShare: 0.2,
  },
];
