/** The parties of fixtures/mediation/scenarios.txt, and a CDR to start from. For tests only. */
import type {
  Account,
  Directory,
  HomeCountry,
  Identity,
  Subscription,
  Validity,
} from '../../src/core/accounts/accounts.ts'
import type { Cdr, Product } from '../../src/core/usage/usage.ts'

const OPEN: Validity = { fromMs: 0, toMs: Infinity }
const SUMMER_TIME_HOURS = 2

/** 'MM-DD HH:mm' of October 2026 in Amsterdam, before the clocks went back. */
export function localMs(at: string): number {
  const [month = 0, day = 0, hour = 0, minute = 0] = at
    .split(/[- :]/)
    .map((part) => Number.parseInt(part, 10))
  return Date.UTC(2026, month - 1, day, hour - SUMMER_TIME_HOURS, minute)
}

export function exampleDirectory(): Directory {
  const swapped = localMs('10-12 12:00')
  const moved = localMs('10-15 12:00')
  const subscriptions = [
    subscription('desk-1', 'acme', 'voip', [number('+31201230001'), number('201')]),
    subscription('desk-2', 'acme', 'voip', [number('+31201230002'), number('202')]),
    subscription('free', 'acme', 'voip', [number('+318001234')]),
    subscription('trunk', 'acme', 'voip', [
      { ...OPEN, kind: 'trunk', value: 'acme-trunk' },
      number('+31201230100'),
    ]),
    subscription('sim-1', 'acme', 'mobile', [
      number('+31610000001'),
      { kind: 'imsi', value: '204160000000001', fromMs: 0, toMs: swapped },
      { kind: 'imsi', value: '204160000000009', fromMs: swapped, toMs: Infinity },
    ]),
    subscription('moved-a', 'acme', 'mobile', [
      { ...number('+31610000002'), toMs: moved },
      { ...OPEN, kind: 'imsi', value: '204160000000002' },
    ]),
    {
      ...subscription('ended', 'acme', 'mobile', [number('+31610000003')]),
      terminatedMs: localMs('10-20 12:00'),
    },
    {
      ...subscription('begun', 'acme', 'mobile', [number('+31610000004')]),
      activatedMs: localMs('10-05 00:00'),
    },
    subscription('iot', 'acme', 'mobile', [
      { ...OPEN, kind: 'imsi', value: '204160000000005' },
      { ...OPEN, kind: 'iccid', value: '8931000000000000005' },
    ]),
    subscription('moved-b', 'bakker', 'mobile', [
      { ...number('+31610000002'), fromMs: moved },
      { ...OPEN, kind: 'imsi', value: '204160000000022' },
    ]),
    subscription('shop', 'bakker', 'voip', [number('+3222345678'), number('201')]),
  ].map((one, index) => ({ ...one, index }))
  return {
    partners: new Map(),
    accounts: new Map([
      ['acme', account('acme', 'NL')],
      ['bakker', account('bakker', 'BE')],
    ]),
    subscriptions,
    groups: new Map(),
    users: [],
    limits: [],
  }
}

/** A record that says nothing but its key and moment, and what `fields` add. */
export function exampleCdr(fields: Partial<Cdr>): Cdr {
  return {
    status: 'cdr',
    raw: 'raw',
    recordKey: 'key',
    kind: 'voice',
    direction: 'none',
    servedNumber: '',
    imsi: '',
    iccid: '',
    trunk: '',
    sender: '',
    receiver: '',
    startMs: localMs('10-01 09:00'),
    durationSeconds: 60,
    volumeUpBytes: 0,
    volumeDownBytes: 0,
    count: 1,
    visitedNetwork: '',
    sessionKey: '',
    partNumber: 0,
    ...fields,
  }
}

function subscription(
  subscriptionId: string,
  accountId: string,
  product: Product,
  identities: Identity[],
): Subscription {
  return {
    subscriptionId,
    index: 0,
    accountId,
    product,
    label: '',
    costCentre: '',
    activatedMs: 0,
    terminatedMs: Infinity,
    identities,
    plans: [],
    modules: [],
    groups: [],
  }
}

function number(value: string): Identity {
  return { ...OPEN, kind: 'number', value }
}

function account(accountId: string, country: HomeCountry): Account {
  const address = { street: 'Singel 1', postcode: '1012 AB', city: 'Amsterdam', country }
  return {
    accountId,
    partnerId: 'partner',
    parentAccountId: '',
    party: { legalName: accountId, address, vatId: '', registrationNumber: '' },
    country,
    timeZone: country === 'NL' ? 'Europe/Amsterdam' : 'Europe/Brussels',
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
