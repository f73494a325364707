/**
 * The text of the QR code that banking apps read: a SEPA credit transfer, EPC069-12 version 2.1
 * (service tag BCD, version 002, UTF-8). Field lengths are those of the guideline, § 3.
 */
import { microsToDecimal } from '../../../core/money/money.ts'
import type { Invoice } from '../../invoice-model.ts'
import { paymentText } from '../payment-reference.ts'

const NAME_CHARACTERS_MAX = 70
const REMITTANCE_CHARACTERS_MAX = 140
const AMOUNT_MICROS_MAX = 999_999_999_990_000

/** Undefined where a transfer makes no sense: a draft, no account, or nothing to pay. */
export function epcQrText(invoice: Invoice): string | undefined {
  const { seller, totals } = invoice
  const iban = seller.iban.replaceAll(/\s/g, '')
  const isInRange = totals.grossMicros > 0 && totals.grossMicros <= AMOUNT_MICROS_MAX
  const payable = invoice.kind === 'invoice' && isInRange
  if (invoice.number === '' || iban === '' || !payable) return undefined
  return [
    'BCD',
    '002',
    '1', // UTF-8
    'SCT',
    seller.bic,
    seller.party.legalName.slice(0, NAME_CHARACTERS_MAX),
    iban,
    `EUR${microsToDecimal(totals.grossMicros, 2)}`,
    '', // Purpose.
    '', // Structured: an ISO 11649 creditor reference only. Banks know a Belgian one in the text below.
    paymentText(invoice).slice(0, REMITTANCE_CHARACTERS_MAX),
  ].join('\n')
}
