/**
 * A day of one exchange user as its exchange writes it down: one call is one to several rows. Calls
 * that nobody answers, ring groups, failed carriers, halves of Local channels, forwarded legs, voice
 * mail. Shares follow a business exchange: 47 % of outgoing attempts are answered, 2 % find it busy;
 * talks have a median of 24 s and 90 % are below 93 s.
 */
import { asteriskRow } from './asterisk-row.ts'
import type { DialledLeg } from './asterisk-row.ts'
import type { VoipLine } from './demo-line.ts'
import type { DayRows } from './day-rows.ts'
import { callerNumber, dialledNumber } from './dialled-numbers.ts'
import type { LocalDay } from './local-day.ts'
import { choose, drawSeconds, logNormalSeconds } from './random.ts'
import type { Random } from './random.ts'
import { isDayOfUse, secondOfDay } from './time-of-day.ts'
import { holdsAt } from '../core/time/validity.ts'

/** Numbers the channels and rows of one exchange. */
export interface ExchangeCounters {
  channel: number
  sequence: number
}

interface DayContext {
  readonly line: VoipLine
  readonly day: LocalDay
  readonly random: Random
  readonly counters: ExchangeCounters
  readonly rows: DayRows
}

const TALK_SECONDS = logNormalSeconds({ mu: 3.178, sigma: 1.057, maxSeconds: 7_200 })
const FORWARDED_NUMBER_NL = '0612345006'
const FORWARDED_NUMBER_BE = '0470123006'
const DAYS_OF_MONTH = 30

/** Adds the rows of one day. The order of calls does not matter: files are sorted by time. */
export function addVoipDay(context: DayContext): void {
  const { line, day, random } = context
  if (!isDayOfUse(line.traffic, day)) return
  const { outgoingPerDay, incomingPerDay, internalPerDay, forwardedPerDay } = line.traffic
  repeat(random.count(outgoingPerDay), () => outgoing(context, dialledNumber(line.home, random)))
  for (const { number, perMonth } of line.traffic.favourites) {
    repeat(random.count(perMonth / DAYS_OF_MONTH), () => outgoing(context, number))
  }
  repeat(random.count(incomingPerDay), () => incoming(context))
  repeat(random.count(internalPerDay), () => internal(context))
  repeat(random.count(forwardedPerDay), () => forwarded(context))
}

function outgoing(context: DayContext, number: string): void {
  const { line, random } = context
  const call = newCall(context)
  const caller = choose(line.callers, random)
  const leg = {
    ...call,
    src: caller,
    dst: number,
    context: 'from-internal',
    name: line.name,
    channel: channelName(line.endpoint, context),
    app: 'Dial',
  }
  if (random.below(100) < 3) {
    // The first carrier is full; the call goes out by the next one, in the same second.
    addLeg(context, {
      ...leg,
      dstChannel: channelName('carrier-oost', context),
      appArguments: `PJSIP/${number}@carrier-oost,60,T`,
      ringSeconds: 0,
      disposition: random.below(2) === 0 ? 'CONGESTION' : 'FAILED',
      talkSeconds: 0,
    })
  }
  addLeg(context, {
    ...leg,
    dstChannel: channelName('carrier-west', context),
    appArguments: `PJSIP/${number}@carrier-west,60,T`,
    ...outcome(random, { answered: 47, busy: 2 }),
  })
}

function incoming(context: DayContext): void {
  const { line, random } = context
  const call = newCall(context)
  const caller = callerNumber(line.home, random)
  const leg = {
    ...call,
    src: caller,
    dst: choose(line.dialledAs, random),
    context: 'from-trunk',
    name: caller,
    channel: channelName('carrier-west', context),
    app: 'Dial',
  }
  if (line.traffic.ringsAtColleagues) return ringGroup(context, leg)
  if (random.below(100) < 12) {
    const appArguments = `${line.endpoint}@default,u`
    const mailbox = { app: 'VoiceMail', appArguments, dstChannel: '', ringSeconds: 0 }
    addLeg(context, {
      ...leg,
      ...mailbox,
      disposition: 'ANSWERED',
      talkSeconds: drawSeconds(TALK_SECONDS, random),
    })
    return
  }
  addLeg(context, {
    ...leg,
    dstChannel: channelName(line.endpoint, context),
    appArguments: `PJSIP/${line.endpoint},25`,
    ...outcome(random, { answered: 72, busy: 4 }),
  })
}

type IncomingLeg = Omit<
  DialledLeg,
  'dstChannel' | 'appArguments' | 'ringSeconds' | 'talkSeconds' | 'disposition'
>

