/** `tik finance at` and `close`: the figures at the end of a day, and what happened since another. */
import { noteAct } from '../../audit/audit-log.ts'
import { TikError } from '../../core/failures/errors.ts'
import { dayToIso } from '../../core/time/period.ts'
import { closeDay, figuresNow } from '../../finance/at/close-day.ts'
import type { Figure, FinanceFigures, RejectsAt, Untied } from '../../finance/at/finance-figures.ts'
import { closedDays, readSnapshot } from '../../finance/at/finance-snapshots.ts'
import { movementBetween, type MovementReport } from '../../finance/at/movement.ts'
import {
  untiedAccounts,
  type FigureGrouping,
  type FigurePart,
} from '../../finance/at/sum-figures.ts'
import type { FinanceParts } from '../../finance/finance-parts.ts'
import { systemClock, type Clock } from '../../core/time/clock.ts'
import { cutOffPublisher } from '../../invoicing/ledger/cut-off-publisher.ts'
import {
  actorOf,
  isWithinReach,
  requireFinanceOfAll,
  requireRight,
  visitorOf,
  type Caller,
} from '../caller.ts'
import type { Desk } from '../desk.ts'
import { openFinanceParts } from './finance-parts.ts'

/** Whose figures are asked for; all that the caller reaches where nothing is said. */
export interface FinanceFilter {
  readonly accountId?: string
  readonly partnerId?: string
}

export interface FinanceAt {
  readonly day: number
  /** When it was closed; undefined of a day that is not: its figures can still change. */
  readonly closedMs: number | undefined
  readonly cutOffId: string
  readonly lastInvoiceId: number
  readonly figures: readonly Figure[]
  /** Of the whole installation: who reaches a part of it sees none. */
  readonly rejects: readonly RejectsAt[]
  /** Accounts of which the ledger and the invoices differ; nobody should be among them. */
  readonly untied: readonly Untied[]
}

/** Those that were closed, where the day was; else as the stores are now. Throws `usage_error` for a day to come. */
export async function financeAt(
  desk: Desk,
  day: number,
  filter: FinanceFilter = {},
  clock: Clock = systemClock,
): Promise<FinanceAt> {
  requireRight(desk.caller, 'finance')
  const snapshot = await readSnapshot(desk.operations, day)
  const figures = snapshot ?? (await figuresNow(await openFinanceParts(desk, clock), day))
  return shown(desk.caller, { figures, closedMs: snapshot?.closedMs }, filter)
}

/** Freezes a day; one that is closed stays as it is. The operator's act. */
export async function closeFinance(
  desk: Desk,
  day: number,
  clock: Clock = systemClock,
): Promise<FinanceAt & { readonly isNew: boolean }> {
  requireFinanceOfAll(desk.caller)
  const parts = await openFinanceParts(desk, clock)
  const { snapshot, isNew } = await closeDay(parts, day, {
    actor: actorOf(desk.caller),
    note: (sql, { cutOffId, lastInvoiceId }) =>
      noteAct(
        sql,
        visitorOf(desk.caller),
        {
          act: 'finance.close',
          subject: dayToIso(day),
          accountId: '',
          partnerId: '',
          after: { cutOffId, lastInvoiceId },
        },
        clock.nowMs(),
      ),
  })
  return { ...shown(desk.caller, { figures: snapshot, closedMs: snapshot.closedMs }, {}), isNew }
}

/** Between a day that was closed and another one. Throws `not_found` where the first was not. */
export async function financeMovement(
  desk: Desk,
  { fromDay, toDay, by, filter = {} }: MovementQuestion,
  clock: Clock = systemClock,
): Promise<MovementReport> {
  requireRight(desk.caller, 'finance')
  if (fromDay >= toDay) {
    throw new TikError('usage_error', `${dayToIso(fromDay)} is not before ${dayToIso(toDay)}`)
  }
  const parts = await openFinanceParts(desk, clock)
  const opening = await closedFigures(parts, fromDay)
  const frozen = await readSnapshot(parts.operations, toDay)
  if (frozen !== undefined) {
    await cutOffPublisher(parts)({ cutOffId: frozen.cutOffId, lateAfterCutOffId: '' })
  }
  const closing = frozen ?? (await figuresNow(parts, toDay))
  return movementBetween(parts, { opening, closing }, by, (figure) =>
    isAsked(desk.caller, figure, filter),
  )
}

export interface MovementQuestion {
  readonly fromDay: number
  readonly toDay: number
  readonly by: FigureGrouping
  readonly filter?: FinanceFilter
}

async function closedFigures(
  { operations }: Pick<FinanceParts, 'operations'>,
  day: number,
): Promise<FinanceFigures> {
  const snapshot = await readSnapshot(operations, day)
  if (snapshot !== undefined) return snapshot
  const closed = (await closedDays(operations)).map(dayToIso).join(', ')
  throw new TikError('not_found', `${dayToIso(day)} was not closed`, {
    hint: closed === '' ? `tik finance close ${dayToIso(day)}` : `closed are ${closed}`,
  })
}

function shown(
  caller: Caller,
  { figures: all, closedMs }: { figures: FinanceFigures; closedMs: number | undefined },
  filter: FinanceFilter,
): FinanceAt {
  const { day, cutOffId, lastInvoiceId, rejects } = all
  const figures = all.figures.filter((figure) => isAsked(caller, figure, filter))
  const isAll = caller.reach.kind === 'operator'
  return {
    day,
    closedMs,
    cutOffId,
    lastInvoiceId,
    figures,
    rejects: isAll ? rejects : [],
    untied: untiedAccounts(figures),
  }
}

function isAsked(caller: Caller, figure: FigurePart, filter: FinanceFilter): boolean {
  const { accountId, partnerId } = figure
  return (
    isWithinReach(caller, figure) &&
    (filter.accountId ?? accountId) === accountId &&
    (filter.partnerId ?? partnerId) === partnerId
  )
}
