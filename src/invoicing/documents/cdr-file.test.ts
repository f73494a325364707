import { expect, test } from 'vitest'
import type { Account } from '../../core/accounts/accounts.ts'
import { micros } from '../../core/money/money.ts'
import type { ShownRow } from '../../reports/usage-details.ts'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import { buildInvoice } from '../build/build-invoice.ts'
import { usageCharges } from '../build/usage-charges.ts'
import type { Invoice } from '../invoice-model.ts'
import { cdrFile, timeZoneOf } from './cdr-file.ts'
import type { DocumentSources } from './document-kinds.ts'

const request = inventedRequest({ subscriptionsCount: 3, language: 'fr' })
const invoice: Invoice = { ...buildInvoice(request), number: '2026-00000001' }
/** The catalogue with international calls as help lines: they have a price, so one can cost something. */
const catalogue: DocumentSources['catalogue'] = {
  ...request.catalogue,
  callTypes: request.catalogue.callTypes.map((each) =>
    each.id === 'international-1' ? { ...each, invoiceGroup: 'helpline' } : each,
  ),
}

test('a free call to a help line is in no CDR file; one that costs something is', async () => {
  const rows = [row('national-fixed', 0), row('international-1', 0), row('international-1', 2_500)]
  const lines = (await contentOf(invoice, rows)).trimEnd().split('\r\n')
  expect(lines[0]).toMatch(/^start,start_utc,account,/)
  expect(lines.slice(1).map((line) => [line.split(',')[6], line.split(',')[18]])).toEqual([
    ['national-fixed', '0.00'],
    ['international-1', '0.0025'],
  ])
})

test('as a sheet it is in the language of the customer and opens by a double click', async () => {
  const sheet = { ...invoice, paper: { cdrForm: 'excel' } } as const
  const [head, first] = (await contentOf(sheet, [row('premium-0900', 42_300)])).split('\r\n')
  expect(head).toBe(
    '\uFEFFDébut;Numéro;Ligne;Produit;Type;Sens;De;Vers;Réseau;Durée (s);Volume (octets);' +
      'Hors forfait;Trafic (€ hors TVA);Information (€ hors TVA);Montant (€ hors TVA)',
  )
  expect(first).toBe(
    '2026-10-03 14:00:00;+31850000001;sub-0002;Téléphonie;0900-nummers;sortant;+31850000001;' +
      '+31201234567;;61;0;61;0,0423;0,00;0,0423',
  )
})

test('times are those of the account, and of one that nobody knows those of Amsterdam', () => {
  const directory = (timeZone: string, accountId: string) =>
    ({ accounts: new Map([[accountId, { ...request.account, timeZone }]]) }) as never
  const of = { accountId: 'duinzicht', periodStartDay: request.period.startDay }
  expect(timeZoneOf(of, directory('Europe/Lisbon', 'duinzicht'))).toBe('Europe/Lisbon')
  expect(timeZoneOf(of, directory('Europe/Lisbon', 'other'))).toBe('Europe/Amsterdam')
})

test('free help lines are no line of an invoice, and verification can ask for them', () => {
  const [sum] = request.usage
  if (sum === undefined) throw new Error('there is no usage')
  const free = { ...sum, callType: 'international-1', chargeMicros: micros(0) }
  const context = {
    catalogue,
    language: 'nl' as const,
    calendar: request.calendar,
    taxAt: () => ({ taxCategory: 'standard' as const, taxPercentHundredths: 2100 }),
  }
  expect(usageCharges([free], context)).toEqual([])
  expect(usageCharges([free], { ...context, withHelplines: true })).toHaveLength(1)
  expect(usageCharges([{ ...free, chargeMicros: micros(1) }], context)).toHaveLength(1)
})

test('what was corrected of a closed period is not what came late', () => {
  const [sum] = request.usage
  if (sum === undefined) throw new Error('there is no usage')
  const sectionsOf = (changes: { late: boolean; corrected?: boolean }) =>
    usageCharges([{ ...sum, ...changes, informationChargeMicros: micros(1) }], {
      catalogue,
      language: 'nl',
      calendar: request.calendar,
      taxAt: () => ({ taxCategory: 'standard', taxPercentHundredths: 2100 }),
    }).map(({ section }) => section)
  expect(sectionsOf({ late: false })).toEqual(['usage', 'premium'])
  expect(sectionsOf({ late: true, corrected: false })).toEqual(['late', 'late-premium'])
  expect(sectionsOf({ late: true, corrected: true })).toEqual(['correction', 'correction-premium'])
})

async function contentOf(of: Invoice, rows: readonly ShownRow[]): Promise<string> {
  const account: Account = { ...request.account, accountId: 'duinzicht' }
  const sources = {
    catalogue,
    directory: { accounts: new Map([['duinzicht', account]]) },
    ledger: {
      async *cdrs() {
        yield await Promise.resolve([...rows])
      },
    },
  }
  const span = {
    accountId: 'duinzicht',
    periodStartDay: of.period.startDay,
    cutOffId: '',
    lateStartDays: [],
    lateAfterCutOffId: '',
  }
  const content = cdrFile.content({ invoiceId: 1, invoice: of, span }, sources as never)
  return Buffer.concat(await Array.fromAsync(content)).toString('utf8')
}

function row(callType: string, charge: number): ShownRow {
  return {
    startMs: Date.parse('2026-10-03T12:00:00Z'),
    accountId: 'duinzicht',
    subscriptionId: 'sub-0002',
    product: 'voip',
    kind: 'voice',
    direction: 'out',
    callType,
    servedNumber: '+31850000001',
    sender: '+31850000001',
    receiver: '+31201234567',
    destination: 'nl-fixed',
    visitedNetwork: '',
    durationSeconds: 61,
    volumeBytes: 0,
    quantity: 61,
    outOfBundleQuantity: 61,
    billedQuantity: 61,
    chargeMicros: micros(charge),
    informationChargeMicros: micros(0),
    rateId: 'rate',
    periodStartDay: invoice.period.startDay,
    late: false,
    entryKind: 'usage',
    usageId: 'u-1',
    logSource: 'files',
    logPartition: 1,
    logOffset: 1,
  }
}
