import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { DecodedRecord, Direction, UsageKind } from '../core/usage/usage.ts'
import { exampleCatalogue } from '../../test/doubles/example-catalogue.ts'
import { exampleCdr, exampleDirectory, localMs } from '../../test/doubles/example-directory.ts'
import { createMediator } from './mediate.ts'
import { defaultSource } from '../ingest/sources.ts'

const catalogue = exampleCatalogue()
const source = { ...defaultSource('asterisk'), sourceId: 'pbx' }
const mediator = createMediator({ source, catalogue, directory: exampleDirectory() })

describe('the golden table of scenarios', () => {
  test.each(goldenRows())(
    '$at $kind $dir [$by] $sender to $receiver at $network is $outcome of $served',
    (row) => {
      const usage = mediatorFor(row.by).mediate(
        exampleCdr({
          ...hints(row.by),
          overTrunk: row.overTrunk,
          startMs: localMs(row.at),
          kind: row.kind,
          direction: row.dir,
          sender: row.sender,
          receiver: row.receiver,
          visitedNetwork: row.network,
        }),
        'scenarios.txt',
        1,
      )
      const reason = usage.rejectReason === '' ? usage.unbillableReason : usage.rejectReason
      expect({
        served: usage.subscriptionId,
        outcome: reason === '' ? usage.callType : reason,
        as: usage.direction,
        from: usage.sender,
        to: usage.receiver,
      }).toEqual({
        served: row.served,
        outcome: row.outcome,
        as: row.as,
        from: row.from,
        to: row.to,
      })
    },
  )
})

describe('a usage', () => {
  const call = { kind: 'voice', direction: 'out', servedNumber: '+31610000001' } as const
  const numbers = { sender: '+31610000001', receiver: '+31201234567' }

  test('counts seconds of a call, bytes up and down of a session, messages of an SMS', () => {
    const quantities = { durationSeconds: 61, volumeUpBytes: 1000, volumeDownBytes: 234, count: 2 }
    const quantityOf = (kind: UsageKind) =>
      mediator.mediate(exampleCdr({ ...call, ...numbers, ...quantities, kind }), 'file', 1)
    expect(quantityOf('voice')).toMatchObject({ quantity: 61, durationSeconds: 61 })
    expect(quantityOf('data')).toMatchObject({ quantity: 1234, volumeBytes: 1234 })
    expect(quantityOf('sms')).toMatchObject({ quantity: 2 })
  })

  test('knows account, partner, subscription and where it came from', () => {
    const record = exampleCdr({
      ...call,
      ...numbers,
      recordKey: '7',
      sessionKey: 's',
      partNumber: 2,
    })
    expect(mediator.mediate(record, 'file.csv', 12)).toMatchObject({
      usageId: 'pbx:7',
      origin: 'file.csv',
      originRecord: 12,
      partnerId: 'partner',
      accountId: 'acme',
      subscriptionId: 'sim-1',
      product: 'mobile',
      servedNumber: '+31610000001',
      destination: 'NL-fixed',
      sessionKey: 's',
      partNumber: 2,
      raw: '',
      detail: '',
    })
  })

  test('keeps the record only when it is rejected', () => {
    const rejected = exampleCdr({ ...call, ...numbers, receiver: 'x'.repeat(20), raw: 'the row' })
    expect(mediator.mediate(rejected, 'file', 1)).toMatchObject({
      rejectReason: 'number_invalid',
      detail: 'x'.repeat(20),
      raw: 'the row',
    })
    const unbillable = exampleCdr({ ...call, ...numbers, receiver: '*60', raw: 'the row' })
    expect(mediator.mediate(unbillable, 'file', 1)).toMatchObject({
      unbillableReason: 'no_number',
      rejectReason: '',
      raw: '',
    })
  })

  test('of a record that the adapter could not read has its place as its id', () => {
    const record: DecodedRecord = {
      status: 'rejected',
      reason: 'malformed_record',
      detail: '3 columns',
      raw: 'a,b,c',
    }
    const usage = mediator.mediate(record, 'file.csv', 12)
    expect(usage).toMatchObject({
      usageId: 'pbx:file.csv#12',
      rejectReason: 'malformed_record',
      raw: 'a,b,c',
      subscriptionIndex: -1,
    })
  })

  test.each([
    ['durationSeconds', -1],
    ['durationSeconds', 0.5],
    ['durationSeconds', Number.NaN],
    ['durationSeconds', Number.MAX_VALUE],
  ])('with %s %d is rejected as invalid_quantity', (field, value) => {
    const record = exampleCdr({ ...call, ...numbers, [field]: value })
    expect(mediator.mediate(record, 'file', 1).rejectReason).toBe('invalid_quantity')
  })

  test.each([2 ** 31, -1, 0.5, Infinity])(
    'with part number %d, which the ledger cannot keep, is rejected with it in the detail',
    (partNumber) => {
      const record = exampleCdr({ ...call, ...numbers, partNumber })
      expect(mediator.mediate(record, 'file', 1)).toMatchObject({
        rejectReason: 'invalid_quantity',
        detail: `part number ${partNumber}`,
        partNumber: 0,
      })
    },
  )

  test('with the largest part number of the ledger goes on', () => {
    const record = exampleCdr({ ...call, ...numbers, partNumber: 2 ** 31 - 1 })
    expect(mediator.mediate(record, 'file', 1)).toMatchObject({
      rejectReason: '',
      partNumber: 2_147_483_647,
    })
  })

  test('without a moment or a key is rejected', () => {
    const timeless = exampleCdr({ ...call, ...numbers, startMs: Number.NaN })
    expect(mediator.mediate(timeless, 'file', 1).rejectReason).toBe('invalid_time')
    const keyless = exampleCdr({ ...call, ...numbers, recordKey: '' })
    expect(mediator.mediate(keyless, 'file', 1).rejectReason).toBe('missing_field')
  })

  test('of a mapped TADIG code names the network by its MCC and MNC', () => {
    const tadigNetworks = { DEUD1: '262-01' }
    const tap = { ...defaultSource('tap3'), tadigNetworks }
    const roaming = createMediator({ source: tap, catalogue, directory: exampleDirectory() })
    const record = exampleCdr({
      ...call,
      sender: '610000001',
      receiver: '301234567',
      visitedNetwork: 'TADIG:DEUD1',
    })
    expect(roaming.mediate(record, 'file', 1)).toMatchObject({
      visitedNetwork: '262-01',
      receiver: '+49301234567',
      callType: 'roaming-eu',
    })
  })

  test('is identical for identical records, whatever came between', () => {
    const record = exampleCdr({ ...call, ...numbers })
    const first = mediator.mediate(record, 'file', 1)
    mediator.mediate(exampleCdr({ ...call, ...numbers, receiver: '112' }), 'file', 2)
    expect(mediator.mediate(record, 'file', 1)).toEqual(first)
  })
})

