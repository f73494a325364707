/** The columns of a CDR file that a customer opens in a spreadsheet, in its language. */
import type { Language } from '../../core/accounts/accounts.ts'
import type { CsvColumn } from '../../reports/usage-csv.ts'
import type { UsageDetail } from '../../reports/usage-details.ts'
import { USAGE_SECTIONS, type Invoice } from '../invoice-model.ts'
import { invoiceTexts } from './texts/invoice-texts.ts'

/** What a row's destination is called; see destination-name.ts. */
export type DestinationOf = (row: UsageDetail, language: Language) => string

/** Call types are called what the invoice calls them; destinations stand there where prices are by them. */
export function customerColumns(
  invoice: Invoice,
  destinationOf?: DestinationOf,
): readonly CsvColumn[] {
  const { language } = invoice
  const { products } = invoiceTexts(language)
  const names = new Map(
    invoice.lines
      .filter(({ section }) => USAGE_SECTIONS.has(section))
      .map(({ subject, description }) => [subject, description]),
  )
  const values: Readonly<Record<ColumnName, (row: UsageDetail) => ReturnType<CsvColumn[1]>>> = {
    start: (row) => row.startLocal,
    number: (row) => row.servedNumber,
    subscription: (row) => row.subscriptionId,
    product: (row) => products[row.product],
    callType: (row) => names.get(row.callType) ?? row.callType,
    direction: (row) => DIRECTIONS[language][row.direction],
    sender: (row) => row.sender,
    receiver: (row) => row.receiver,
    network: (row) => row.visitedNetwork,
    seconds: (row) => row.durationSeconds,
    bytes: (row) => row.volumeBytes,
    beyondBundle: (row) => row.outOfBundleQuantity,
    charge: (row) => ({ micros: row.chargeMicros }),
    information: (row) => ({ micros: row.informationChargeMicros }),
    amount: (row) => ({ micros: row.amountMicros }),
  }
  return COLUMN_NAMES.flatMap((name, index): CsvColumn[] => {
    const column: CsvColumn = [TITLES[language][index] ?? name, values[name]]
    if (name !== 'receiver' || destinationOf === undefined) return [column]
    return [column, [DESTINATION[language], (row) => destinationOf(row, language)]]
  })
}

const DESTINATION = {
  nl: 'Bestemming',
  fr: 'Destination',
  de: 'Ziel',
  en: 'Destination',
} as const satisfies Readonly<Record<Language, string>>

const COLUMN_NAMES = [
  'start',
  'number',
  'subscription',
  'product',
  'callType',
  'direction',
  'sender',
  'receiver',
  'network',
  'seconds',
  'bytes',
  'beyondBundle',
  'charge',
  'information',
  'amount',
] as const
type ColumnName = (typeof COLUMN_NAMES)[number]

/** In the order of the names. */
const TITLES: Readonly<Record<Language, readonly string[]>> = {
  nl: [
    'Begin',
    'Nummer',
    'Aansluiting',
    'Product',
    'Soort',
    'Richting',
    'Van',
    'Naar',
    'Netwerk',
    'Duur (s)',
    'Volume (bytes)',
    'Buiten bundel',
    'Verkeer (€ excl. btw)',
    'Informatie (€ excl. btw)',
    'Bedrag (€ excl. btw)',
  ],
  fr: [
    'Début',
    'Numéro',
    'Ligne',
    'Produit',
    'Type',
    'Sens',
    'De',
    'Vers',
    'Réseau',
    'Durée (s)',
    'Volume (octets)',
    'Hors forfait',
    'Trafic (€ hors TVA)',
    'Information (€ hors TVA)',
    'Montant (€ hors TVA)',
  ],
  de: [
    'Beginn',
    'Nummer',
    'Anschluss',
    'Produkt',
    'Art',
    'Richtung',
    'Von',
    'An',
    'Netz',
    'Dauer (s)',
    'Volumen (Bytes)',
    'Außerhalb des Pakets',
    'Verkehr (€ ohne MwSt.)',
    'Auskunft (€ ohne MwSt.)',
    'Betrag (€ ohne MwSt.)',
  ],
  en: [
    'Start',
    'Number',
    'Subscription',
    'Product',
    'Type',
    'Direction',
    'From',
    'To',
    'Network',
    'Duration (s)',
    'Volume (bytes)',
    'Outside the bundle',
    'Traffic (€ excl. VAT)',
    'Information (€ excl. VAT)',
    'Amount (€ excl. VAT)',
  ],
}

const DIRECTIONS: Readonly<Record<Language, Readonly<Record<UsageDetail['direction'], string>>>> = {
  nl: { none: '', out: 'uitgaand', in: 'inkomend', forwarded: 'doorgeschakeld' },
  fr: { none: '', out: 'sortant', in: 'entrant', forwarded: 'renvoyé' },
  de: { none: '', out: 'ausgehend', in: 'eingehend', forwarded: 'weitergeleitet' },
  en: { none: '', out: 'outgoing', in: 'incoming', forwarded: 'forwarded' },
}
