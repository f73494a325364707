/** What the contents of several kinds of events are made of. */
import type { Directory } from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import { localMomentMs } from '../local-moment.ts'

/** Of which an event changes one thing. */
export const NO_DIRECTORY: Directory = {
  partners: new Map(),
  accounts: new Map(),
  subscriptions: [],
  groups: new Map(),
  users: [],
  limits: [],
}

/** Local to the account, or with an offset. */
export function eventMomentMs(text: string, timeZone: string): number {
  return /(?:Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : localMomentMs(text, timeZone)
}

/** Why an event does not fit, and how to say it otherwise. */
export function wrong(problems: string | readonly string[], hint?: string): TikError {
  const message = typeof problems === 'string' ? problems : problems.join('; ')
  return new TikError('accounts_invalid', message, hint === undefined ? {} : { hint })
}
