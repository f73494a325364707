/** `tik accounts`: bring accounts, subscriptions, groups, users and limits into the store. */
import type { Command } from 'commander'
import { systemClock } from '../core/clock.ts'
import { importDirectory } from '../operations/import-directory.ts'
import { configOf, print, printJson } from './options.ts'
import { openStores } from './stores.ts'

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
      const report = await importDirectory(stores.operations, file, {
        dryRun: options.dryRun === true,
        nowMs: systemClock.nowMs(),
      })
      if (options.json) return printJson(report)
      print(JSON.stringify(report))
    })
}
