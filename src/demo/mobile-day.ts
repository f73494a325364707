/**
 * A day of one SIM as the mobile supplier writes it down. Calls last as in a published day of a
 * mobile operator: log-normal with mu 3.92 and sigma 1.95, and 13.5 % of them zero seconds. Data
 * sessions are cut into records at about 92.16 MB; a long message is the same line several times.
 */
import type { MobileLine, Trip } from './demo-line.ts'
import type { DayRows } from './day-rows.ts'
import { callerNumber, dialledOnMobile, messagedNumber } from './dialled-numbers.ts'
import type { LocalDay } from './local-day.ts'
import { drawSeconds, logNormalSeconds } from './random.ts'
import type { Random } from './random.ts'
import { isDayOfUse, secondOfDay } from './time-of-day.ts'
import { holdsAt } from '../core/time/validity.ts'

export const MOBILE_HEADER =
  'Soort;Richting;MSISDN;IMSI;Datum;Tijd;Van;Naar;Duur;Volume;Netwerk;Sessie;Deel\n'

const CALL_SECONDS = logNormalSeconds({ mu: 3.92, sigma: 1.95, maxSeconds: 3_658 })
const ZERO_SECONDS_PER_MILLE = 135
const PART_BYTES = 92_160_000
const MEGABYTE = 1_048_576
const HOME_NETWORK = '20416'
const DAYS_OF_MONTH = 30

interface DayContext {
  readonly line: MobileLine
  readonly day: LocalDay
  readonly random: Random
  readonly rows: DayRows
  /** Bytes of this day at home, or of the trip that the day is part of. */
  readonly dataBytes: number
}

/** Adds the rows of one day. */
export function addMobileDay(context: DayContext): void {
  const { line, day, random } = context
  const trip = tripOf(line, day)
  if (trip === undefined && !isDayOfUse(line.traffic, day)) return
  const rates = trip ?? line.traffic
  const network = trip?.network ?? HOME_NETWORK
  const calls = random.count(rates.callsPerDay)
  for (let call = 0; call < calls; call++) {
    addCall(context, network, dialledOnMobile(line.home, random))
  }
  for (const { number, perMonth } of line.traffic.favourites) {
    const times = random.count(perMonth / DAYS_OF_MONTH)
    for (let call = 0; call < times; call++) addCall(context, network, number)
  }
  const incoming = random.count(rates.incomingPerDay)
  for (let call = 0; call < incoming; call++) addIncoming(context, network)
  const messages = random.count(rates.messagesPerDay)
  for (let message = 0; message < messages; message++) addMessage(context, network)
  addSessions(context, network)
}

/** What a day uses of a month's data: equal shares whose sum is exact to the byte. */
export function dayShareBytes(megabytes: number, dayNumber: number, daysCount: number): number {
  if (daysCount === 0) return 0
  const total = Math.round(megabytes * MEGABYTE)
  const until = (share: number) => Math.floor((total * share) / daysCount)
  return until(dayNumber + 1) - until(dayNumber)
}

export function tripOf(line: MobileLine, day: { dayOfMonth: number }): Trip | undefined {
  return line.traffic.trips.find(
    (trip) => day.dayOfMonth >= trip.fromDayOfMonth && day.dayOfMonth <= trip.toDayOfMonth,
  )
}

function addCall(context: DayContext, network: string, number: string): void {
  const { line, day, random } = context
  const second = secondOfDay(line.traffic, day, random)
  const isZero = random.below(1_000) < ZERO_SECONDS_PER_MILLE
  const drawn = isZero ? 0 : drawSeconds(CALL_SECONDS, random)
  const seconds = Math.min(drawn, day.lengthSeconds - 1 - second)
  add(context, second, `spraak;uit;`, `${line.msisdn};${number};${seconds};;${network};;\n`)
}

function addIncoming(context: DayContext, network: string): void {
  const { line, day, random } = context
  const second = secondOfDay(line.traffic, day, random)
  const seconds = Math.min(drawSeconds(CALL_SECONDS, random), day.lengthSeconds - 1 - second)
  const caller = callerNumber(line.home, random)
  add(context, second, `spraak;in;`, `${caller};${line.msisdn};${seconds};;${network};;\n`)
}

/** One message in five is long: two to four segments, each the same line. */
function addMessage(context: DayContext, network: string): void {
  const { line, day, random } = context
  const second = secondOfDay(line.traffic, day, random)
  const receiver = messagedNumber(line.home, random)
  const segments = random.below(5) === 0 ? 2 + random.below(3) : 1
  for (let segment = 0; segment < segments; segment++) {
    add(context, second, 'sms;uit;', `${line.msisdn};${receiver};;;${network};;\n`)
  }
}

function addSessions(context: DayContext, network: string): void {
  const { line, day, random, dataBytes } = context
  const sessions = Math.max(1, random.count(line.traffic.sessionsPerDay))
  let leftBytes = dataBytes
  for (let session = 1; session <= sessions && leftBytes > 0; session++) {
    const share = session === sessions ? 1 : random.next() * 0.7
    const bytes = Math.max(1, Math.min(leftBytes, Math.round(leftBytes * share)))
    leftBytes -= bytes
    addSession(context, network, {
      bytes,
      key: `${line.stream.toString(36)}x${day.day}x${session}`,
    })
  }
}

/** Parts follow each other; the supplier prints when each began. */
function addSession(
  context: DayContext,
  network: string,
  session: { bytes: number; key: string },
): void {
  const { line, day, random } = context
  let second = secondOfDay(line.traffic, day, random)
  let leftBytes = session.bytes
  for (let part = 1; leftBytes > 0; part++) {
    const cut = PART_BYTES + random.below(4_000)
    const bytes = Math.min(leftBytes, cut)
    leftBytes -= bytes
    const seconds = Math.min(60 + random.below(1_500), day.lengthSeconds - 1 - second)
    add(context, second, `data;uit;`, `;;${seconds};${bytes};${network};${session.key};${part}\n`)
    second += seconds
  }
}

function add(context: DayContext, second: number, kind: string, rest: string): void {
  const { line, day } = context
  const begunMs = day.startMs + second * 1_000
  if (!holdsAt(line.activity, begunMs)) return
  const imsi = line.imsis.findLast((card) => card.fromMs <= begunMs)?.imsi ?? ''
  const text = `${kind}${line.msisdn};${imsi};${day.dutchDate};${day.clockAt(second)};${rest}`
  context.rows.add(second, text)
}
