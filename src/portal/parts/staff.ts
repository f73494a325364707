/** Pages of who runs the installation: a partner's own staff may do much, and not these. */
import type { Caller } from '../../app/caller.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { Person } from '../../identity/person.ts'

/** Throws `not_allowed`. */
export function requireStaffOfOperator({ reach }: Caller): void {
  if (reach.kind === 'operator') return
  throw new TikError('not_allowed', 'this page is for the operator of the installation')
}

/** Throws `not_allowed` for a customer. */
export function requireStaff({ accountId }: Person): void {
  if (accountId === '') return
  throw new TikError('not_allowed', 'this page is for staff')
}
