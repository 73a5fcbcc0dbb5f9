#!/usr/bin/env python3
"""Recomputes a whole bank that `datagen load` wrote into an SQLite file, and reports what does not add up.

    python3 tests/verify_bank.py FILE.sqlite

It shares no code with the program and needs nothing but Python 3.9 or newer: its rules come from the documentation of
the fields, and from public facts (laws, B3's calendar, the banks' check digits). Each finding is one line,
`FAIL <rule>: <id>: expected ... got ...`, at most 20 for each rule and then how many more there are. The last line is
`N rules, M findings`. Exit status: 0 no finding, 1 findings, 2 not a readable bank.

Money is in whole centavos, instants are UTC milliseconds, days are counted from 1970-01-01, months from year 0; a day
is one of São Paulo. Customers are checked one by one, so that memory grows little with the size of the bank.
"""

from __future__ import annotations

import json
import pathlib
import re
import sqlite3
import sys
import unicodedata
from collections import defaultdict
from datetime import date
from functools import lru_cache
from typing import Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

RULES = {
    "manifest": "the manifest's customers and row counts are those of the tables",
    "forms": "ids, instants, dates, numbers and codes have their documented form",
    "enums": "enumerated fields hold documented values",
    "amounts": "money and rates are in their range and have no hidden digits",
    "uniqueness": "ids, CPF, e-mail, phone, account numbers and other keys are unique",
    "references": "every reference has its parent, and events name the owner of their account, card or loan",
    "customers": "names, e-mails and incomes are as documented",
    "cpf": "CPF check digits are right, and the ninth digit is that of the state",
    "geography": "state, CEP and area code agree, and a city has one area code",
    "account_numbers": "account check digits follow each bank's rule",
    "stocks": "there are 42 stocks, with right ISINs and the close of the last session",
    "openings": "opening positions belong to accounts and cards that existed before the window",
    "window": "events lie between the window's start and the as-of",
    "causality": "nothing comes before its parent, and nothing at or after the as-of",
    "updates": "updated_at is when the row last changed",
    "balances": "opening balance plus movements is the balance, and it never falls below zero",
    "transactions": "means of payment, direction, counterparty and text agree",
    "counterparties": "keys of counterparties are valid and belong to one name",
    "pix": "Pix exists since 2020-11-16, with the payer's bank and the minute in its end-to-end id",
    "p2p": "both legs of a transfer between two customers exist and mirror each other",
    "purchases": "card purchases have a known category and few parts",
    "cards": "limit minus what is open is the available limit, and never below zero",
    "card_bills": "card bills paid from an account are the bills of a card",
    "trades": "totals, fees, nets and lots of trades are right, on an investment account",
    "sessions": "trades happen in B3 sessions and settle two sessions later",
    "tickers": "a ticker is one stock's at a time, and a stock's last one is in the stocks",
    "holdings": "nobody ever sells shares that they do not hold",
    "amortization": "schedules follow PRICE or SAC to the centavo, due on calendar months",
    "installments": "the status of an instalment follows from its dates",
    "loans": "the status of a loan follows from its instalments",
    "housing": "housing loans, and no others, have a property of their own, and lend at most 80 % of its value",
    "loan_payments": "loan payments from an account are the instalments of a loan",
    "wires": "TED and DOC go out on business days of banks from 07:00 to 17:00",
    "repetition": "rows of one owner do not repeat amount and time of day",
}

SHOWN_FINDINGS = 20

# ---------------------------------------------------------------------------------------------------------------------
# Findings


class Report:
    """Findings by rule; prints the first ones of each."""

    def __init__(self) -> None:
        self.counts: Dict[str, int] = {rule: 0 for rule in RULES}

    def fail(self, rule: str, key: object, expected: object, got: object) -> None:
        self.counts[rule] += 1
        if self.counts[rule] <= SHOWN_FINDINGS:
            print(f"FAIL {rule}: {key}: expected {expected} got {got}")

    def expect(self, rule: str, key: object, what: str, expected: object, got: object) -> None:
        """Fails unless `got` equals `expected`; `what` names the value."""
        if expected != got:
            self.fail(rule, key, f"{what} {expected}", got)

    def close(self) -> int:
        """Prints what was left out and the closing line; gives the exit status."""
        for rule, count in self.counts.items():
            if count > SHOWN_FINDINGS:
                print(f"FAIL {rule}: {count - SHOWN_FINDINGS} more, {count} in all")
        findings = sum(self.counts.values())
        print(f"{len(RULES)} rules, {findings} findings")
        return 1 if findings else 0


def reais(cents: int) -> str:
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02d}"


def centavos(value: float) -> int:
    return round(value * 100)


# ---------------------------------------------------------------------------------------------------------------------
# Days and instants

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
EPOCH_ORDINAL = date(1970, 1, 1).toordinal()


@lru_cache(maxsize=None)
def day_of(text: str) -> int:
    """The day of `YYYY-MM-DD`."""
    return date.fromisoformat(text).toordinal() - EPOCH_ORDINAL


def civil(day: int) -> date:
    return date.fromordinal(day + EPOCH_ORDINAL)


def instant_of(text: str) -> int:
    """The milliseconds of `YYYY-MM-DDTHH:MM:SS.mmmZ`."""
    time = (int(text[11:13]) * 60 + int(text[14:16])) * 60 + int(text[17:19])
    return day_of(text[:10]) * DAY_MS + time * 1000 + int(text[20:23])


def iso(at: int) -> str:
    seconds, millis = divmod(at % DAY_MS, 1000)
    return f"{civil(at // DAY_MS)}T{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}.{millis:03d}Z"


