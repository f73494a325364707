/**
 * Every kind of invoice that tik can make, invented, for the tests of e-invoices and for the official
 * rules (scripts/check-e-invoices.ts): kinds of VAT, parties, discounts, credits, late usage, sizes, names.
 */
import type { Catalogue } from '../../src/catalogue/catalogue.ts'
import type { Discount, Party } from '../../src/core/accounts/accounts.ts'
import type { BillTo } from '../../src/core/accounts/bill-to.ts'
import { micros } from '../../src/core/money/money.ts'
import { dayFromIso } from '../../src/core/time/period.ts'
import type { TaxCategory } from '../../src/core/money/tax.ts'
import {
  buildInvoice,
  buildInvoices,
  type InvoiceRequest,
} from '../../src/invoicing/build/build-invoice.ts'
import type { Invoice, RecurringItem } from '../../src/invoicing/invoice-model.ts'
import type { UsageSum } from '../../src/invoicing/ledger/invoice-ledger.ts'
import { inventedRequest, type InventedOptions } from './invented-request.ts'

/** By name, in a fixed order. */
export function inventedEInvoices(): Map<string, Invoice> {
  const invoices = new Map<string, Invoice>()
  for (const [name, request] of Object.entries({ ...vatKinds(), ...parties(), ...contents() })) {
    const number = `2026-${String(invoices.size + 1).padStart(8, '0')}`
    invoices.set(name, { ...buildInvoice(request), number })
  }
  const site = buildInvoices(siteRequest()).at(-1)
  if (site?.customer.billToId !== undefined) {
    const number = `2026-${String(invoices.size + 1).padStart(8, '0')}`
    invoices.set('to a site with an electronic address of its own', { ...site, number })
  }
  const plain = invoices.get('standard rate')
  if (plain?.kind === 'invoice') {
    const number = `2026-${String(invoices.size + 1).padStart(8, '0')}`
    const { issueDay } = plain
    invoices.set('made anew', { ...plain, number, replaces: { number: plain.number, issueDay } })
  }
  return invoices
}

function subAccount(): InvoiceRequest {
  const { account: parent, ...request } = base({ subscriptionsCount: 4 })
  const { accountId: parentAccountId, party } = parent
  const named = { ...party, legalName: 'Wijkzorg & Zonen' }
  const sub = { ...parent, accountId: 'wijkzorg', parentAccountId, party: named }
  return { ...request, account: sub, oneOffCharges: [] }
}

/** Two of three subscriptions are of a site. */
function siteRequest(): InvoiceRequest {
  const request = base()
  const subscriptions = request.subscriptions.map((each, index) => {
    const always = { fromMs: 0, toMs: Infinity }
    return index === 0 ? each : { ...each, billTos: [{ billToId: 'harbour', ...always }] }
  })
  const address = { street: 'Kade 9', postcode: '3000 CC', city: 'Rotterdam', country: 'NL' }
  const harbour: BillTo = {
    billToId: 'harbour',
    accountId: request.account.accountId,
    legalName: 'Duinzicht, haven',
    address,
    purchaseOrder: 'PO-HARBOUR',
    electronicAddress: { scheme: '0088', value: '8712345678906' },
    readerIds: [],
  }
  return { ...request, subscriptions, billTos: [harbour] }
}

function vatKinds(): Record<string, InvoiceRequest> {
  const alone = (category: TaxCategory) => taxed(base(), () => category)
  const each: readonly TaxCategory[] = ['standard', 'reduced', 'zero', 'exempt', 'reverse-charge']
  return {
    'standard rate': base(),
    'reduced rate': alone('reduced'),
    'zero rate': alone('zero'),
    exempt: alone('exempt'),
    'outside scope': alone('outside-scope'),
    'reverse charge, NL to BE': base({ customerCountry: 'BE' }),
    'reverse charge, BE to NL': sold(base(), BELGIAN_SELLER),
    'reverse charge within NL': alone('reverse-charge'),
    'five categories at once': taxed(base({ subscriptionsCount: 9 }), (place) => each[place % 5]),
    'exempt and reversed, NL to BE': taxed(base({ customerCountry: 'BE' }), (place) =>
      place % 2 === 0 ? 'exempt' : 'standard',
    ),
    'rate changes within the month': {
      ...base({ subscriptionsCount: 9 }),
      catalogue: { ...base().catalogue, vatRates: CHANGED_RATES },
    },
    'two rates that are equal': {
      ...taxed(base(), (place) => (place % 2 === 0 ? 'standard' : 'reduced')),
      ...withRates([rate('reduced', 2100), rate('standard', 2100)]),
    },
  }
}

