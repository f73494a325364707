/** The month of the story with calmer ones before it, so that there is something to compare it with. */
import { STORY_BEFORE } from './demo-story.ts'
import { DEMO_PERIOD, writeDemoMonth, type DemoMonth } from './make-month.ts'

export interface DemoMonthsSettings {
  readonly folder: string
  readonly seed: number
  readonly accounts: number
  /** In all, the month of the story included. */
  readonly months: number
  /** Called after each day of each source of every month, for a progress bar. */
  readonly onDay?: (done: { period: string; days: number; of: number }) => void
}

export interface NamedMonth extends DemoMonth {
  readonly period: string
}

/** Oldest first; the month of the story, the last, has the same bytes however many are before it. */
export function writeDemoMonths({ months, onDay, ...settings }: DemoMonthsSettings): NamedMonth[] {
  return periodsUntil(DEMO_PERIOD, months).map((period) => ({
    period,
    ...writeDemoMonth({
      ...settings,
      period,
      ...(period === DEMO_PERIOD ? {} : { story: STORY_BEFORE }),
      onDay: (done) => onDay?.({ period, ...done }),
    }),
  }))
}

/** So many months, the last of which is this one. */
function periodsUntil(last: string, count: number): string[] {
  const [year = 0, month = 0] = last.split('-').map((part) => Number.parseInt(part, 10))
  return Array.from({ length: count }, (_, index) =>
    new Date(Date.UTC(year, month - count + index, 1)).toISOString().slice(0, 7),
  )
}
