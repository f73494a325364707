/** Mails with a link to set a new password. It is answered before anything is looked up: neither answer nor time tells who is known. */
import type { Entrance } from '../app/access/caller-of.ts'
import { askReset } from '../app/access/reset-password.ts'
import type { ApiParts } from './create-api.ts'
import { Refusal } from './problem.ts'

/** Mails that are being sent; more come when these have gone. */
const RESETS_AT_ONCE_MAX = 20

const resets = new Set<Promise<void>>()

/** Throws a refusal while too many are on their way. */
export function askResetQuietly(
  { stores, log }: Pick<ApiParts, 'stores' | 'log'>,
  name: string,
  entrance: Entrance,
): void {
  if (resets.size >= RESETS_AT_ONCE_MAX) throw busy()
  const reset = askReset(stores, name, entrance)
    .catch((error: unknown) => log.error('reset_failed', { message: String(error) }))
    .finally(() => resets.delete(reset))
  resets.add(reset)
}

function busy(): Refusal {
  return new Refusal(
    { status: 503, title: 'Too busy', detail: 'wait a little and try again' },
    { 'Retry-After': '5' },
  )
}
