/** The catalogue that rates now, and what is wrong in the folder that it is read from. */
import { checkCatalogue } from '../../catalogue/load-catalogue.ts'
import type { CatalogueProblem } from '../../catalogue/read/catalogue-problem.ts'
import { requireOperator } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { directoryOf } from '../known-directory.ts'
import { catalogueFolderOf, catalogueKey, deckCache, openReference } from '../rating-parts.ts'

export interface CatalogueInForce {
  /** What a row of the ledger names it by. */
  readonly key: string
  readonly plans: readonly string[]
  readonly modules: readonly string[]
  readonly rates: readonly string[]
  readonly allowances: readonly string[]
  readonly callTypes: readonly string[]
  readonly destinationsCount: number
}

export async function catalogueInForce(desk: Desk): Promise<CatalogueInForce> {
  requireOperator(desk.caller)
  const { catalogue } = await openReference(desk)
  return {
    key: catalogueKey(catalogue),
    plans: [...catalogue.plans.keys()],
    modules: [...catalogue.modules.keys()],
    rates: [...catalogue.rates.keys()],
    allowances: [...catalogue.allowances.keys()],
    callTypes: [...catalogue.callTypeIndexById.keys()],
    destinationsCount: catalogue.destinations.length,
  }
}

/** As the folder is now: what is changed there and wrong is not in force. `key` is undefined with an error. */
export async function catalogueProblems(
  desk: Desk,
): Promise<{ readonly key: string | undefined; readonly problems: readonly CatalogueProblem[] }> {
  requireOperator(desk.caller)
  const folder = catalogueFolderOf(desk, await directoryOf(desk))
  const { catalogue, problems } = await checkCatalogue(folder, deckCache(desk.folder))
  return { key: catalogue === undefined ? undefined : catalogueKey(catalogue), problems }
}
