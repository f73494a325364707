/** Users of an account as those who manage them change them: who they are, and which mails they get. */
import { systemClock } from '../../core/time/clock.ts'
import type { Language, MessageKind, User } from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import { changeByHand, parseChange } from '../../directory/events/change-by-hand.ts'
import { withinTransaction } from '../../postgres/within-transaction.ts'
import { accountWithin, isWithinReach, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'
import { directoryOf } from '../known-directory.ts'

export interface UserWish {
  readonly name: string
  readonly email: string
  readonly language: Language
  readonly registrations: readonly MessageKind[]
}

/** Throws `not_found`, also for somebody else's. */
export async function userOf(desk: Desk, userId: string): Promise<User> {
  requireRight(desk.caller, 'manage-users')
  const directory = await directoryOf(desk)
  const user = directory.users.find((one) => one.userId === userId)
  const account = directory.accounts.get(user?.accountId ?? '')
  if (user === undefined || account === undefined || !isWithinReach(desk.caller, account)) {
    throw new TikError('not_found', `there is no user ${userId}`)
  }
  return user
}

/** Throws `not_found`, and `accounts_invalid` for what cannot be. */
export async function changeUser(desk: Desk, userId: string, wish: UserWish): Promise<User> {
  const before = await userOf(desk, userId)
  return putUser(desk, { userId, accountId: before.accountId, ...wish }, before)
}

/** Throws `not_found`, and `accounts_invalid` for an id that somebody has. */
export async function addUser(desk: Desk, user: User): Promise<User> {
  requireRight(desk.caller, 'manage-users')
  const directory = await directoryOf(desk)
  accountWithin(desk.caller, directory, user.accountId)
  if (directory.users.some(({ userId }) => userId === user.userId)) {
    throw new TikError('accounts_invalid', `the id ${user.userId} is somebody's already`, {
      hint: 'choose another id',
    })
  }
  return putUser(desk, user, undefined)
}

async function putUser(desk: Desk, user: User, before: User | undefined): Promise<User> {
  const { userId: id, accountId: account, name, email, language, registrations } = user
  const written = { id, account, name, email, language, registrations }
  const atMs = systemClock.nowMs()
  const event = parseChange({ type: 'document', document: { users: [written] } }, atMs)
  const { accounts } = await directoryOf(desk)
  const partnerId = accounts.get(account)?.partnerId ?? ''
  await desk.operations.transaction(async (sql) => {
    await changeByHand(sql, event, { atMs, changedBy: desk.caller.name })
    const act = before === undefined ? 'user.add' : 'user.change'
    const noted = { act, subject: `user:${id}`, accountId: account, partnerId, before, after: user }
    await note({ operations: withinTransaction(sql), caller: desk.caller }, noted)
  })
  return user
}