@lru_cache(maxsize=None)
def easter(year: int) -> int:
    """Easter Sunday, by the anonymous Gregorian algorithm (Meeus)."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, f = b // 4, b % 4, (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = c // 4, c % 4
    j = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * j) // 451
    month, day = divmod(h + j - 7 * m + 114, 31)
    return date(year, month, day + 1).toordinal() - EPOCH_ORDINAL


def sunday_of(year: int, month: int, nth: int) -> int:
    first = date(year, month, 1).toordinal() - EPOCH_ORDINAL
    return first + (3 - first) % 7 + 7 * (nth - 1)  # day 3, 1970-01-04, was a Sunday


def summer_times() -> Iterator[Tuple[int, int]]:
    """First and last instant (not included) of each daylight-saving time of São Paulo since 2005; none since 2019.

    From the third Sunday of October to the third of February, the fourth when that one is Carnival's (decree 6.558 of
    2008); some years had decrees of their own.
    """
    starts = {2006: (11, 1), 2007: (10, 2), 2018: (11, 1)}
    for year in range(2005, 2019):
        month, nth = starts.get(year, (10, 3))
        end = sunday_of(year + 1, 2, 3)
        if end == easter(year + 1) - 49:
            end += 7
        yield sunday_of(year, month, nth) * DAY_MS + 3 * HOUR_MS, end * DAY_MS + 2 * HOUR_MS


SUMMER_TIMES = tuple(summer_times())
NO_SUMMER_TIME_SINCE = SUMMER_TIMES[-1][1]


def local_time(at: int) -> int:
    """Milliseconds that the clocks of São Paulo show."""
    if at < NO_SUMMER_TIME_SINCE and any(start <= at < end for start, end in SUMMER_TIMES):
        return at - 2 * HOUR_MS
    return at - 3 * HOUR_MS


def local_day(at: int) -> int:
    return local_time(at) // DAY_MS


def instant_at(day: int, time_of_day: int = 0) -> int:
    """The instant of a day's time in São Paulo; of a time that a night repeats, the later one.

    The midnight that begins a daylight-saving time does not exist: its day starts at 01:00, which is what this gives.
    """
    wanted = day * DAY_MS + time_of_day
    standard, summer = wanted + 3 * HOUR_MS, wanted + 2 * HOUR_MS
    return summer if local_time(standard) != wanted == local_time(summer) else standard


def month_of(day: int) -> int:
    there = civil(day)
    return there.year * 12 + there.month - 1


def day_in_month(month: int, day: int) -> int:
    """A day of a month, the last one where the month is shorter."""
    year, index = divmod(month, 12)
    following = date(year + (index + 1) // 12, (index + 1) % 12 + 1, 1).toordinal() - EPOCH_ORDINAL
    first = date(year, index + 1, 1).toordinal() - EPOCH_ORDINAL
    return min(first + day - 1, following - 1)


# ---------------------------------------------------------------------------------------------------------------------
# B3 sessions


@lru_cache(maxsize=None)
def b3_holidays(year: int) -> Set[int]:
    """Days of a year, from 2005 on, without a session: holidays, São Paulo's own while B3 kept them, the year's end."""
    fixed = [(1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (12, 24), (12, 25), (12, 31)]
    if year <= 2021:
        fixed.append((1, 25))  # the city's birthday
    if year <= 2021 and year != 2020:
        fixed.append((7, 9))  # the state's holiday; in 2020 the city moved it to May, and B3 traded
    if year <= 2019 or year >= 2024:
        fixed.append((11, 20))  # Consciência Negra: the city's until 2019, since 2024 the nation's
    if year == 2014:
        fixed.append((6, 12))  # the World Cup's opening, in São Paulo
    holidays = {date(year, month, day).toordinal() - EPOCH_ORDINAL for month, day in fixed}
    holidays.update(easter(year) + offset for offset in (-48, -47, -2, 60))  # Carnival, Good Friday, Corpus Christi
    last = date(year, 12, 31).toordinal() - EPOCH_ORDINAL
    while weekday(last) >= 5:
        last -= 1
    holidays.add(last)
    return holidays


def weekday(day: int) -> int:
    """0 is Monday."""
    return (day + 3) % 7


@lru_cache(maxsize=None)
def is_banking_day(day: int) -> bool:
    """Whether banks settle: no holiday of the nation, no Carnival Monday or Tuesday, no Corpus Christi."""
    there = civil(day)
    fixed = [(1, 1), (4, 21), (5, 1), (9, 7), (10, 12), (11, 2), (11, 15), (12, 25)]
    if there.year >= 2024:
        fixed.append((11, 20))
    movable = [easter(there.year) + offset for offset in (-48, -47, -2, 60)]
    return weekday(day) < 5 and (there.month, there.day) not in fixed and day not in movable


@lru_cache(maxsize=None)
def is_session(day: int) -> bool:
    return weekday(day) < 5 and day not in b3_holidays(civil(day).year)


@lru_cache(maxsize=None)
def session_hours(day: int) -> Tuple[int, int]:
    """Opening and close (not included), milliseconds of the day; Ash Wednesday begins at 13:00."""
    opening = 13 if day == easter(civil(day).year) - 46 else 10
    return opening * HOUR_MS, 17 * HOUR_MS


@lru_cache(maxsize=None)
def sessions_after(day: int, count: int) -> int:
    while count > 0:
        day += 1
        count -= is_session(day)
    return day


# ---------------------------------------------------------------------------------------------------------------------
# Check digits


def weighted(values: Iterable[int], weights: Sequence[int]) -> int:
    return sum(value * weight for value, weight in zip(values, weights))


def digits(text: str) -> List[int]:
    return [int(character) for character in text]


def modulo_11(total: int, ten: str = "0", eleven: str = "0") -> str:
    digit = 11 - total % 11
    return ten if digit == 10 else eleven if digit == 11 else str(digit)


def cpf_digits(base: str) -> str:
    first = modulo_11(weighted(digits(base), range(10, 1, -1)))
    return first + modulo_11(weighted(digits(base + first), range(11, 1, -1)))


def is_cpf(text: str) -> bool:
    return bool(re.fullmatch(r"\d{11}", text)) and len(set(text)) > 1 and cpf_digits(text[:9]) == text[9:]


def cnpj_digits(base: str) -> str:
    """Receita Federal, IN RFB 2.229/2024: a letter counts as its ASCII code less 48, as a digit does."""
    values = [ord(character) - 48 for character in base]
    first = modulo_11(weighted(values, (5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)))
    return first + modulo_11(weighted(values + [int(first)], (6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)))


def is_cnpj(text: str) -> bool:
    return bool(re.fullmatch(r"[0-9A-Z]{12}\d\d", text)) and len(set(text)) > 1 and cnpj_digits(text[:12]) == text[12:]


def luhn_digit(number: str) -> str:
    total = 0
    for place, digit in enumerate(reversed(digits(number))):
        total += sum(digits(str(digit * 2))) if place % 2 == 0 else digit
    return str(-total % 10)


def isin_digit(base: str) -> str:
    """ISO 6166: Luhn over the digits that result when A is 10 and Z is 35."""
    return luhn_digit("".join(str(int(character, 36)) for character in base))


def dihedral_5(a: int, b: int) -> int:
    """Product of two symmetries of the pentagon: below 5 rotations, from 5 on reflections."""
    if a < 5:
        return (a + b) % 5 if b < 5 else (a + b) % 5 + 5
    return (a - b) % 5 + 5 if b < 5 else (a - b) % 5


def verhoeff_digit(number: str) -> str:
    """J. Verhoeff, Error Detecting Decimal Codes (1969)."""
    step = (1, 5, 7, 6, 2, 8, 3, 0, 9, 4)
    check = 0
    for place, digit in enumerate(reversed(digits(number)), start=1):
        for _ in range(place % 8):
            digit = step[digit]
        check = dihedral_5(check, digit)
    return next(str(digit) for digit in range(10) if dihedral_5(check, digit) == 0)


def account_digit(bank: str, branch: str, number: str) -> str:
    """Check digit of an account of four digits of branch and six of number, by the bank's rule.

    Banco do Brasil to Itaú: "Regras de validação de conta corrente" (Icatu Seguros). Nubank's is what validators apply.
    Inter and C6 publish none: theirs is documented as modulo 11 with weights 2 to 9.
    """
    if bank == "001":
        return modulo_11(weighted(digits(number.zfill(8)), range(9, 1, -1)), ten="X")
    if bank == "033":
        places = digits(branch + "00" + number.zfill(8))
        units = (digit * weight % 10 for digit, weight in zip(places, (9, 7, 3, 1, 0, 0, 9, 7, 1, 3, 1, 9, 7, 3)))
        return str(-sum(units) % 10)
    if bank == "104":
        places = digits(branch + "000" + number.zfill(8))
        digit = weighted(places, (8, 7, 6, 5, 4, 3, 2, 9, 8, 7, 6, 5, 4, 3, 2)) * 10 % 11
        return str(digit % 10)
    if bank == "237":
        return modulo_11(weighted(digits(number.zfill(7)), (2, 7, 6, 5, 4, 3, 2)), ten="P")
    if bank == "341":
        return luhn_digit(branch + number[1:])  # accounts of five digits
    if bank == "260":
        return verhoeff_digit(number.lstrip("0"))
    return modulo_11(weighted(reversed(digits(number)), (2, 3, 4, 5, 6, 7)))


ACCOUNT_NUMBER = re.compile(r"\d{6}-[0-9XP]")


def account_problem(bank: str, branch: str, number: str) -> Optional[Tuple[str, str]]:
    """What was expected and found of an account number; `None` when it is right."""
    if bank not in ISPB or not re.fullmatch(r"\d{4}", branch) or not ACCOUNT_NUMBER.fullmatch(number):
        return "bank of eight, branch NNNN, number NNNNNN-N", f"{bank}/{branch}/{number}"
    if bank == "341" and number[0] != "0":
        return "five digits at Itaú", number
    digit = account_digit(bank, branch, number[:6])
    return None if number[7] == digit else (f"check digit {digit} at {bank}/{branch}", number)


# ---------------------------------------------------------------------------------------------------------------------
# Places, banks and other public facts


class State(NamedTuple):
    fiscal_digit: int
    area_codes: Set[int]
    ceps: Tuple[Tuple[int, int], ...]


STATES = {
    "SP": State(8, set(range(11, 20)), ((1000, 19999),)),
    "RJ": State(7, {21, 22, 24}, ((20000, 28999),)),
    "ES": State(7, {27, 28}, ((29000, 29999),)),
    "MG": State(6, {31, 32, 33, 34, 35, 37, 38}, ((30000, 39999),)),
    "BA": State(5, {71, 73, 74, 75, 77}, ((40000, 48999),)),
    "SE": State(5, {79}, ((49000, 49999),)),
    "PE": State(4, {81, 87}, ((50000, 56999),)),
    "AL": State(4, {82}, ((57000, 57999),)),
    "PB": State(4, {83}, ((58000, 58999),)),
    "RN": State(4, {84}, ((59000, 59999),)),
    "CE": State(3, {85, 88}, ((60000, 63999),)),
    "PI": State(3, {86, 89}, ((64000, 64999),)),
    "MA": State(3, {98, 99}, ((65000, 65999),)),
    "PA": State(2, {91, 93, 94}, ((66000, 68899),)),
    "AP": State(2, {96}, ((68900, 68999),)),
    "AM": State(2, {92, 97}, ((69000, 69299), (69400, 69899))),
    "RR": State(2, {95}, ((69300, 69399),)),
    "AC": State(2, {68}, ((69900, 69999),)),
    "DF": State(1, {61}, ((70000, 72799), (73000, 73699))),
    "GO": State(1, {61, 62, 64}, ((72800, 72999), (73700, 76799))),
    "RO": State(2, {69}, ((76800, 76999),)),
    "TO": State(1, {63}, ((77000, 77999),)),
    "MT": State(1, {65, 66}, ((78000, 78899),)),
    "MS": State(1, {67}, ((79000, 79999),)),
    "PR": State(9, set(range(41, 47)), ((80000, 87999),)),
    "SC": State(9, {47, 48, 49}, ((88000, 89999),)),
    "RS": State(0, {51, 53, 54, 55}, ((90000, 99999),)),
}
AREA_CODES = set().union(*(state.area_codes for state in STATES.values()))

# The banks' numbers in the payment system, by COMPE code. Source: Banco Central do Brasil.
ISPB = {
    "001": "00000000",
    "033": "90400888",
    "104": "00360305",
    "237": "60746948",
    "341": "60701190",
    "260": "18236120",
    "077": "00416968",
    "336": "31872495",
}
ISPBS = set(ISPB.values())

CATEGORIES = {
    "5411": "Supermercados",
    "5541": "Postos de Combustível",
    "5812": "Restaurantes",
    "5814": "Fast Food",
    "5912": "Farmácias",
    "5311": "Lojas de Departamento",
    "5651": "Vestuário",
    "5732": "Eletrônicos",
    "5942": "Livrarias",
    "7832": "Cinema",
    "4121": "Taxi/Uber",
    "5999": "Diversos",
}

EMAIL_DOMAINS = set(
    "gmail.com hotmail.com outlook.com yahoo.com.br uol.com.br terra.com.br bol.com.br ig.com.br live.com icloud.com"
    .split()
)

# Least and greatest monthly income, reais.
INCOMES = {
    "EMPLOYED": (2000, 30000),
    "SELF_EMPLOYED": (3000, 50000),
    "RETIRED": (1500, 15000),
    "UNEMPLOYED": (0, 2000),
}

PIX_SINCE = instant_at(day_of("2020-11-16"))  # Banco Central do Brasil
NO_DOC_SINCE = instant_at(day_of("2024-03-01"))  # Febraban
MOST_BY_DOC = 499_999
CNPJ_LETTERS_SINCE = instant_at(day_of("2026-07-01"))

# ---------------------------------------------------------------------------------------------------------------------
# Tables: forms, domains, keys and references


def glob(pattern: str) -> str:
    """A pattern for SQLite's GLOB: `#` a digit, `~` a hexadecimal digit, `@` a letter, `%` a digit or letter."""
    for mark, characters in (("*", "[*]"), ("#", "[0-9]"), ("~", "[0-9a-f]"), ("@", "[A-Z]"), ("%", "[0-9A-Z]")):
        pattern = pattern.replace(mark, characters)
    return pattern