function parties(): Record<string, InvoiceRequest> {
  const belgian = base({ customerCountry: 'BE' })
  const foreign = {
    vatId: 'BE0999999922',
    registrationNumber: 'HRB 12345',
    address: { street: 'Hauptstraße 5', postcode: '52062', city: 'Aachen', country: 'DE' },
  }
  return {
    'BE to BE': sold(belgian, BELGIAN_SELLER),
    'BE to BE, numbers with dots': bought(sold(belgian, BELGIAN_SELLER), {
      registrationNumber: '0999.999.922',
      vatId: 'BE 0999.999.922',
    }),
    'to a public body with an OIN': bought(base(), { registrationNumber: '00000001234567890000' }),
    'to a business known by its Dutch VAT id': bought(base(), { registrationNumber: '' }),
    'to a business without VAT id': bought(base(), { vatId: '' }),
    'to a foreigner with a Belgian VAT id': bought(base(), foreign),
    'without purchase order': account(base(), { purchaseOrder: '' }),
    'without mail and BIC': { ...base(), partner: { ...base().partner, mailFrom: '', bic: '' } },
    'in French': base({ language: 'fr' }),
    'in German': base({ language: 'de' }),
    'in English': base({ language: 'en' }),
    'hostile names': hostile(),
  }
}

function contents(): Record<string, InvoiceRequest> {
  return {
    'one subscription': base({ subscriptionsCount: 1 }),
    'late usage': base({ subscriptionsCount: 12 }),
    '500 subscriptions': base({ subscriptionsCount: 500 }),
    '500 lines': { ...base(), usage: fiveHundredCallTypes() },
    'discount as amount': discounted(base(), [discount({ amount: 5_000_000 })]),
    'discount on usage': discounted(base(), [discount({ on: 'usage', percent: 333 })]),
    'discounts on several rates': discounted(
      taxed(base(), (place) => (place % 2 === 0 ? 'standard' : 'reduced')),
      [discount({ percent: 1_250 }), discount({ on: 'usage', amount: 12_340_000 })],
    ),
    'discounts that are cut short': discounted(base(), [
      discount({ percent: 7_000 }),
      discount({ percent: 6_000, description: 'Nog een' }),
    ]),
    'discount on a credit': {
      ...discounted(base(), [discount({ on: 'recurring', percent: 1_000 })]),
      chargedItems: [takenBack()],
      subscriptions: [],
    },
    'everything discounted to zero': discounted(base(), [
      discount({ percent: 10_000 }),
      discount({ on: 'usage', percent: 10_000 }),
    ]),
    'nothing but free usage': { ...free(), oneOffCharges: [] },
    'fees taken back': { ...base(), chargedItems: [takenBack()] },
    'negative one-off charge': withOneOff(base(), -3_210_000),
    'adjustment without usage': { ...base(), usage: [...base().usage, adjustment(1_234_567)] },
    'adjustment that gives back': { ...base(), usage: [...base().usage, adjustment(-765_432)] },
    'great amounts': withOneOff(base(), 1_234_567_890_120_000),
    'a sub-account on the invoice of its parent': { ...base(), subAccounts: [subAccount()] },
    'lines by cost centre': account(base({ subscriptionsCount: 9 }), { costCentreLines: true }),
    'one cost centre': account(base({ subscriptionsCount: 1 }), { costCentreLines: true }),
    'corrections beside late usage': { ...base(), usage: [...base().usage, ...corrections()] },
  }
}

/** A call that came late, and calls that were taken back after their month was billed. */
function corrections(): UsageSum[] {
  const [sum] = base().usage
  if (sum === undefined) throw new Error('there is usage')
  const earlier = { ...sum, late: true, periodStartDay: sum.periodStartDay - 30 }
  return [
    { ...earlier, count: 1, quantity: 60, outOfBundleQuantity: 60, chargeMicros: micros(250_000) },
    {
      ...earlier,
      corrected: true,
      count: -2,
      quantity: -600,
      outOfBundleQuantity: -600,
      chargeMicros: micros(-2_500_000),
    },
  ]
}

function base(options: Partial<InventedOptions> = {}): InvoiceRequest {
  return inventedRequest({ subscriptionsCount: 3, ...options })
}

const BELGIAN_SELLER: Party = {
  legalName: 'Scheldebocht Telecom NV',
  address: { street: 'Havenlaan 7', postcode: '2000', city: 'Antwerpen', country: 'BE' },
  vatId: 'BE0888888895',
  registrationNumber: '0888888895',
}

function sold(request: InvoiceRequest, party: Party): InvoiceRequest {
  return { ...request, partner: { ...request.partner, party } }
}

function bought(request: InvoiceRequest, changes: Partial<Party>): InvoiceRequest {
  return account(request, { party: { ...request.account.party, ...changes } })
}

function account(
  request: InvoiceRequest,
  changes: Partial<InvoiceRequest['account']>,
): InvoiceRequest {
  return { ...request, account: { ...request.account, ...changes } }
}

