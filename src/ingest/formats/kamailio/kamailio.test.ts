import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { Cdr, DecodedRecord } from '../../../core/usage/usage.ts'
import {
  decodeFile,
  plainSource,
  runDecoder,
  tally,
} from '../../../../test/doubles/decoding-run.ts'
import { describeFormat } from '../../../../test/doubles/format.conformance.ts'
import { kamailioAdapter } from './kamailio.ts'

const file = readFileSync('fixtures/cdr/kamailio/acc.txt')
const source = plainSource('kamailio')

describeFormat({
  adapter: kamailioAdapter,
  source,
  file,
  recordsCount: 13,
  emitsInOrder: false,
  oversized: Buffer.concat([file, Buffer.alloc(10_000_000, 'a|'), Buffer.from('\n'), file]),
  isDetectable: true,
})

const INVITE = 'INVITE|f1|t1|c1|200|OK|1791183600|acme|31201234567|0612345678\n'
const BYE = 'BYE|f1|t1|c1|200|OK|1791183661|||\n'
const BYE_OF_CALLEE = 'BYE|t1|f1|c1|200|OK|1791183661|||\n'

function decode(rows: string, options = {}, timeZone?: string): DecodedRecord[] {
  return decodeFile(kamailioAdapter, plainSource('kamailio', options, timeZone), rows)
}

function cdrs(records: readonly DecodedRecord[]): Cdr[] {
  return records.filter((record) => record.status === 'cdr')
}

test('the fixture ends as its rows say', () => {
  expect(tally(decodeFile(kamailioAdapter, source, file))).toBe(
    'cdr 3, rejected:call_incomplete 2, rejected:invalid_time 1, rejected:malformed_record 1, ' +
      'unbillable:control_record 4, unbillable:superseded 2',
  )
})

test('a header and lines that are skipped are no records', () => {
  const header = 'method|from_tag|to_tag|callid|sip_code|sip_reason|time|account|src|dst\n'
  expect(tally(decode(header + INVITE + BYE))).toBe('cdr 1, unbillable:superseded 1')
  expect(tally(decode(`accounting\n${header}${INVITE}${BYE}`, { skipLines: 1 }))).toBe(
    'cdr 1, unbillable:superseded 1',
  )
})

describe('pairs', () => {
  test.each([
    ['the caller hangs up', INVITE + BYE],
    ['the called party hangs up, and the tags swap', INVITE + BYE_OF_CALLEE],
    ['the BYE is written first', BYE_OF_CALLEE + INVITE],
  ])('%s', (_name, rows) => {
    const records = decode(rows)
    expect(tally(records)).toBe('cdr 1, unbillable:superseded 1')
    expect(records[1]).toMatchObject({
      recordKey: 'c1/f1/t1',
      servedNumber: '31201234567',
      receiver: '0612345678',
      startMs: 1_791_183_600_000,
      durationSeconds: 61,
      trunk: 'acme',
    })
  })

  test('the same call id with other tags is another call (a fork)', () => {
    const fork = INVITE.replace('|t1|', '|t2|')
    expect(tally(decode(INVITE + fork + BYE))).toBe(
      'cdr 1, rejected:call_incomplete 1, unbillable:superseded 1',
    )
  })

  test('an INVITE within the call and a second BYE are not calls', () => {
    expect(tally(decode(INVITE + INVITE + BYE + BYE_OF_CALLEE))).toBe(
      'cdr 1, unbillable:control_record 2, unbillable:superseded 1',
    )
  })

  test('an INVITE without time takes that of its ACK', () => {
    const bare = INVITE.replace('1791183600', '')
    const ack = 'ACK|f1|t1|c1|200|OK|1791183600|||\n'
    expect(cdrs(decode(bare + ack + BYE))[0]?.durationSeconds).toBe(61)
    expect(tally(decode(bare + BYE))).toBe('rejected:invalid_time 1, unbillable:superseded 1')
  })

  test('a BYE before its INVITE in time is no duration', () => {
    expect(tally(decode(INVITE.replace('1791183600', '1791183700') + BYE))).toBe(
      'rejected:invalid_quantity 1, unbillable:superseded 1',
    )
  })

  test('each failed branch is a call of quantity 0 with a key of its own', () => {
    const busy = INVITE.replace('|200|OK|', '|486|Busy|').replace('|t1|', '||')
    const records = cdrs(decode(busy + busy))
    expect(records.map((cdr) => [cdr.recordKey, cdr.durationSeconds])).toEqual([
      ['c1/f1//failed', 0],
      ['c1/f1//failed#1', 0],
    ])
  })

  test('a failed branch without a time is not answered', () => {
    const busy = INVITE.replace('|200|OK|1791183600|', '|486|Busy||')
    expect(tally(decode(busy))).toBe('unbillable:not_answered 1')
  })

  test('a call without BYE is incomplete, never charged', () => {
    expect(tally(decode(INVITE))).toBe('rejected:call_incomplete 1')
    expect(tally(decode(BYE))).toBe('rejected:call_incomplete 1')
  })
})

