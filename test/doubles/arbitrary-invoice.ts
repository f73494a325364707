/** Invoices of random usage, fees, one-offs, discounts and kinds of VAT, as the build makes them. */
import * as fc from 'fast-check'
import type { Discount } from '../../src/core/accounts/accounts.ts'
import { micros } from '../../src/core/money/money.ts'
import { TAX_CATEGORIES, type TaxCategory } from '../../src/core/money/tax.ts'
import { buildInvoice, type InvoiceRequest } from '../../src/invoicing/build/build-invoice.ts'
import type { Invoice } from '../../src/invoicing/invoice-model.ts'
import { inventedRequest } from './invented-request.ts'

export interface RandomInvoice {
  readonly request: InvoiceRequest
  readonly invoice: Invoice
}

/** Its total is at least nothing: below that the period has a credit note. */
export const anyInvoice: fc.Arbitrary<RandomInvoice> = fc
  .record({
    subscriptionsCount: fc.integer({ min: 0, max: 4 }),
    customerCountry: fc.constantFrom('NL' as const, 'BE' as const),
    usageMicros: fc.array(fc.integer({ min: 0, max: 30_000_000 }), { minLength: 1, maxLength: 7 }),
    taxes: fc.array(fc.constantFrom(...TAX_CATEGORIES), { minLength: 1, maxLength: 5 }),
    oneOffs: fc.array(
      fc.record({
        cents: fc.integer({ min: -3_000, max: 6_000 }),
        taxCategory: fc.constantFrom(...TAX_CATEGORIES),
      }),
      { maxLength: 4 },
    ),
    percents: fc.record({
      recurring: fc.option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined }),
      usage: fc.option(fc.integer({ min: 1, max: 10_000 }), { nil: undefined }),
    }),
    amountCents: fc.option(fc.integer({ min: 1, max: 5_000 }), { nil: undefined }),
  })
  .map(({ subscriptionsCount, customerCountry, ...random }): RandomInvoice => {
    const base = inventedRequest({ subscriptionsCount, customerCountry })
    const request = { ...base, ...randomised(base, random) }
    return { request, invoice: { ...buildInvoice(request), number: '2026-00000001' } }
  })
  .filter(({ invoice }) => invoice.kind === 'invoice' && invoice.lines.length > 0)

interface Random {
  readonly usageMicros: readonly number[]
  readonly taxes: readonly TaxCategory[]
  readonly oneOffs: readonly { readonly cents: number; readonly taxCategory: TaxCategory }[]
  readonly percents: Readonly<Record<'recurring' | 'usage', number | undefined>>
  readonly amountCents: number | undefined
}

function randomised(
  base: InvoiceRequest,
  { usageMicros, taxes, oneOffs, percents, amountCents }: Random,
): Partial<InvoiceRequest> {
  const always = { fromMs: -Infinity, toMs: Infinity }
  const callTypes = base.catalogue.callTypes.map((each, index) => ({
    ...each,
    taxes: [{ taxCategory: taxes[index % taxes.length] ?? 'standard', ...always }],
  }))
  const discounts = [
    ...(percents.recurring === undefined ? [] : [discount('recurring', percents.recurring, 0)]),
    ...(percents.usage === undefined ? [] : [discount('usage', percents.usage, 0)]),
    ...(amountCents === undefined ? [] : [discount('usage', 0, amountCents)]),
  ]
  return {
    account: { ...base.account, discounts },
    catalogue: { ...base.catalogue, callTypes },
    usage: base.usage.map((sum, index) => ({
      ...sum,
      chargeMicros: micros(usageMicros[index % usageMicros.length] ?? 0),
    })),
    oneOffCharges: oneOffs.map(({ cents, taxCategory }, index) => ({
      chargeId: `charge-${index}`,
      accountId: base.account.accountId,
      subscriptionId: '',
      atMs: Date.UTC(2026, 9, 5 + index, 9),
      description: 'Werk',
      amountMicros: micros(cents * 10_000),
      taxCategory,
    })),
  }
}

function discount(
  on: 'recurring' | 'usage',
  percentHundredths: number,
  amountCents: number,
): Discount {
  return {
    on,
    callType: '',
    percentHundredths,
    amountMicros: micros(amountCents * 10_000),
    description: `Korting ${on}`,
    fromMs: 0,
    toMs: Infinity,
  }
}
