/** The stores as an operator uses them, for tests; what would be said to a person is not said. */
import { operator } from '../src/app/caller.ts'
import { openDesk, type Desk } from '../src/app/desk.ts'
import { SILENT } from '../src/app/talk.ts'
import type { LedgerUse } from '../src/app/whole-ledger.ts'
import { readConfig, type Config } from '../src/core/config/config.ts'

export function openTestDesk(config: Config, use?: LedgerUse): Promise<Desk> {
  // Where the tests run over a server, the data folder says so since its store was put there.
  const postgresUrl = config.postgresUrl ?? readConfig(config.dataFolder, {}).postgresUrl
  const caller = operator('test')
  return openDesk({ ...config, postgresUrl }, 'test', { caller, use, talk: SILENT })
}
