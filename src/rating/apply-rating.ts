/**
 * Adds a priced usage to the balances and says which levels of which limits it crossed. Late usage
 * of a closed period counts and crosses nothing.
 */
import type { Usage } from '../core/usage.ts'
import { reportBundleLevels } from './allowance/allowance-instance.ts'
import { addToCell, type AccountPeriod } from './balance.ts'
import { arm, reportCrossed, type Level, type Meter } from './limit/meter.ts'
import type { Rating } from './price-rating.ts'
import type { RatingState } from './rating-state.ts'
import { createSession, rateWithPart } from './session/session-price.ts'
import type { Standing } from './standing.ts'
import { callTypeUse } from './usage-cell.ts'

export interface RecordingTime {
  recordedMs: number
  /** Stretch of limit settings that holds at `recordedMs`. */
  epoch: number
}

/** Returns the crossings, lowest level first, bundles before limits; undefined for none. */
export function applyRating(
  state: RatingState,
  usage: Usage,
  rating: Rating,
  recording: RecordingTime,
): string[] | undefined {
  const { standing, cell } = rating
  if (standing === undefined || cell === undefined) return undefined
  const { accountPeriod } = standing
  const isLate = recording.recordedMs >= accountPeriod.closedAtMs
  let crossed = applyTakes(accountPeriod, rating, isLate)
  const { price, takes, moneyTakenMicros } = rating
  if (usage.sessionKey !== '') applySession(standing, usage, rating)
  addToCell(
    cell,
    usage.quantity,
    takes.outOfBundleQuantity,
    price.chargeMicros - moneyTakenMicros,
    price.informationChargeMicros,
  )
  if (isLate) return crossed
  for (const meter of cell.quantityMeters) {
    crossed = checkMeter(state, standing, meter, usage.startMs, recording, crossed)
  }
  for (const meter of cell.moneyMeters) {
    crossed = checkMeter(state, standing, meter, usage.startMs, recording, crossed)
  }
  return crossed
}

function applyTakes(
  { period, reported }: AccountPeriod,
  { takes }: Rating,
  isLate: boolean,
): string[] | undefined {
  let crossed: string[] | undefined
  for (let index = 0; index < takes.count; index += 1) {
    const instance = takes.instances[index]!
    const quantity = takes.quantities[index]!
    const { balance } = instance
    const usedBefore = balance.used
    balance.used += quantity
    if (instance.spansPeriods) {
      balance.byPeriod.set(period.startDay, (balance.byPeriod.get(period.startDay) ?? 0) + quantity)
    }
    if (balance.used >= instance.nextThreshold && !isLate) {
      crossed = [...(crossed ?? []), ...reportBundleLevels(instance, usedBefore, reported)]
    }
  }
  return crossed
}

function applySession(standing: Standing, usage: Usage, rating: Rating): void {
  const { request, price, takes, moneyTakenMicros } = rating
  let { session } = rating
  if (session === undefined) {
    session = createSession(request.startMs, request.rate)
    const use = callTypeUse(standing.subscriptionPeriod, usage.callTypeIndex)
    use.sessions ??= new Map()
    use.sessions.set(usage.sessionKey, session)
  }
  const { startMs, rate } = rateWithPart(session, request)
  session.startMs = startMs
  session.rate = rate
  session.quantity += usage.quantity
  session.outOfBundleQuantity += takes.outOfBundleQuantity
  session.billedQuantity += price.billedQuantity
  session.chargeMicros += price.chargeMicros - moneyTakenMicros
  session.informationChargeMicros += price.informationChargeMicros
  session.aheadQuantity = takes.aheadQuantity
  session.moneyTakenMicros += moneyTakenMicros
  for (let index = 0; index < takes.count; index += 1) {
    const { key } = takes.instances[index]!.balance
    const quantity = takes.quantities[index]!
    if (quantity !== 0) session.takes.set(key, (session.takes.get(key) ?? 0) + quantity)
  }
}

function checkMeter(
  state: RatingState,
  standing: Standing,
  meter: Meter,
  startMs: number,
  { recordedMs, epoch }: RecordingTime,
  crossed: string[] | undefined,
): string[] | undefined {
  const { reported } = standing.accountPeriod
  if (meter.epoch !== epoch) {
    arm(meter, levelsFor(state, standing, meter, recordedMs), reported)
    meter.epoch = epoch
  }
  if (meter.sum < meter.next) return crossed
  const isActive = meter.activity?.some((each) => startMs >= each.fromMs && startMs < each.toMs)
  return isActive === false ? crossed : [...(crossed ?? []), ...reportCrossed(meter, reported)]
}

/** Levels of the meter's limit by the settings that hold at the time of recording. */
export function levelsFor(
  state: RatingState,
  standing: Standing,
  { code, scopeId, subject }: Meter,
  recordedMs: number,
): Level[] {
  const { accountId, partnerId } = standing.account.account
  const scopeIds = scopeId === accountId ? [accountId] : [scopeId, accountId]
  return state.limits.levelsAt(recordedMs, { code, subject, scopeIds, partnerId })
}
