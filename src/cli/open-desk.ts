/** The stores for a command: as the operator uses them, and with a terminal to speak to. */
import { userInfo } from 'node:os'
import type { Command } from 'commander'
import { operator } from '../app/caller.ts'
import { openDesk, type Desk } from '../app/desk.ts'
import type { Talk } from '../app/talk.ts'
import type { LedgerUse } from '../app/whole-ledger.ts'
import { configOf, remark } from './options.ts'
import { startProgress } from './progress.ts'

export const TERMINAL: Talk = { remark, startProgress }

/** `name` is how the command is called where another one finds the folder in use. */
export function openDeskOf(command: Command, name: string, use?: LedgerUse): Promise<Desk> {
  const caller = operator(`tik ${name}`, systemUser())
  return openDesk(configOf(command), name, { caller, use, talk: TERMINAL })
}

/** Who sits at the terminal; a container can have a user without a name. */
function systemUser(): string | undefined {
  try {
    return userInfo().username
  } catch {
    return undefined
  }
}
