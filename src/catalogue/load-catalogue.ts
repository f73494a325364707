/**
 * From a folder to the immutable catalogue. Reading never stops at the first mistake: the owner
 * gets all of them with file and line, and no catalogue as long as one of them is an error.
 */
import { TikError } from '../core/failures/errors.ts'
import { buildAllowances } from './build/build-allowances.ts'
import { buildCallTypes } from './build/build-call-types.ts'
import { createBuildContext } from './build/build-context.ts'
import { buildDestinations, buildSpecialNumbers } from './build/build-destinations.ts'
import { buildModules, buildPlans } from './build/build-plans.ts'
import { buildExchangeRates } from './build/build-exchange-rates.ts'
import { buildPriceDecks } from './build/build-price-decks.ts'
import { buildRates } from './build/build-rates.ts'
import { buildSuppliers } from './build/build-suppliers.ts'
import { buildVatRates } from './build/build-vat.ts'
import { buildCountries, buildZones } from './build/build-zones.ts'
import type { Catalogue } from './catalogue.ts'
import { createProblemList } from './read/catalogue-problem.ts'
import type { CatalogueProblem, ProblemList } from './read/catalogue-problem.ts'
import { checkEventAllowances } from './check/check-event-allowances.ts'
import { checkSettings } from './check/check-settings.ts'
import { formatProblems } from './read/format-problems.ts'
import { readCatalogueFolder } from './read/read-catalogue-folder.ts'
import type { CatalogueFolder } from './read/read-catalogue-folder.ts'
import { warnOfGaps } from './check/warn-of-gaps.ts'

/**
 * Reads and compiles the catalogue. Warnings are not reported here (`tik catalogue check` does).
 * Throws `catalogue_invalid` with all errors, a line each, or `file_missing` without a folder.
 */
export async function loadCatalogue(
  folder: string,
  options: CatalogueOptions = {},
): Promise<Catalogue> {
  return loadWithout(folder, options, (problem) => problem.severity === 'error')
}

export interface CatalogueOptions {
  /** Where compiled price decks are kept for the next time; nowhere when left out. */
  readonly cacheFolder?: string | undefined
}

/**
 * The same for one that has rated something already, by this build or an earlier one that let fields
 * without effect pass: they had none then either.
 */
export async function loadArchivedCatalogue(
  folder: string,
  options: CatalogueOptions = {},
): Promise<Catalogue> {
  return loadWithout(folder, options, ({ severity, isIneffective }) => {
    return severity === 'error' && isIneffective !== true
  })
}

async function loadWithout(
  folder: string,
  options: CatalogueOptions,
  isError: (problem: CatalogueProblem) => boolean,
): Promise<Catalogue> {
  const { catalogue, problems } = await Promise.resolve(readCatalogue(folder, options))
  const errors = problems().filter(isError)
  if (errors.length === 0) return catalogue
  const count = `${errors.length} ${errors.length === 1 ? 'error' : 'errors'}`
  throw new TikError(
    'catalogue_invalid',
    `the catalogue ${folder} has ${count}:\n${formatProblems(errors)}`,
    { hint: 'Correct the lines named above; "tik catalogue check" also shows warnings.' },
  )
}

/** All problems, by file and line; `catalogue` is undefined when one of them is an error. */
export async function checkCatalogue(
  folder: string,
  options: CatalogueOptions = {},
): Promise<{
  catalogue: Catalogue | undefined
  problems: readonly CatalogueProblem[]
}> {
  const { catalogue, declared, list, problems } = await Promise.resolve(
    readCatalogue(folder, options),
  )
  const hasErrors = problems().some((problem) => problem.severity === 'error')
  // Gaps are looked for in a sound catalogue only: after an error they would be its consequences.
  if (!hasErrors) warnOfGaps(catalogue, declared, list)
  return { catalogue: hasErrors ? undefined : catalogue, problems: problems() }
}

function readCatalogue(folder: string, options: CatalogueOptions) {
  const declared = readCatalogueFolder(folder)
  const list = createProblemList()
  const catalogue = buildCatalogue(declared, list, options)
  const problems = () => [...declared.problems, ...list.problems].toSorted(byFileAndLine)
  return { declared, list, catalogue, problems }
}

function byFileAndLine(left: CatalogueProblem, right: CatalogueProblem): number {
  if (left.file !== right.file) return left.file < right.file ? -1 : 1
  return left.line - right.line
}

const DEFAULT_TIME_ZONE = 'Europe/Amsterdam'

function buildCatalogue(
  folder: CatalogueFolder,
  problems: ProblemList,
  { cacheFolder }: CatalogueOptions,
): Catalogue {
  const settings = folder.settings?.given
  const timeZone = settings?.timeZone ?? DEFAULT_TIME_ZONE
  const units = settings?.units ?? 'binary'
  const context = createBuildContext(folder, problems, { timeZone, units })
  checkSettings(context)
  const countries = buildCountries(context)
  const callTypes = buildCallTypes(context)
  const priceDecks = buildPriceDecks(context, { timeZone, cacheFolder })
  const parts = { callTypes, rates: buildRates(context, priceDecks) }
  const offers = {
    allowances: buildAllowances(context, callTypes),
    plans: buildPlans(context, parts),
    modules: buildModules(context, parts),
  }
  checkEventAllowances({ ...offers, rates: parts.rates }, context)
  return {
    hash: folder.hash,
    currency: 'EUR',
    timeZone,
    callTypes,
    callTypeIndexById: new Map(callTypes.map((callType) => [callType.id, callType.index])),
    rates: parts.rates,
    ...offers,
    zones: buildZones(context, countries),
    countries,
    destinations: buildDestinations(context, countries),
    specialNumbers: buildSpecialNumbers(context),
    holidays: { byCountry: folder.holidays },
    priceDecks,
    exchangeRates: buildExchangeRates(context),
    suppliers: buildSuppliers(context, { rates: parts.rates, priceDecks }),
    vatRates: buildVatRates(context),
  }
}
