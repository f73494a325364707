/** Figures are sums: made of parts, put together by what a reader asks for, and checked against each other. Pure. */
import { addMicros, micros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import {
  FIGURE_NAMES,
  type Figure,
  type FigureAmounts,
  type FigureKey,
  type Untied,
} from './finance-figures.ts'

export type FigurePart = FigureKey & Partial<FigureAmounts>

/** One figure for each key, in order; what comes to nothing in all is left out. */
export function sumFigures(parts: readonly FigurePart[]): Figure[] {
  const sums = new Map<string, Figure>()
  for (const part of parts) {
    const key = keyOf(part)
    sums.set(key, plus(sums.get(key) ?? nothing(part), part))
  }
  return [...sums]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, figure]) => figure)
    .filter((figure) => FIGURE_NAMES.some((name) => figure[name] !== 0))
}

export function totalOf(figures: readonly FigureAmounts[], name: keyof FigureAmounts): Micros {
  return figures.reduce((sum, figure) => addMicros(sum, figure[name]), ZERO_MICROS)
}

/** Accounts of which rated usage is not what was billed and what was not: the ledger and the invoices differ. */
export function untiedAccounts(figures: readonly Figure[]): Untied[] {
  return [...Map.groupBy(figures, ({ accountId }) => accountId)].flatMap(([accountId, own]) => {
    const [usedMicros, billedMicros] = [totalOf(own, 'usedMicros'), totalOf(own, 'billedMicros')]
    const unbilledMicros = addMicros(totalOf(own, 'unbilledMicros'), totalOf(own, 'lateMicros'))
    if (micros(usedMicros - billedMicros) === unbilledMicros) return []
    return [{ accountId, usedMicros, billedMicros, unbilledMicros }]
  })
}

export const FIGURE_GROUPINGS = ['account', 'partner', 'ledger-account', 'kind'] as const
export type FigureGrouping = (typeof FIGURE_GROUPINGS)[number]

const GROUP_KEYS = {
  account: 'accountId',
  partner: 'partnerId',
  'ledger-account': 'ledgerAccount',
  kind: 'kind',
} as const satisfies Readonly<Record<FigureGrouping, keyof FigureKey>>

export interface FigureGroup extends FigureAmounts {
  readonly key: string
}

/** Totals by one of the keys, in its order. */
export function groupFigures(figures: readonly Figure[], by: FigureGrouping): FigureGroup[] {
  const groups = Map.groupBy(figures, (figure): string => figure[GROUP_KEYS[by]])
  return [...groups]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([key, own]) => ({ key, ...own.reduce(amountsPlus, NOTHING) }))
}

const NOTHING: FigureAmounts = {
  usedMicros: ZERO_MICROS,
  billedMicros: ZERO_MICROS,
  unbilledMicros: ZERO_MICROS,
  lateMicros: ZERO_MICROS,
  dueMicros: ZERO_MICROS,
  invoicedMicros: ZERO_MICROS,
  deferredMicros: ZERO_MICROS,
}

function nothing({ accountId, partnerId, kind, product, ledgerAccount }: FigureKey): Figure {
  return { accountId, partnerId, kind, product, ledgerAccount, ...NOTHING }
}

function plus(figure: Figure, part: Partial<FigureAmounts>): Figure {
  return { ...figure, ...amountsPlus(figure, { ...NOTHING, ...part }) }
}

function amountsPlus(left: FigureAmounts, right: FigureAmounts): FigureAmounts {
  return {
    usedMicros: addMicros(left.usedMicros, right.usedMicros),
    billedMicros: addMicros(left.billedMicros, right.billedMicros),
    unbilledMicros: addMicros(left.unbilledMicros, right.unbilledMicros),
    lateMicros: addMicros(left.lateMicros, right.lateMicros),
    dueMicros: addMicros(left.dueMicros, right.dueMicros),
    invoicedMicros: addMicros(left.invoicedMicros, right.invoicedMicros),
    deferredMicros: addMicros(left.deferredMicros, right.deferredMicros),
  }
}

function keyOf({ accountId, partnerId, kind, product, ledgerAccount }: FigureKey): string {
  return [accountId, partnerId, kind, product, ledgerAccount].join('\0')
}
