/** Values of the bank's enumerated fields, in their declared order. */

export const EMPLOYMENT_STATUSES = ["EMPLOYED", "SELF_EMPLOYED", "RETIRED", "UNEMPLOYED"] as const;
export const ACCOUNT_TYPES = ["CONTA_CORRENTE", "POUPANCA", "INVESTIMENTOS"] as const;
export const ACCOUNT_STATUSES = ["ACTIVE", "BLOCKED", "CLOSED"] as const;
export const TRANSACTION_TYPES = ["PIX", "TED", "DOC", "WITHDRAW", "DEPOSIT", "BOLETO"] as const;
export const DIRECTIONS = ["CREDIT", "DEBIT"] as const;
export const TRANSACTION_STATUSES = ["PENDING", "COMPLETED", "FAILED"] as const;
export const CARD_BRANDS = ["VISA", "MASTERCARD", "ELO"] as const;
export const CARD_STATUSES = ["ACTIVE", "BLOCKED", "CANCELLED"] as const;
export const CARD_TRANSACTION_STATUSES = ["PENDING", "APPROVED", "DECLINED"] as const;
export const LOAN_TYPES = ["PERSONAL", "HOUSING", "VEHICLE"] as const;
export const AMORTIZATION_SYSTEMS = ["SAC", "PRICE"] as const;
export const LOAN_STATUSES = [
  "PENDING",
  "APPROVED",
  "REJECTED",
  "ACTIVE",
  "PAID_OFF",
  "DEFAULT",
  "DELINQUENT",
] as const;
export const INSTALLMENT_STATUSES = ["PENDING", "PAID", "LATE", "DEFAULT"] as const;
export const PROPERTY_TYPES = ["APARTMENT", "HOUSE", "LAND"] as const;
export const STOCK_SECTORS = [
  "ENERGY",
  "FINANCE",
  "MINING",
  "RETAIL",
  "TECHNOLOGY",
  "HEALTHCARE",
  "UTILITIES",
  "TELECOM",
  "FOOD_BEVERAGE",
  "REAL_ESTATE",
  "TRANSPORTATION",
] as const;
export const STOCK_SEGMENTS = ["NOVO_MERCADO", "N1", "N2", "TRADICIONAL"] as const;
export const TRADE_TYPES = ["BUY", "SELL"] as const;
export const ORDER_TYPES = ["MARKET", "LIMIT", "STOP"] as const;
export const TRADE_STATUSES = ["PENDING", "EXECUTED", "CANCELLED", "PARTIALLY_FILLED"] as const;
export const PIX_KEY_TYPES = ["CPF", "CNPJ", "EMAIL", "PHONE", "EVP"] as const;
export const POSITION_KINDS = ["BALANCE", "HOLDING", "CARD_CARRIED"] as const;
