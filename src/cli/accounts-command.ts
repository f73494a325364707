/** `tik accounts`: bring accounts, subscriptions, groups, users and limits into the store. */
import type { Command } from 'commander'
import { systemClock } from '../core/clock.ts'
import { readDirectoryContent } from '../operations/directory-document.ts'
import { importDirectory, type ImportReport } from '../operations/import-directory.ts'
import { loadDirectory } from '../operations/load-directory.ts'
import { configOf, print, printJson } from './options.ts'
import { openStores, type Stores } from './stores.ts'

export function addAccountsCommand(program: Command): void {
  const accounts = program.command('accounts').description('accounts and what belongs to them')
  accounts
    .command('import')
    .argument('<file>', 'an accounts document, YAML or JSON')
    .description('add and change partners, accounts, subscriptions, groups, users and limits')
    .option('--dry-run', 'only say what would change')
    .option('--json', 'as JSON')
    .addHelpText('after', '\nImporting the same document again changes nothing.')
    .action(async (file: string, options: { dryRun?: true; json?: true }, command: Command) => {
      await using stores = await openStores(configOf(command), 'accounts import')
      const dryRun = options.dryRun === true
      const report = await importAccounts(stores, file, { dryRun, atMs: systemClock.nowMs() })
      if (options.json) return printJson(report)
      if (dryRun) print('Dry run: nothing was changed.')
      print(describeImport(report))
    })
}

/** Reads a document against what is there already and imports it: all of it or nothing. */
export async function importAccounts(
  stores: Stores,
  file: string,
  options: { dryRun: boolean; atMs: number },
): Promise<ImportReport> {
  const content = await readDirectoryContent(file, await loadDirectory(stores.operations))
  return importDirectory(stores.operations, content, {
    ...options,
    changedBy: 'tik accounts import',
  })
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