/** Each call type, plan, module and one-off charge gets a category, by its place. */
function taxed(
  request: InvoiceRequest,
  categoryAt: (place: number) => TaxCategory | undefined,
): InvoiceRequest {
  let place = 0
  const withTaxes = <Sold extends object>(each: Sold) => ({
    ...each,
    taxes: [{ taxCategory: categoryAt(place++) ?? 'standard', fromMs: -Infinity, toMs: Infinity }],
  })
  const { catalogue, oneOffCharges } = request
  const map = <Sold extends object>(all: ReadonlyMap<string, Sold>) =>
    new Map([...all].map(([id, each]) => [id, withTaxes(each)]))
  return {
    ...request,
    catalogue: {
      ...catalogue,
      callTypes: catalogue.callTypes.map((each) => withTaxes(each)),
      plans: map(catalogue.plans),
      modules: map(catalogue.modules),
    },
    oneOffCharges: oneOffCharges.map((each) => ({ ...each, taxCategory: categoryAt(place++) })),
  }
}

type Rate = Catalogue['vatRates'][number]

function rate(category: Rate['category'], percentHundredths: number, fromMs = -Infinity): Rate {
  return { country: 'NL', category, percentHundredths, fromMs, toMs: Infinity }
}

const CHANGED_RATES: readonly Rate[] = [
  { ...rate('standard', 2100), toMs: Date.UTC(2026, 10, 15) },
  rate('standard', 2250, Date.UTC(2026, 10, 15)),
]

function withRates(vatRates: readonly Rate[]): Pick<InvoiceRequest, 'catalogue'> {
  const request = taxed(base(), (place) => (place % 2 === 0 ? 'standard' : 'reduced'))
  return { catalogue: { ...request.catalogue, vatRates } }
}

function discounted(request: InvoiceRequest, discounts: readonly Discount[]): InvoiceRequest {
  return account(request, { discounts })
}

function discount(of: {
  on?: Discount['on']
  percent?: number
  amount?: number
  description?: string
}): Discount {
  return {
    on: of.on ?? 'recurring',
    callType: '',
    percentHundredths: of.percent ?? 0,
    amountMicros: micros(of.amount ?? 0),
    description: of.description ?? 'Raamovereenkomst',
    fromMs: 0,
    toMs: Infinity,
  }
}

/** A fee for October that an earlier invoice charged and that is not due. */
function takenBack(): RecurringItem {
  return {
    subscriptionId: 'sub-gone',
    subject: 'plan',
    subjectId: 'mobiel-zakelijk',
    periodStartDay: dayFromIso('2026-10-01'),
    periodEndDay: dayFromIso('2026-11-01'),
    fromDay: dayFromIso('2026-10-11'),
    toDay: dayFromIso('2026-11-01'),
    feeMicros: micros(17_500_000),
    sign: 1,
  }
}

function withOneOff(request: InvoiceRequest, amountMicros: number): InvoiceRequest {
  const [first] = request.oneOffCharges
  if (first === undefined) throw new Error('the invented request has a one-off charge')
  const more = { ...first, chargeId: 'extra', subscriptionId: '', description: 'Bijzonder' }
  return {
    ...request,
    oneOffCharges: [...request.oneOffCharges, { ...more, amountMicros: micros(amountMicros) }],
  }
}

function usageSum(changes: Partial<UsageSum>): UsageSum {
  const [first] = base().usage
  if (first === undefined) throw new Error('the invented request has usage')
  return { ...first, informationChargeMicros: micros(0), ...changes }
}

/** As the end of a period settles a volume rate of usage that an earlier invoice had. */
function adjustment(chargeMicros: number): UsageSum {
  const periodStartDay = dayFromIso('2026-09-01')
  const none = { count: 0, quantity: 0, outOfBundleQuantity: 0 }
  return usageSum({ late: true, periodStartDay, ...none, chargeMicros: micros(chargeMicros) })
}

function fiveHundredCallTypes(): UsageSum[] {
  return Array.from({ length: 500 }, (_, index) =>
    usageSum({
      callType: `call-type-${index}`,
      count: index + 1,
      quantity: 61 * (index + 1),
      chargeMicros: micros(33_337 * index),
    }),
  )
}

function free(): InvoiceRequest {
  return {
    ...base(),
    subscriptions: [],
    usage: base().usage.map((sum) => ({
      ...sum,
      chargeMicros: micros(0),
      informationChargeMicros: micros(0),
    })),
  }
}

const HOSTILE = 'A\u0000B\u001b[31m<b>&amp;"\'\ud800\uffff\u202e ]]>\n\t Ω 😀'

function hostile(): InvoiceRequest {
  const request = base({ customerName: HOSTILE, sellerName: HOSTILE })
  const address = { street: HOSTILE, postcode: HOSTILE, city: HOSTILE, country: 'NL' }
  const named = bought(request, { address })
  const oneOffCharges = request.oneOffCharges.map((each) => ({ ...each, description: HOSTILE }))
  return {
    ...discounted(account(named, { accountId: '<&">', purchaseOrder: HOSTILE }), [
      discount({ percent: 500, description: HOSTILE }),
    ]),
    oneOffCharges: [
      ...oneOffCharges,
      ...oneOffCharges.map((each) => ({ ...each, chargeId: 'blank', description: ' \u0007 ' })),
    ],
  }
}
