/** `tik price`: what a call would cost, step by step. */
import type { Command } from 'commander'
import { priceOfCall, type Price, type PriceAnswer } from '../../app/usage/price-of-call.ts'
import { TikError } from '../../core/failures/errors.ts'
import { microsToDecimal } from '../../core/money/money.ts'
import { systemClock } from '../../core/time/clock.ts'
import { momentOf } from '../moment.ts'
import { print, printJson } from '../options.ts'
import { openDeskOf } from '../open-desk.ts'

interface PriceOptions {
  readonly account: string
  readonly at?: string
  readonly seconds?: string
  readonly subscription?: string
  readonly sms?: true
  readonly json?: true
}

const DEFAULT_SECONDS = 60

export function addPriceCommand(program: Command): void {
  program
    .command('price')
    .argument('<number>', 'who is called: as dialled, or in international form')
    .description('what a call would cost, step by step')
    .requiredOption('--account <id>', 'who calls')
    .option('--subscription <id>', 'which of its subscriptions; default: the first with a number')
    .option('--at <moment>', 'a date or moment, e.g. 2026-10-05T09:00Z; default: now')
    .option('--seconds <n>', 'how long it takes; default: 60')
    .option('--sms', 'a message instead of a call')
    .option('--json', 'as JSON')
    .action(showPrice)
}

async function showPrice(number: string, options: PriceOptions, command: Command): Promise<void> {
  const atMs = options.at === undefined ? systemClock.nowMs() : momentOf(options.at)
  const durationSeconds = secondsOf(options.seconds)
  await using desk = await openDeskOf(command, 'price')
  const answer = await priceOfCall(desk, {
    accountId: options.account,
    number,
    kind: options.sms ? 'sms' : 'voice',
    atMs,
    durationSeconds,
    subscriptionId: options.subscription,
  })
  if (answer.reason !== '') process.exitCode = 1
  if (options.json) printJson(answer)
  else print(described(answer, options.sms ? '1 message' : `${durationSeconds} s`, atMs))
}

/** A day is longer than any call that is asked about. */
const SECONDS_MAX = 86_400

function secondsOf(text: string | undefined): number {
  if (text === undefined) return DEFAULT_SECONDS
  const seconds = /^\d{1,5}$/.test(text) ? Number.parseInt(text, 10) : -1
  if (seconds >= 0 && seconds <= SECONDS_MAX) return seconds
  throw new TikError('usage_error', `--seconds "${text}" is no number from 0 to ${SECONDS_MAX}`)
}

function described(answer: PriceAnswer, quantity: string, atMs: number): string {
  const { number, subscriptionId, destination, callType, reason, now, outOfBundle } = answer
  const party = [number, destination, callType].filter((text) => text !== '').join(', ')
  const head = `${subscriptionId} to ${party}, ${quantity} at ${new Date(atMs).toISOString()}`
  if (reason !== '') return [`${head}: would be rejected, ${reason}`, ...stepsOf(now)].join('\n')
  return [
    `${head}: ${chargeOf(now)}, without VAT`,
    ...stepsOf(now),
    ...(outOfBundle === undefined
      ? []
      : [`when no bundle is left: ${chargeOf(outOfBundle)}`, ...stepsOf(outOfBundle)]),
  ].join('\n')
}

function chargeOf({ chargeMicros, informationChargeMicros }: Price): string {
  const charge = microsToDecimal(chargeMicros)
  if (informationChargeMicros === 0) return charge
  return `${charge} + ${microsToDecimal(informationChargeMicros)} information`
}

function stepsOf({ steps }: Price): string[] {
  return steps.map(({ rule, text }, index) => `${String(index + 1).padStart(3)}. ${rule}: ${text}`)
}
