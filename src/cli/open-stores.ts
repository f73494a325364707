/** The stores of a command: what opening and using them has to say goes to the terminal. */
import type { Command } from 'commander'
import { openStores, type Stores } from '../app/stores.ts'
import type { Talk } from '../app/talk.ts'
import type { LedgerUse } from '../app/whole-ledger.ts'
import { configOf, remark } from './options.ts'
import { startProgress } from './progress.ts'

export const TERMINAL: Talk = { remark, startProgress }

/** `name` is how the command is called where another one finds the folder in use. */
export function openStoresOf(command: Command, name: string, use?: LedgerUse): Promise<Stores> {
  return openStores(configOf(command), name, use, TERMINAL)
}
