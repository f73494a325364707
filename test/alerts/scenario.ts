/**
 * One scenario of fixtures/alerts/scenarios.txt, played event by event: usages go through the real
 * rater into a ledger of rows, limits are changed through the real administration.
 */
import type { Directory, LimitSetting } from '../../src/core/accounts/accounts.ts'
import { dayFromIso } from '../../src/core/time/period.ts'
import type { Usage } from '../../src/core/usage/usage.ts'
import {
  currentLimits,
  setLimit,
  unsetLimit,
  type LimitKey,
} from '../../src/directory/limits/limits.ts'
import type { OperationsStore } from '../../src/postgres/operations-store.ts'
import { createRater } from '../../src/rating/create-rater.ts'
import type { BalanceRequest, BalanceTotals, Rater } from '../../src/rating/rater.ts'
import { parseTime } from '../rating/parse-world.ts'
import type { World } from '../rating/world.ts'
import { fromCrossingEntry, type LedgerCrossing } from '../../src/alerts/crossings/crossing.ts'
import { noteLoweredLimits } from '../../src/alerts/crossings/lowered-limit.ts'
import { SCENARIO_KINDS, scenarioWorld, type ScenarioKind } from './scenario-world.ts'

export interface Scenario {
  readonly prefix: string
  readonly line: string
  readonly events: readonly string[]
  readonly told: readonly string[]
  readonly kind: ScenarioKind
  /** What the ledger holds: crossings by offset in the scenario's own log partition. */
  readonly rows: (readonly LedgerCrossing[])[]
  /** The dispatcher reads from here; `replay` sets it to 0. */
  nextOffset: number
  directory(): Directory
  play(event: string, nowMs: number): Promise<void>
}

const OCTOBER = dayFromIso('2026-10-01')
const NOVEMBER = dayFromIso('2026-11-01')
const DAY_MS = 86_400_000
const OCTOBER_MS = parseTime('2026-10-10 12:00')
const NOVEMBER_MS = parseTime('2026-11-10 12:00')

/** Reads `limit | events | told | why` lines. */
export function parseScenarios(text: string): { cells: string[]; line: string }[] {
  return text
    .split('\n')
    .filter((line) => line.includes(' | ') && !line.startsWith('#'))
    .slice(1)
    .map((line) => ({ line, cells: line.split('|').map((cell) => cell.trim()) }))
}

export async function createScenario(
  store: OperationsStore,
  index: number,
  { cells, line }: ReturnType<typeof parseScenarios>[number],
): Promise<Scenario> {
  const [limit = '', events = '', told = ''] = cells
  const prefix = `s${String(index).padStart(3, '0')}-`
  const match =
    /^([a-z-]+(?: data| sms| voice)?)(?: partner (\d+),?)?(?: (\d+))?(?: at ([\d +]+))?$/.exec(
      limit,
    )
  const kind = SCENARIO_KINDS[match?.[1] ?? '']
  if (kind === undefined) throw new Error(`"${limit}" is no limit of the table`)
  const customerAmount = kind.code.endsWith('-bundle') ? undefined : match?.[3]
  const settings: LimitSetting[] = [
    ...initial(kind, 'partner', `${prefix}partner`, match?.[2]),
    ...initial(kind, 'account', `${prefix}account`, customerAmount, match?.[4]),
  ]
  for (const { code, scopeKind, scopeId, subject, amount, levels = '' } of settings) {
    await store.execute(
      `INSERT INTO limit_settings (code, scope_kind, scope_id, subject, amount, action, levels, from_ms)
       VALUES ($1, $2, $3, $4, $5, 'notify', $6, 0)`,
      [code, scopeKind, scopeId, subject, amount, levels],
    )
  }
  return player(store, {
    prefix,
    line,
    events: split(events),
    told: split(told),
    kind,
    settings,
  })
}

function split(list: string): string[] {
  return list.split(';').map((part) => part.trim())
}

