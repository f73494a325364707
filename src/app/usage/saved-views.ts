/** Views of usage that a person saved under a name: their own, also of an account that they look at as staff. */
import { systemClock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import {
  putView,
  removeView,
  viewsOf,
  type SavedView,
  type ViewWish,
} from '../../reports/saved-views.ts'
import { personKeyOf } from '../access/sign-in.ts'
import { accountWithin, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { directoryOf } from '../known-directory.ts'

/** Of one person in one account. */
const VIEWS_MAX = 50

/** In the order of their names. Throws `not_found`. */
export async function savedViews(desk: Desk, accountId: string): Promise<SavedView[]> {
  requireRight(desk.caller, 'see-usage')
  accountWithin(desk.caller, await directoryOf(desk), accountId)
  return viewsOf(desk.operations, personKeyOf(desk.caller.name), accountId)
}

/** One of the same name is replaced. Throws `usage_error` where there is no room or no name. */
export async function saveView(desk: Desk, wish: ViewWish): Promise<void> {
  const known = await savedViews(desk, wish.accountId)
  const name = wish.name.trim()
  if (name === '') {
    throw new TikError('usage_error', 'a view needs a name', { hint: 'write what it shows' })
  }
  if (known.length >= VIEWS_MAX && !known.some((one) => one.name === name)) {
    throw new TikError('usage_error', `there is room for ${VIEWS_MAX} views`, {
      hint: 'remove one that you no longer use',
    })
  }
  const person = personKeyOf(desk.caller.name)
  await putView(desk.operations, person, { ...wish, name }, systemClock.nowMs())
}

/** Throws `not_found`, also for somebody else's. */
export async function forgetView(desk: Desk, viewId: number): Promise<void> {
  requireRight(desk.caller, 'see-usage')
  if (await removeView(desk.operations, personKeyOf(desk.caller.name), viewId)) return
  throw new TikError('not_found', `there is no view ${viewId}`)
}
