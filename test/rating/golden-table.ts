/**
 * Runs a golden table: rates its usages in order and writes what came out beside them. A file holds
 * cases; each has a head (see parse-world.ts) and rows, and begins with empty balances.
 */
import { microsToDecimal } from '../../src/core/money/money.ts'
import { createRater } from '../../src/rating/create-rater.ts'
import { parseQuantity, parseTime, parseWorld } from './parse-world.ts'
import { createWorld, type World } from './world.ts'

export interface GoldenCase {
  readonly title: string
  readonly head: readonly string[]
  readonly rows: readonly (readonly string[])[]
}

const GIVEN = ['who', 'when', 'call type', 'units', 'session', 'recorded'] as const
const FOUND = ['taken', 'rest', 'billed', 'charge', 'information', 'crossed or why not'] as const
export const COLUMNS = [...GIVEN, ...FOUND]

/** Cases begin with '== title'; '#' begins a remark, which belongs to the head. */
export function parseCases(text: string): GoldenCase[] {
  return text
    .split(/^== /m)
    .slice(1)
    .map((block) => {
      const [title = '', ...lines] = block.split('\n')
      return {
        title: title.trim(),
        head: lines.filter((line) => line.trim() !== '' && !isRow(line)),
        rows: lines
          .filter(isRow)
          .map((line) => line.split('|').map((cell) => cell.trim()))
          .filter((cells) => cells[0] !== COLUMNS[0]),
      }
    })
}

function isRow(line: string): boolean {
  return line.includes(' | ')
}

/** The rows of a case with the columns that rating finds. */
export function runCase({ head, rows }: GoldenCase): string[][] {
  const world = createWorld(parseWorld(head.filter((line) => !line.startsWith('#'))))
  const rater = createRater(world)
  return rows.map((row) => {
    const [who = '', when = '', callType = '', units = '', session = '', recorded = ''] = row
    const subscription = world.directory.subscriptions.find((s) => s.subscriptionId === who)
    const account = world.directory.accounts.get(subscription?.accountId ?? '')
    const startMs = parseTime(when, account?.timeZone)
    const recordedMs = recorded === '' ? startMs : parseTime(recorded, account?.timeZone)
    const quantity = parseQuantity(units)
    const usage = world.usage(who, callType, { startMs, quantity, sessionKey: session })
    const rated = rater.rate(usage, recordedMs)
    const taken = rated.takeKeys.map((key, index) => {
      const [allowance, scopeId = '', , kind] = key.split('|')
      return `${allowance}/${scopeText(kind, scopeId, world)} ${rated.takeQuantities[index]}`
    })
    const crossed = rated.crossings.map((entry) => {
      const [code, scopeId = '', subject, kind, ...rest] = entry.split('|')
      return [code, scopeText(kind, scopeId, world), subject, ...rest].join('/')
    })
    const late = rated.late ? ['late'] : []
    const why = rated.outcome === 'rejected' ? [rated.reason] : [...late, ...crossed]
    return [
      ...GIVEN.map((_, index) => row[index] ?? ''),
      taken.join(' + '),
      String(rated.outOfBundleQuantity),
      String(rated.billedQuantity),
      shortDecimal(microsToDecimal(rated.chargeMicros)),
      rated.informationChargeMicros === 0
        ? ''
        : shortDecimal(microsToDecimal(rated.informationChargeMicros)),
      why.join(' + '),
    ]
  })
}

/** The id; with its kind where something else has the same one. */
function scopeText(kind: string | undefined, id: string, { directory }: World): string {
  const sameIds = [
    directory.accounts.has(id),
    directory.groups.has(id),
    directory.subscriptions.some(({ subscriptionId }) => subscriptionId === id),
  ].filter(Boolean)
  return sameIds.length > 1 ? `${kind}:${id}` : id
}

/** The case as text, its columns aligned. */
export function formatCase({ title, head }: GoldenCase, rows: readonly string[][]): string {
  const table = [COLUMNS, ...rows]
  const widths = COLUMNS.map((_, column) =>
    Math.max(...table.map((row) => row[column]?.length ?? 0)),
  )
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join(' | ')
      .trimEnd(),
  )
  return [`== ${title}`, ...head, '', ...lines, ''].join('\n')
}

/** Four decimals are always shown, the last two only when they say something. */
function shortDecimal(text: string): string {
  return text.replace(/00$/, '')
}

/** A row as it is written, also where it leaves out what comes at the end. */
export function withAllColumns(row: readonly string[]): string[] {
  return Array.from({ length: COLUMNS.length }, (_, index) => row[index] ?? '')
}
