/** Which VAT the catalogue asks for at a moment, in a country: category and percentage. */
import { TikError } from '../core/failures/errors.ts'
import { dayToIso } from '../core/time/period.ts'
import {
  isRated,
  type RatedCategory,
  type Tax,
  type TaxCategory,
  type TaxChoices,
} from '../core/money/tax.ts'
import { validAt, type Validity } from '../core/time/validity.ts'
import { BUILT_IN_VAT_RATES } from './build/built-in-vat-rates.ts'
import type { Catalogue, VatRate } from './catalogue.ts'

/**
 * The category of the choices, with its percentage in the country. Throws `invoice_invalid` when the
 * country has no such rate then.
 */
export function vatAt(
  catalogue: Pick<Catalogue, 'vatRates'>,
  country: string,
  choices: TaxChoices,
  atMs: number,
): Tax {
  const taxCategory = taxCategoryAt(choices, atMs)
  if (!isRated(taxCategory)) return { taxCategory, taxPercentHundredths: 0 }
  const percent = vatPercentAt(catalogue, country, taxCategory, atMs)
  if (percent !== undefined) return { taxCategory, taxPercentHundredths: percent }
  const day = dayToIso(Math.floor(atMs / DAY_MS))
  throw new TikError('invoice_invalid', `${country} has no ${taxCategory} VAT rate on ${day}`, {
    hint: 'give it in the section vat of the catalogue, or mend the country of the partner',
  })
}

const DAY_MS = 86_400_000

export function taxCategoryAt(choices: TaxChoices, atMs: number): TaxCategory {
  return validAt(choices, atMs)?.taxCategory ?? 'standard'
}

/** Hundredths of a percent; undefined when the country has no such rate then. */
export function vatPercentAt(
  { vatRates }: Pick<Catalogue, 'vatRates'>,
  country: string,
  category: RatedCategory,
  atMs: number,
): number | undefined {
  return validAt(vatRatesOf(vatRates, country, category), atMs)?.percentHundredths
}

/** What the catalogue declares goes before what is built in. */
export function vatRatesOf(
  declared: readonly VatRate[],
  country: string,
  category: RatedCategory,
): VatRate[] {
  return [...declared, ...BUILT_IN_VAT_RATES].filter(
    (rate) => rate.country === country && rate.category === category,
  )
}

/** All dates on which the VAT of something can change in the country. */
export function vatChanges(catalogue: Catalogue, country: string): Validity[] {
  const { callTypes, plans, modules, vatRates } = catalogue
  return [
    ...[...vatRates, ...BUILT_IN_VAT_RATES].filter((rate) => rate.country === country),
    ...callTypes.flatMap(({ taxes, informationTaxes = [] }) => [...taxes, ...informationTaxes]),
    ...[...plans.values(), ...modules.values()].flatMap(({ taxes }) => taxes),
  ]
}
