/** Words that explain amounts on paper and in the mail, in the four languages of the customers. */
import type { Language } from '../../../core/accounts/accounts.ts'
import type { LineUnit } from '../../invoice-model.ts'

export interface PaperTexts {
  /** Above amounts without VAT. */
  readonly amountExVat: string
  /** The total where there is no VAT in it. */
  readonly totalWithoutVat: string
  /** Behind an amount in a sentence. */
  readonly inclusive: string
  readonly noVatCharged: string
  /** On an invoice of nothing. */
  readonly nothingToPay: string
  readonly daysOf: (parts: { days: number; ofDays: number; fee: string }) => string
  /** Of usage that no bundle covered: how much, where it was not all, and what it came to each. */
  readonly beyondBundle: (parts: { quantity: string }) => string
  readonly averagePrice: (parts: { price: string; unit: string }) => string
  readonly pricedUnits: Readonly<Partial<Record<LineUnit, string>>>
  /** Lines of a section that come to nothing and are not printed. */
  readonly hiddenLines: (count: number) => string
  /** The amounts of the annex are exact within; here they are rounded. */
  readonly roundedNote: string
  readonly structuredReference: string
  /** Of accounts that are on the invoice of their parent. */
  readonly subAccounts: string
  /** Of the register of legal persons, before the court. */
  readonly register: string
}

const TEXTS: Readonly<Record<Language, PaperTexts>> = {
  nl: {
    amountExVat: 'Bedrag excl. btw',
    totalWithoutVat: 'Totaal',
    inclusive: 'inclusief btw',
    noVatCharged: 'zonder btw',
    nothingToPay: 'U hoeft niets te betalen.',
    daysOf: ({ days, ofDays, fee }) => `${days} van ${ofDays} dagen van ${fee}`,
    beyondBundle: ({ quantity }) => `buiten bundel ${quantity}`,
    averagePrice: ({ price, unit }) => `gemiddeld ${price} per ${unit}`,
    pricedUnits: { second: 'minuut', byte: 'MB', message: 'bericht', event: 'stuk' },
    hiddenLines: (count) =>
      count === 1
        ? '1 regel van 0,00 is niet getoond.'
        : `${count} regels van 0,00 zijn niet getoond.`,
    roundedNote:
      'Bedragen excl. btw en kortingen, hier op centen getoond; er wordt één keer per factuurregel afgerond.',
    structuredReference: 'Gestructureerde mededeling',
    subAccounts: 'Totaal per onderdeel',
    register: 'RPR',
  },
  fr: {
    amountExVat: 'Montant hors TVA',
    totalWithoutVat: 'Total',
    inclusive: 'TVA comprise',
    noVatCharged: 'sans TVA',
    nothingToPay: 'Vous n’avez rien à payer.',
    daysOf: ({ days, ofDays, fee }) => `${days} jours sur ${ofDays} de ${fee}`,
    beyondBundle: ({ quantity }) => `hors forfait ${quantity}`,
    averagePrice: ({ price, unit }) => `en moyenne ${price} par ${unit}`,
    pricedUnits: { second: 'minute', byte: 'Mo', message: 'message', event: 'unité' },
    hiddenLines: (count) =>
      count === 1
        ? '1 ligne de 0,00 n’est pas affichée.'
        : `${count} lignes de 0,00 ne sont pas affichées.`,
    roundedNote:
      'Montants hors TVA et remises, affichés ici en centimes ; l’arrondi se fait une seule fois par ligne de facture.',
    structuredReference: 'Communication structurée',
    subAccounts: 'Total par entité',
    register: 'RPM',
  },
  de: {
    amountExVat: 'Betrag ohne MwSt.',
    totalWithoutVat: 'Gesamtbetrag',
    inclusive: 'einschließlich MwSt.',
    noVatCharged: 'ohne MwSt.',
    nothingToPay: 'Sie müssen nichts zahlen.',
    daysOf: ({ days, ofDays, fee }) => `${days} von ${ofDays} Tagen von ${fee}`,
    beyondBundle: ({ quantity }) => `außerhalb des Pakets ${quantity}`,
    averagePrice: ({ price, unit }) => `im Mittel ${price} je ${unit}`,
    pricedUnits: { second: 'Minute', byte: 'MB', message: 'Nachricht', event: 'Stück' },
    hiddenLines: (count) =>
      count === 1
        ? '1 Zeile von 0,00 ist nicht gezeigt.'
        : `${count} Zeilen von 0,00 sind nicht gezeigt.`,
    roundedNote:
      'Beträge ohne MwSt. und Rabatte, hier in Cent gezeigt; gerundet wird einmal je Rechnungszeile.',
    structuredReference: 'Strukturierte Mitteilung',
    subAccounts: 'Summe je Unterkonto',
    register: 'RJP',
  },
  en: {
    amountExVat: 'Amount excl. VAT',
    totalWithoutVat: 'Total',
    inclusive: 'including VAT',
    noVatCharged: 'without VAT',
    nothingToPay: 'You need not pay anything.',
    daysOf: ({ days, ofDays, fee }) => `${days} of ${ofDays} days of ${fee}`,
    beyondBundle: ({ quantity }) => `outside the bundle ${quantity}`,
    averagePrice: ({ price, unit }) => `on average ${price} per ${unit}`,
    pricedUnits: { second: 'minute', byte: 'MB', message: 'message', event: 'unit' },
    hiddenLines: (count) =>
      count === 1 ? '1 line of 0.00 is not shown.' : `${count} lines of 0.00 are not shown.`,
    roundedNote:
      'Amounts excl. VAT and discounts, shown here in cents; rounding is done once for each invoice line.',
    structuredReference: 'Structured reference',
    subAccounts: 'Total by sub-account',
    register: 'RPR/RPM',
  },
}

export function paperTexts(language: Language): PaperTexts {
  return TEXTS[language]
}
