/** Probable oversights about VAT: rates that end, categories that a country has no rate of. */
import { isRated, RATED_CATEGORIES, type TaxCategory } from '../../core/money/tax.ts'
import { joined } from '../../core/time/validity.ts'
import type { GivenTax } from '../build/build-vat.ts'
import type { Catalogue } from '../catalogue.ts'
import type { ProblemList } from '../read/catalogue-problem.ts'
import { validityText } from '../describe-rate.ts'
import type { CatalogueFolder } from '../read/read-catalogue-folder.ts'
import { vatRatesOf } from '../vat-at.ts'

/** Sellers are there, whatever the catalogue declares. */
const HOME_COUNTRIES = ['NL', 'BE']

export function warnOfVat(
  catalogue: Catalogue,
  folder: CatalogueFolder,
  problems: ProblemList,
): void {
  warnOfEnds(catalogue, folder, problems)
  const countries = [...new Set([...HOME_COUNTRIES, ...folder.vat.map(({ id }) => id)])]
  const ofInformation = folder.callTypes.map(({ id, given, place }) => {
    return { id, place, field: 'informationTax', tax: given.informationTax }
  })
  const others = [...folder.callTypes, ...folder.plans, ...folder.modules]
  const ofAll = others.map(({ id, given, place }) => ({ id, place, field: 'tax', tax: given.tax }))
  for (const { id, place, field, tax } of [...ofAll, ...ofInformation]) {
    for (const category of new Set(categoriesOf(tax))) {
      if (!isRated(category)) continue
      const without = countries.filter(
        (country) => vatRatesOf(catalogue.vatRates, country, category).length === 0,
      )
      if (without.length === 0) continue
      problems.warn(place, [field], `${id}: there is no ${category} rate for ${without.join(', ')}`)
    }
  }
}

/** The last rate is to have no end; gaps before it are found where versions are put in order. */
function warnOfEnds(
  { vatRates, timeZone }: Catalogue,
  folder: CatalogueFolder,
  problems: ProblemList,
): void {
  for (const { id: country, given, place } of folder.vat) {
    for (const category of RATED_CATEGORIES) {
      if (given[category] === undefined) continue
      const { toMs = Infinity } = joined(vatRatesOf(vatRates, country, category)).at(-1) ?? {}
      if (toMs === Infinity) continue
      const since = validityText({ fromMs: toMs, toMs: Infinity }, timeZone)
      problems.warn(place, [category], `${country}: no ${category} rate ${since}`)
    }
  }
}

function categoriesOf(given: GivenTax | undefined): TaxCategory[] {
  if (given === undefined) return []
  return typeof given === 'string' ? [given] : given.map(({ category }) => category)
}
