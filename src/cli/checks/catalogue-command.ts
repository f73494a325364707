/** `tik catalogue`: check the price catalogue, and show which rule holds for whom. */
import type { Command } from 'commander'
import { formatProblems } from '../../catalogue/read/format-problems.ts'
import { checkCatalogue } from '../../catalogue/load-catalogue.ts'
import { systemClock } from '../../core/time/clock.ts'
import {
  configuredCatalogueFolder,
  ruleOf,
  ruleOfDocument,
} from '../../app/catalogue/catalogue-rules.ts'
import { momentOf } from '../moment.ts'
import { addDiffCommand } from './catalogue-diff-command.ts'
import { addDeckCommands } from './deck-import-command.ts'
import { configOf, print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'
import { deckCache, SAMPLE_CATALOGUE_FOLDER } from '../../app/rating-parts.ts'

interface ShowOptions {
  readonly account: string
  readonly callType: string
  readonly at?: string
  readonly accounts?: string
}

export function addCatalogueCommand(program: Command): void {
  const catalogue = program.command('catalogue').description('the price catalogue')
  catalogue
    .command('check')
    .argument('[folder]', 'default: the catalogue of the data folder')
    .description('find everything that is wrong in a catalogue, with file and line')
    .option('--json', 'as JSON')
    .action(check)
  catalogue
    .command('show')
    .description('the rule that holds for an account and call type, and where it comes from')
    .requiredOption('--account <id>', 'the account')
    .requiredOption('--call-type <id>', 'the call type')
    .option('--at <moment>', 'a date or moment, e.g. 2026-10-05 or 2026-10-05T09:00Z; default: now')
    .option('--accounts <file>', 'an accounts document; default: the imported accounts')
    .action(show)
  catalogue
    .command('sample')
    .description('print the folder of the sample catalogue, to copy and change')
    .action(() => print(SAMPLE_CATALOGUE_FOLDER))
  addDiffCommand(catalogue)
  addDeckCommands(catalogue)
}

async function check(folder: string | undefined, options: { json?: true }, command: Command) {
  const config = configOf(command)
  const path = folder ?? configuredCatalogueFolder(config)
  const cache = deckCache({ path: config.dataFolder })
  const { catalogue, problems } = await checkCatalogue(path, cache)
  if (catalogue === undefined) process.exitCode = 1
  if (options.json) return printJson({ hash: catalogue?.hash, problems })
  if (problems.length > 0) print(formatProblems(problems))
  const errors = problems.filter(({ severity }) => severity === 'error').length
  print(`${path}: ${errors} errors, ${problems.length - errors} warnings`)
  if (catalogue !== undefined) {
    const { plans, rates, callTypes, destinations, priceDecks } = catalogue
    print(
      `${plans.size} plans, ${rates.size} rates, ${callTypes.length} call types, ${destinations.length} prefixes`,
    )
    for (const { deckId, table, files } of priceDecks.values()) {
      const count = table.codeStart.length
      print(
        `price deck ${deckId}: ${count} codes, ${table.fromMs.length} rows, ${files.join(', ')}`,
      )
    }
  }
}

async function show(options: ShowOptions, command: Command): Promise<void> {
  const { account: accountId, callType, accounts, at } = options
  const atMs = at === undefined ? systemClock.nowMs() : momentOf(at)
  const question = { accountId, callType, atMs }
  if (accounts !== undefined) {
    return print(await ruleOfDocument(configOf(command), accounts, question))
  }
  await using desk = await openDeskOf(command, 'catalogue show')
  print(await ruleOf(desk, question))
}