function initial(
  { code, subject, amountFactor }: ScenarioKind,
  scopeKind: 'partner' | 'account',
  scopeId: string,
  amount: string | undefined,
  at = '',
): LimitSetting[] {
  if (amount === undefined) return []
  const rest = { subject, amount: Number(amount) * amountFactor, action: 'notify' } as const
  const parts = at.split(' ').filter((part) => part !== '')
  const levels = parts.map((part) =>
    part.startsWith('+') ? `+${Number(part) * amountFactor}` : part,
  )
  return [{ code, scopeKind, scopeId, ...rest, levels: levels.join(), fromMs: 0, toMs: Infinity }]
}

interface Recorded {
  readonly usage: Usage
  readonly recordedMs: number
}

interface Player {
  readonly accountId: string
  readonly log: Recorded[]
  readonly rows: LedgerCrossing[][]
  settings: readonly LimitSetting[]
  isNovember: boolean
  closedAtMs: number | undefined
  world: World
  rater: Rater
}

function player(
  store: OperationsStore,
  parts: Pick<Scenario, 'prefix' | 'line' | 'events' | 'told' | 'kind'> & {
    settings: LimitSetting[]
  },
): Scenario {
  const { prefix, kind, settings } = parts
  const world = scenarioWorld(prefix, kind, settings)
  const state: Player = {
    accountId: `${prefix}account`,
    log: [],
    rows: [],
    settings,
    isNovember: false,
    closedAtMs: undefined,
    world,
    rater: createRater(world),
  }
  restoreAll(state, [])
  const scenario: Scenario = {
    ...parts,
    rows: state.rows,
    nextOffset: 0,
    directory: () => state.world.directory,
    async play(event, nowMs) {
      const [first = '', second = ''] = event.split(' ')
      if (first === 'set' || first === 'off' || first === 'unset') {
        const amount = { set: kind.written(Number(second)), off: '0', unset: undefined }[first]
        await changeLimit(scenario, state, store, {
          amount,
          levels: levelsText(event, kind),
          nowMs,
        })
      } else if (first === 'replay') scenario.nextOffset = 0
      else if (first === 'month') state.isNovember = true
      else if (first === 'restart') restart(scenario, state)
      else if (first === 'close') {
        state.closedAtMs = nowMs
        restart(scenario, state)
      } else if (first === 'reverse') {
        const last = state.log.pop()
        if (last !== undefined) restart(scenario, state, (totals) => without(totals, last.usage))
      } else if (first === 'rerate') {
        state.rater = createRater(state.world)
        restoreAll(state, [])
        for (const recorded of state.log) record(state, recorded)
      } else useSome(scenario, state, event, nowMs)
    },
  }
  return scenario
}

function useSome({ prefix, kind }: Scenario, state: Player, event: string, nowMs: number): void {
  const [first = '', second = '', third = ''] = event.split(' ')
  const isLate = first === 'late'
  const periodMs = state.isNovember && !isLate ? NOVEMBER_MS : OCTOBER_MS
  const [who, amount] = isLate || first === 'old' ? [second, third] : [first, second]
  const shiftMs = first === 'old' ? -5 * DAY_MS : state.log.length * 1_000
  const usage = state.world.usage(prefix + who, who === 'v' ? 'call' : kind.callType, {
    startMs: periodMs + shiftMs,
    quantity: Number(amount) * (who === 'v' ? 60 : kind.usageFactor),
    product: who === 'v' ? 'voip' : 'mobile',
  })
  state.log.push({ usage, recordedMs: nowMs })
  record(state, { usage, recordedMs: nowMs })
}

function record({ rater, rows, accountId }: Player, { usage, recordedMs }: Recorded): void {
  const rated = rater.rate(usage, recordedMs)
  const crossings = rated.crossings.map((entry): LedgerCrossing => ({
    accountId,
    periodStartDay: rated.periodStartDay,
    ...fromCrossingEntry(entry),
    product: usage.product,
    subscriptionId: usage.subscriptionId,
    happenedMs: usage.startMs,
    recordedMs,
    origin: `log/0/${rows.length}`,
  }))
  rows.push(crossings)
}

