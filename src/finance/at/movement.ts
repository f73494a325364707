/**
 * What happened between two days, each part of it read from the stores by itself: opening and movement must come to
 * the closing figures, and `untied` names the keys where they do not. By account of the general ledger or by account.
 */
import { addMicros, micros, ZERO_MICROS, type Micros } from '../../core/money/money.ts'
import { kindOfSection } from '../ledger-accounts.ts'
import type { FinanceParts } from '../finance-parts.ts'
import { deferredAt, earnedAt } from '../service-parts.ts'
import { linesAhead, type LineAhead } from './billed-so-far.ts'
import { boundsOf, keyed, usedParts } from './figures-at.ts'
import { financeAccounts, usedSpans } from './finance-accounts.ts'
import type { FigureAmounts, FinanceFigures } from './finance-figures.ts'
import {
  groupFigures,
  sumFigures,
  type FigureGroup,
  type FigureGrouping,
  type FigurePart,
} from './sum-figures.ts'

export interface Movement {
  readonly key: string
  /** Usage that was rated and not invoiced, late usage with it. Exact. */
  readonly unbilled: {
    readonly openingMicros: Micros
    /** Of the days between. */
    readonly usedMicros: Micros
    /** Of days before that came to the ledger since the opening, corrections with it. */
    readonly cameLateMicros: Micros
    /** Below zero: what invoices billed. */
    readonly billedMicros: Micros
    readonly closingMicros: Micros
  }
  /** What was invoiced for days to come. */
  readonly deferred: {
    readonly openingMicros: Micros
    /** By documents since the opening. */
    readonly addedMicros: Micros
    /** Below zero: days that passed. */
    readonly releasedMicros: Micros
    readonly closingMicros: Micros
  }
  /** Fees and one-off charges that are not invoiced. */
  readonly due: { readonly openingMicros: Micros; readonly closingMicros: Micros }
  readonly invoicedMicros: Micros
  /** Invoiced, with what came to be owed and less what was for later days: what was earned between. */
  readonly earnedMicros: Micros
}

export interface MovementReport {
  readonly fromDay: number
  readonly toDay: number
  readonly rows: readonly Movement[]
  /** Keys of which opening and movement are not the closing figures. */
  readonly untied: readonly string[]
}

/** `isAsked` says which figures a reader may see and asks for. */
export async function movementBetween(
  parts: FinanceParts,
  { opening, closing }: { readonly opening: FinanceFigures; readonly closing: FinanceFigures },
  by: FigureGrouping,
  isAsked: (figure: FigurePart) => boolean,
): Promise<MovementReport> {
  const asked = (figures: readonly FigurePart[]): Map<string, FigureGroup> =>
    new Map(
      groupFigures(sumFigures(figures.filter(isAsked)), by).map((group) => [group.key, group]),
    )
  const before = asked(opening.figures)
  const after = asked(closing.figures)
  const usedThen = asked(await usedUpTo(parts, opening.day, closing.cutOffId))
  const ahead = await aheadParts(parts, opening, closing)
  const [added, released] = [asked(ahead.added), asked(ahead.released)]
  const keys = [...new Set([...before.keys(), ...after.keys(), ...usedThen.keys()])].sort()
  const rows = keys.map((key) =>
    movementOf(key, {
      before: before.get(key),
      after: after.get(key),
      usedThen: usedThen.get(key)?.usedMicros ?? ZERO_MICROS,
      addedMicros: added.get(key)?.deferredMicros ?? ZERO_MICROS,
      releasedMicros: released.get(key)?.deferredMicros ?? ZERO_MICROS,
    }),
  )
  const untied = rows.filter((row) => !holds(row)).map(({ key }) => key)
  return { fromDay: opening.day, toDay: closing.day, rows, untied }
}

interface Sides {
  readonly before: FigureGroup | undefined
  readonly after: FigureGroup | undefined
  /** Used up to the day of the opening, as the position of the closing has it. */
  readonly usedThen: Micros
  readonly addedMicros: Micros
  readonly releasedMicros: Micros
}

function movementOf(
  key: string,
  { before, after, usedThen, addedMicros, releasedMicros }: Sides,
): Movement {
  const grown = (name: keyof FigureAmounts): Micros => micros(at(after, name) - at(before, name))
  return {
    key,
    unbilled: {
      openingMicros: unbilled(before),
      usedMicros: micros(at(after, 'usedMicros') - usedThen),
      cameLateMicros: micros(usedThen - at(before, 'usedMicros')),
      billedMicros: micros(0 - grown('billedMicros')),
      closingMicros: unbilled(after),
    },
    deferred: {
      openingMicros: at(before, 'deferredMicros'),
      addedMicros,
      releasedMicros,
      closingMicros: at(after, 'deferredMicros'),
    },
    due: { openingMicros: at(before, 'dueMicros'), closingMicros: at(after, 'dueMicros') },
    invoicedMicros: grown('invoicedMicros'),
    earnedMicros: micros(
      grown('invoicedMicros') +
        unbilled(after) -
        unbilled(before) +
        grown('dueMicros') -
        grown('deferredMicros'),
    ),
  }
}

function at(group: FigureGroup | undefined, name: keyof FigureAmounts): Micros {
  return group?.[name] ?? ZERO_MICROS
}

function unbilled(group: FigureGroup | undefined): Micros {
  return addMicros(at(group, 'unbilledMicros'), at(group, 'lateMicros'))
}

function holds({ unbilled: usage, deferred }: Movement): boolean {
  const { openingMicros, usedMicros, cameLateMicros, billedMicros, closingMicros } = usage
  return (
    openingMicros + usedMicros + cameLateMicros + billedMicros === closingMicros &&
    deferred.openingMicros + deferred.addedMicros + deferred.releasedMicros ===
      deferred.closingMicros
  )
}

async function usedUpTo(parts: FinanceParts, day: number, cutOffId: string): Promise<FigurePart[]> {
  const found: FigurePart[] = []
  for (const span of usedSpans(parts, await financeAccounts(parts), { day, cutOffId })) {
    for (const sum of await parts.usage.used(span)) {
      found.push(...usedParts(parts, sum, 'usedMicros'))
    }
  }
  return found
}

/** Lines that new documents brought, and days of earlier lines that passed. */
async function aheadParts(
  parts: FinanceParts,
  opening: FinanceFigures,
  closing: FinanceFigures,
): Promise<{ added: FigurePart[]; released: FigurePart[] }> {
  const { operations } = parts
  const known = boundsOf(opening)
  const added = await linesAhead(operations, boundsOf(closing), closing.day, known)
  const passing = await linesAhead(operations, known, opening.day)
  const part = (line: LineAhead, deferredMicros: Micros): FigurePart => ({
    ...keyed(parts, line.accountId, { ...line, kind: kindOfSection(line.section) }),
    deferredMicros,
  })
  return {
    added: added.map((line) => part(line, deferredAt(line, closing.day))),
    released: passing.map((line) =>
      part(line, micros(earnedAt(line, opening.day) - earnedAt(line, closing.day))),
    ),
  }
}
