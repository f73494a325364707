/** Which rule of the catalogue holds for an account, and where it comes from. */
import { join } from 'node:path'
import { loadCatalogue } from '../../catalogue/load-catalogue.ts'
import type { Directory } from '../../core/accounts/accounts.ts'
import type { Config } from '../../core/config/config.ts'
import { readDirectoryDocument } from '../../directory/document/directory-document.ts'
import { directoryOf } from '../known-directory.ts'
import { deckCache } from '../rating-parts.ts'
import { showRule } from '../../rating/explain/show-rule.ts'
import { accountWithin, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'

export interface RuleQuestion {
  readonly accountId: string
  readonly callType: string
  readonly atMs: number
}

/** By the accounts of the store. Throws `not_found`. */
export async function ruleOf(desk: Desk, question: RuleQuestion): Promise<string> {
  requireRight(desk.caller, 'see-usage')
  const directory = await directoryOf(desk)
  accountWithin(desk.caller, directory, question.accountId)
  return ruleBy(desk.config, directory, question)
}

/** By an accounts document, without any store. */
export async function ruleOfDocument(
  config: Config,
  accountsFile: string,
  question: RuleQuestion,
): Promise<string> {
  return ruleBy(config, await readDirectoryDocument(accountsFile), question)
}

/** The configured catalogue, or the one in the data folder. */
export function configuredCatalogueFolder(config: Config): string {
  return config.catalogueFolder ?? join(config.dataFolder, 'catalogue')
}

async function ruleBy(config: Config, directory: Directory, question: RuleQuestion) {
  const catalogue = await loadCatalogue(
    configuredCatalogueFolder(config),
    deckCache({ path: config.dataFolder }),
  )
  return showRule({ catalogue, directory, ...question })
}
