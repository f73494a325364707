/** The legs of calls, scenario by scenario: tables of exchanges' rows and what each is charged as. */
import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DecodedRecord, Usage } from '../src/core/usage/usage.ts'
import { openCarryingDecoder, withCarry } from '../src/files/carry-open.ts'
import type { PendingCall, SourceConfig } from '../src/ingest/format.ts'
import { runDecoder } from './doubles/decoding-run.ts'
import { exampleCatalogue } from './doubles/example-catalogue.ts'
import { exampleDirectory } from './doubles/example-directory.ts'
import { createMediator } from '../src/mediation/mediate.ts'
import { defaultSource } from '../src/ingest/sources.ts'

interface Scenario {
  readonly name: string
  /** Rows of each file, as cells. */
  readonly files: readonly (readonly Cells[])[]
}

type Cells = Readonly<Record<string, string>>

/** Writes the rows of a file as the exchange would. */
type WriteFile = (rows: readonly Cells[]) => string

describe('Asterisk', () => {
  const source = sourceOf('asterisk', { trunks: ['PJSIP/carrier-'] })
  const scenarios = readScenarios('fixtures/legs/asterisk.txt')

  test.each(scenarios)('$name', ({ files }) => {
    expect(usagesOf(files, source, asteriskFile)).toEqual(expectedOf(files))
  })

  test('rows of other calls in between change nothing, wherever they stand', () => {
    const whole = scenarios.filter(({ files }) => files.length === 1)
    const orders = fc.infiniteStream(fc.nat(1_000_000))
    fc.assert(
      fc.property(orders, (order) => {
        const rest = whole.map(({ files }) => [...(files[0] ?? [])])
        const mixed: Cells[] = []
        for (;;) {
          const open = rest.filter((rows) => rows.length > 0)
          if (open.length === 0) break
          const next = open[(order.next().value ?? 0) % open.length]?.shift()
          if (next !== undefined) mixed.push(next)
        }
        expect(usagesOf([mixed], source, asteriskFile)).toEqual(expectedOf([mixed]))
      }),
      { numRuns: 50 },
    )
  })
})

describe('CUCM', () => {
  const source = sourceOf('cucm', { trunks: ['GW-'] })
  test.each(readScenarios('fixtures/legs/cucm.txt'))('$name', ({ files }) => {
    expect(usagesOf(files, source, cucmFile)).toEqual(expectedOf(files))
  })
})

describe('FreeSWITCH', () => {
  const source = sourceOf('freeswitch-json', {})
  test.each(readScenarios('fixtures/legs/freeswitch.txt'))('$name', ({ files }) => {
    expect(usagesOf(files, source, freeswitchFile)).toEqual(expectedOf(files))
  })
})

describe('BroadWorks', () => {
  const source = sourceOf('broadworks', {})
  test.each(readScenarios('fixtures/legs/broadworks.txt'))('$name', ({ files }) => {
    expect(usagesOf(files, source, broadworksFile)).toEqual(expectedOf(files))
  })
})

function sourceOf(format: SourceConfig['format'], options: object): SourceConfig {
  return withCarry({ ...defaultSource(format), options: { ...options } })
}

function readScenarios(path: string): Scenario[] {
  const text = readFileSync(path, 'utf8')
  let names: string[] = []
  return text
    .split(/^== /m)
    .slice(1)
    .map((part) => {
      const [name = '', ...lines] = part.split('\n')
      const files: Record<string, string>[][] = [[]]
      for (const line of lines) {
        const cells = line.split('|').map((cell) => cell.trim())
        if (line.startsWith('----')) files.push([])
        else if (cells[0] === 'row') names = cells
        else if (cells.length > 1) {
          expect(cells, line).toHaveLength(names.length)
          const row = Object.fromEntries(names.map((key, at) => [key, dashless(cells[at])]))
          files.at(-1)?.push(row)
        }
      }
      return { name, files }
    })
}

function dashless(cell = ''): string {
  return cell === '-' ? '' : cell
}

