/** Sector of a listed company. */
export type StockSector =
  | "ENERGY"
  | "FINANCE"
  | "MINING"
  | "RETAIL"
  | "TECHNOLOGY"
  | "HEALTHCARE"
  | "UTILITIES"
  | "TELECOM"
  | "FOOD_BEVERAGE"
  | "REAL_ESTATE"
  | "TRANSPORTATION";

/** B3's listing segment: Novo Mercado, Nível 1, Nível 2, or the traditional one. */
export type StockSegment = "NOVO_MERCADO" | "N1" | "N2" | "TRADICIONAL";

/** A later trading code of the same holding. */
export interface StockSuccessor {
  /** First trading day under the code, `YYYY-MM-DD`. */
  readonly from: string;
  /** Trading code. */
  readonly ticker: string;
  /** Trade name. */
  readonly company: string;
  /** ISIN from that day; absent if it did not change. */
  readonly isin?: string;
}

/** A stock of B3, under the code it had before any of its `successors`. */
export interface StockReference {
  /** B3's trading code. */
  readonly ticker: string;
  /** Trade name, with the class of share where two of one company are listed here. */
  readonly company: string;
  /** Sector of the company's main business. */
  readonly sector: StockSector;
  /** Listing segment of the company under `ticker`. */
  readonly segment: StockSegment;
  /** Lower end of the price range in centavos, included. */
  readonly minCents: number;
  /** Upper end of the price range in centavos, included. */
  readonly maxCents: number;
  /** ISIN under `ticker`. */
  readonly isin: string;
  /** Later codes, by ascending `from`. */
  readonly successors: readonly StockSuccessor[];
}

/**
 * Stocks, in the order in which draws address them: a new one goes last.
 *
 * Sources: B3's list of companies (segments), its daily quotation files and circular letters, and the companies'
 * notices (ISIN, dates of new codes). Read 2026-11; new codes up to mid-2026. AXIA6's and AUAU3's ISINs are composed
 * by B3's rule: issuer code, `ACN`, class of share, check digit.
 *
 * A successor is a new code and nothing more: all 42 go on trading in round lots of 100, without the exchange ratios,
 * the quotation lots (GOLL54, AZUL54, AZUL53), the receipts (JBSS32) or the delisting (GOLL54, 2026-04-01) of reality.
 */
