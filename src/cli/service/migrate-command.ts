/** `tik migrate`: brings both stores to the schema of this version; says what it did. */
import type { Command } from 'commander'
import { clickHouseMigrationStatus, migrateClickHouse } from '../../ledger/migrate-clickhouse.ts'
import { migrateOperations, operationsMigrationStatus } from '../../postgres/migrate-operations.ts'
import { configOf, print, printJson } from '../options.ts'
import { openUnmigratedStores } from '../../app/stores.ts'

export function addMigrateCommand(program: Command): void {
  program
    .command('migrate')
    .description('bring the ledger and the operations store to the schema of this version')
    .option('--status', 'only say what is done and what is pending')
    .option('--json', 'as JSON')
    .action(async (options: { status?: true; json?: true }, command: Command) => {
      await using stores = await openUnmigratedStores(configOf(command), 'migrate')
      let topics: string[] = []
      if (!options.status) {
        await migrateClickHouse(stores.clickhouse)
        await migrateOperations(stores.operations)
        const { createStreamTopics } = await import('../../app/stream-parts.ts')
        topics = await createStreamTopics(stores.config)
      }
      const ledger = await clickHouseMigrationStatus(stores.clickhouse)
      const operations = await operationsMigrationStatus(stores.operations)
      if (options.json) return printJson({ ledger, operations, topics })
      for (const { name, state } of ledger) print(`ledger      ${state.padEnd(8)} ${name}`)
      for (const name of operations.applied) print(`operations  done     ${name}`)
      for (const name of operations.pending) print(`operations  pending  ${name}`)
      for (const name of topics) print(`stream      created  ${name}`)
    })
}