interface Outcome {
  readonly row: string
  readonly usage: string
  readonly of: string
  readonly secs: string
}

function expectedOf(files: Scenario['files']): Outcome[] {
  return files
    .flat()
    .map(({ row = '', usage = '', of = '', secs = '' }) => ({ row, usage, of, secs }))
}

function usagesOf(files: Scenario['files'], source: SourceConfig, write: WriteFile): Outcome[] {
  const mediator = createMediator({
    source,
    catalogue: exampleCatalogue(),
    directory: exampleDirectory(),
  })
  let pending: readonly PendingCall[] = []
  return files.flatMap((rows, number) => {
    const name = `file ${number}`
    const file = { name, contentHash: name, registeredMs: Date.UTC(2027, 0) }
    const decoder = openCarryingDecoder(source, file, pending)
    const records: DecodedRecord[] = runDecoder(decoder, write(rows))
    pending = decoder.pendingCalls?.() ?? []
    expect(records).toHaveLength(rows.length)
    return records.map((record, at) => {
      const usage = mediator.mediate(record, 'file', at)
      return { row: rows[at]?.['row'] ?? '', ...outcomeOf(usage) }
    })
  })
}

function outcomeOf(usage: Usage): Omit<Outcome, 'row'> {
  const reason = usage.rejectReason || usage.unbillableReason
  if (reason !== '') return { usage: reason, of: usage.subscriptionId, secs: '' }
  return { usage: usage.callType, of: usage.subscriptionId, secs: String(usage.quantity) }
}

function asteriskFile(rows: readonly Cells[]): string {
  return rows.map(asteriskRow).join('')
}

function asteriskRow(cells: Cells): string {
  const {
    call = '',
    row = '',
    src = '',
    dst = '',
    account = '',
    dial = '',
    from = '',
    to = '',
  } = cells
  const { start = '', answer = '', end = '' } = cells
  const isFromOutside = from.startsWith('c')
  const isFirst = row === '1'
  const columns = [
    account,
    src,
    dst,
    isFromOutside && isFirst ? 'from-trunk' : 'from-internal',
    `""${src}"" <${src}>`,
    channelOf(from, call),
    channelOf(to, call),
    to === '' ? 'BackGround' : 'Dial',
    dial === '' ? 'menu' : `PJSIP/${dial}@carrier,30`,
    `2026-10-05 10:${start}`,
    answer === '' ? '' : `2026-10-05 10:${answer}`,
    `2026-10-05 10:${end}`,
    seconds(end) - seconds(start),
    answer === '' ? 0 : seconds(end) - seconds(answer),
    answer === '' ? 'NO ANSWER' : 'ANSWERED',
    'DOCUMENTATION',
    // The channel that began the call has the linked id for its own.
    isFirst ? `1791187200.${call}` : `1791187200.${call}${row}`,
    '',
    '',
    `1791187200.${call}`,
    `${call}${row}`,
  ]
  return `${columns.map((column) => `"${column}"`).join(',')}\n`
}

/** '201-1' → a channel of phone 201; 'c1' → one of the trunk; 'L1a' → a half of a Local channel. */
function channelOf(name: string, call: string): string {
  if (name === '') return ''
  if (name.startsWith('c')) return `PJSIP/carrier-${call}${name.slice(1)}`
  if (!name.startsWith('L')) return `PJSIP/${name}${call}`
  return `Local/${name.slice(1, -1)}@queue-${call};${name.endsWith('a') ? 1 : 2}`
}

function seconds(time: string): number {
  const [minutes = 0, rest = 0] = time.split(':').map((part) => Number.parseInt(part, 10))
  return minutes * 60 + rest
}

const CUCM_NAMES = [
  'cdrRecordType',
  'globalCallID_callManagerId',
  'globalCallID_callId',
  'dateTimeOrigination',
  'callingPartyNumber',
  'finalCalledPartyNumber',
  'dateTimeConnect',
  'lastRedirectDn',
  'pkid',
  'duration',
  'origDeviceName',
  'destDeviceName',
  'lastRedirectRedirectOnBehalfOf',
  'lastRedirectRedirectReason',
  'joinOnBehalfOf',
  'clientMatterCode',
  'outpulsedCalledPartyNumber',
  'comment',
]
const ON_BEHALF_OF: Cells = { conference: '4', transfer: '10' }

