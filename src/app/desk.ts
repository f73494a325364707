/** The stores as one caller uses them: what every use case takes. */
import type { Config } from '../core/config/config.ts'
import type { Caller } from './caller.ts'
import { openStores, type Stores } from './stores.ts'
import type { Talk } from './talk.ts'
import type { LedgerUse } from './whole-ledger.ts'

export interface Desk extends Stores {
  readonly caller: Caller
}

/** `command` is how this process is called where another one finds the folder in use. */
export async function openDesk(
  config: Config,
  command: string,
  { caller, use, talk }: { caller: Caller; use?: LedgerUse | undefined; talk: Talk },
): Promise<Desk> {
  return { ...(await openStores(config, command, use, talk)), caller }
}
