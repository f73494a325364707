/**
 * A month of mobile traffic for benches: a directory of any size and a delimited CDR file with the
 * mix of a real MVNO (53 % data cut at 92 MB, 25 % SMS, 21 % voice, log-normal durations). Seeded.
 */
import { closeSync, openSync, writeSync } from 'node:fs'
import type { Account, Directory, Group, Subscription } from '../src/core/accounts/accounts.ts'
import { createRandom } from '../src/demo/random.ts'
import type { SourceConfig } from '../src/ingest/format.ts'
import { defaultSource } from '../src/ingest/sources.ts'
import { benchAccount } from './bench-account.ts'

export interface SyntheticSize {
  readonly accountsCount: number
  readonly subscriptionsPerAccount: number
}

const PERIOD_START_MS = Date.parse('2026-09-30T22:00:00Z')
const PERIOD_MS = 31 * 86_400_000
const LINES_PER_WRITE = 10_000

export const SYNTHETIC_SOURCE: SourceConfig = {
  ...defaultSource('delimited'),
  sourceId: 'bench-mobile',
  product: 'mobile',
  options: {
    delimiter: ';',
    header: true,
    columns: {
      id: 'record',
      start: 'start',
      kind: 'type',
      direction: 'direction',
      served: 'msisdn',
      sender: 'a',
      receiver: 'b',
      duration: 'seconds',
      volume: 'bytes',
      visitedNetwork: 'plmn',
      sessionKey: 'session',
    },
  },
}

export function syntheticDirectory(size: SyntheticSize): Directory {
  const accounts = new Map<string, Account>()
  const groups = new Map<string, Group>()
  const subscriptions: Subscription[] = []
  for (let number = 0; number < size.accountsCount; number += 1) {
    const accountId = `A${String(number).padStart(6, '0')}`
    accounts.set(accountId, benchAccount(accountId, 'P1'))
    const groupId = `G${accountId}`
    groups.set(groupId, { groupId, accountId, name: 'All', allowanceIds: [] })
    for (let line = 0; line < size.subscriptionsPerAccount; line += 1) {
      subscriptions.push(subscriptionOf(subscriptions.length, accountId, groupId))
    }
  }
  return { partners: new Map(), accounts, subscriptions, groups, users: [], limits: [] }
}

const ALWAYS = { fromMs: 0, toMs: Number.POSITIVE_INFINITY }
const PLANS = ['mobile-pool', 'mobile-pool', 'mobile-go', 'mobile-unlimited']

function subscriptionOf(index: number, accountId: string, groupId: string): Subscription {
  const planId = PLANS[index % PLANS.length] ?? ''
  return {
    subscriptionId: `S${String(index).padStart(7, '0')}`,
    index,
    accountId,
    product: 'mobile',
    label: '',
    costCentre: '',
    activatedMs: 0,
    terminatedMs: Number.POSITIVE_INFINITY,
    identities: [{ kind: 'number', value: numberOf(index), ...ALWAYS }],
    plans: [{ planId, ...ALWAYS }],
    modules: [],
    groups: planId === 'mobile-pool' ? [{ groupId, ...ALWAYS }] : [],
  }
}

function numberOf(index: number): string {
  return `+316${String(10_000_000 + index)}`
}

/**
 * Writes `linesCount` records in order of time; returns the bytes written. With `firstRecord` they
 * are the last of a month of which so many came before.
 */
export function writeSyntheticFile(
  path: string,
  linesCount: number,
  size: SyntheticSize,
  firstRecord = 0,
): number {
  const generator = createRandom()
  generator.restart(1, firstRecord, 0)
  const random = () => generator.next()
  const subscriptionsCount = size.accountsCount * size.subscriptionsPerAccount
  const file = openSync(path, 'w')
  let bytes = writeSync(file, 'record;msisdn;type;direction;a;b;start;seconds;bytes;plmn;session\n')
  let lines: string[] = []
  const endRecord = firstRecord + linesCount
  for (let record = firstRecord; record < endRecord; record += 1) {
    const startMs = PERIOD_START_MS + Math.floor((record / endRecord) * PERIOD_MS)
    lines.push(lineOf(record, startMs, numberOf(Math.floor(random() * subscriptionsCount)), random))
    if (lines.length === LINES_PER_WRITE || record === endRecord - 1) {
      bytes += writeSync(file, `${lines.join('\n')}\n`)
      lines = []
    }
  }
  closeSync(file)
  return bytes
}

function lineOf(record: number, startMs: number, number: string, random: () => number): string {
  const start = localTime(startMs)
  const chance = random()
  const network = random() < 0.02 ? '262-01' : ''
  if (chance < 0.53) {
    const bytes = random() < 0.62 ? 96_636_764 : Math.floor(random() * 96_000_000)
    return `D${record};${number};data;out;${number};;${start};790;${bytes};${network};`
  }
  const other = otherParty(random)
  if (chance < 0.78)
    return `M${record};${number};sms;out;${number};${other};${start};0;0;${network};`
  const seconds =
    random() < 0.135 ? 0 : Math.min(7200, Math.ceil(Math.exp(3.92 + 1.95 * normal(random))))
  return `V${record};${number};voice;out;${number};${other};${start};${seconds};0;${network};`
}

function otherParty(random: () => number): string {
  const chance = random()
  const digits = String(Math.floor(random() * 9_000_000) + 1_000_000)
  if (chance < 0.45) return `+3120${digits}`
  if (chance < 0.9) return `+316${digits}1`
  if (chance < 0.97) return `+3247${digits}`
  return `+1212${digits}`
}

/** October 2026 in the Netherlands: +2 until the 25th at 01:00 UTC, +1 afterwards. */
function localTime(startMs: number): string {
  const offsetMs = startMs < Date.parse('2026-10-25T01:00:00Z') ? 7_200_000 : 3_600_000
  return new Date(startMs + offsetMs).toISOString().slice(0, 19).replace('T', ' ')
}

function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(random() || 1e-9)) * Math.cos(2 * Math.PI * random())
}