describe('across files', () => {
  const carrying = plainSource('kamailio', { carryOpen: true })

  test.each([
    [INVITE, BYE_OF_CALLEE],
    [BYE, INVITE],
  ])('the half that comes second, in a later file, is the call', (first, second) => {
    const before = kamailioAdapter.createDecoder(carrying)
    expect(tally(runDecoder(before, first))).toBe('unbillable:carried_over 1')
    const pending = before.pendingCalls?.() ?? []
    expect(pending).toHaveLength(1)

    const after = kamailioAdapter.createDecoder(carrying)
    after.restorePending?.(JSON.parse(JSON.stringify(pending)))
    const records = runDecoder(after, second)
    expect(tally(records)).toBe('cdr 1')
    expect(records[0]).toMatchObject({ durationSeconds: 61, sender: '31201234567' })
    expect(after.pendingCalls?.()).toEqual([])
  })

  test('what is still open is handed on again', () => {
    const before = kamailioAdapter.createDecoder(carrying)
    runDecoder(before, INVITE)
    const between = kamailioAdapter.createDecoder(carrying)
    between.restorePending?.(before.pendingCalls?.() ?? [])
    expect(runDecoder(between, '')).toEqual([])
    expect(between.pendingCalls?.()).toMatchObject([{ raw: INVITE.trim(), isCarried: true }])
  })
})

describe('layout', () => {
  const columns = ['id', 'method', 'from_tag', 'to_tag', 'callid', 'sip_code', 'sip_reason', 'time']

  test('a table as CSV with local times, through the hour that comes twice', () => {
    const rows =
      '"1","INVITE","f","t","c","200","OK","2026-10-25 02:50:00","31201234567","0612345678"\n' +
      '"2","BYE","f","t","c","200","OK","2026-10-25 02:10:00",,\n'
    const options = { delimiter: ',', quote: '"', columns: [...columns, 'src', 'dst'] }
    expect(cdrs(decode(rows, options))[0]).toMatchObject({
      startMs: Date.UTC(2026, 9, 25, 0, 50),
      durationSeconds: 1_200,
    })
  })

  test('columns that pairing needs must be named', () => {
    expect(() => decode('', { columns: ['method', 'time'] })).toThrow(/options\.columns: from_tag/)
  })
})

describe('CDR mode', () => {
  const named =
    'method from_tag to_tag callid sip_code sip_reason time setuptime created duration ms_duration src dst account'
  const options = { delimiter: ',', quote: '', columns: named.split(' ') }
  const call = 'INVITE,f1,t1,c1,200,OK,1791187205,5,1791187200,60,59800,201,0612345678,acme\n'
  const failed = 'INVITE,f2,t2,c2,480,Temporarily Unavailable,1791187300,201,0612345679,acme\n'

  test('a row with a duration is a call of its own', () => {
    expect(decode(call, options)).toMatchObject([
      {
        status: 'cdr',
        recordKey: 'c1/f1/t1',
        startMs: 1_791_187_205_000,
        durationSeconds: 60,
        sender: '201',
        receiver: '0612345678',
        trunk: 'acme',
      },
    ])
  })

  test('the shorter row of a call that failed has its parties too', () => {
    expect(decode(failed, options)).toMatchObject([
      { durationSeconds: 0, sender: '201', receiver: '0612345679', trunk: 'acme' },
    ])
  })

  test.each([
    ['60,59800', 60],
    ['59.8,59800', 60],
    ['60.000,60000', 60],
    [',59800', 60],
    [',60001', 61],
    ['0,0', 0],
  ])('duration and milliseconds %s are %i s', (printed, seconds) => {
    const records = decode(call.replace('60,59800', printed), options)
    expect(cdrs(records).map((cdr) => cdr.durationSeconds)).toEqual([seconds])
  })

  test.each(['-1,', 'x,', '9999999999,', '1e3,', '1.x,'])('a duration %s is refused', (printed) => {
    expect(tally(decode(call.replace('60,59800', printed), options))).toBe(
      'rejected:invalid_quantity 1',
    )
  })

  test('the answer is creation and set-up, whenever the row was written', () => {
    const late = call.replace('1791187205,5', '1791187265,5')
    expect(cdrs(decode(late, options))[0]?.startMs).toBe(1_791_187_205_000)
  })

  test('a call that is written in both modes is charged once', () => {
    const invite = 'INVITE,f1,t1,c1,200,OK,1791187205,,,,,201,0612345678,acme\n'
    const bye = 'BYE,f1,t1,c1,200,OK,1791187265,,,,,,,\n'
    expect(tally(decode(invite + call + bye, options))).toBe(
      'cdr 1, unbillable:control_record 1, unbillable:superseded 1',
    )
    expect(tally(decode(invite + bye + call, options))).toBe(
      'cdr 1, unbillable:control_record 1, unbillable:superseded 1',
    )
  })
})
