/**
 * Everything that happened to an account or one of its lines, newest first: what support reads while the customer
 * is on the telephone. Gathered from where each thing is kept.
 */
import type { AlertDelivery } from '../../alerts/list-alerts.ts'
import { listAudit } from '../../audit/audit-log.ts'
import { listContacts } from '../../audit/contacts.ts'
import type { LimitCode, Subscription } from '../../core/accounts/accounts.ts'
import { TikError } from '../../core/failures/errors.ts'
import type { Micros } from '../../core/money/money.ts'
import { listMails } from '../../mail/list-mails.ts'
import { alertsOf } from '../alerts/alerts-of.ts'
import { invoicesOf } from '../billing/invoice-archive.ts'
import { paymentsOf } from '../billing/payments-of.ts'
import { accountWithin, requireRight } from '../caller.ts'
import type { Desk } from '../desk.ts'
import { subscriptionsOf } from '../directory/directory-of.ts'
import { directoryOf } from '../known-directory.ts'

export const TIMELINE_KINDS = [
  'contact',
  'warning',
  'line',
  'act',
  'invoice',
  'payment',
  'mail',
] as const
export type TimelineKind = (typeof TIMELINE_KINDS)[number]

export interface TimelineEntry {
  readonly atMs: number
  readonly kind: TimelineKind
  /** What happened, as a word of a closed list of its kind; of an act the act. */
  readonly what: string
  /** To what: a subject, a plan, a number, a text. */
  readonly name: string
  /** '': of the account as a whole. */
  readonly subscriptionId: string
  /** Who did it, or whom it went to. */
  readonly who: string
  readonly amountMicros?: Micros
  readonly limit?: { readonly code: LimitCode; readonly subject: string }
}

export interface TimelineQuestion {
  readonly accountId: string
  readonly subscriptionId?: string | undefined
  readonly kind?: TimelineKind | undefined
  readonly limit: number
}

/** Acts that say nothing to who reads what happened. */
const LEFT_OUT: ReadonlySet<string> = new Set(['account.look', 'contact.note'])
const DAY_MS = 86_400_000

/** For staff. Throws `not_allowed`, `not_found`. */
export async function timelineOf(desk: Desk, question: TimelineQuestion): Promise<TimelineEntry[]> {
  const { caller } = desk
  requireRight(caller, 'see-audit')
  if (caller.reach.kind === 'accounts') {
    throw new TikError('not_allowed', 'a timeline is for the people who support an account')
  }
  const { accountId, subscriptionId, kind, limit } = question
  accountWithin(caller, await directoryOf(desk), accountId)
  const wanted = kind === undefined ? TIMELINE_KINDS : [kind]
  const found = await Promise.all(wanted.map((one) => GATHERED[one](desk, accountId, limit)))
  return found
    .flat()
    .filter((one) => subscriptionId === undefined || one.subscriptionId === subscriptionId)
    .toSorted((left, right) => right.atMs - left.atMs)
    .slice(0, limit)
}

type Gather = (desk: Desk, accountId: string, limit: number) => Promise<TimelineEntry[]>

const GATHERED: Readonly<Record<TimelineKind, Gather>> = {
  async contact({ operations }, accountId) {
    const contacts = await listContacts(operations, accountId)
    return contacts.map(({ atMs, channel, text, subscriptionId, notedBy }) => ({
      atMs,
      kind: 'contact',
      what: channel,
      name: text,
      subscriptionId,
      who: notedBy,
    }))
  },
  async warning(desk, accountId) {
    return crossingsOnce(await alertsOf(desk, { accountId })).map((one) => ({
      atMs: one.happenedMs,
      kind: 'warning',
      what: 'crossed',
      name: one.level,
      subscriptionId: one.subscriptionId,
      who: '',
      limit: { code: one.code, subject: one.subject },
    }))
  },
  async line(desk, accountId) {
    return (await subscriptionsOf(desk, accountId)).flatMap(linesOf)
  },
  async act({ operations }, accountId, limit) {
    const entries = await listAudit(operations, { accountIds: [accountId], limit })
    return entries.flatMap(({ atMs, act, subject, name }) =>
      LEFT_OUT.has(act)
        ? []
        : [
            {
              atMs,
              kind: 'act' as const,
              what: act,
              name: subject,
              subscriptionId: lineIn(subject),
              who: name,
            },
          ],
    )
  },
  async invoice(desk, accountId) {
    return (await invoicesOf(desk, { accountId })).flatMap((one) => {
      const same = {
        kind: 'invoice' as const,
        name: one.number,
        subscriptionId: '',
        who: '',
        amountMicros: one.grossMicros,
      }
      const issued = { ...same, atMs: one.issueDay * DAY_MS, what: 'issued' }
      return one.sentMs === undefined
        ? [issued]
        : [issued, { ...same, atMs: one.sentMs, what: 'sent' }]
    })
  },
  async payment(desk, accountId) {
    return (await paymentsOf(desk, accountId)).map((one) => ({
      atMs: one.notedMs,
      kind: 'payment',
      what: one.isReversed ? 'reversed' : 'paid',
      name: one.reference,
      subscriptionId: '',
      who: one.actor.by,
      amountMicros: one.amountMicros,
    }))
  },
  async mail({ operations }, accountId) {
    const mails = await listMails(operations, { accountId })
    return mails.map(({ finishedMs, createdMs, state, subject, recipient }) => ({
      atMs: finishedMs ?? createdMs,
      kind: 'mail',
      what: state,
      name: subject,
      subscriptionId: '',
      who: recipient,
    }))
  },
}

/** Deliveries of one crossing are one crossing. */
function crossingsOnce(alerts: readonly AlertDelivery[]): AlertDelivery[] {
  const seen = new Set<string>()
  return alerts.filter(({ code, scopeId, subject, level, periodStartDay }) => {
    const key = [code, scopeId, subject, level, periodStartDay].join('\0')
    const isNew = !seen.has(key)
    seen.add(key)
    return isNew
  })
}

function linesOf({
  subscriptionId,
  activatedMs,
  terminatedMs,
  plans,
  modules,
}: Subscription): TimelineEntry[] {
  const at = (atMs: number, what: string, name: string): TimelineEntry => {
    return { atMs, kind: 'line', what, name, subscriptionId, who: '' }
  }
  return [
    at(activatedMs, 'activated', ''),
    at(terminatedMs, 'ended', ''),
    ...plans.map(({ planId, fromMs }) => at(fromMs, 'plan', planId)),
    ...modules.flatMap(({ moduleId, fromMs, toMs }) => [
      at(fromMs, 'module', moduleId),
      at(toMs, 'module-ended', moduleId),
    ]),
  ].filter(({ atMs }) => Number.isFinite(atMs))
}

/** As acts name a line: 'limit … of subscription M1'. */
function lineIn(subject: string): string {
  return /\bsubscription (\S+)/.exec(subject)?.[1] ?? ''
}
