/** Records mediated per second of processor time on one core, by kind of record. */
import type { Account, Directory, Subscription } from '../src/core/accounts/accounts.ts'
import type { Cdr, Product, UsageKind } from '../src/core/usage/usage.ts'
import { exampleCatalogue } from '../test/doubles/example-catalogue.ts'
import { createMediator } from '../src/mediation/mediate.ts'
import { defaultSource } from '../src/ingest/sources.ts'
import { median, report } from './report.ts'

const SUBSCRIPTIONS_COUNT = 20_000
const RECORDS_COUNT = 200_000
const RUNS_COUNT = 5
const STARTED_MS = Date.UTC(2026, 9, 1)

/** Reports `<kind>_per_second` for mobile voice, data and SMS, and VoIP with an account code. */
export function bench(): void {
  measure('mobile_voice', 'mobile', (index) => mobileRecord(index, 'voice'))
  measure('mobile_data', 'mobile', (index) => mobileRecord(index, 'data'))
  measure('mobile_sms', 'mobile', (index) => mobileRecord(index, 'sms'))
  measure('voip_voice', 'voip', voipRecord)
}

function measure(figure: string, product: Product, recordOf: (index: number) => Cdr): void {
  const mediator = createMediator({
    source: { ...defaultSource(product === 'mobile' ? 'tap3' : 'asterisk'), product },
    catalogue: exampleCatalogue(),
    directory: directoryOf(SUBSCRIPTIONS_COUNT, product),
  })
  const records = Array.from({ length: RECORDS_COUNT }, (_, index) => recordOf(index))
  const rates: number[] = []
  let refused = 0
  for (let run = 0; run <= RUNS_COUNT; run++) {
    const begun = process.cpuUsage()
    for (let index = 0; index < records.length; index++) {
      const record = records[index]
      if (record === undefined) continue
      const usage = mediator.mediate(record, 'bench.csv', index)
      if (usage.rejectReason !== '') refused += 1
    }
    const { user, system } = process.cpuUsage(begun)
    const seconds = (user + system) / 1_000_000
    if (run > 0) rates.push(RECORDS_COUNT / seconds) // The first run warms up.
  }
  if (refused > 0) throw new Error(`${refused} records of ${figure} were refused`)
  report('mediate', `${figure}_per_second`, Math.round(median(rates)), 'records/cpu-s')
}

function mobileRecord(index: number, kind: UsageKind): Cdr {
  const subscription = spread(index, SUBSCRIPTIONS_COUNT)
  return cdr(index, {
    kind,
    servedNumber: mobileNumber(subscription),
    imsi: `20416${String(subscription).padStart(10, '0')}`,
    sender: kind === 'data' ? '' : mobileNumber(subscription),
    receiver:
      kind === 'data' ? '' : `+3120${String(spread(index * 3 + 1, 9_999_999)).padStart(7, '1')}`,
  })
}

function voipRecord(index: number): Cdr {
  const subscription = spread(index, SUBSCRIPTIONS_COUNT)
  return cdr(index, {
    kind: 'voice',
    servedNumber: '201',
    trunk: `account-${subscription}`,
    sender: '201',
    receiver: `020${String(spread(index * 3 + 1, 9_999_999)).padStart(7, '1')}`,
  })
}

function cdr(index: number, fields: Partial<Cdr>): Cdr {
  return {
    status: 'cdr',
    raw: '',
    recordKey: `record-${index}`,
    kind: 'voice',
    direction: 'out',
    servedNumber: '',
    imsi: '',
    iccid: '',
    trunk: '',
    sender: '',
    receiver: '',
    startMs: STARTED_MS + spread(index, 2_000_000) * 1000,
    durationSeconds: spread(index, 600),
    volumeUpBytes: spread(index, 1_000_000),
    volumeDownBytes: spread(index, 90_000_000),
    count: 1,
    visitedNetwork: '',
    sessionKey: '',
    partNumber: 0,
    ...fields,
  }
}

function mobileNumber(subscription: number): string {
  return `+316${String(subscription).padStart(8, '0')}`
}

/** Walks the range without repeating, so that caches of the machine are not flattered. */
function spread(index: number, range: number): number {
  return (index * 7_919) % range
}

function directoryOf(count: number, product: Product): Directory {
  const accounts = new Map<string, Account>()
  const subscriptions: Subscription[] = []
  for (let number = 0; number < count; number++) {
    const accountId = `account-${number}`
    accounts.set(accountId, accountOf(accountId))
    subscriptions.push(subscriptionOf(number, accountId, product))
  }
  return {
    partners: new Map(),
    accounts,
    subscriptions,
    groups: new Map(),
    users: [],
    limits: [],
  }
}

function subscriptionOf(number: number, accountId: string, product: Product): Subscription {
  const open = { fromMs: 0, toMs: Infinity }
  return {
    subscriptionId: `subscription-${number}`,
    index: number,
    accountId,
    product,
    label: '',
    costCentre: '',
    activatedMs: 0,
    terminatedMs: Infinity,
    identities: [
      { ...open, kind: 'number', value: mobileNumber(number) },
      { ...open, kind: 'number', value: '201' },
      { ...open, kind: 'imsi', value: `20416${String(number).padStart(10, '0')}` },
    ],
    plans: [],
    modules: [],
    groups: [],
  }
}

function accountOf(accountId: string): Account {
  const address = { street: 'Singel 1', postcode: '1012 AB', city: 'Amsterdam', country: 'NL' }
  return {
    accountId,
    partnerId: 'partner',
    parentAccountId: '',
    party: { legalName: accountId, address, vatId: '', registrationNumber: '' },
    country: 'NL',
    timeZone: 'Europe/Amsterdam',
    anchorDay: 1,
    language: 'nl',
    purchaseOrder: '',
    paymentTermDays: 30,
    sendZeroInvoices: false,
    rateOverrides: [],
    discounts: [],
    earlierTerms: [],
    closedPeriods: [],
  }
}