UUID = "~~~~~~~~-~~~~-4~~~-[89ab]~~~-~~~~~~~~~~~~"
INSTANT = "####-##-##T##:##:##.###Z"
DAY = "####-##-##"

FORMS = {
    "customers": {
        "customer_id": UUID, "cpf": "###.###.###-##", "phone": "+55 ## 9####-####", "state": "@@",
        "postal_code": "#####-###", "country": "BR", "created_at": INSTANT, "updated_at": INSTANT,
    },
    "properties": {
        "property_id": UUID, "state": "@@", "postal_code": "#####-###", "country": "BR",
        "registration_number": "MAT-######-@@", "created_at": INSTANT, "updated_at": INSTANT,
    },
    "stocks": {
        "stock_id": UUID, "isin": "BR%%%%%%%%%#", "currency": "BRL", "created_at": INSTANT, "updated_at": INSTANT,
    },
    "accounts": {
        "account_id": UUID, "customer_id": UUID, "bank_code": "###", "branch": "####",
        "account_number": "######-[0-9XP]", "created_at": INSTANT, "updated_at": INSTANT,
    },
    "credit_cards": {
        "card_id": UUID, "customer_id": UUID, "card_number_masked": "****-****-****-####", "created_at": INSTANT,
        "updated_at": INSTANT,
    },
    "loans": {
        "loan_id": UUID, "customer_id": UUID, "disbursement_date": DAY, "property_id": UUID, "created_at": INSTANT,
        "updated_at": INSTANT,
    },
    "transactions": {
        "transaction_id": UUID, "account_id": UUID, "customer_id": UUID, "timestamp": INSTANT,
        "pix_e2e_id": "E" + "#" * 20 + "%" * 11, "created_at": INSTANT, "updated_at": INSTANT,
    },
    "card_transactions": {
        "transaction_id": UUID, "card_id": UUID, "customer_id": UUID, "mcc_code": "####", "timestamp": INSTANT,
        "location_country": "BR", "created_at": INSTANT, "updated_at": INSTANT,
    },
    "trades": {
        "trade_id": UUID, "account_id": UUID, "customer_id": UUID, "stock_id": UUID, "executed_at": INSTANT,
        "settlement_date": INSTANT, "created_at": INSTANT, "updated_at": INSTANT,
    },
    "installments": {
        "installment_id": UUID, "loan_id": UUID, "customer_id": UUID, "due_date": DAY, "paid_date": DAY,
        "created_at": INSTANT, "updated_at": INSTANT,
    },
    "opening_positions": {"owner_id": UUID, "stock_id": UUID},
}

NULLABLE = {
    "updated_at", "disbursement_date", "property_id", "pix_e2e_id", "pix_key_type", "location_lat", "location_lon",
    "paid_date", "paid_amount", "days_late", "opening_positions.stock_id",
}

ENUMS = {
    "customers": {"employment_status": "EMPLOYED SELF_EMPLOYED RETIRED UNEMPLOYED", "state": " ".join(STATES)},
    "properties": {"property_type": "APARTMENT HOUSE LAND", "state": " ".join(STATES)},
    "stocks": {
        "sector": "ENERGY FINANCE MINING RETAIL TECHNOLOGY HEALTHCARE UTILITIES TELECOM FOOD_BEVERAGE REAL_ESTATE"
        " TRANSPORTATION",
        "segment": "NOVO_MERCADO N1 N2 TRADICIONAL",
    },
    "accounts": {
        "account_type": "CONTA_CORRENTE POUPANCA INVESTIMENTOS", "status": "ACTIVE BLOCKED CLOSED",
        "bank_code": " ".join(ISPB),
    },
    "credit_cards": {"brand": "VISA MASTERCARD ELO", "status": "ACTIVE BLOCKED CANCELLED"},
    "loans": {
        "loan_type": "PERSONAL HOUSING VEHICLE", "amortization_system": "SAC PRICE",
        "status": "PENDING APPROVED REJECTED ACTIVE PAID_OFF DEFAULT DELINQUENT",
    },
    "transactions": {
        "transaction_type": "PIX TED DOC WITHDRAW DEPOSIT BOLETO", "direction": "CREDIT DEBIT",
        "status": "PENDING COMPLETED FAILED", "pix_key_type": "CPF CNPJ EMAIL PHONE EVP",
    },
    "card_transactions": {"status": "PENDING APPROVED DECLINED"},
    "trades": {
        "trade_type": "BUY SELL", "order_type": "MARKET LIMIT STOP",
        "status": "PENDING EXECUTED CANCELLED PARTIALLY_FILLED",
    },
    "installments": {"status": "PENDING PAID LATE DEFAULT"},
    "opening_positions": {"kind": "BALANCE HOLDING CARD_CARRIED"},
}

# Decimal places, least and greatest value; `None` is no limit.
AMOUNTS = {
    "customers": {"monthly_income": (2, 0, None), "credit_score": (0, 300, 850)},
    "properties": {"appraised_value": (2, 0.01, None), "area_sqm": (2, 0.01, None)},
    "stocks": {"current_price": (2, 0.01, None), "lot_size": (0, 100, 100)},
    "accounts": {"balance": (2, 0, None)},
    "credit_cards": {"credit_limit": (2, 0.01, None), "available_limit": (2, 0, None), "due_day": (0, 1, 28)},
    "loans": {"principal": (2, 0.01, None), "interest_rate": (6, 0.000001, 1), "term_months": (0, 1, 480)},
    "transactions": {"amount": (2, 0.01, None), "location_lat": (6, -33.8, 5.3), "location_lon": (6, -74, -32.3)},
    "card_transactions": {"amount": (2, 0.01, None), "installments": (0, 1, 12)},
    "trades": {
        "quantity": (0, 1, None), "price_per_share": (2, 0.01, None), "total_amount": (2, 0.01, None),
        "fees": (2, 0, None), "net_amount": (2, 0.01, None),
    },
    "installments": {
        "installment_number": (0, 1, 480), "principal_amount": (2, 0, None), "interest_amount": (2, 0, None),
        "total_amount": (2, 0.01, None), "paid_amount": (2, 0.01, None), "days_late": (0, 0, None),
    },
    "opening_positions": {"value": (2, 0.01, None)},
}

KEYS = {
    "customers": ("customer_id", "cpf", "email", "phone"),
    "properties": ("property_id",),
    "stocks": ("stock_id", "ticker", "isin"),
    "accounts": ("account_id", "bank_code || '/' || branch || '/' || account_number"),
    "credit_cards": ("card_id",),
    "loans": ("loan_id",),
    "transactions": ("transaction_id",),
    "card_transactions": ("transaction_id",),
    "trades": ("trade_id",),
    "installments": ("installment_id", "loan_id || ' number ' || installment_number"),
    "opening_positions": ("owner_id || ' ' || kind || ' ' || coalesce(stock_id, '')",),
}

REFERENCES = (
    ("accounts", "customer_id", "customers", "customer_id"),
    ("credit_cards", "customer_id", "customers", "customer_id"),
    ("loans", "customer_id", "customers", "customer_id"),
    ("loans", "property_id", "properties", "property_id"),
    ("transactions", "account_id", "accounts", "account_id"),
    ("transactions", "customer_id", "customers", "customer_id"),
    ("card_transactions", "card_id", "credit_cards", "card_id"),
    ("card_transactions", "customer_id", "customers", "customer_id"),
    ("trades", "account_id", "accounts", "account_id"),
    ("trades", "customer_id", "customers", "customer_id"),
    ("trades", "stock_id", "stocks", "stock_id"),
    ("installments", "loan_id", "loans", "loan_id"),
    ("installments", "customer_id", "customers", "customer_id"),
    ("opening_positions", "stock_id", "stocks", "stock_id"),
)

