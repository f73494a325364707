import { expect, test } from 'vitest'
import { inventedRequest } from '../../../test/doubles/invented-request.ts'
import type { Catalogue } from '../../catalogue/catalogue.ts'
import type { Party } from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import { micros } from '../../core/money/money.ts'
import type { BillingParts } from './billing.ts'
import type { AccountScope } from './billing-scope.ts'
import { closedPeriods, draftInvoices, type DraftSources } from './draft-invoice.ts'

const catalogueNamed = (name: string) => ({ name, plans: new Map() }) as unknown as Catalogue

test('a closed period has the catalogue that it was closed with, which is read once', async () => {
  const read: string[] = []
  const parts = {
    catalogueKey: 'today',
    catalogue: catalogueNamed('today'),
    catalogueOf: (key: string) => {
      read.push(key)
      return Promise.resolve(catalogueNamed(key))
    },
  } as unknown as BillingParts
  const scope = { agreed: [], period: { startDay: 90 } } as unknown as AccountScope
  const history = {
    catalogueKeys: new Map([
      [0, 'old'],
      [30, 'old'],
      [60, 'today'],
      [90, 'old'],
    ]),
    closedStartDays: [-30, 0, 30, 60, 90],
  }
  const closed = await closedPeriods(parts, scope, history)
  const names = [...closed].map(([day, { catalogue }]) => [
    day,
    'name' in catalogue && catalogue.name,
  ])
  expect(names).toEqual([
    [-30, 'today'], // Of a build that did not note it.
    [0, 'old'],
    [30, 'old'],
    [60, 'today'],
  ])
  expect(read).toEqual(['old'])
})

const { account, partner, calendar, period, catalogue, issueDay, oneOffCharges } = inventedRequest({
  subscriptionsCount: 0,
})
const [charge] = oneOffCharges

interface Drafting {
  readonly customer?: Partial<Party>
  /** Of one one-off charge; without it nothing is charged. */
  readonly euros?: number
  readonly taxCategory?: 'reverse-charge'
  readonly sources?: Partial<DraftSources>
  readonly failure?: Error
}

function scopeOf(accountId: string, customer: Partial<Party> = {}): AccountScope {
  const party = { ...account.party, ...customer }
  const none = { subscriptions: [], agreed: [], groups: [], billTos: [] }
  return { ...none, account: { ...account, accountId, party }, partner, calendar, period }
}

function draft({ customer, euros = 0, taxCategory, sources = {}, failure }: Drafting) {
  const ledger = {
    allowanceTakes: () => Promise.resolve([]),
    usageSums: () => (failure === undefined ? Promise.resolve([]) : Promise.reject(failure)),
  }
  const operations = { query: () => Promise.resolve([]) }
  const parts = { ledger, operations, catalogue, catalogueKey: 'now' } as unknown as BillingParts
  const charges =
    charge === undefined || euros === 0
      ? []
      : [
          {
            ...charge,
            subscriptionId: '',
            amountMicros: micros(euros * 1_000_000),
            ...(taxCategory === undefined ? {} : { taxCategory }),
          },
        ]
  const own = {
    span: {} as DraftSources['span'],
    history: {
      catalogueKeys: new Map<number, string>(),
      closedStartDays: [],
      chargedItems: [],
      firstBilledDay: undefined,
    },
    due: [],
    oneOffCharges: charges,
  }
  const sub = { ...own, scope: scopeOf('sub') }
  const all = { ...own, issueDay, ...sources }
  const { subAccounts } = sources
  return draftInvoices(parts, scopeOf('duinzicht', customer), {
    ...all,
    ...(subAccounts === undefined ? {} : { subAccounts: [sub] }),
  })
}

test('what comes to less than nothing is a credit note; nothing at all is an invoice', async () => {
  const kinds = await Promise.all(
    [5, 0, -5].map(async (euros) => {
      const { drafts } = await draft({ euros })
      return drafts?.map(({ kind, totals }) => [kind, Math.sign(totals.grossMicros)])
    }),
  )
  expect(kinds).toEqual([[['invoice', 1]], [['invoice', 0]], [['credit-note', 1]]])
})

test('what it is made anew for, and who else is on it, stand on it where there is such a thing', async () => {
  const [plain] = (await draft({ euros: 5 })).drafts ?? []
  expect(plain).not.toHaveProperty('replaces')
  expect(plain?.subAccounts).toBeUndefined()
  const replaces = { number: '2026-00000001', issueDay: 1 } as unknown as NonNullable<
    DraftSources['replaces']
  >
  const [again] = (await draft({ euros: 5, sources: { replaces, subAccounts: [] } })).drafts ?? []
  expect(again).toMatchObject({ replaces, subAccounts: [{ accountId: 'sub' }] })
})

test.each<[string, Partial<Party>, 'reverse-charge' | undefined, string | undefined]>([
  ['one with a VAT id', {}, 'reverse-charge', undefined],
  ['one without', { vatId: ' ' }, 'reverse-charge', 'party_incomplete'],
  ['one without, and it bears VAT', { vatId: ' ' }, undefined, undefined],
])('VAT is reversed for a customer with a VAT id: %s', async (_rule, customer, category, code) => {
  const tax = category === undefined ? {} : { taxCategory: category }
  const { finding, drafts } = await draft({ customer, euros: 5, ...tax })
  expect(finding?.code).toBe(code)
  expect(drafts?.length).toBe(code === undefined ? 1 : undefined)
})

test('what cannot be invoiced is for a person, and a store that is away for nobody', async () => {
  const codeOf = async (code: 'invoice_invalid' | 'money_overflow') => {
    const { finding } = await draft({ failure: new TikError(code, 'why') })
    return [finding?.code, finding?.subject]
  }
  expect(await codeOf('invoice_invalid')).toEqual(['vat_rate_missing', 'duinzicht'])
  expect(await codeOf('money_overflow')).toEqual(['amount_out_of_range', 'duinzicht'])
  const away = draft({ failure: new TikError('ledger_unavailable', 'away') })
  await expect(away).rejects.toThrow('away')
})
