/** Why an invoice differs from the one before, in the words of the four languages: for its mail. */
import type { Language } from '../../../core/accounts/accounts.ts'
import type { DifferenceCause, DifferenceGroup } from '../../difference/invoice-difference.ts'

interface DifferenceTexts {
  readonly more: (parts: { amount: string; causes: string }) => string
  readonly less: (parts: { amount: string; causes: string }) => string
  readonly groups: Readonly<Record<DifferenceGroup, (name: string, count: number) => string>>
}

const TEXTS: Readonly<Record<Language, DifferenceTexts>> = {
  nl: {
    more: ({ amount, causes }) =>
      `Deze factuur is ${amount} hoger dan de vorige, vooral door: ${causes}.`,
    less: ({ amount, causes }) =>
      `Deze factuur is ${amount} lager dan de vorige, vooral door: ${causes}.`,
    groups: {
      new: (name, count) => `${count} × ${name} nieuw`,
      ended: (name, count) => `${Math.abs(count)} × ${name} opgezegd`,
      'part-of-month': (name) => `${name}, deel van een maand`,
      price: (name) => `prijs van ${name}`,
      quantity: (name, count) => `${name}, aantal ${signed(count)}`,
      usage: (name) => `verbruik: ${name}`,
      'one-off': (name) => `eenmalig: ${name}`,
      discount: (name) => `korting: ${name}`,
      correction: (name) => `correctie of laat verbruik: ${name}`,
      vat: () => 'btw',
    },
  },
  fr: {
    more: ({ amount, causes }) =>
      `Cette facture dépasse la précédente de ${amount}, surtout par : ${causes}.`,
    less: ({ amount, causes }) =>
      `Cette facture est inférieure de ${amount} à la précédente, surtout par : ${causes}.`,
    groups: {
      new: (name, count) => `${count} × ${name}, nouveau`,
      ended: (name, count) => `${Math.abs(count)} × ${name}, résilié`,
      'part-of-month': (name) => `${name}, partie d’un mois`,
      price: (name) => `prix de ${name}`,
      quantity: (name, count) => `${name}, quantité ${signed(count)}`,
      usage: (name) => `consommation : ${name}`,
      'one-off': (name) => `frais unique : ${name}`,
      discount: (name) => `remise : ${name}`,
      correction: (name) => `correction ou consommation tardive : ${name}`,
      vat: () => 'TVA',
    },
  },
  de: {
    more: ({ amount, causes }) =>
      `Diese Rechnung ist ${amount} höher als die vorige, vor allem durch: ${causes}.`,
    less: ({ amount, causes }) =>
      `Diese Rechnung ist ${amount} niedriger als die vorige, vor allem durch: ${causes}.`,
    groups: {
      new: (name, count) => `${count} × ${name} neu`,
      ended: (name, count) => `${Math.abs(count)} × ${name} gekündigt`,
      'part-of-month': (name) => `${name}, Teil eines Monats`,
      price: (name) => `Preis von ${name}`,
      quantity: (name, count) => `${name}, Anzahl ${signed(count)}`,
      usage: (name) => `Nutzung: ${name}`,
      'one-off': (name) => `einmalig: ${name}`,
      discount: (name) => `Rabatt: ${name}`,
      correction: (name) => `Korrektur oder späte Nutzung: ${name}`,
      vat: () => 'MwSt.',
    },
  },
  en: {
    more: ({ amount, causes }) =>
      `This invoice is ${amount} higher than the one before, mainly through: ${causes}.`,
    less: ({ amount, causes }) =>
      `This invoice is ${amount} lower than the one before, mainly through: ${causes}.`,
    groups: {
      new: (name, count) => `${count} × ${name} new`,
      ended: (name, count) => `${Math.abs(count)} × ${name} ended`,
      'part-of-month': (name) => `${name}, part of a month`,
      price: (name) => `price of ${name}`,
      quantity: (name, count) => `${name}, quantity ${signed(count)}`,
      usage: (name) => `usage: ${name}`,
      'one-off': (name) => `one-off: ${name}`,
      discount: (name) => `discount: ${name}`,
      correction: (name) => `correction or late usage: ${name}`,
      vat: () => 'VAT',
    },
  },
}

export function differenceTexts(language: Language): Pick<DifferenceTexts, 'more' | 'less'> {
  return TEXTS[language]
}

/** A cause in words, without its amount. */
export function causeText(
  { group, description, subject, count }: DifferenceCause,
  language: Language,
): string {
  return TEXTS[language].groups[group](description || subject, count)
}

function signed(count: number): string {
  return count > 0 ? `+${count}` : `${count}`
}
