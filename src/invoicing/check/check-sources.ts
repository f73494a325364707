/** Whether all usage of the period came in: sources that stopped, and files whose number never came. */
import { ifExact } from '../../core/money/beyond-exact.ts'
import { shareInMicros, type Micros } from '../../core/money/money.ts'
import { sequenceReport, type SequenceGap } from '../../files/sequence-gaps.ts'
import type { SourceFile } from '../../ledger/source-files.ts'
import type { InstantRange, SourceActivity } from '../ledger/check-ledger.ts'
import type { BillingParts, Finding } from '../run/billing.ts'
import { euros, findingOf } from './finding-of.ts'

const DAY_MS = 86_400_000
/** A source without usage for this long before the period's end deserves a look. */
export const SILENT_MS_MIN = 2 * DAY_MS
/** A source that was heard of so long before the period is still expected in it. */
const LOOK_BACK_MS = 31 * DAY_MS

/** Sources that were heard of in the period or the month before it. */
export async function sourceFindings(
  { ledger, clock }: Pick<BillingParts, 'ledger' | 'clock'>,
  range: InstantRange,
): Promise<Finding[]> {
  const heard = await ledger.sources({ ...range, fromMs: range.fromMs - LOOK_BACK_MS })
  const untilMs = Math.min(range.toMs, clock.nowMs())
  return heard.map((source) => {
    const silentMs = untilMs - source.lastStartedMs
    const isSilent = silentMs > SILENT_MS_MIN
    const last = `last usage ${new Date(source.lastStartedMs).toISOString()}`
    const missingMicros = isSilent ? missing(source, silentMs) : undefined
    const about =
      missingMicros === undefined ? '' : `; at its rate about ${euros(missingMicros)} since`
    return findingOf({
      code: isSilent ? 'source_silent' : 'last_usage',
      severity: isSilent ? 'warning' : 'info',
      subject: source.sourceId,
      text: `${last}${about}`,
      count: source.count,
      estimateMicros: missingMicros,
      show: source.isOfFiles ? `tik files --source ${source.sourceId}` : 'tik status',
    })
  })
}

/** What it would have brought meanwhile, had it gone on as before. */
function missing(source: SourceActivity, silentMs: number): Micros | undefined {
  const { chargeMicros, firstStartedMs, lastStartedMs } = source
  if (chargeMicros === undefined) return undefined
  // At least a day: a single call says little of a rate.
  const activeMs = Math.max(lastStartedMs - firstStartedMs, DAY_MS)
  return ifExact(() => shareInMicros(chargeMicros, { numerator: silentMs, denominator: activeMs }))
}

/**
 * Numbers that are missing between files. One that was seen since the period began must be mended or
 * accepted; one of before was there when earlier months were billed.
 */
export async function sequenceFindings(
  { ledger }: Pick<BillingParts, 'ledger'>,
  range: InstantRange,
): Promise<Finding[]> {
  const files = await ledger.files()
  const findings: Finding[] = []
  for (const gap of sequenceReport(files).gaps) {
    const ofStream = files.filter(({ stream }) => stream === gap.stream)
    const isNew = seenMs(gap, ofStream) >= range.fromMs
    const estimateMicros = await worthOf(gap, ofStream, { ledger })
    const numbers = gap.count === 1 ? `number ${gap.from}` : `numbers ${gap.from} to ${gap.to}`
    const about = estimateMicros === undefined ? '' : `, about ${euros(estimateMicros)}`
    const source = ofStream.at(-1)?.sourceId ?? ''
    findings.push(
      findingOf({
        code: 'sequence_gap',
        severity: isNew ? 'error' : 'info',
        subject: gap.stream,
        text: `${numbers} never came${about} by what its other files were charged`,
        count: gap.count,
        estimateMicros,
        show: `tik files --source ${source}`,
      }),
    )
  }
  return findings
}

/** When the file after the gap came: until then nobody could know of it. With numbers that begin again, the last of that number. */
function seenMs(gap: SequenceGap, ofStream: readonly SourceFile[]): number {
  const { to } = gap
  const after = ofStream.filter(({ sequence, sequenceMax }) => {
    return sequence === to + 1 || (to === sequenceMax && sequence === 1)
  })
  return after.reduce((latest, { registeredMs }) => Math.max(latest, registeredMs), -Infinity)
}

async function worthOf(
  { count }: SequenceGap,
  ofStream: readonly SourceFile[],
  { ledger }: Pick<BillingParts, 'ledger'>,
): Promise<Micros | undefined> {
  const chargeMicros = await ledger.chargeOfFiles(ofStream.map(({ number }) => number))
  if (chargeMicros === undefined) return undefined
  const share = { numerator: count, denominator: ofStream.length }
  return ifExact(() => shareInMicros(chargeMicros, share))
}
