/** Support notes a contact with a customer. */
import { addContact, CHANNELS } from '../../audit/contacts.ts'
import { TikError } from '../../core/failures/errors.ts'
import { systemClock, type Clock } from '../../core/time/clock.ts'
import { accountWithin, requireRight, visitorOf } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { note } from '../note-act.ts'
import { directoryOf } from '../known-directory.ts'

export interface ContactWish {
  readonly accountId: string
  /** Left out: about no line in particular. */
  readonly subscriptionId?: string | undefined
  readonly channel: string
  readonly text: string
}

const TEXT_LENGTH_MAX = 4_000

/** Throws `not_allowed`, `not_found` also for a line of somebody else, and `usage_error`. */
export async function noteContact(
  desk: Desk,
  { accountId, subscriptionId = '', channel: written, text: said }: ContactWish,
  clock: Clock = systemClock,
): Promise<void> {
  requireRight(desk.caller, 'act-for-customers')
  const directory = await directoryOf(desk)
  const { partnerId } = accountWithin(desk.caller, directory, accountId)
  const isOwn = directory.subscriptions.some(
    (one) => one.subscriptionId === subscriptionId && one.accountId === accountId,
  )
  if (subscriptionId !== '' && !isOwn) {
    throw new TikError('not_found', `there is no subscription ${subscriptionId}`)
  }
  const channel = CHANNELS.find((one) => one === written)
  const text = said.trim()
  if (channel === undefined || text === '' || text.length > TEXT_LENGTH_MAX) {
    throw new TikError('usage_error', `a contact has a channel and 1 to ${TEXT_LENGTH_MAX} letters`)
  }
  const notedBy = visitorOf(desk.caller).name
  const contact = { accountId, subscriptionId, atMs: clock.nowMs(), channel, text, notedBy }
  await addContact(desk.operations, contact)
  const subject = subscriptionId === '' ? `account ${accountId}` : `subscription ${subscriptionId}`
  await note(desk, { act: 'contact.note', subject, accountId, partnerId, after: { channel } })
}
