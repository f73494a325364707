/** Batches of direct debits of every kind, invented, for their tests and for the schema (scripts/check-direct-debits.ts). */
import { micros } from '../../src/core/money/money.ts'
import { dayFromIso } from '../../src/core/time/period.ts'
import type { DebitCollection, DebitMessage } from '../../src/invoicing/debit/pain-008.ts'

/** By name. */
export function inventedDebits(): Map<string, DebitMessage> {
  return new Map<string, DebitMessage>([
    ['one collection', batch([collection(1)])],
    [
      'every scheme and sequence',
      batch([
        collection(1, { sequence: 'RCUR' }),
        collection(2, { sequence: 'FRST', bic: 'ABNANL2A' }),
        collection(3, { scheme: 'b2b', sequence: 'RCUR' }),
        collection(4, { sequence: 'OOFF' }),
        collection(5, { sequence: 'RCUR', amountMicros: micros(99_999_999_990_000) }),
      ]),
    ],
    [
      'names that banks do not take',
      batch([
        collection(1, {
          debtorName: 'Łódź & Søn "€" <b>…</b> Straße — Αθήνα B.V.',
          remittance: 'C2026-00000001 # 5',
        }),
      ]),
    ],
  ])
}

function batch(collections: readonly DebitCollection[]): DebitMessage {
  return {
    messageId: 'TIK-seller-a1b2c3-000001',
    createdMs: Date.parse('2026-11-20T08:15:30.123Z'),
    collectionDay: dayFromIso('2026-12-01'),
    creditor: {
      name: 'Waddenlijn Telecom B.V.',
      iban: 'NL91ABNA0417164300',
      bic: undefined,
      creditorId: 'NL79ZZZ999999990000',
    },
    collections,
  }
}

function collection(index: number, more: Partial<DebitCollection> = {}): DebitCollection {
  return {
    endToEndId: `${index}-2026-0000000${index}`,
    invoiceId: index,
    amountMicros: micros(index * 12_340_000),
    scheme: 'core',
    sequence: 'FRST',
    mandateId: `M-${index}`,
    signedDay: dayFromIso('2026-03-01'),
    debtorName: 'Klein Bedrijf B.V.',
    iban: 'NL20INGB0001234567',
    bic: undefined,
    remittance: `2026-0000000${index}`,
    ...more,
  }
}