OWNED = (
    ("transactions", "account_id", "accounts"),
    ("card_transactions", "card_id", "credit_cards"),
    ("trades", "account_id", "accounts"),
    ("installments", "loan_id", "loans"),
)

# ---------------------------------------------------------------------------------------------------------------------
# The bank


class Misuse(Exception):
    """The file is not a bank that this script can read."""


class Account(NamedTuple):
    """What transfers need to know of an account."""

    account_id: str
    customer_id: str
    bank: str


class PixLeg(NamedTuple):
    """What comparing the two legs of a Pix needs."""

    transaction_id: str
    customer_id: str
    bank: str
    debit: bool
    cents: int
    at: int
    completed: bool
    key_type: str
    key: str
    name: str


class Bank:
    """An open file, what all rules need of it, and what they gather over all customers."""

    def __init__(self, path: str) -> None:
        self.report = Report()
        if not pathlib.Path(path).is_file():
            raise Misuse(f'Cannot read "{path}": there is no such file')
        try:
            self.base = sqlite3.connect(pathlib.Path(path).resolve().as_uri() + "?mode=ro", uri=True)
            self.base.row_factory = sqlite3.Row
            tables = {row[0] for row in self.base.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            absent = sorted({"datagen_manifest", *FORMS} - tables)
            if absent:
                raise Misuse(f'Cannot verify "{path}": it has no table {absent[0]}')
            self.manifest = dict(self.base.execute("SELECT key, value FROM datagen_manifest").fetchall())
            self.as_of = instant_of(self.manifest["as_of"])
            self.start = self.as_of - int(self.manifest["days"]) * DAY_MS
            self.customers = int(self.manifest["units"])
        except sqlite3.DatabaseError as error:
            raise Misuse(f'Cannot verify "{path}": {error}') from error
        except (KeyError, ValueError) as error:
            raise Misuse(f'Cannot verify "{path}": its manifest does not tell {error}') from error
        self.last_day = local_day(self.as_of - 1)  # the last day of which something is seen

        self.stocks: Dict[str, sqlite3.Row] = {}
        self.area_codes: Dict[Tuple[str, str], int] = {}  # by state and city
        self.names: Dict[str, str] = {}  # by customer
        self.owners: Dict[str, str] = {}  # customer by Pix key: CPF, e-mail, phone
        self.accounts: Dict[str, Account] = {}  # by bank/branch/number
        self.key_names: Dict[str, str] = {}  # by any key of a counterparty
        self.pix: Dict[str, List[PixLeg]] = defaultdict(list)  # by end-to-end id
        self.wires: List[Tuple[sqlite3.Row, Account]] = []  # TED and DOC to or from an account of the bank
        self.ticker_days: Dict[Tuple[str, str], Tuple[int, int]] = {}  # first and last by (stock, ticker)

    def rows(self, table: str, customer_id: str) -> List[sqlite3.Row]:
        return self.base.execute(f"SELECT * FROM {table} WHERE customer_id = ?", (customer_id,)).fetchall()

    def in_window(self, at: int) -> bool:
        return self.start <= at < self.as_of


def check_bank(bank: Bank) -> int:
    """Runs every rule; gives the exit status."""
    check_manifest(bank)
    check_columns(bank)
    check_keys(bank)
    check_references(bank)
    check_stocks(bank)
    check_properties(bank)
    read_people(bank)
    check_opening_owners(bank)
    for customer in bank.base.execute("SELECT * FROM customers"):
        try:
            check_customer(bank, customer)
        except (LookupError, TypeError, ValueError) as error:  # for example a CPF cut short, or a 30 February
            bank.report.fail("forms", customer["customer_id"], "rows that can be read", f"{error!r}")
    check_partners(bank)
    check_tickers(bank)
    check_repetition(bank)
    return bank.report.close()


def check_manifest(bank: Bank) -> None:
    counts = {table: bank.base.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in FORMS}
    bank.report.expect("manifest", "customers", "rows", bank.customers, counts["customers"])
    written = bank.base.execute("SELECT value FROM datagen_progress WHERE key = 'rows'").fetchone()
    for table, rows in json.loads(written[0] if written else "{}").items():
        bank.report.expect("manifest", table, "rows", rows, counts.get(table))


def check_columns(bank: Bank) -> None:
    """Rules of single columns, by the database itself."""
    for table in FORMS:
        for column, pattern in FORMS[table].items():
            fail_rows(bank, "forms", table, column, f"like {pattern}", f"NOT {column} GLOB ?", glob(pattern))
        for column, values in ENUMS.get(table, {}).items():
            allowed = ", ".join(f"'{value}'" for value in values.split())
            fail_rows(bank, "enums", table, column, f"one of {values}", f"{column} NOT IN ({allowed})")
        for column, (places, least, most) in AMOUNTS.get(table, {}).items():
            outside = f"{column} < {least}" + (f" OR {column} > {most}" if most is not None else "")
            inexact = f"{column} <> CAST(round({column} * 1e{places}) AS INTEGER) / 1e{places}"
            expected = f"in {least}..{'' if most is None else most} with at most {places} decimals"
            fail_rows(bank, "amounts", table, column, expected, f"{outside} OR {inexact}")


def fail_rows(bank: Bank, rule: str, table: str, column: str, expected: str, wrong: str, *values: str) -> None:
    """Fails every row for which the condition `wrong` is true, or whose column is absent without being allowed to."""
    if column not in NULLABLE and f"{table}.{column}" not in NULLABLE:
        wrong = f"{wrong} OR {column} IS NULL"
    for key, value in bank.base.execute(f"SELECT {KEYS[table][0]}, {column} FROM {table} WHERE {wrong}", values):
        bank.report.fail(rule, key, f"{column} {expected}", value)


def check_keys(bank: Bank) -> None:
    for table, keys in KEYS.items():
        for key in keys:
            repeated = f"SELECT {key}, count(*) FROM {table} GROUP BY 1 HAVING count(*) > 1"
            for value, count in bank.base.execute(repeated):
                bank.report.fail("uniqueness", value, f"once in {table}", f"{count} times")
    ids = [(table, keys[0]) for table, keys in KEYS.items() if table != "opening_positions"]
    union = " UNION ALL ".join(f"SELECT DISTINCT {key} AS id FROM {table}" for table, key in ids)
    for value, count in bank.base.execute(f"SELECT id, count(*) FROM ({union}) GROUP BY id HAVING count(*) > 1"):
        bank.report.fail("uniqueness", value, "in one table", f"{count} tables")


def check_references(bank: Bank) -> None:
    for table, column, parent, key in REFERENCES:
        orphans = (
            f"SELECT {KEYS[table][0]}, child.{column} FROM {table} AS child WHERE child.{column} IS NOT NULL"
            f" AND NOT EXISTS (SELECT 1 FROM {parent} WHERE {parent}.{key} = child.{column})"
        )
        for child, value in bank.base.execute(orphans):
            bank.report.fail("references", child, f"{column} in {parent}", value)
    for table, column, parent in OWNED:
        strangers = (
            f"SELECT child.{KEYS[table][0]}, child.customer_id, parent.customer_id FROM {table} AS child"
            f" JOIN {parent} AS parent ON parent.{column} = child.{column}"
            " WHERE child.customer_id <> parent.customer_id"
        )
        for child, value, owner in bank.base.execute(strangers):
            bank.report.fail("references", child, f"customer_id {owner}, which owns its {column}", value)


def check_stocks(bank: Bank) -> None:
    report = bank.report
    bank.stocks = {row["stock_id"]: row for row in bank.base.execute("SELECT * FROM stocks")}
    report.expect("stocks", "stocks", "rows", 42, len(bank.stocks))
    day = local_day(bank.as_of)
    while not is_session(day) or instant_at(day, session_hours(day)[1]) >= bank.as_of:
        day -= 1
    close = iso(instant_at(day, session_hours(day)[1]))
    for key, stock in bank.stocks.items():
        base, digit = stock["isin"][:11], stock["isin"][11:]
        if base.isalnum() and base.isascii():
            report.expect("stocks", key, "ISIN check digit", isin_digit(base), digit)
        report.expect("stocks", key, "updated_at", close, stock["updated_at"])
        if not re.fullmatch(r"[A-Z][A-Z0-9]{3}\d{1,2}", stock["ticker"]):
            report.fail("stocks", key, "four characters and a class of share", stock["ticker"])


def check_properties(bank: Bank) -> None:
    for row in bank.base.execute(
        "SELECT properties.*, count(loan_id) AS loans FROM properties LEFT JOIN loans USING (property_id)"
        " GROUP BY properties.property_id"
    ):
        key = row["property_id"]
        bank.report.expect("housing", key, "loans of the property", 1, row["loans"])
        bank.report.expect("geography", key, "UF of the registration", row["state"], row["registration_number"][-2:])
        check_cep(bank, key, row)


def check_cep(bank: Bank, key: str, row: sqlite3.Row) -> None:
    state = STATES.get(row["state"])
    prefix = row["postal_code"][:5]
    if state and prefix.isdigit() and not any(first <= int(prefix) <= last for first, last in state.ceps):
        bank.report.fail("geography", key, f"postal code of {row['state']}", row["postal_code"])


def read_people(bank: Bank) -> None:
    """Notes whose each Pix key and account number is, before any transfer is looked at."""
    for key, cpf, name, email, phone in bank.base.execute("SELECT customer_id, cpf, name, email, phone FROM customers"):
        bank.names[key] = name
        for pix_key in (plain_cpf(cpf), email, plain_phone(phone)):
            bank.owners[pix_key] = key
    for key, owner, code, branch, number in bank.base.execute(
        "SELECT account_id, customer_id, bank_code, branch, account_number FROM accounts"
    ):
        bank.accounts[f"{code}/{branch}/{number}"] = Account(key, owner, code)


def plain_cpf(cpf: str) -> str:
    return cpf.replace(".", "").replace("-", "")


def plain_phone(phone: str) -> str:
    return phone.replace(" ", "").replace("-", "")


def check_opening_owners(bank: Bank) -> None:
    report = bank.report
    for row in bank.base.execute(
        "SELECT opening.*, accounts.account_type, accounts.created_at AS account_created,"
        " credit_cards.created_at AS card_created FROM opening_positions AS opening"
        " LEFT JOIN accounts ON accounts.account_id = opening.owner_id"
        " LEFT JOIN credit_cards ON credit_cards.card_id = opening.owner_id"
    ):
        owner, kind = row["owner_id"], row["kind"]
        created = row["card_created"] if kind == "CARD_CARRIED" else row["account_created"]
        if created is None:
            report.fail("references", owner, f"owner of {kind} in its table", "none")
        elif created >= iso(bank.start):
            report.fail("openings", owner, f"{kind} only if created before {iso(bank.start)}", created)
        if (kind == "HOLDING") != (row["stock_id"] is not None):
            report.fail("openings", owner, "stock_id for HOLDING only", f"{kind} with {row['stock_id']}")
        if kind == "HOLDING":
            report.expect("openings", owner, "type of account", "INVESTIMENTOS", row["account_type"])
            if row["value"] % 100 != 0:
                report.fail("openings", owner, "whole lots", row["value"])


# ---------------------------------------------------------------------------------------------------------------------
# One customer


def check_customer(bank: Bank, customer: sqlite3.Row) -> None:
    """Checks a customer with all that hangs on it."""
    key = customer["customer_id"]
    check_person(bank, customer)
    joined = instant_of(customer["created_at"])
    check_order(bank, key, customer, 0)

    accounts = {row["account_id"]: row for row in bank.rows("accounts", key)}
    cards = {row["card_id"]: row for row in bank.rows("credit_cards", key)}
    loans = {row["loan_id"]: row for row in bank.rows("loans", key)}
    for table in (accounts, cards, loans):
        for row_key, row in table.items():
            check_order(bank, row_key, row, joined)

    transactions = by_owner(bank.rows("transactions", key), "account_id")
    purchases = by_owner(bank.rows("card_transactions", key), "card_id")
    trades = by_owner(bank.rows("trades", key), "account_id")
    schedules = by_owner(bank.rows("installments", key), "loan_id")

    for account_key, account in accounts.items():
        opening = opening_of(bank, account_key)
        check_account(bank, account, opening, transactions[account_key], trades[account_key])
        check_trades(bank, account, opening, trades[account_key])
        for row in transactions[account_key]:
            check_transaction(bank, account, row)
    bills = {card_key: check_card(bank, card, purchases[card_key]) for card_key, card in cards.items()}
    paid = paid_installments(loans, schedules)
    for rows in transactions.values():
        check_boletos(bank, rows, cards, bills, paid)
    for loan_key, loan in loans.items():
        check_loan(bank, loan, joined, sorted(schedules[loan_key], key=lambda row: row["installment_number"]))


def by_owner(rows: List[sqlite3.Row], column: str) -> Dict[str, List[sqlite3.Row]]:
    groups: Dict[str, List[sqlite3.Row]] = defaultdict(list)
    for row in rows:
        groups[row[column]].append(row)
    return groups


def opening_of(bank: Bank, owner_id: str) -> Dict[Tuple[str, Optional[str]], float]:
    """Values by (kind, stock) at the window's start."""
    query = "SELECT kind, stock_id, value FROM opening_positions WHERE owner_id = ?"
    return {(kind, stock): value for kind, stock, value in bank.base.execute(query, (owner_id,))}


def check_order(bank: Bank, key: str, row: sqlite3.Row, parent: int) -> None:
    """A master is created after its parent, changed after that, and both before the as-of."""
    created = instant_of(row["created_at"])
    if not parent <= created < bank.as_of:
        bank.report.fail("causality", key, f"created_at in {iso(parent)}..{iso(bank.as_of)}", row["created_at"])
    if row["updated_at"] is not None and not created <= instant_of(row["updated_at"]) < bank.as_of:
        expected = f"updated_at in {row['created_at']}..{iso(bank.as_of)}"
        bank.report.fail("causality", key, expected, row["updated_at"])


def check_event(bank: Bank, key: str, row: sqlite3.Row, at_column: str, parent: sqlite3.Row) -> int:
    """Rules of every event but instalments; gives its instant."""
    report = bank.report
    at = instant_of(row[at_column])
    if not bank.in_window(at):
        report.fail("window", key, f"{at_column} in {iso(bank.start)}..{iso(bank.as_of)}", row[at_column])
    if row[at_column] < parent["created_at"]:
        report.fail("causality", key, f"{at_column} from {parent['created_at']} on", row[at_column])
    report.expect("updates", key, "created_at", row[at_column], row["created_at"])
    report.expect("updates", key, "updated_at", None, row["updated_at"])
    return at


def check_person(bank: Bank, customer: sqlite3.Row) -> None:
    report, key = bank.report, customer["customer_id"]
    cpf = plain_cpf(customer["cpf"])
    report.expect("cpf", key, f"check digits of {cpf[:9]}", cpf_digits(cpf[:9]), cpf[9:])
    if len(set(cpf)) == 1:
        report.fail("cpf", key, "digits that differ", cpf)
    state = STATES.get(customer["state"])
    if state:
        report.expect("cpf", key, f"ninth digit of {customer['state']}", state.fiscal_digit, int(cpf[8]))
        area_code = int(customer["phone"][4:6])
        if area_code not in state.area_codes:
            report.fail("geography", key, f"area code of {customer['state']}", customer["phone"])
        of_city = bank.area_codes.setdefault((customer["state"], customer["city"]), area_code)
        report.expect("geography", key, f"area code of {customer['city']}", of_city, area_code)
    check_cep(bank, key, customer)

    words = customer["name"].split()
    user, _, domain = customer["email"].partition("@")
    if len(words) < 3:
        report.fail("customers", key, "given name and two surnames", customer["name"])
    if domain not in EMAIL_DOMAINS or plain_letters(words[-1]) not in user or not re.fullmatch(r"[a-z0-9._]+", user):
        report.fail("customers", key, f"e-mail of {customer['name']}", customer["email"])
    least, most = INCOMES.get(customer["employment_status"], (0, 0))
    if not least <= customer["monthly_income"] <= most:
        report.fail("customers", key, f"income in {least}..{most}", customer["monthly_income"])


def plain_letters(name: str) -> str:
    decomposed = unicodedata.normalize("NFD", name.lower())
    return "".join(letter for letter in decomposed if "a" <= letter <= "z")


# ---------------------------------------------------------------------------------------------------------------------
# Accounts


def check_account(
    bank: Bank,
    account: sqlite3.Row,
    opening: Dict[Tuple[str, Optional[str]], float],
    transactions: List[sqlite3.Row],
    trades: List[sqlite3.Row],
) -> None:
    """The account's number, and its book from the opening balance to the balance."""
    report, key = bank.report, account["account_id"]
    problem = account_problem(account["bank_code"], account["branch"], account["account_number"])
    if problem:
        report.fail("account_numbers", key, *problem)

    movements: List[Tuple[int, str, int]] = []
    for row in transactions:
        if row["status"] == "COMPLETED":
            cents = centavos(row["amount"])
            signed = cents if row["direction"] == "CREDIT" else -cents
            movements.append((instant_of(row["timestamp"]), row["transaction_id"], signed))
    for row in trades:
        if row["status"] in ("EXECUTED", "PARTIALLY_FILLED"):
            cents = centavos(row["net_amount"])
            settled = instant_of(row["settlement_date"])
            if row["trade_type"] == "BUY":
                movements.append((instant_of(row["executed_at"]), row["trade_id"], -cents))
            elif settled < bank.as_of:
                movements.append((settled, row["trade_id"], cents))

    balance = centavos(opening.get(("BALANCE", None), 0))
    overdrawn = False
    for at, movement, signed in sorted(movements):
        balance += signed
        if balance < 0 and not overdrawn:
            overdrawn = True
            report.fail("balances", key, "balance from 0 on", f"{reais(balance)} after {movement} at {iso(at)}")
    if balance != centavos(account["balance"]):
        report.fail("balances", key, f"balance {reais(balance)}", reais(centavos(account["balance"])))
    if account["status"] == "CLOSED":
        report.expect("balances", key, "balance of a CLOSED account", 0, account["balance"])

    # After the last movement only the status changes, or the proceeds of a SELL before the window come in.
    last, updated = iso(max(movements)[0]) if movements else "", account["updated_at"] or ""
    settled = iso(instant_at(sessions_after(local_day(bank.start), 2) + 1))
    if updated < last or (account["status"] == "ACTIVE" and updated > last and updated >= settled):
        report.fail("updates", key, f"updated_at {last or 'before the window'}, of the last movement", updated)


TEXTS = {"PIX": "Pix", "TED": "TED", "DOC": "DOC"}
CASH_TEXTS = {"WITHDRAW": "Saque ATM", "DEPOSIT": "Depósito"}
ONE_WAY = {"DEPOSIT": "CREDIT", "WITHDRAW": "DEBIT", "BOLETO": "DEBIT"}


def check_transaction(bank: Bank, account: sqlite3.Row, row: sqlite3.Row) -> None:
    report, key, means = bank.report, row["transaction_id"], row["transaction_type"]
    at = check_event(bank, key, row, "timestamp", account)
    name, text = row["counterparty_name"], row["description"]
    if row["direction"] != ONE_WAY.get(means, row["direction"]):
        report.fail("transactions", key, f"{ONE_WAY[means]} of a {means}", row["direction"])
    if means in ("PIX", "TED", "DOC"):
        way = "para" if row["direction"] == "DEBIT" else "de"
        report.expect("transactions", key, "text", f"{TEXTS[means]} {way} {name}", text)
        if not name or not row["counterparty_key"]:
            report.fail("transactions", key, f"counterparty of a {means}", f"{row['counterparty_key']}, {name}")
        else:
            check_counterparty(bank, account, row, at)
    else:
        if name is not None or row["counterparty_key"] is not None:
            report.fail("transactions", key, f"no counterparty of a {means}", f"{row['counterparty_key']}, {name}")
        if text != CASH_TEXTS.get(means, text) or (means == "BOLETO") != text.startswith("Pagamento boleto - "):
            report.fail("transactions", key, f"text of a {means}", text)
    is_cash = means in CASH_TEXTS
    if is_cash != (row["location_lat"] is not None) or is_cash != (row["location_lon"] is not None):
        report.fail("transactions", key, "a location of cash only", f"{row['location_lat']}, {row['location_lon']}")
    if means == "DOC" and (at >= NO_DOC_SINCE or centavos(row["amount"]) > MOST_BY_DOC):
        expected = "DOC before 2024-03-01 and below 5000.00"
        report.fail("transactions", key, expected, f"{row['amount']:.2f} at {row['timestamp']}")
    if means in ("TED", "DOC"):
        time = local_time(at) % DAY_MS
        if not (7 * HOUR_MS <= time < 17 * HOUR_MS and is_banking_day(local_day(at))):
            report.fail("wires", key, "a business day, 07:00 to 17:00", row["timestamp"])
    if (means == "PIX") != (row["pix_e2e_id"] is not None) or (means == "PIX") != (row["pix_key_type"] is not None):
        report.fail("pix", key, "end-to-end id and key type of a Pix only", f"{row['pix_e2e_id']} of a {means}")
    elif means == "PIX":
        check_pix(bank, account, row, at)


def check_pix(bank: Bank, account: sqlite3.Row, row: sqlite3.Row, at: int) -> None:
    report, key, e2e = bank.report, row["transaction_id"], row["pix_e2e_id"]
    if at < PIX_SINCE:
        report.fail("pix", key, "Pix from 2020-11-16 on", row["timestamp"])
    minute = "".join(part for part in row["timestamp"][:16] if part.isdigit())
    report.expect("pix", key, "length of the end-to-end id", 32, len(e2e))
    report.expect("pix", key, "minute of the end-to-end id", minute, e2e[9:21])
    ispb = ISPB.get(account["bank_code"])
    if row["direction"] == "DEBIT":
        report.expect("pix", key, "payer's ISPB", ispb, e2e[1:9])
    elif e2e[1:9] not in ISPBS:
        report.fail("pix", key, "ISPB of a bank", e2e[1:9])
    bank.pix[e2e].append(
        PixLeg(
            transaction_id=key,
            customer_id=row["customer_id"],
            bank=account["bank_code"],
            debit=row["direction"] == "DEBIT",
            cents=centavos(row["amount"]),
            at=at,
            completed=row["status"] == "COMPLETED",
            key_type=row["pix_key_type"],
            key=row["counterparty_key"] or "",
            name=row["counterparty_name"] or "",
        )
    )


def check_counterparty(bank: Bank, account: sqlite3.Row, row: sqlite3.Row, at: int) -> None:
    """The key is valid for its kind and, wherever it appears, one name's: the owner's where that is a customer."""
    report, key = bank.report, row["transaction_id"]
    value, name = row["counterparty_key"], row["counterparty_name"]
    kind = row["pix_key_type"] if row["transaction_type"] == "PIX" else "ACCOUNT"
    if kind == "ACCOUNT":
        parts = value.split("/")
        problem = account_problem(*parts) if len(parts) == 3 else ("bank/branch/number", value)
        if problem:
            report.fail("counterparties", key, *problem)
    elif not is_pix_key(kind, value):
        report.fail("counterparties", key, f"valid {kind}", value)
    if kind == "CNPJ" and at < CNPJ_LETTERS_SINCE and not value.isdigit():
        report.fail("counterparties", key, "CNPJ without letters before 2026-07", value)

    if kind != "ACCOUNT":
        owner = bank.owners.get(value)
    elif value in bank.accounts:
        owner = bank.accounts[value].customer_id
        bank.wires.append((row, bank.accounts[value]))
    else:
        owner = None
    known = bank.names[owner] if owner in bank.names else bank.key_names.setdefault(value, name)
    if known != name:
        report.fail("p2p" if owner else "counterparties", key, f"counterparty {known}, whose key it is", name)


PIX_KEYS = {
    "CPF": is_cpf,
    "CNPJ": is_cnpj,
    "EMAIL": lambda key: re.fullmatch(r"[a-z0-9._]+@[a-z.]+", key) and key.partition("@")[2] in EMAIL_DOMAINS,
    "PHONE": lambda key: re.fullmatch(r"\+55\d{2}9\d{8}", key) and int(key[3:5]) in AREA_CODES,
    "EVP": re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}").fullmatch,
}