/** Everybody's phone rings, each in a row of its own, and one of them answers. */
function ringGroup(context: DayContext, leg: IncomingLeg): void {
  const { line, random } = context
  const phones = line.colleagues.slice(0, 3)
  const answeredBy = random.below(phones.length + 1)
  const ringSeconds = 2 + random.below(18)
  for (const [index, phone] of phones.entries()) {
    const isAnswered = index === answeredBy
    addLeg(context, {
      ...leg,
      dstChannel: channelName(phone, context),
      appArguments: phones.map((name) => `PJSIP/${name}`).join('&'),
      ringSeconds,
      disposition: isAnswered ? 'ANSWERED' : 'NO ANSWER',
      talkSeconds: isAnswered ? drawSeconds(TALK_SECONDS, random) : 0,
    })
  }
}

function internal(context: DayContext): void {
  const { line, random } = context
  if (line.colleagues.length === 0) return
  const colleague = choose(line.colleagues, random)
  const extension = colleague.slice(colleague.lastIndexOf('-') + 1)
  const leg = {
    ...newCall(context),
    src: choose(line.callers, random),
    dst: extension,
    context: 'from-internal',
    name: line.name,
    app: 'Dial',
  }
  const channel = channelName(line.endpoint, context)
  const ending = outcome(random, { answered: 65, busy: 5 })
  if (random.below(10) < 8) {
    const dstChannel = channelName(colleague, context)
    addLeg(context, { ...leg, channel, dstChannel, appArguments: `PJSIP/${colleague}`, ...ending })
    return
  }
  // Follow me: a Local channel in between, whose halves are both written down.
  const local = `Local/${extension}@follow-me-${hexadecimal(context.counters.channel++)}`
  const appArguments = `${local.slice(0, -9)},20`
  addLeg(context, { ...leg, channel, dstChannel: `${local};1`, appArguments, ...ending })
  addLeg(context, {
    ...leg,
    channel: `${local};2`,
    dstChannel: channelName(colleague, context),
    appArguments: `PJSIP/${colleague}`,
    ...ending,
  })
}

/** In by one trunk and out by another, with the caller's number; the forwarding endpoint pays. */
function forwarded(context: DayContext): void {
  const { line, random } = context
  const caller = callerNumber(line.home, random)
  const number = line.home === 'NL' ? FORWARDED_NUMBER_NL : FORWARDED_NUMBER_BE
  addLeg(context, {
    ...newCall(context),
    accountCode: line.forwardCode,
    src: caller,
    dst: number,
    context: 'from-trunk',
    name: caller,
    channel: channelName('carrier-west', context),
    dstChannel: channelName('carrier-west', context),
    app: 'Dial',
    appArguments: `PJSIP/${number}@carrier-west,45`,
    ...outcome(random, { answered: 80, busy: 2 }),
  })
}

type Ending = Pick<DialledLeg, 'disposition' | 'talkSeconds' | 'ringSeconds'>

/** In per cent; the rest is not answered. One answered call in fifty is over within its second. */
function outcome(random: Random, share: { answered: number; busy: number }): Ending {
  const chance = random.below(100)
  const ringSeconds = 1 + random.below(25)
  if (chance < share.answered) {
    const talkSeconds = random.below(50) === 0 ? 0 : drawSeconds(TALK_SECONDS, random)
    return { disposition: 'ANSWERED', ringSeconds, talkSeconds }
  }
  if (chance < share.answered + share.busy) {
    return { disposition: 'BUSY', ringSeconds: 1, talkSeconds: 0 }
  }
  return { disposition: 'NO ANSWER', ringSeconds: ringSeconds + 10, talkSeconds: 0 }
}

function newCall(context: DayContext) {
  const { line, day, random, counters } = context
  const startSecond = secondOfDay(line.traffic, day, random)
  const uniqueId = `${day.startMs / 1_000 + startSecond}.${counters.channel++}`
  const lateSecond: 0 | 1 = random.below(10) === 0 ? 1 : 0
  return { accountCode: line.accountCode, startSecond, uniqueId, linkedId: uniqueId, lateSecond }
}

function addLeg(context: DayContext, leg: DialledLeg): void {
  const { activity } = context.line
  const { startMs } = context.day
  const begunMs = startMs + leg.startSecond * 1_000
  if (!holdsAt(activity, begunMs)) return
  const text = asteriskRow(leg, context.counters.sequence++, context.day)
  context.rows.add(leg.startSecond + leg.ringSeconds + leg.talkSeconds, text)
}

function channelName(endpoint: string, { counters }: DayContext): string {
  return `PJSIP/${endpoint}-${hexadecimal(counters.channel++)}`
}

function hexadecimal(number: number): string {
  return number.toString(16).padStart(8, '0')
}

function repeat(times: number, action: () => void): void {
  for (let time = 0; time < times; time++) action()
}