/** A new worker: what it knows is what the ledger adds up. */
function restart(
  { prefix, kind }: Scenario,
  state: Player,
  change = (totals: BalanceTotals): BalanceTotals => totals,
): void {
  const totals = requestsOf(state).map((request) => change(state.rater.totals(request)))
  const built = scenarioWorld(prefix, kind, state.settings)
  const account = built.directory.accounts.get(state.accountId)
  if (state.closedAtMs !== undefined && account !== undefined) {
    const closedPeriods = [{ periodStartDay: OCTOBER, closedAtMs: state.closedAtMs }]
    const accounts = new Map([[state.accountId, { ...account, closedPeriods }]])
    state.world = { ...built, directory: { ...built.directory, accounts } }
  } else {
    state.world = built
  }
  state.rater = createRater(state.world)
  restoreAll(state, totals)
}

/** 'set 50 at 50 80 +10' → '50%, 80%, +10.00', as `tik limits set --levels` is given. */
function levelsText(event: string, kind: ScenarioKind): string | undefined {
  const at = / at (.+)$/.exec(event)?.[1]
  const parts = at?.split(' ').map((part) => {
    return part.startsWith('+') ? `+${kind.written(Number(part))}` : `${part}%`
  })
  return parts?.join(', ')
}

async function changeLimit(
  scenario: Scenario,
  state: Player,
  store: OperationsStore,
  change: { amount: string | undefined; levels: string | undefined; nowMs: number },
): Promise<void> {
  const { prefix, kind } = scenario
  const { accountId } = state
  const { amount, levels, nowMs } = change
  const { code, subject } = kind
  const key: LimitKey = { code, subject, scopeKind: 'account', scopeId: accountId }
  const editor = { changedBy: 'customer', atMs: nowMs }
  if (amount === undefined) await unsetLimit(store, key, editor)
  else {
    const given = { key, amount, ...(levels === undefined ? {} : { levels }) }
    await setLimit(store, state.world, given, editor)
  }
  const settings = await currentLimits(store)
  state.settings = settings.filter(({ scopeId }) => scopeId.startsWith(prefix))
  restart(scenario, state)
  const [october, november] = requestsOf(state).map((request) => state.rater.totals(request))
  const totals = (state.isNovember ? november : october) ?? NOTHING
  await noteLoweredLimits(store, state.world, { accounts: [{ accountId, totals }], atMs: nowMs })
}

function restoreAll(state: Player, totals: readonly BalanceTotals[]): void {
  for (const [index, request] of requestsOf(state).entries()) {
    state.rater.restore(request, totals[index] ?? NOTHING)
  }
}

function requestsOf({ accountId }: Player): BalanceRequest[] {
  return [OCTOBER, NOVEMBER].map((day) => ({
    accountId,
    fromPeriodStartDay: day,
    toPeriodStartDay: day,
  }))
}

const NOTHING: BalanceTotals = { takes: [], usage: [], sessions: [], crossings: [] }

/** The sums of the ledger after a reversal of the usage: crossings stay. */
function without(totals: BalanceTotals, usage: Usage): BalanceTotals {
  return {
    ...totals,
    takes: totals.takes.map((take) => ({ ...take, quantity: take.quantity - usage.quantity })),
    usage: totals.usage.map((total) =>
      total.subscriptionId === usage.subscriptionId && total.callType === usage.callType
        ? {
            ...total,
            quantity: total.quantity - usage.quantity,
            chargeMicros: Math.max(0, total.chargeMicros - chargeOf(total, usage)),
          }
        : total,
    ),
  }
}

/** Every unit of a scenario costs the same. */
function chargeOf(total: BalanceTotals['usage'][number], usage: Usage): number {
  return total.quantity === 0 ? 0 : (total.chargeMicros / total.quantity) * usage.quantity
}