test('mediation never throws and always gives a reason or a call type', () => {
  const text = fc.string({ maxLength: 20 })
  const number = fc.oneof(text, fc.constantFrom('+31610000001', '201', '0201230001', '112'))
  const quantity = fc.oneof(fc.nat(), fc.double(), fc.constantFrom(-1, Infinity))
  const records = fc.record({
    recordKey: text,
    kind: fc.constantFrom<UsageKind>('none', 'voice', 'sms', 'mms', 'data', 'event'),
    direction: fc.constantFrom<Direction>('none', 'out', 'in', 'forwarded'),
    servedNumber: number,
    imsi: text,
    iccid: text,
    trunk: fc.oneof(text, fc.constantFrom('acme', 'acme-trunk')),
    sender: number,
    receiver: number,
    startMs: fc.oneof(fc.nat(), fc.double()),
    durationSeconds: quantity,
    volumeUpBytes: quantity,
    volumeDownBytes: quantity,
    count: quantity,
    visitedNetwork: fc.oneof(text, fc.constantFrom('', '262-01', 'TADIG:DEUD1')),
  })
  fc.assert(
    fc.property(records, (fields) => {
      const usage = mediator.mediate(exampleCdr(fields), 'file', 1)
      const reason = usage.rejectReason || usage.unbillableReason
      expect((reason === '') === usage.callTypeIndex >= 0).toBe(true)
      expect(usage.raw === '').toBe(usage.rejectReason === '')
      expect(Number.isSafeInteger(usage.contentHash)).toBe(true)
    }),
    { numRuns: 500 },
  )
})

/** 'a acme': the account that is a setting of the source. */
function mediatorFor(by: string) {
  const account = /a (\S+)$/.exec(by)?.[1]
  if (account === undefined) return mediator
  return createMediator({
    source: { ...source, account },
    catalogue,
    directory: exampleDirectory(),
  })
}

/** 'n 201 t acme' → the fields of the record that name the served party. */
function hints(by: string) {
  const found = new Map([...by.matchAll(/\b([nict]) (\S+)/g)].map(([, key, value]) => [key, value]))
  return {
    servedNumber: found.get('n') ?? '',
    imsi: found.get('i') ?? '',
    iccid: found.get('c') ?? '',
    trunk: found.get('t') ?? '',
  }
}

function goldenRows() {
  return readFileSync('fixtures/mediation/scenarios.txt', 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'))
    .slice(1)
    .map((line) => {
      const cells = line.split(' | ').map((cell) => cell.trim().replace(/^<>$/, ''))
      const [at = '', kind, dir, by = '', sender = '', receiver = '', network = ''] = cells
      const [served = '', outcome = '', as = '', from = '', to = ''] = cells.slice(7)
      return {
        at,
        kind: kindOf(kind),
        dir: directionOf(dir?.replace('>', '')),
        overTrunk: dir?.endsWith('>') === true,
        by,
        sender,
        receiver,
        network: network === '-' ? '' : network,
        served,
        outcome,
        as,
        from,
        to,
      }
    })
}

function kindOf(text: string | undefined): UsageKind {
  return text === 'data' || text === 'sms' ? text : 'voice'
}

function directionOf(text: string | undefined): Direction {
  return text === 'out' || text === 'in' || text === 'forwarded' ? text : 'none'
}
