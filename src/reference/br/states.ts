/**
 * The 26 states of Brazil and the Distrito Federal, sorted by abbreviation.
 *
 * Sources, read 2026-11-21: IBGE (names and capitals), Receita Federal (fiscal region of the CPF), Anatel (area codes),
 * Correios (CEP ranges). Area code 61 serves the Distrito Federal and the municipalities of Goiás around it.
 */
export interface State {
  /** Abbreviation, two letters. */
  readonly uf: string;
  /** Official name, with accents. */
  readonly name: string;
  /** Name of the capital, as in the table of municipalities. */
  readonly capital: string;
  /** Ninth digit of a CPF issued in the state: its fiscal region, 0 to 9. */
  readonly fiscalDigit: number;
  /** Area codes, ascending. */
  readonly ddds: readonly number[];
  /** First and last CEP prefix (five digits, as an integer) of each range, both included, ascending. */
  readonly cepRanges: readonly (readonly [from: number, to: number])[];
}

export const states: readonly State[] = [
  {
    uf: "AC",
    name: "Acre",
    capital: "Rio Branco",
    fiscalDigit: 2,
    ddds: [68],
    cepRanges: [[69900, 69999]],
  },
  {
    uf: "AL",
    name: "Alagoas",
    capital: "Maceió",
    fiscalDigit: 4,
    ddds: [82],
    cepRanges: [[57000, 57999]],
  },
  {
    uf: "AM",
    name: "Amazonas",
    capital: "Manaus",
    fiscalDigit: 2,
    ddds: [92, 97],
    cepRanges: [[69000, 69299], [69400, 69899]],
  },
  {
    uf: "AP",
    name: "Amapá",
    capital: "Macapá",
    fiscalDigit: 2,
    ddds: [96],
    cepRanges: [[68900, 68999]],
  },
  {
    uf: "BA",
    name: "Bahia",
    capital: "Salvador",
    fiscalDigit: 5,
    ddds: [71, 73, 74, 75, 77],
    cepRanges: [[40000, 48999]],
  },
  {
    uf: "CE",
    name: "Ceará",
    capital: "Fortaleza",
    fiscalDigit: 3,
    ddds: [85, 88],
    cepRanges: [[60000, 63999]],
  },
  {
    uf: "DF",
    name: "Distrito Federal",
    capital: "Brasília",
    fiscalDigit: 1,
    ddds: [61],
    cepRanges: [[70000, 72799], [73000, 73699]],
  },
  {
    uf: "ES",
    name: "Espírito Santo",
    capital: "Vitória",
    fiscalDigit: 7,
    ddds: [27, 28],
    cepRanges: [[29000, 29999]],
  },
  {
    uf: "GO",
    name: "Goiás",
    capital: "Goiânia",
    fiscalDigit: 1,
    ddds: [61, 62, 64],
    cepRanges: [[72800, 72999], [73700, 76799]],
  },
  {
    uf: "MA",
    name: "Maranhão",
    capital: "São Luís",
    fiscalDigit: 3,
    ddds: [98, 99],
    cepRanges: [[65000, 65999]],
  },
  {
    uf: "MG",
    name: "Minas Gerais",
    capital: "Belo Horizonte",
    fiscalDigit: 6,
    ddds: [31, 32, 33, 34, 35, 37, 38],
    cepRanges: [[30000, 39999]],
  },
  {
    uf: "MS",
    name: "Mato Grosso do Sul",
    capital: "Campo Grande",
    fiscalDigit: 1,
    ddds: [67],
    cepRanges: [[79000, 79999]],
  },
  {
    uf: "MT",
    name: "Mato Grosso",
    capital: "Cuiabá",
    fiscalDigit: 1,
    ddds: [65, 66],
    cepRanges: [[78000, 78899]],
  },
  {
    uf: "PA",
    name: "Pará",
    capital: "Belém",
    fiscalDigit: 2,
    ddds: [91, 93, 94],
    cepRanges: [[66000, 68899]],
  },
  {
    uf: "PB",
    name: "Paraíba",
    capital: "João Pessoa",
    fiscalDigit: 4,
    ddds: [83],
    cepRanges: [[58000, 58999]],
  },
  {
    uf: "PE",
    name: "Pernambuco",
    capital: "Recife",
    fiscalDigit: 4,
    ddds: [81, 87],
    cepRanges: [[50000, 56999]],
  },
  {
    uf: "PI",
    name: "Piauí",
    capital: "Teresina",
    fiscalDigit: 3,
    ddds: [86, 89],
    cepRanges: [[64000, 64999]],
  },
  {
    uf: "PR",
    name: "Paraná",
    capital: "Curitiba",
    fiscalDigit: 9,
    ddds: [41, 42, 43, 44, 45, 46],
    cepRanges: [[80000, 87999]],
  },
  {
    uf: "RJ",
    name: "Rio de Janeiro",
    capital: "Rio de Janeiro",
    fiscalDigit: 7,
    ddds: [21, 22, 24],
    cepRanges: [[20000, 28999]],
  },
  {
    uf: "RN",
    name: "Rio Grande do Norte",
    capital: "Natal",
    fiscalDigit: 4,
    ddds: [84],
    cepRanges: [[59000, 59999]],
  },
  {
    uf: "RO",
    name: "Rondônia",
    capital: "Porto Velho",
    fiscalDigit: 2,
    ddds: [69],
    cepRanges: [[76800, 76999]],
  },
  {
    uf: "RR",
    name: "Roraima",
    capital: "Boa Vista",
    fiscalDigit: 2,
    ddds: [95],
    cepRanges: [[69300, 69399]],
  },
  {
    uf: "RS",
    name: "Rio Grande do Sul",
    capital: "Porto Alegre",
    fiscalDigit: 0,
    ddds: [51, 53, 54, 55],
    cepRanges: [[90000, 99999]],
  },
  {
    uf: "SC",
    name: "Santa Catarina",
    capital: "Florianópolis",
    fiscalDigit: 9,
    ddds: [47, 48, 49],
    cepRanges: [[88000, 89999]],
  },
  {
    uf: "SE",
    name: "Sergipe",
    capital: "Aracaju",
    fiscalDigit: 5,
    ddds: [79],
    cepRanges: [[49000, 49999]],
  },
  {
    uf: "SP",
    name: "São Paulo",
    capital: "São Paulo",
    fiscalDigit: 8,
    ddds: [11, 12, 13, 14, 15, 16, 17, 18, 19],
    cepRanges: [[1000, 19999]],
  },
  {
    uf: "TO",
    name: "Tocantins",
    capital: "Palmas",
    fiscalDigit: 1,
    ddds: [63],
    cepRanges: [[77000, 77999]],
  },
];
