// Money as people write it and as the box counts it: whole numbers of a currency's smallest unit.

import { lang } from "../texts.js";

// Currencies whose smallest unit isn’t a hundredth, as the box counts them (`kernel/protocol/src/money/currency.rs`; a test there compares).
// `Intl` has another table, which differs between browsers: some count ALL and IQD without decimals.
const NONE = "BIF/CLP/DJF/GNF/ISK/JPY/KMF/KRW/PYG/RWF/UGX/VND/VUV/XAF/XOF/XPF".split("/");
const THREE = "BHD/IQD/JOD/KWD/LYD/OMR/TND".split("/");
/** The currencies that are written with a symbol, as the box writes them (`Lang::amount`). */
const SYMBOLS = { EUR: "€", GBP: "£" };

/** How many digits a currency has after the point. */
export function digits(currency) {
  if (NONE.includes(currency)) return 0;
  return THREE.includes(currency) ? 3 : 2;
}

function decimal(units, currency, language, useGrouping) {
  const places = digits(currency);
  const format = new Intl.NumberFormat(language, { minimumFractionDigits: places, maximumFractionDigits: places, useGrouping });
  return format.format(units / 10 ** places);
}

/** An amount in minor units as people read it: 5.00 CHF and €5.00, 5,00 CHF and 5,00 €. */
export function amount(units, currency, language = lang) {
  const number = decimal(Math.abs(units), currency, language, true);
  const minus = units < 0 ? "−" : "";
  const symbol = SYMBOLS[currency];
  if (!symbol) return `${minus}${number}\u00a0${currency}`;
  return language === "en" ? `${minus}${symbol}${number}` : `${minus}${number}\u00a0${symbol}`;
}

/** An amount in minor units as people write it into a field: 5.00, 5,00. */
export const written = (units, currency, language = lang) => decimal(units, currency, language, false);

/** An amount as people write it, in minor units; null where it is none. */
export function minor(text, currency) {
  const places = digits(currency);
  const match = text.trim().replace(",", ".").match(/^(\d{1,9})(?:\.(\d+))?$/);
  if (!match || (match[2] ?? "").length > places) return null;
  return Number(match[1]) * 10 ** places + Number((match[2] ?? "").padEnd(places, "0") || 0);
}

/** Whether a text may be the code of a currency. */
export const isCurrency = (code) => /^[A-Z]{3,4}$/.test(code);
