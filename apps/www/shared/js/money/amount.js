// Money as people write it and as the box counts it: whole numbers of a currency's smallest unit.

import { locale } from "../texts.js";

const format = (currency) => new Intl.NumberFormat(locale, { style: "currency", currency });

/** How many digits a currency has after the point. */
export const digits = (currency) => format(currency).resolvedOptions().maximumFractionDigits;

/** An amount in minor units as people read it: CHF 5.00. */
export const amount = (units, currency) => format(currency).format(units / 10 ** digits(currency));

/** An amount in minor units as people write it into a field: 5.00. */
export const written = (units, currency) => (units / 10 ** digits(currency)).toFixed(digits(currency));

/** An amount as people write it, in minor units; null where it is none. */
export function minor(text, currency) {
  const places = digits(currency);
  const match = text.trim().replace(",", ".").match(/^(\d{1,9})(?:\.(\d+))?$/);
  if (!match || (match[2] ?? "").length > places) return null;
  return Number(match[1]) * 10 ** places + Number((match[2] ?? "").padEnd(places, "0") || 0);
}

/** Whether a text is the code of a currency that the browser can write. */
export const isCurrency = (code) => /^[A-Z]{3,4}$/.test(code);