export const stocks: readonly StockReference[] = [
  {
    ticker: "PETR4",
    company: "Petrobras",
    sector: "ENERGY",
    segment: "N2",
    minCents: 2_500,
    maxCents: 4_000,
    isin: "BRPETRACNPR6",
    successors: [],
  },
  {
    ticker: "PETR3",
    company: "Petrobras ON",
    sector: "ENERGY",
    segment: "N2",
    minCents: 2_800,
    maxCents: 4_200,
    isin: "BRPETRACNOR9",
    successors: [],
  },
  {
    ticker: "CSAN3",
    company: "Cosan",
    sector: "ENERGY",
    segment: "NOVO_MERCADO",
    minCents: 1_500,
    maxCents: 2_500,
    isin: "BRCSANACNOR6",
    successors: [],
  },
  {
    ticker: "PRIO3",
    company: "PRIO",
    sector: "ENERGY",
    segment: "NOVO_MERCADO",
    minCents: 4_000,
    maxCents: 5_500,
    isin: "BRPRIOACNOR1",
    successors: [],
  },
  {
    ticker: "UGPA3",
    company: "Ultrapar",
    sector: "ENERGY",
    segment: "NOVO_MERCADO",
    minCents: 2_000,
    maxCents: 3_500,
    isin: "BRUGPAACNOR8",
    successors: [],
  },
  {
    ticker: "ITUB4",
    company: "Itaú Unibanco",
    sector: "FINANCE",
    segment: "N1",
    minCents: 2_500,
    maxCents: 3_500,
    isin: "BRITUBACNPR1",
    successors: [],
  },
  {
    ticker: "BBDC4",
    company: "Bradesco",
    sector: "FINANCE",
    segment: "N1",
    minCents: 1_200,
    maxCents: 1_800,
    isin: "BRBBDCACNPR8",
    successors: [],
  },
  {
    ticker: "BBAS3",
    company: "Banco do Brasil",
    sector: "FINANCE",
    segment: "NOVO_MERCADO",
    minCents: 4_500,
    maxCents: 6_000,
    isin: "BRBBASACNOR3",
    successors: [],
  },
  {
    ticker: "SANB11",
    company: "Santander Brasil",
    sector: "FINANCE",
    segment: "TRADICIONAL",
    minCents: 2_500,
    maxCents: 3_500,
    isin: "BRSANBCDAM13",
    successors: [],
  },
  {
    ticker: "B3SA3",
    company: "B3 S.A.",
    sector: "FINANCE",
    segment: "NOVO_MERCADO",
    minCents: 1_000,
    maxCents: 1_500,
    isin: "BRB3SAACNOR6",
    successors: [],
  },
  {
    ticker: "BBSE3",
    company: "BB Seguridade",
    sector: "FINANCE",
    segment: "NOVO_MERCADO",
    minCents: 3_000,
    maxCents: 4_000,
    isin: "BRBBSEACNOR5",
    successors: [],
  },
  {
    ticker: "VALE3",
    company: "Vale",
    sector: "MINING",
    segment: "NOVO_MERCADO",
    minCents: 6_000,
    maxCents: 8_500,
    isin: "BRVALEACNOR0",
    successors: [],
  },
  {
    ticker: "CMIN3",
    company: "CSN Mineração",
    sector: "MINING",
    segment: "N2",
    minCents: 400,
    maxCents: 800,
    isin: "BRCMINACNOR2",
    successors: [],
  },
  {
    ticker: "CSNA3",
    company: "CSN",
    sector: "MINING",
    segment: "TRADICIONAL",
    minCents: 1_000,
    maxCents: 1_800,
    isin: "BRCSNAACNOR6",
    successors: [],
  },
  {
    ticker: "MGLU3",
    company: "Magazine Luiza",
    sector: "RETAIL",
    segment: "NOVO_MERCADO",
    minCents: 100,
    maxCents: 500,
    isin: "BRMGLUACNOR2",
    successors: [],
  },
  {
    ticker: "LREN3",
    company: "Lojas Renner",
    sector: "RETAIL",
    segment: "NOVO_MERCADO",
    minCents: 1_200,
    maxCents: 2_000,
    isin: "BRLRENACNOR1",
    successors: [],
  },
  {
    ticker: "AMER3",
    company: "Americanas",
    sector: "RETAIL",
    segment: "NOVO_MERCADO",
    minCents: 50,
    maxCents: 200,
    isin: "BRAMERACNOR6",
    successors: [],
  },
  {
    ticker: "VIIA3",
    company: "Via",
    sector: "RETAIL",
    segment: "NOVO_MERCADO",
    minCents: 100,
    maxCents: 400,
    isin: "BRVIIAACNOR7",
    successors: [
      { from: "2023-09-20", ticker: "BHIA3", company: "Casas Bahia", isin: "BRBHIAACNOR1" },
    ],
  },
  {
    ticker: "PETZ3",
    company: "Petz",
    sector: "RETAIL",
    segment: "NOVO_MERCADO",
    minCents: 300,
    maxCents: 800,
    isin: "BRPETZACNOR2",
    successors: [
      { from: "2026-01-05", ticker: "AUAU3", company: "União Pet", isin: "BRAUAUACNOR1" },
    ],
  },
  {
    ticker: "VIVT3",
    company: "Telefônica Vivo",
    sector: "TELECOM",
    segment: "TRADICIONAL",
    minCents: 4_500,
    maxCents: 5_500,
    isin: "BRVIVTACNOR0",
    successors: [],
  },
  {
    ticker: "TIMS3",
    company: "TIM",
    sector: "TELECOM",
    segment: "NOVO_MERCADO",
    minCents: 1_500,
    maxCents: 2_200,
    isin: "BRTIMSACNOR5",
    successors: [],
  },
  {
    ticker: "ABEV3",
    company: "Ambev",
    sector: "FOOD_BEVERAGE",
    segment: "TRADICIONAL",
    minCents: 1_000,
    maxCents: 1_600,
    isin: "BRABEVACNOR1",
    successors: [],
  },
  {
    ticker: "JBSS3",
    company: "JBS",
    sector: "FOOD_BEVERAGE",
    segment: "NOVO_MERCADO",
    minCents: 2_500,
    maxCents: 4_000,
    isin: "BRJBSSACNOR8",
    successors: [
      { from: "2025-06-09", ticker: "JBSS32", company: "JBS N.V.", isin: "BRJBSSBDR002" },
    ],
  },
  {
    ticker: "BRFS3",
    company: "BRF",
    sector: "FOOD_BEVERAGE",
    segment: "NOVO_MERCADO",
    minCents: 1_500,
    maxCents: 2_500,
    isin: "BRBRFSACNOR8",
    successors: [
      { from: "2025-09-23", ticker: "MBRF3", company: "MBRF", isin: "BRMBRFACNOR1" },
    ],
  },
  {
    ticker: "MDIA3",
    company: "M. Dias Branco",
    sector: "FOOD_BEVERAGE",
    segment: "NOVO_MERCADO",
    minCents: 2_500,
    maxCents: 4_000,
    isin: "BRMDIAACNOR7",
    successors: [],
  },
  {
    ticker: "ELET3",
    company: "Eletrobras ON",
    sector: "UTILITIES",
    segment: "N1",
    minCents: 3_500,
    maxCents: 5_000,
    isin: "BRELETACNOR6",
    successors: [
      { from: "2025-11-10", ticker: "AXIA3", company: "Axia Energia ON", isin: "BRAXIAACNOR0" },
    ],
  },
  {
    ticker: "ELET6",
    company: "Eletrobras PNB",
    sector: "UTILITIES",
    segment: "N1",
    minCents: 3_800,
    maxCents: 5_200,
    isin: "BRELETACNPB7",
    successors: [
      { from: "2025-11-10", ticker: "AXIA6", company: "Axia Energia PNB", isin: "BRAXIAACNPB1" },
    ],
  },
  {
    ticker: "EGIE3",
    company: "Engie Brasil",
    sector: "UTILITIES",
    segment: "NOVO_MERCADO",
    minCents: 4_000,
    maxCents: 5_000,
    isin: "BREGIEACNOR9",
    successors: [],
  },
  {
    ticker: "SBSP3",
    company: "Sabesp",
    sector: "UTILITIES",
    segment: "NOVO_MERCADO",
    minCents: 7_000,
    maxCents: 9_500,
    isin: "BRSBSPACNOR5",
    successors: [],
  },
  {
    ticker: "CMIG4",
    company: "Cemig",
    sector: "UTILITIES",
    segment: "N1",
    minCents: 1_000,
    maxCents: 1_500,
    isin: "BRCMIGACNPR3",
    successors: [],
  },
  {
    ticker: "CYRE3",
    company: "Cyrela",
    sector: "REAL_ESTATE",
    segment: "NOVO_MERCADO",
    minCents: 1_800,
    maxCents: 2_800,
    isin: "BRCYREACNOR7",
    successors: [],
  },
  {
    ticker: "MRVE3",
    company: "MRV",
    sector: "REAL_ESTATE",
    segment: "NOVO_MERCADO",
    minCents: 600,
    maxCents: 1_200,
    isin: "BRMRVEACNOR2",
    successors: [],
  },
  {
    ticker: "EZTC3",
    company: "EZTEC",
    sector: "REAL_ESTATE",
    segment: "NOVO_MERCADO",
    minCents: 1_200,
    maxCents: 2_000,
    isin: "BREZTCACNOR0",
    successors: [],
  },
  {
    ticker: "RDOR3",
    company: "Rede D'Or",
    sector: "HEALTHCARE",
    segment: "NOVO_MERCADO",
    minCents: 2_500,
    maxCents: 3_500,
    isin: "BRRDORACNOR8",
    successors: [],
  },
  {
    ticker: "HAPV3",
    company: "Hapvida",
    sector: "HEALTHCARE",
    segment: "NOVO_MERCADO",
    minCents: 300,
    maxCents: 600,
    isin: "BRHAPVACNOR4",
    successors: [],
  },
  {
    ticker: "FLRY3",
    company: "Fleury",
    sector: "HEALTHCARE",
    segment: "NOVO_MERCADO",
    minCents: 1_300,
    maxCents: 2_000,
    isin: "BRFLRYACNOR5",
    successors: [],
  },
  {
    ticker: "TOTS3",
    company: "TOTVS",
    sector: "TECHNOLOGY",
    segment: "NOVO_MERCADO",
    minCents: 2_800,
    maxCents: 3_800,
    isin: "BRTOTSACNOR8",
    successors: [],
  },
  {
    ticker: "LWSA3",
    company: "Locaweb",
    sector: "TECHNOLOGY",
    segment: "NOVO_MERCADO",
    minCents: 400,
    maxCents: 800,
    isin: "BRLWSAACNOR8",
    successors: [],
  },
  {
    ticker: "RAIL3",
    company: "Rumo",
    sector: "TRANSPORTATION",
    segment: "NOVO_MERCADO",
    minCents: 2_000,
    maxCents: 2_800,
    isin: "BRRAILACNOR9",
    successors: [],
  },
  {
    ticker: "CCRO3",
    company: "CCR",
    sector: "TRANSPORTATION",
    segment: "NOVO_MERCADO",
    minCents: 1_100,
    maxCents: 1_600,
    isin: "BRCCROACNOR2",
    successors: [
      { from: "2025-05-02", ticker: "MOTV3", company: "Motiva", isin: "BRMOTVACNOR7" },
    ],
  },
  {
    ticker: "AZUL4",
    company: "Azul",
    sector: "TRANSPORTATION",
    segment: "N2",
    minCents: 1_000,
    maxCents: 2_000,
    isin: "BRAZULACNPR4",
    successors: [
      { from: "2025-12-23", ticker: "AZUL54", company: "Azul", isin: "BRAZULA02PR3" },
      { from: "2026-01-13", ticker: "AZUL53", company: "Azul", isin: "BRAZULA01OR8" },
      { from: "2026-04-20", ticker: "AZUL3", company: "Azul", isin: "BRAZULACNOR7" },
    ],
  },
  {
    ticker: "GOLL4",
    company: "Gol",
    sector: "TRANSPORTATION",
    segment: "N2",
    minCents: 500,
    maxCents: 1_200,
    isin: "BRGOLLACNPR4",
    successors: [
      { from: "2025-06-12", ticker: "GOLL54", company: "Gol", isin: "BRGOLLA01PR5" },
    ],
  },
];
