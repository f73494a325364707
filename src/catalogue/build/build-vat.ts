/** VAT as the catalogue declares it: percentages of countries, and categories of what is sold. */
import { RATED_CATEGORIES, type TaxCategory, type TaxChoice } from '../../core/money/tax.ts'
import type { BuildContext, DatedEntry, Path } from './build-context.ts'
import type { VatRate } from '../catalogue.ts'
import type { Declaration, Place } from '../read/catalogue-problem.ts'
import { orderVersions } from './order-versions.ts'
import type { VatDeclaration } from '../read/read-catalogue-folder.ts'

export type GivenTax = TaxCategory | readonly (DatedEntry & { readonly category: TaxCategory })[]

/** A category for ever, or a list of them with dates. */
export function buildTaxes(
  given: GivenTax | undefined,
  { id, place }: { readonly id: string; readonly place: Place },
  context: BuildContext,
  field: 'tax' | 'informationTax' = 'tax',
): TaxChoice[] {
  if (given === undefined || given === 'standard') return []
  if (typeof given === 'string') {
    return [{ taxCategory: given, fromMs: -Infinity, toMs: Infinity }]
  }
  const choices = given.map((choice, index) => {
    const path: Path = [field, index]
    return { taxCategory: choice.category, path, ...context.validityOf(choice, place, path) }
  })
  return orderVersions(choices, { id, place, what: 'VAT category' }, context).map(
    ({ path: _path, ...choice }) => choice,
  )
}

export function buildVatRates(context: BuildContext): VatRate[] {
  return context.folder.vat.flatMap((declaration) =>
    RATED_CATEGORIES.flatMap((category) => ratesOf(declaration, category, context)),
  )
}

function ratesOf(
  { id: country, given, place }: Declaration<VatDeclaration>,
  category: VatRate['category'],
  context: BuildContext,
): VatRate[] {
  const written = given[category]
  if (written === undefined) return []
  const entries = typeof written === 'string' ? [{ percent: written }] : written
  const versions = entries.map((entry, index) => {
    const path: Path = typeof written === 'string' ? [category] : [category, index]
    const percentHundredths = hundredths(entry.percent)
    return { country, category, percentHundredths, path, ...context.validityOf(entry, place, path) }
  })
  return orderVersions(
    versions,
    { id: `${country} ${category}`, place, what: 'rate' },
    context,
  ).map(({ path: _path, ...rate }) => rate)
}

/** "9.5" → 950. */
function hundredths(percent: string): number {
  const [whole = '', fraction = ''] = percent.split('.')
  return Number.parseInt(whole + fraction.padEnd(2, '0'), 10)
}
