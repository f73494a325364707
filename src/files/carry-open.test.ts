import { describe, expect, test } from 'vitest'
import type { DecodedRecord } from '../core/usage/usage.ts'
import { openCarryingDecoder, withCarry, sourceOfBefore } from './carry-open.ts'
import { plainSource, runDecoder, tally } from '../../test/doubles/decoding-run.ts'
import type { PendingCall, SourceConfig } from '../ingest/format.ts'

const START = 1_791_183_600
const HOUR = 3_600
const file = { contentHash: 'x', name: '', registeredMs: (START + 1_000 * HOUR) * 1_000 }
const kamailio = withCarry(plainSource('kamailio'))

function row(method: string, call: string, second: number): string {
  return `${method}|f|t|${call}|200|OK|${second}|acme|31201234567|0612345678\n`
}

/** Each text is the next file of the source: what each gives, and what is open in the end. */
function decodeFiles(source: SourceConfig, ...texts: string[]) {
  let open: readonly PendingCall[] = []
  const files: DecodedRecord[][] = []
  for (const text of texts) {
    const decoder = openCarryingDecoder(source, file, open)
    files.push(runDecoder(decoder, text))
    open = decoder.pendingCalls?.() ?? []
  }
  return { files, open, tallies: files.map(tally) }
}

describe('a call over files', () => {
  test('waits through files that have nothing of it', () => {
    const { files, tallies, open } = decodeFiles(
      kamailio,
      row('INVITE', 'c1', START),
      row('INVITE', 'c2', START + 5) + row('BYE', 'c2', START + 6),
      row('BYE', 'c1', START + 100),
    )
    expect(tallies).toEqual([
      'unbillable:carried_over 1',
      'cdr 1, unbillable:superseded 1',
      'cdr 1',
    ])
    expect(files[2]?.[0]).toMatchObject({ durationSeconds: 100 })
    expect(open).toEqual([])
  })

  test('of which nothing is heard for 72 hours is given up once, and says what it was', () => {
    const { files, tallies } = decodeFiles(
      kamailio,
      row('INVITE', 'c1', START),
      row('INVITE', 'c2', START + 71 * HOUR),
      row('INVITE', 'c3', START + 73 * HOUR),
      row('INVITE', 'c4', START + 73 * HOUR),
    )
    expect(tallies).toEqual([
      'unbillable:carried_over 1',
      'unbillable:carried_over 1',
      'rejected:call_incomplete 1, unbillable:carried_over 1',
      'unbillable:carried_over 1',
    ])
    const raw = row('INVITE', 'c1', START).trim()
    expect(files[2]).toContainEqual(expect.objectContaining({ status: 'rejected', raw }))
  })

  test.each([
    ['is exactly as old as it may be', 72 * HOUR, 1_000 * HOUR, 'unbillable:carried_over 1'],
    [
      'is a second older, by a record of the very moment of arrival',
      72 * HOUR + 1,
      72 * HOUR + 1,
      'rejected:call_incomplete 1, unbillable:carried_over 1',
    ],
    ['would be older by a time to come', 72 * HOUR + 1, 72 * HOUR, 'unbillable:carried_over 1'],
  ])('that %s', (_, newest, arrived, expected) => {
    const { open } = decodeFiles(kamailio, row('INVITE', 'c1', START))
    const later = { ...file, registeredMs: (START + arrived) * 1_000 }
    const decoder = openCarryingDecoder(kamailio, later, open)
    expect(tally(runDecoder(decoder, row('INVITE', 'c2', START + newest)))).toBe(expected)
  })

  test('is not given up because one record bears a time that has not come yet', () => {
    const { tallies, open } = decodeFiles(
      kamailio,
      row('INVITE', 'c1', START),
      row('INVITE', 'c2', START + 2_000 * HOUR),
    )
    expect(tallies[1]).toBe('unbillable:carried_over 1')
    expect(open).toHaveLength(2)
  })

  test('waits on while a file of the source is read without pairing', () => {
    const alone = plainSource('kamailio', { carryOpen: false })
    const first = openCarryingDecoder(kamailio, file, [])
    runDecoder(first, row('INVITE', 'c1', START))
    const second = openCarryingDecoder(alone, file, first.pendingCalls?.() ?? [])
    expect(tally(runDecoder(second, row('BYE', 'c2', START)))).toBe('rejected:call_incomplete 1')
    expect(second.pendingCalls?.()).toEqual(first.pendingCalls?.())
  })
})

function interim(session: string, atSeconds: number): string {
  return (
    `Mon Oct  5 09:01:00 2026\n\tAcct-Session-Id = ${session}\n\tAcct-Status-Type = Interim-Update\n` +
    `\tAcct-Session-Time = 60\n\tAcct-Input-Octets = 10\n\tEvent-Timestamp = ${atSeconds}\n\n`
  )
}

test('sessions whose parts are charged are forgotten in silence, for nothing of them is open', () => {
  const parts = withCarry(plainSource('radius', { interim: 'parts' }))
  const { tallies, open } = decodeFiles(
    parts,
    interim('s1', START),
    interim('s2', START + 100 * HOUR),
  )
  expect(tallies).toEqual(['cdr 1', 'cdr 1'])
  expect(open).toMatchObject([{ key: '/s2' }])
})

test('formats whose records stand alone get a plain decoder', () => {
  expect(withCarry(plainSource('tap3')).options).toEqual({})
  expect(openCarryingDecoder(plainSource('tap3'), file, [])).not.toHaveProperty('pendingCalls')
})

test('legs are judged together for new files, and row by row for files of builds that did so', () => {
  const options = { trunks: ['PJSIP/carrier-'] }
  const source = plainSource('asterisk', options)
  expect(withCarry(source).options).toEqual({ carryOpen: true, legs: 'linked', ...options })
  expect(sourceOfBefore(source).options).toEqual({ legs: 'row', ...options })
  expect(sourceOfBefore(withCarry(source))).toEqual(withCarry(source))
  expect(sourceOfBefore(plainSource('tap3')).options).toEqual({})
})
