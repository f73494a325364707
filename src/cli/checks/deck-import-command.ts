/** `tik catalogue deck import`: a supplier's price list into a deck, shown before it is taken in. */
import type { Command } from 'commander'
import { importDeck, type DeckImportResult } from '../../app/catalogue/import-deck.ts'
import { tryList } from '../../app/catalogue/try-list.ts'
import type { RerateSummary } from '../../app/corrections/summarise-reratings.ts'
import { configuredCatalogueFolder } from '../../app/catalogue/catalogue-rules.ts'
import { TikError } from '../../core/failures/errors.ts'
import { dayToIso } from '../../core/time/period.ts'
import { openDeskOf, TERMINAL } from '../open-desk.ts'
import { configOf, print, printJson } from '../options.ts'
import { describeSummary } from './rerate-summary.ts'
import { renderDeckImport } from './render-deck-import.ts'

interface ImportOptions {
  readonly deck: string
  readonly from: string
  readonly full?: true
  readonly changes?: true
  readonly mapping?: string
  readonly catalogue?: string
  readonly dryRun?: true
  readonly usage?: string
  readonly skipUnusable?: true
  readonly json?: true
}

export function addDeckCommands(catalogue: Command): void {
  const deck = catalogue.command('deck').description('decks of prices by code')
  deck
    .command('import')
    .argument('<file>', 'the list as the supplier sent it: CSV or text')
    .description('take a supplier’s price list into a deck; says what it changes')
    .requiredOption('--deck <id>', 'the deck')
    .requiredOption('--from <date>', 'date of the list: nothing before it changes')
    .option('--full', 'the list has every code: what it does not name ends')
    .option('--changes', 'the list has what changes: the rest stays')
    .option(
      '--mapping <file>',
      'how its supplier writes lists; default: suppliers/DECK.yaml beside the catalogue',
    )
    .option('--catalogue <folder>', 'default: the catalogue of the data folder')
    .option('--skip-unusable', 'take the other rows where some cannot be used')
    .option('--dry-run', 'only say what it would change')
    .option('--usage <month>', 'what the usage of that month would have cost by it, by account')
    .option('--json', 'as JSON')
    .action(importList)
}

async function importList(file: string, options: ImportOptions, command: Command): Promise<void> {
  if (options.full && options.changes) {
    throw new TikError('usage_error', 'a list is either --full or --changes')
  }
  const folder = options.catalogue ?? configuredCatalogueFolder(configOf(command))
  const question = {
    file,
    deckId: options.deck,
    from: options.from,
    kind: options.full ? ('full' as const) : options.changes ? ('changes' as const) : undefined,
    mappingFile: options.mapping,
    isDryRun: options.dryRun ?? false,
    skipsUnusable: options.skipUnusable ?? false,
  }
  const result = await importDeck(folder, question, TERMINAL)
  if (result.imported.faults.length > 0) process.exitCode = 1
  const usage =
    options.usage === undefined ? undefined : await trialOf(options.usage, folder, result, command)
  if (options.json)
    printJson({ ...jsonOf(result), ...(usage === undefined ? {} : { usage: usageForm(usage) }) })
  else
    print(
      [
        renderDeckImport(question, result),
        ...(usage === undefined ? [] : ['', describeSummary(usage, BY_THE_LIST)]),
      ].join('\n'),
    )
}

const BY_THE_LIST = 'The difference is to what was charged; no usage was rated again in the ledger.'

async function trialOf(
  period: string,
  catalogueFolder: string,
  result: DeckImportResult,
  command: Command,
) {
  await using desk = await openDeskOf(command, 'catalogue deck import')
  return await tryList(desk, { catalogueFolder, period }, result)
}

function usageForm({ byAccount, byTariff, ...summary }: RerateSummary) {
  return {
    ...summary,
    byAccount: Object.fromEntries(byAccount),
    byTariff: Object.fromEntries(byTariff),
  }
}

function jsonOf({ imported, listDay, ...result }: DeckImportResult) {
  const { codes: _codes, report, ...rest } = imported
  return {
    ...result,
    from: dayToIso(listDay),
    ...rest,
    report: {
      ...report,
      destinations: report.destinations.map(dated),
      jumps: report.jumps.map(dated),
      contradictions: report.contradictions.map(dated),
    },
  }
}

function dated<Entry extends { readonly fromDay: number }>({ fromDay, ...each }: Entry) {
  return { ...each, from: dayToIso(fromDay) }
}