def is_pix_key(kind: str, key: str) -> bool:
    return kind in PIX_KEYS and bool(PIX_KEYS[kind](key))


# ---------------------------------------------------------------------------------------------------------------------
# Transfers between customers


def check_partners(bank: Bank) -> None:
    report = bank.report
    for e2e, legs in bank.pix.items():
        if len(legs) == 1:
            leg = legs[0]
            other = bank.owners.get(leg.key)
            if other is not None and other != leg.customer_id:
                report.fail("p2p", leg.transaction_id, f"a second leg at customer {other}", f"none with {e2e}")
        elif len(legs) == 2:
            check_pair(bank, e2e, legs)
        else:
            report.fail("p2p", e2e, "one or two transactions", len(legs))
    check_wires(bank)


def check_pair(bank: Bank, e2e: str, legs: List[PixLeg]) -> None:
    report = bank.report
    one, two = legs
    ids = f"{one.transaction_id} and {two.transaction_id}"
    if one.customer_id == two.customer_id:
        report.fail("p2p", ids, "two customers", one.customer_id)
    if one.debit == two.debit:
        report.fail("p2p", ids, "a DEBIT and a CREDIT", "DEBIT twice" if one.debit else "CREDIT twice")
    if one.cents != two.cents:
        report.fail("p2p", ids, f"one amount, {reais(one.cents)}", reais(two.cents))
    report.expect("p2p", ids, "one instant,", iso(one.at), iso(two.at))
    if not (one.completed and two.completed):
        report.fail("p2p", ids, "both COMPLETED", f"{one.completed}, {two.completed}")
    payer = one if one.debit else two
    report.expect("p2p", ids, "payer's ISPB", ISPB.get(payer.bank), e2e[1:9])
    for leg, other in ((one, two), (two, one)):
        report.expect("p2p", leg.transaction_id, "counterparty", bank.names[other.customer_id], leg.name)
        if leg.key_type == "CNPJ":
            report.fail("p2p", leg.transaction_id, "key of a person", leg.key)
        elif leg.key_type != "EVP":
            report.expect("p2p", leg.transaction_id, "owner of the key", other.customer_id, bank.owners.get(leg.key))


