/** `tik accounts`: bring accounts, subscriptions, groups, users and limits into the store. */
import { basename } from 'node:path'
import type { Command } from 'commander'
import {
  importAccounts,
  IMPORT_LISTS,
  type ImportList,
} from '../../app/directory/import-accounts.ts'
import { systemClock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { ImportReport } from '../../directory/store/import-directory.ts'
import { addChangeCommands } from './change-commands.ts'
import { addDirectoryEvents } from './directory-events.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'

export function addAccountsCommand(program: Command): void {
  const accounts = program.command('accounts').description('accounts and what belongs to them')
  accounts
    .command('import')
    .argument('<file>', 'an accounts document, YAML or JSON, or one of its lists as CSV')
    .description('add and change partners, accounts, subscriptions, groups, users and limits')
    .option('--list <name>', `what a CSV file holds: ${IMPORT_LISTS.join(', ')}; default: its name`)
    .option('--dry-run', 'only say what would change, field by field')
    .option('--json', 'as JSON')
    .addHelpText('after', AFTER_IMPORT)
    .action(importFile)
  addChangeCommands(accounts)
  addDirectoryEvents(accounts)
}

const AFTER_IMPORT = `
Everything that is wrong is said at once, with file and line; then nothing is imported. Importing the
same file again changes nothing, and whom it does not name stays as they are; whom it names is as it
says from then on, in all fields. Only its plans it keeps where the file names none; a new subscription is
assigned the default plan of its partner then.

A CSV file has a header line with the names of the document: \`id,account,product,activated,numbers\` for
subscriptions, \`address.street\` for a field within one; a list stands in one cell, separated by spaces.
Modules come as \`subscription,module,from,to\` and are added to what a subscription has.`

interface ImportOptions {
  readonly list?: string
  readonly dryRun?: true
  readonly json?: true
}

async function importFile(file: string, options: ImportOptions, command: Command): Promise<void> {
  const list = file.endsWith('.csv') ? listOf(file, options.list) : undefined
  if (list === undefined && options.list !== undefined) {
    throw new TikError('usage_error', '--list goes with a file whose name ends in .csv')
  }
  await using desk = await openDeskOf(command, 'accounts import')
  const dryRun = options.dryRun === true
  const report = await importAccounts(desk, file, { dryRun, atMs: systemClock.nowMs(), list })
  if (options.json) return printJson(report)
  if (dryRun) print('Dry run: nothing was changed.')
  print(describeImport(report))
  for (const { notices = [] } of Object.values(report)) notices.forEach((one) => print(one))
  if (dryRun) print(describeDifferences(report))
}

function listOf(file: string, named: string | undefined): ImportList {
  const name = named ?? basename(file, '.csv')
  const list = IMPORT_LISTS.find((one) => one === name)
  if (list !== undefined) return list
  throw new TikError('usage_error', `what does ${file} hold? There is no list "${name}"`, {
    hint: `say it with --list: ${IMPORT_LISTS.join(', ')}`,
  })
}

/** More than a person reads. */
const DIFFERENCES_SHOWN_MAX = 50

function describeDifferences(report: ImportReport): string {
  const lines = Object.values(report).flatMap(({ differences }) => differences)
  const rest = lines.length - DIFFERENCES_SHOWN_MAX
  const shown = lines.slice(0, DIFFERENCES_SHOWN_MAX)
  return [...shown, ...(rest > 0 ? [`… and ${rest} more; --json has all`] : [])].join('\n')
}

/** A line for each kind of thing, and the ids that changed (those of new ones are in the document). */
export function describeImport(report: ImportReport): string {
  return Object.entries(report)
    .filter(([, { added, changed, unchanged }]) => added.length + changed.length + unchanged > 0)
    .map(([kind, { added, changed, unchanged }]) => {
      const which = changed.length === 0 ? '' : ` (${changed.slice(0, 10).join(', ')})`
      return `${kind.padEnd(14)} ${added.length} new, ${changed.length} changed${which}, ${unchanged} unchanged`
    })
    .join('\n')
}
