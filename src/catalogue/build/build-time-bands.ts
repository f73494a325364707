/** Time bands of a rate: other steps on some days and hours, in the account's local time. */
import { isWithin } from '../../core/time/validity.ts'
import type { BuildContext, Path } from './build-context.ts'
import { buildSteps } from './build-steps.ts'
import type { StepDeclaration } from './build-steps.ts'
import type { PriceComponent, RateStep, TimeBand } from '../catalogue.ts'
import { deckSteps } from '../decks/rate-of-rows.ts'
import type { Place } from '../read/catalogue-problem.ts'
import type { Measure } from '../quantity.ts'

interface BandDeclaration {
  readonly name: string
  readonly days: readonly string[]
  readonly from: string
  readonly to: string
  readonly connectFee?: string | undefined
  readonly price?: string | undefined
  readonly steps?: readonly StepDeclaration[] | undefined
}

interface BandsPlace {
  readonly id: string
  readonly measure: Measure
  readonly place: Place
  readonly path: Path
  readonly component: PriceComponent
  /** Of a rate by a deck: the price of what has no row. */
  readonly otherwise: string | undefined
}

const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']
const HOLIDAY = 8
const DAY_RANGE = /^([a-z]{3})-([a-z]{3})$/

/** A band has the rate's connect fee unless it says another one. */
export function buildBands(
  declarations: readonly BandDeclaration[],
  at: BandsPlace,
  context: BuildContext,
): TimeBand[] {
  const bands = declarations.map((given, index) => {
    const path = [...at.path, 'bands', index]
    const fromMinute = minuteOfDay(given.from)
    const toMinute = minuteOfDay(given.to)
    if (fromMinute >= toMinute) {
      const message = `${at.id}: ends before it begins; a band over midnight is written as two`
      context.problems.error(at.place, [...path, 'to'], message)
    }
    return {
      name: given.name,
      days: daysOf(given.days, { ...at, path: [...path, 'days'] }, context),
      fromMinute,
      toMinute,
      connectFee: given.connectFee ?? at.component.connectFee,
      steps: stepsOf(given, { ...at, path }, context),
    }
  })
  for (const [index, band] of bands.entries()) {
    const earlier = bands.slice(0, index).find((other) => overlap(band, other))
    if (earlier === undefined) continue
    const message = `${at.id}: the band "${band.name}" overlaps the band "${earlier.name}"`
    context.problems.error(at.place, [...at.path, 'bands', index], message)
  }
  return bands
}

/** A rate by a deck has its rows' prices in the band; what has no row is priced as at other times. */
function stepsOf(given: BandDeclaration, at: BandsPlace, context: BuildContext): RateStep[] {
  const { deck } = at.component
  const report = (message: string): void =>
    context.problems.error(at.place, at.path, `${at.id}: the band "${given.name}" ${message}`)
  if (deck === undefined) {
    if (given.steps === undefined) report('has no steps')
    return buildSteps(given.steps ?? [], { ...at, path: [...at.path, 'steps'] }, context)
  }
  if (given.steps !== undefined) report('has steps beside a deck: say price')
  if (deck.rejectsOthers || at.otherwise === undefined) return []
  return deckSteps(at.otherwise, deck)
}

function overlap(left: TimeBand, right: TimeBand): boolean {
  return (
    left.days.some((day) => right.days.includes(day)) &&
    (isWithin(left.fromMinute, right.fromMinute, right.toMinute) ||
      isWithin(right.fromMinute, left.fromMinute, left.toMinute))
  )
}

function minuteOfDay(time: string): number {
  const [hours = '', minutes = ''] = time.split(':')
  return Number.parseInt(hours, 10) * 60 + Number.parseInt(minutes, 10)
}

function daysOf(
  names: readonly string[],
  at: { id: string; place: Place; path: Path },
  context: BuildContext,
): number[] {
  const days = names.flatMap((name, index) => {
    const found = daysNamed(name)
    if (found.length === 0) {
      const message = `${at.id}: "${name}" is no day: write mon to sun, mon-fri or holiday`
      context.problems.error(at.place, [...at.path, index], message)
    }
    if (found.includes(HOLIDAY) && !hasHolidays(context)) {
      const message = `${at.id}: never holds: the catalogue has no section "holidays:"`
      context.problems.warn(at.place, [...at.path, index], message)
    }
    return found
  })
  return [...new Set(days)].sort((left, right) => left - right)
}

function hasHolidays({ folder }: BuildContext): boolean {
  return folder.isDeclared('holidays', 'holidays')
}

/** 1 = Monday … 7 = Sunday, 8 = public holiday; empty when the name is none. */
function daysNamed(name: string): number[] {
  if (name === 'holiday') return [HOLIDAY]
  const range = DAY_RANGE.exec(name)
  const first = WEEKDAYS.indexOf(range?.[1] ?? name) + 1
  const last = WEEKDAYS.indexOf(range?.[2] ?? name) + 1
  if (first === 0 || last === 0 || last < first) return []
  return Array.from({ length: last - first + 1 }, (_, index) => first + index)
}