def check_wires(bank: Bank) -> None:
    """A TED or DOC to an account of the bank is there too, the other way round."""
    found: Set[Tuple[str, str, str, int]] = set()
    for row, _ in bank.wires:
        found.add((row["account_id"], row["direction"], row["timestamp"], centavos(row["amount"])))
    for row, partner in bank.wires:
        if row["status"] != "COMPLETED":
            continue
        opposite = "CREDIT" if row["direction"] == "DEBIT" else "DEBIT"
        if (partner.account_id, opposite, row["timestamp"], centavos(row["amount"])) not in found:
            bank.report.fail("p2p", row["transaction_id"], f"a second leg at account {partner.account_id}", "none")


# ---------------------------------------------------------------------------------------------------------------------
# Cards


class Bills(NamedTuple):
    """A card's bills as far as the window's purchases make them."""

    amounts: Dict[int, int]
    first_complete: int  # first bill of which every purchase lies in the window


@lru_cache(maxsize=None)
def closing_of(due_day: int, cycle: int) -> int:
    """Instant at which a cycle ends; cycles are numbered by the month in which their bill is due."""
    return instant_at(day_in_month(cycle, due_day) - 8)


@lru_cache(maxsize=None)
def payment_of(due_day: int, cycle: int) -> int:
    return instant_at(day_in_month(cycle, due_day), 10 * HOUR_MS)


