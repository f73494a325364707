/** Brings the ledger, the operations store and the topics to the schema of this version. */
import type { Config } from '../../core/config/config.ts'
import {
  clickHouseMigrationStatus,
  migrateClickHouse,
} from '../../ledger/engine/migrate-clickhouse.ts'
import { migrateOperations, operationsMigrationStatus } from '../../postgres/migrate-operations.ts'
import { openUnmigratedStores } from '../stores.ts'
import { createStreamTopics } from '../stream-parts.ts'

export interface MigrationReport {
  readonly ledger: Awaited<ReturnType<typeof clickHouseMigrationStatus>>
  readonly operations: Awaited<ReturnType<typeof operationsMigrationStatus>>
  /** Topics that were made now. */
  readonly topics: readonly string[]
}

/** With `onlyLook` it says what is done and what is pending, and changes nothing. */
export async function migrateStores(
  config: Config,
  { onlyLook }: { onlyLook: boolean },
): Promise<MigrationReport> {
  await using stores = await openUnmigratedStores(config, 'migrate')
  let topics: string[] = []
  if (!onlyLook) {
    await migrateClickHouse(stores.clickhouse)
    await migrateOperations(stores.operations)
    topics = await createStreamTopics(config)
  }
  return {
    ledger: await clickHouseMigrationStatus(stores.clickhouse),
    operations: await operationsMigrationStatus(stores.operations),
    topics,
  }
}
