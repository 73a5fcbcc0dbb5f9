/**
 * Field groups: what a stream of random words is for. Each (group, customer, ordinal) has a stream of its own, so that
 * a new group changes no other. Numbers are never reused.
 */
export const GROUP = {
  place: 1,
  name: 2,
  work: 3,
  joined: 4,
  contact: 5,
  accountCount: 10,
  account: 11,
  accountLevel: 12,
  openingDeposit: 13,
  elsewhere: 14,
  habit: 20,
  cause: 21,
  detail: 22,
  payee: 23,
  partnerMask: 24,
  partnerDeal: 25,
  salary: 26,
  bill: 27,
  card: 30,
  cardRaise: 31,
  singlePurchase: 32,
  parcelledPurchase: 33,
  declinedPurchase: 34,
  merchant: 35,
  shop: 36,
  favouriteShop: 37,
  trip: 38,
  tripTo: 39,
  loan: 40,
  payment: 41,
  property: 42,
  lot: 50,
  lotDetail: 51,
  cancelledOrder: 52,
  stock: 60,
  price: 61,
} as const;

/** Entity codes of ids that are no entity's key. */
export const ID_CODE = {
  /** Random Pix key (EVP) of a person at a bank of the data set. */
  evp: 40,
  /** Random Pix key of a company. */
  companyEvp: 41,
} as const;