def cycle_of(due_day: int, at: int) -> int:
    cycle = month_of(local_day(at))  # the cycle before has closed by then
    while closing_of(due_day, cycle) <= at:
        cycle += 1
    return cycle


def parts_of(amount: int, parts: int) -> List[int]:
    return [amount // parts] * (parts - 1) + [amount - amount // parts * (parts - 1)]


def check_card(bank: Bank, card: sqlite3.Row, purchases: List[sqlite3.Row]) -> Bills:
    report, key, due_day = bank.report, card["card_id"], card["due_day"]
    limit = centavos(card["credit_limit"])
    bills: Dict[int, int] = defaultdict(int)
    last_change = ""
    for row in sorted(purchases, key=lambda purchase: purchase["timestamp"]):
        at = check_event(bank, row["transaction_id"], row, "timestamp", card)
        check_purchase(bank, row)
        if row["status"] != "APPROVED":
            continue
        last_change = row["timestamp"]
        for cycle, part in enumerate(parts_of(centavos(row["amount"]), row["installments"]), cycle_of(due_day, at)):
            bills[cycle] += part
        unpaid = open_of(bills, due_day, at)
        if unpaid > limit:
            report.fail("cards", row["transaction_id"], f"at most {reais(limit)} open", reais(unpaid))

    carried = centavos(opening_of(bank, key).get(("CARD_CARRIED", None), 0))
    available = limit - carried - open_of(bills, due_day, bank.as_of)
    if available != centavos(card["available_limit"]) or available < 0:
        report.fail("cards", key, f"available limit {reais(available)}", reais(centavos(card["available_limit"])))
    paid = [payment_of(due_day, cycle) for cycle in bills if payment_of(due_day, cycle) < bank.as_of]
    last_change = max(last_change, iso(max(paid))) if paid else last_change
    if last_change and (card["updated_at"] is None or card["updated_at"] < last_change):
        report.fail("updates", key, f"updated_at from {last_change} on", card["updated_at"])

    if instant_of(card["created_at"]) >= bank.start:
        return Bills(bills, 0)
    return Bills(bills, cycle_of(due_day, bank.start - 1) + 12)  # a bill has parts of purchases of twelve cycles


def open_of(bills: Dict[int, int], due_day: int, at: int) -> int:
    """What bills leave open just before an instant: those that are not paid before it."""
    return sum(amount for cycle, amount in bills.items() if payment_of(due_day, cycle) >= at)


def check_purchase(bank: Bank, row: sqlite3.Row) -> None:
    report, key = bank.report, row["transaction_id"]
    report.expect("purchases", key, "category", CATEGORIES.get(row["mcc_code"]), row["merchant_category"])
    if row["installments"] > 1 and centavos(row["amount"]) <= 20_000:
        report.fail("purchases", key, "one payment up to 200.00", f"{row['installments']} of {row['amount']:.2f}")


CARD_BILL = re.compile(r"Pagamento boleto - Fatura (VISA|MASTERCARD|ELO) (\d{4})")
LOAN_BILLS = {
    "Pagamento boleto - Empréstimo Pessoal": "PERSONAL",
    "Pagamento boleto - Financiamento Imobiliário": "HOUSING",
    "Pagamento boleto - Financiamento de Veículo": "VEHICLE",
}


def check_boletos(
    bank: Bank,
    transactions: List[sqlite3.Row],
    cards: Dict[str, sqlite3.Row],
    bills: Dict[str, Bills],
    paid: Set[Tuple[str, str, int]],
) -> None:
    """Boletos that pay a card or a loan of the customer are for what was due."""
    for row in transactions:
        if row["transaction_type"] != "BOLETO":
            continue
        key, cents = row["transaction_id"], centavos(row["amount"])
        card_bill = CARD_BILL.fullmatch(row["description"])
        if card_bill:
            at = instant_of(row["timestamp"])
            cycle = month_of(local_day(at))
            due = [
                bills[card_key]
                for card_key, card in cards.items()
                if (card["brand"], card["card_number_masked"][-4:]) == card_bill.groups()
                and payment_of(card["due_day"], cycle) == at
            ]
            known = [(bill.amounts.get(cycle, 0), cycle >= bill.first_complete) for bill in due]
            if not any(cents == amount if complete else cents >= amount for amount, complete in known):
                amounts = " or ".join(f"{'' if complete else 'from '}{reais(amount)}" for amount, complete in known)
                expected = amounts or "a card of the customer whose bill is due then"
                bank.report.fail("card_bills", key, expected, f"{reais(cents)} at {row['timestamp']}")
        loan_type = LOAN_BILLS.get(row["description"])
        if loan_type and (loan_type, row["timestamp"], cents) not in paid:
            expected = f"a {loan_type} instalment paid at {row['timestamp']}"
            bank.report.fail("loan_payments", key, expected, reais(cents))


# ---------------------------------------------------------------------------------------------------------------------
# Trades


def check_trades(
    bank: Bank,
    account: sqlite3.Row,
    opening: Dict[Tuple[str, Optional[str]], float],
    trades: List[sqlite3.Row],
) -> None:
    report = bank.report
    held = {stock: round(value) for (kind, stock), value in opening.items() if kind == "HOLDING"}
    for row in sorted(trades, key=lambda trade: (trade["executed_at"], trade["trade_id"])):
        key, stock, quantity = row["trade_id"], row["stock_id"], row["quantity"]
        at = check_event(bank, key, row, "executed_at", account)
        if stock in bank.stocks and row["executed_at"] < bank.stocks[stock]["created_at"]:
            report.fail("causality", key, f"executed_at from {bank.stocks[stock]['created_at']} on", row["executed_at"])
        report.expect("trades", key, "type of account", "INVESTIMENTOS", account["account_type"])
        check_trade_amounts(bank, row)
        check_session(bank, row, at)
        if row["status"] in ("EXECUTED", "PARTIALLY_FILLED"):
            held[stock] = held.get(stock, 0) + (quantity if row["trade_type"] == "BUY" else -quantity)
            if held[stock] < 0:
                report.fail("holdings", key, f"at most {held[stock] + quantity} shares sold", quantity)
        day = local_day(at)
        first, last = bank.ticker_days.get((stock, row["ticker"]), (day, day))
        bank.ticker_days[stock, row["ticker"]] = min(first, day), max(last, day)


def check_trade_amounts(bank: Bank, row: sqlite3.Row) -> None:
    report, key = bank.report, row["trade_id"]
    lot = bank.stocks[row["stock_id"]]["lot_size"] if row["stock_id"] in bank.stocks else 100
    if row["quantity"] % lot:
        report.fail("trades", key, f"quantity in lots of {lot}", row["quantity"])
    total = row["quantity"] * centavos(row["price_per_share"])
    fees, rest = divmod(total * 8025, 10_000_000)
    if rest * 2 > 10_000_000 or (rest * 2 == 10_000_000 and fees % 2 == 1):
        fees += 1
    net = total + fees if row["trade_type"] == "BUY" else total - fees
    for column, cents in (("total_amount", total), ("fees", fees), ("net_amount", net)):
        if centavos(row[column]) != cents:
            report.fail("trades", key, f"{column} {reais(cents)}", reais(centavos(row[column])))


def check_session(bank: Bank, row: sqlite3.Row, at: int) -> None:
    report, key = bank.report, row["trade_id"]
    day, time_of_day = divmod(local_time(at), DAY_MS)
    opening, close = session_hours(day)
    if not is_session(day):
        report.fail("sessions", key, "executed on a day with a session", civil(day))
    elif not opening <= time_of_day < close:
        hours = f"{opening // HOUR_MS}:00 to {close // HOUR_MS}:00"
        report.fail("sessions", key, f"executed from {hours} of São Paulo", row["executed_at"])
    settled = iso(instant_at(sessions_after(day, 2), time_of_day))
    report.expect("sessions", key, "settlement_date", settled, row["settlement_date"])


def check_tickers(bank: Bank) -> None:
    by_stock: Dict[str, List[Tuple[int, int, str]]] = defaultdict(list)
    by_ticker: Dict[str, List[str]] = defaultdict(list)
    for (stock, ticker), (first, last) in bank.ticker_days.items():
        by_stock[stock].append((first, last, ticker))
        by_ticker[ticker].append(stock)
    for ticker, stocks in by_ticker.items():
        bank.report.expect("tickers", ticker, "one stock of", 1, len(stocks))
    for stock, uses in by_stock.items():
        uses.sort()
        for (_, last, earlier), (first, _, later) in zip(uses, uses[1:]):
            if first <= last:
                expected = f"{later} only after {civil(last)}, the last day of {earlier}"
                bank.report.fail("tickers", stock, expected, civil(first))
        current = bank.stocks[stock]["ticker"] if stock in bank.stocks else None
        if any(ticker == current for _, _, ticker in uses[:-1]):
            bank.report.fail("tickers", stock, f"no ticker after {current}", uses[-1][2])


# ---------------------------------------------------------------------------------------------------------------------
# Loans


# What may repeat: table, owner, instant, amount, and which rows. A bill is paid at 10:00, an instalment falls due at
# midnight: both are left out.
REPETITIONS = (
    ("transactions", "account_id", "timestamp", "amount", "description NOT LIKE 'Pagamento boleto - Fatura %'"),
    ("card_transactions", "card_id", "timestamp", "amount", "status = 'APPROVED'"),
    ("trades", "account_id", "executed_at", "total_amount", "1"),
    ("installments", "loan_id", "updated_at", "paid_amount", "status = 'PAID'"),
)
# Chance alone repeats next to nothing; two rows may, however few there are.
REPEATED_SHARE = 0.005


def check_repetition(bank: Bank) -> None:
    for table, owner, at, amount, which in REPETITIONS:
        groups = f"SELECT count(*) AS n FROM {table} WHERE {which} GROUP BY {owner}, {amount}, substr({at}, 12)"
        repeated, rows = bank.base.execute(f"SELECT total(CASE WHEN n > 1 THEN n END), total(n) FROM ({groups})").fetchone()
        if repeated > max(2, REPEATED_SHARE * rows):
            expected = f"less than {REPEATED_SHARE:.1%} of rows with the amount and time of day of another one"
            bank.report.fail("repetition", table, expected, f"{repeated:.0f} of {rows:.0f}")


def check_loan(bank: Bank, loan: sqlite3.Row, joined: int, schedule: List[sqlite3.Row]) -> None:
    report, key = bank.report, loan["loan_id"]
    check_property(bank, loan, joined)
    if loan["disbursement_date"] is None:
        if loan["status"] not in ("PENDING", "APPROVED", "REJECTED"):
            report.fail("loans", key, "PENDING, APPROVED or REJECTED without disbursement", loan["status"])
        report.expect("loans", key, "instalments without disbursement", 0, len(schedule))
        return
    disbursed = day_of(loan["disbursement_date"])
    if not local_day(instant_of(loan["created_at"])) <= disbursed <= bank.last_day:
        expected = f"disbursement_date in {loan['created_at']}..{civil(bank.last_day)}"
        report.fail("causality", key, expected, loan["disbursement_date"])
    check_schedule(bank, loan, disbursed, schedule)
    for row in schedule:
        check_installment(bank, loan, disbursed, schedule[0]["created_at"], row)

    statuses = [row["status"] for row in schedule]
    if "DEFAULT" in statuses:
        status = "DEFAULT"
    elif statuses.count("LATE") >= 3:
        status = "DELINQUENT"
    else:
        status = "ACTIVE" if set(statuses) - {"PAID"} else "PAID_OFF"
    report.expect("loans", key, "status", status, loan["status"])
    changes = [row["updated_at"] for row in schedule if row["updated_at"] is not None]
    if changes:
        report.expect("updates", key, "updated_at", max(changes), loan["updated_at"])


def check_property(bank: Bank, loan: sqlite3.Row, joined: int) -> None:
    report, key = bank.report, loan["loan_id"]
    if (loan["loan_type"] == "HOUSING") != (loan["property_id"] is not None):
        report.fail("housing", key, "a property for HOUSING only", f"{loan['property_id']} for {loan['loan_type']}")
    query = "SELECT * FROM properties WHERE property_id = ?"
    estate = bank.base.execute(query, (loan["property_id"],)).fetchone()
    if estate is not None:
        check_order(bank, loan["property_id"], estate, joined)
        most = centavos(estate["appraised_value"]) * 80 // 100
        if centavos(loan["principal"]) > most:
            report.fail("housing", key, f"principal up to {reais(most)}", reais(centavos(loan["principal"])))


def half_up(numerator: int, denominator: int) -> int:
    return (2 * numerator + denominator) // (2 * denominator)


RATE_SCALE = 1_000_000


@lru_cache(maxsize=None)
def price_payment(principal: int, rate: int, term: int) -> int:
    """P r (1+r)^n / ((1+r)^n - 1) in whole numbers; the rate is in millionths."""
    if rate == 0:
        return half_up(principal, term)
    growth, one = (RATE_SCALE + rate) ** term, RATE_SCALE**term
    return half_up(principal * rate * growth, RATE_SCALE * (growth - one))


def expected_schedule(loan: sqlite3.Row) -> Iterator[Tuple[int, int]]:
    """Principal and interest of each instalment."""
    principal, term = centavos(loan["principal"]), loan["term_months"]
    rate = round(loan["interest_rate"] * RATE_SCALE)
    payment = price_payment(principal, rate, term)
    balance = principal
    for number in range(1, term + 1):
        interest = half_up(balance * rate, RATE_SCALE)
        part = principal // term if loan["amortization_system"] == "SAC" else payment - interest
        if number == term:
            part = balance
        balance -= part
        yield part, interest


def check_schedule(bank: Bank, loan: sqlite3.Row, disbursed: int, schedule: List[sqlite3.Row]) -> None:
    report, key = bank.report, loan["loan_id"]
    numbers = [row["installment_number"] for row in schedule]
    if numbers != list(range(1, loan["term_months"] + 1)):
        report.fail("amortization", key, f"instalments 1..{loan['term_months']}", f"{len(numbers)} instalments")
        return
    repaid = sum(centavos(row["principal_amount"]) for row in schedule)
    if repaid != centavos(loan["principal"]):
        report.fail("amortization", key, f"principals that sum to {loan['principal']:.2f}", reais(repaid))
    month, day = month_of(disbursed), civil(disbursed).day
    for row, (principal, interest) in zip(schedule, expected_schedule(loan)):
        row_key, number = row["installment_id"], row["installment_number"]
        amounts = (("principal", principal), ("interest", interest), ("total", principal + interest))
        for name, cents in amounts:
            got = centavos(row[f"{name}_amount"])
            if got != cents:
                report.fail("amortization", row_key, f"{name} of number {number} {reais(cents)}", reais(got))
        due = str(civil(day_in_month(month + number, day)))
        report.expect("amortization", row_key, f"due date of number {number}", due, row["due_date"])


def check_installment(bank: Bank, loan: sqlite3.Row, disbursed: int, first_created: str, row: sqlite3.Row) -> None:
    """Status and dates of an instalment, as of the last instant before the as-of."""
    report, key, status = bank.report, row["installment_id"], row["status"]
    due, created, updated = day_of(row["due_date"]), row["created_at"], row["updated_at"]
    if local_day(instant_of(created)) != disbursed or created < loan["created_at"]:
        report.fail("causality", key, f"created_at on {loan['disbursement_date']}, the disbursement", created)
    if created != first_created:
        report.fail("causality", key, f"created_at {first_created}, of the whole schedule", created)
    if updated is not None and not created <= updated < iso(bank.as_of):
        report.fail("causality", key, f"updated_at in {created}..{iso(bank.as_of)}", updated)

    payment = (row["paid_date"], row["paid_amount"], row["days_late"])
    if status == "PAID":
        if None in payment or updated is None:
            report.fail("installments", key, "paid_date, paid_amount, days_late and updated_at when PAID", payment)
            return
        paid = day_of(row["paid_date"])
        report.expect("installments", key, "paid_amount", row["total_amount"], row["paid_amount"])
        report.expect("installments", key, "days_late", max(0, paid - due), row["days_late"])
        report.expect("installments", key, "updated_at on", paid, local_day(instant_of(updated)))
        return
    if payment != (None, None, None):
        report.fail("installments", key, f"no payment when {status}", payment)
    late = bank.last_day - due
    expected = "PENDING" if late <= 0 else "LATE" if late <= 90 else "DEFAULT"
    report.expect("installments", key, f"status due {row['due_date']}", expected, status)
    since = {"PENDING": None, "LATE": due + 1, "DEFAULT": due + 91}[expected]
    changed = iso(instant_at(since)) if since is not None else None
    report.expect("installments", key, "updated_at", changed, updated)


def paid_installments(
    loans: Dict[str, sqlite3.Row], schedules: Dict[str, List[sqlite3.Row]]
) -> Set[Tuple[str, str, int]]:
    """Loan type, instant and amount of every payment of a customer."""
    return {
        (loan["loan_type"], row["updated_at"], centavos(row["paid_amount"]))
        for key, loan in loans.items()
        for row in schedules[key]
        if row["status"] == "PAID" and row["paid_amount"] is not None
    }


# ---------------------------------------------------------------------------------------------------------------------


def main(arguments: Sequence[str]) -> int:
    if len(arguments) != 1 or arguments[0].startswith("-"):
        print("usage: verify_bank.py FILE.sqlite", file=sys.stderr)
        return 2
    sys.stdout.reconfigure(encoding="utf-8")
    try:
        return check_bank(Bank(arguments[0]))
    except Misuse as error:
        print(f"error: {error}", file=sys.stderr)
    except sqlite3.Error as error:
        print(f'error: Cannot read "{arguments[0]}" to its end: {error}', file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