function cucmFile(rows: readonly Cells[]): string {
  const names = CUCM_NAMES.map((name) => `"${name}"`).join(',')
  const types = CUCM_NAMES.map(() => 'INTEGER').join(',')
  return `${names}\n${types}\n${rows.map(cucmRecord).join('')}`
}

function cucmRecord(cells: Cells): string {
  const { row = '', call = '', start = '', end = '', from = '', to = '' } = cells
  const { calling = '', called = '', why = '' } = cells
  const tenMs = Date.UTC(2026, 9, 5, 8)
  const onBehalf = ON_BEHALF_OF[why] ?? '0'
  const columns = [
    '1',
    '1',
    call,
    tenMs / 1_000 + seconds(start),
    calling,
    called,
    tenMs / 1_000 + seconds(start),
    '',
    `${call}${row}`,
    seconds(end) - seconds(start),
    `${from}-${call}`,
    `${to}-${call}`,
    onBehalf,
    '0',
    onBehalf,
    'acme',
    '',
    why === 'conference' ? 'ConfControllerDn=201;ConfControllerDeviceName=P-1' : '',
  ]
  return `${columns.map((column) => `"${column}"`).join(',')}\n`
}

function freeswitchFile(rows: readonly Cells[]): string {
  return rows.map((cells) => `${JSON.stringify(freeswitchDocument(cells))}\n`).join('')
}

/** 'in' and 'out' as the exchange sees the leg; 'public' is where calls from outside come in. */
function freeswitchDocument(cells: Cells): object {
  const { call = '', row = '', by = '', way = '', gateway = '', start = '', end = '' } = cells
  const epoch = (time: string) => String(Date.UTC(2026, 9, 5, 8) / 1_000 + seconds(time))
  const variables = {
    uuid: `${call}${row}`,
    direction: way === 'out' ? 'outbound' : 'inbound',
    ...(by === '' ? {} : { originator: `${call}${by}` }),
    ...(gateway === '' ? {} : { sip_gateway_name: gateway }),
    accountcode: cells['account'],
    start_epoch: epoch(start),
    answer_epoch: end === '' ? '0' : epoch(start),
    end_epoch: epoch(end === '' ? start : end),
    billsec: end === '' ? '0' : String(seconds(end) - seconds(start)),
  }
  const profile = {
    caller_id_number: cells['caller'],
    destination_number: cells['called'],
    context: way === 'in-public' ? 'public' : 'default',
  }
  return { 'core-uuid': '0', variables, callflow: [{ caller_profile: profile }] }
}

function broadworksFile(rows: readonly Cells[]): string {
  return `version=14.2 encoding=ISO-8859-1\n${rows.map(broadworksRecord).join('')}`
}

const BROADWORKS_FIELDS = 197

/** Minutes and seconds after 10:00 in Amsterdam. */
function utcStamp(time: string): string {
  return `2026100508${time.replace(':', '')}.000`
}

function broadworksRecord(cells: Cells): string {
  const {
    call = '',
    row = '',
    user = '',
    way = '',
    calling = '',
    called = '',
    start = '',
    end = '',
  } = cells
  const fields = Array.from({ length: BROADWORKS_FIELDS }, () => '')
  const at: Readonly<Record<number, string>> = {
    0: `${call}${row}`,
    2: 'Normal',
    3: user,
    5: way === 'in' ? 'Terminating' : 'Originating',
    6: calling,
    8: called,
    9: utcStamp(start),
    11: 'Yes',
    12: utcStamp(start),
    13: utcStamp(end),
    23: cells['route'] ?? '',
    38: cells['redirecting'] ?? '',
    41: cells['charge'] === 'no' ? 'n' : 'y',
  }
  return `${fields.map((empty, field) => at[field] ?? empty).join(',')}\n`
}
