/** `tik migrate`: brings both stores to the schema of this version; says what it did. */
import type { Command } from 'commander'
import { configOf, print, printJson } from '../options.ts'

export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('bring the ledger and the operations store to the schema of this version')
    .option('--status', 'only say what is done and what is pending')
    .option('--json', 'as JSON')
    .action(async (options: { status?: true; json?: true }, command: Command) => {
      const { migrateStores } = await import('../../app/service/migrate-stores.ts')
      const onlyLook = options.status === true
      const { ledger, operations, topics } = await migrateStores(configOf(command), { onlyLook })
      if (options.json) return printJson({ ledger, operations, topics })
      for (const { name, state } of ledger) print(`ledger      ${state.padEnd(8)} ${name}`)
      for (const name of operations.applied) print(`operations  done     ${name}`)
      for (const name of operations.pending) print(`operations  pending  ${name}`)
      for (const name of topics) print(`stream      created  ${name}`)
    })
}
