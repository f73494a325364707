/** What `tik price` tells is what the same call is charged when it comes. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { API_PATH } from '../src/api/create-api.ts'
import { createCommandLine } from './command-line.ts'
import { asteriskLine, SMALL_COMPANY } from './small-company.ts'
import { openSmallDoor, type SmallDoor } from './small-door.ts'

const AT = '2026-10-20T10:00:00Z'
const CALLS = [
  { to: '0612345679', seconds: 61 },
  { to: '003225550000', seconds: 95 },
  { to: '09001234', seconds: 61 },
  { to: '0207654321', seconds: 0 },
]

describe('at a terminal', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tik-price-'))
  const tik = createCommandLine(folder, { TIK_CATALOGUE: 'fixtures/catalogue' })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  beforeAll(async () => {
    writeFileSync(join(folder, 'accounts.json'), JSON.stringify(SMALL_COMPANY))
    expect((await tik.here(['accounts', 'import', join(folder, 'accounts.json')])).status).toBe(0)
  })

  const price = (number: string, seconds: number, ...more: readonly string[]) => {
    const question = ['price', number, '--account', 'A1', '--subscription', 'V1']
    return tik.here([...question, '--at', AT, '--seconds', String(seconds), ...more])
  }

  test('every call is told as it is charged, and asking leaves nothing behind', async () => {
    const told: number[][] = []
    for (const { to, seconds } of [...CALLS, ...CALLS.slice(0, 1)]) {
      const { now } = JSON.parse((await price(to, seconds, '--json')).stdout)
      told.push([now.chargeMicros, now.informationChargeMicros])
    }
    expect(told.at(-1)).toEqual(told[0])
    expect(told.flat().some((micros) => micros > 0)).toBe(true)
    for (const [index, { to, seconds }] of CALLS.entries()) {
      const call = { from: '0201234567', to, start: '2026-10-20 12:00:00', billsec: seconds }
      const file = join(folder, `Master-${index}.csv`)
      writeFileSync(file, `${asteriskLine({ ...call, uniqueid: `1.${index}` })}\n`)
      await tik.here(['ingest', '--format', 'asterisk', file])
      const explained = await tik.here(['explain', `files/${index + 1}/0`, '--json'])
      const { row } = JSON.parse(explained.stdout)
      expect([to, row.chargeMicros, row.informationChargeMicros]).toEqual([
        to,
        ...(told[index] ?? []),
      ])
    }
  }, 60_000)

  test('the steps are those of the explanation, and a bundle shows what comes after it', async () => {
    const text = (await price('0612345679', 61)).stdout
    expect(text).toMatch(
      /^V1 to \+31612345679, .*, 61 s at 2026-10-20T10:00:00.000Z: \d+\.\d+, without VAT\n {2}1\. subscription: V1 of A1/,
    )
    const inBundle = await tik.here([
      'price',
      '0612345679',
      '--account',
      'A1',
      '--subscription',
      'M1',
      '--at',
      AT,
    ])
    expect(inBundle.stdout).toContain(': 0.000000, without VAT\n')
    expect(inBundle.stdout).toContain('. allowance: 60 from ')
    expect(inBundle.stdout).toMatch(/\nwhen no bundle is left: 0\.\d*[1-9]\d*\n/)
  })

  test('what would be rejected is said with the reason', async () => {
    const unknown = await price('+999123', 61)
    expect(unknown.status).toBe(1)
    expect(unknown.stdout).toMatch(/would be rejected, \w+\n {2}1\. \w+: /)
    expect((await price('0612345679', -1)).status).toBe(2)
    expect((await tik.here(['price', '0612345679', '--account', 'nobody'])).status).toBe(2)
  })
})

describe('over the API', () => {
  let door: SmallDoor
  beforeAll(async () => {
    door = await openSmallDoor()
  }, 60_000)
  afterAll(() => door[Symbol.asyncDispose]())

  test('a customer asks for an own account, step by step', async () => {
    const key = await door.keyOf({ reachKind: 'account', reachId: 'A1' }, ['see-usage'])
    const response = await door.ask(
      `${API_PATH}/accounts/A1/price?number=0612345679&at=${AT}&seconds=61`,
      { key },
    )
    const answer = JSON.parse(await response.text())
    expect(answer).toMatchObject({
      subscription: 'V1',
      number: '+31612345679',
      reason: '',
      outOfBundle: null,
    })
    expect(answer.now.charge.amount ?? answer.now.charge).toMatch(/^0\.\d+/)
    expect(answer.now.steps[0].rule).toBe('subscription')
    const other = await door.ask(`${API_PATH}/accounts/A2/price?number=0612345679`, { key })
    expect(other.status).toBe(404)
  })
})
