import { expect, test } from 'vitest'
import { micros, type Micros } from '../../core/money/money.ts'
import type { SourceFile } from '../../ledger/source-files.ts'
import type { InstantRange, SourceActivity } from '../ledger/check-ledger.ts'
import type { InvoiceLedger } from '../ledger/invoice-ledger.ts'
import { SILENT_MS_MIN, sequenceFindings, sourceFindings } from './check-sources.ts'

const DAY_MS = 86_400_000
const RANGE: InstantRange = { fromMs: 100 * DAY_MS, toMs: 130 * DAY_MS }

function source(changes: Partial<SourceActivity>): SourceActivity {
  return {
    sourceId: 'pbx',
    firstStartedMs: 105 * DAY_MS,
    lastStartedMs: 115 * DAY_MS,
    count: 7,
    chargeMicros: micros(10_000_000),
    isOfFiles: true,
    ...changes,
  }
}

async function ofSources(nowMs: number, ...sources: SourceActivity[]) {
  const asked: InstantRange[] = []
  const ledger = {
    sources: (range: InstantRange) => {
      asked.push(range)
      return Promise.resolve(sources)
    },
  } as unknown as InvoiceLedger
  const findings = await sourceFindings({ ledger, clock: { nowMs: () => nowMs } }, RANGE)
  return { asked, findings }
}

test('a source that fell silent is told with what it would have brought', async () => {
  const { asked, findings } = await ofSources(Infinity, source({}))
  expect(asked).toEqual([{ fromMs: 69 * DAY_MS, toMs: 130 * DAY_MS }])
  expect(findings).toEqual([
    {
      code: 'source_silent',
      severity: 'warning',
      subject: 'pbx',
      text: 'last usage 1970-04-26T00:00:00.000Z; at its rate about 15.00 euros since',
      count: 7,
      estimateMicros: 15_000_000,
      show: 'tik files --source pbx',
    },
  ])
})

const codes = async (nowMs: number, one: SourceActivity) =>
  (await ofSources(nowMs, one)).findings.map(({ code, severity }) => `${severity} ${code}`)

test('silent is who gave nothing for more than two days before the end, or before now', async () => {
  expect(SILENT_MS_MIN).toBe(2 * DAY_MS)
  const at = source({ lastStartedMs: 128 * DAY_MS })
  const just = source({ lastStartedMs: 128 * DAY_MS - 1 })
  expect(await codes(Infinity, at)).toEqual(['info last_usage'])
  expect(await codes(Infinity, just)).toEqual(['warning source_silent'])
  expect(await codes(129 * DAY_MS, just)).toEqual(['info last_usage'])
})

test('a source that is heard, or whose charges nobody can tell, has no amount; what is no file is no file', async () => {
  const heard = source({ lastStartedMs: 129 * DAY_MS, isOfFiles: false })
  const untold = source({ chargeMicros: undefined })
  const { findings } = await ofSources(Infinity, heard, untold)
  expect(findings.map(({ text, estimateMicros, show }) => [text, estimateMicros, show])).toEqual([
    ['last usage 1970-05-10T00:00:00.000Z', undefined, 'tik status'],
    ['last usage 1970-04-26T00:00:00.000Z', undefined, 'tik files --source pbx'],
  ])
})

test('what one call says of a rate is what it says of a day', async () => {
  const [finding] = (await ofSources(Infinity, source({ firstStartedMs: 115 * DAY_MS }))).findings
  expect(finding?.estimateMicros).toBe(150_000_000)
})

let numbers = 0
function file(
  sequence: number,
  registeredDay: number,
  changes: Partial<SourceFile> = {},
): SourceFile {
  numbers += 1
  return {
    number: numbers,
    name: `CD-${sequence}`,
    contentHash: String(numbers),
    sourceId: 'roaming',
    format: 'tap3',
    bytes: 1,
    stream: 'A>B',
    sequence,
    sequenceMax: 99,
    recordsCount: 1,
    finished: true,
    registeredMs: registeredDay * DAY_MS,
    ...changes,
  }
}

async function ofFiles(files: readonly SourceFile[], chargeMicros?: Micros) {
  const asked: (readonly number[])[] = []
  const ledger = {
    files: () => Promise.resolve(files),
    chargeOfFiles: (fileNumbers: readonly number[]) => {
      asked.push(fileNumbers)
      return Promise.resolve(chargeMicros)
    },
  } as unknown as InvoiceLedger
  return { findings: await sequenceFindings({ ledger }, RANGE), asked }
}

test('files that never came are told with what their like were charged', async () => {
  const files = [file(1, 90), file(4, 110), file(1, 90, { stream: 'C>D', sourceId: 'other' })]
  const { findings, asked } = await ofFiles(files, micros(9_000_000))
  expect(findings).toEqual([
    {
      code: 'sequence_gap',
      severity: 'error',
      subject: 'A>B',
      text: 'numbers 2 to 3 never came, about 9.00 euros by what its other files were charged',
      count: 2,
      estimateMicros: 9_000_000,
      show: 'tik files --source roaming',
    },
  ])
  expect(asked).toEqual([files.slice(0, 2).map(({ number }) => number)])
})

test('one number is one, and what nobody can tell has no amount', async () => {
  const { findings } = await ofFiles([file(1, 90), file(3, 110)])
  expect(findings).toMatchObject([
    { text: 'number 2 never came by what its other files were charged', estimateMicros: undefined },
  ])
})

test.each<[string, SourceFile[], string]>([
  ['that was seen as the period began', [file(1, 90), file(3, 100)], 'error'],
  ['that was seen before the period', [file(1, 90), file(3, 99)], 'info'],
  [
    'that was seen when the file after it came, whatever came then',
    [file(1, 90), file(3, 99), file(4, 110)],
    'info',
  ],
  [
    'before numbers that begin again is seen when the 1 comes',
    [file(97, 90), file(99, 95), file(1, 110)],
    'info',
  ],
  ['of the last numbers is seen with the 1 behind them', [file(97, 90), file(1, 110)], 'error'],
  [
    'whose next file came twice was seen with the last of them',
    [file(1, 90), file(3, 91), file(3, 110)],
    'error',
  ],
])('a gap %s', async (_what, files, severity) => {
  const { findings } = await ofFiles(files, micros(0))
  expect(findings.map((each) => each.severity)).toEqual([severity])
})
