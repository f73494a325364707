/** The sample catalogue: sound, complete, and with the facts that it must have. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { dayFromIso, dayStartMs } from '../core/time/period.ts'
import type { Catalogue } from './catalogue.ts'
import { checkCatalogue, loadCatalogue } from './load-catalogue.ts'

const SAMPLE = 'fixtures/catalogue'
let catalogue: Catalogue

beforeAll(async () => {
  catalogue = await loadCatalogue(SAMPLE)
})

test('the sample has no error and no warning', async () => {
  expect((await checkCatalogue(SAMPLE)).problems).toEqual([])
})

test('the plans and modules of a Dutch or Belgian provider are there', () => {
  expect([...catalogue.plans.keys()]).toEqual([
    'voip-default',
    'voip-basic',
    'voip-flat',
    'sip-trunk',
    'mobile-default',
    'mobile-go',
    'mobile-pool',
    'mobile-unlimited',
    'mobile-open',
    'data-only',
    'iot-lifetime',
  ])
  expect(
    [...catalogue.modules.values()].map(({ moduleId, limit }) => [moduleId, limit?.step]),
  ).toEqual([
    ['mobile-internet-eu', 250 * 1024 ** 2],
    ['internet-world', 100 * 1024 ** 2],
    ['calling-eu', 250 * 60],
    ['national-to-eu', 100 * 60],
    ['national-to-outside-eu', 20 * 60],
    ['day-pass-switzerland', undefined],
  ])
})

test('30 countries are roam-like-at-home for ever, Ukraine and Moldova from 2026', () => {
  const members = catalogue.zones.find((zone) => zone.zoneId === 'rlah')?.countries ?? []
  const outermost = ['GP', 'MQ', 'GF', 'RE', 'YT']
  const always = members.filter(({ fromMs, toMs }) => fromMs === -Infinity && toMs === Infinity)
  expect(always.filter(({ country }) => !outermost.includes(country))).toHaveLength(30)
  const startMs = dayStartMs(dayFromIso('2026-01-01'), 'Europe/Amsterdam')
  expect(members.filter(({ fromMs }) => fromMs === startMs).map(({ country }) => country)).toEqual([
    'UA',
    'MD',
  ])
})

test('units of data are binary, dates begin at local midnight', () => {
  expect(catalogue.allowances.get('go-data')?.amount).toBe(5 * 1024 ** 3)
  const [older, newer] = catalogue.rates.get('voip-national-fixed')?.versions ?? []
  expect(new Date(newer?.fromMs ?? 0).toISOString()).toBe('2026-06-30T22:00:00.000Z')
  expect(older?.toMs).toBe(newer?.fromMs)
})

describe('inheritance', () => {
  test('a plan has the rates of its parents, with the plan that gave each', () => {
    const pool = catalogue.plans.get('mobile-pool')
    const always = { fromMs: -Infinity, toMs: Infinity }
    expect(pool?.inheritsFrom).toBe('mobile-go')
    expect(pool?.rates.get('national-fixed')).toEqual([
      { rateId: 'mobile-basic-voice', from: 'mobile-pool', ...always },
    ])
    expect(pool?.rates.get('national-data')).toEqual([
      { rateId: 'mobile-data', from: 'mobile-default', ...always },
    ])
    expect(pool?.activationFee).toBe('15.00')
    expect(pool?.simBlockFee).toBe('5.00')
  })

  test('what counts as another call type follows the nearest plan', () => {
    const pool = catalogue.plans.get('mobile-pool')
    expect(pool?.rates.get('roaming-eu-national-fixed')?.[0]?.rateId).toBe('mobile-basic-voice')
    expect(catalogue.plans.get('data-only')?.rates.get('roaming-eu-data')?.[0]?.rateId).toBe(
      'mobile-data-blocks',
    )
  })

  test('an allowance covers what counts as a covered call type', () => {
    expect(catalogue.allowances.get('go-data')?.callTypes).toEqual([
      'national-data',
      'roaming-eu-data',
    ])
  })

  test('own allowances replace those of the parent', () => {
    expect(catalogue.plans.get('mobile-unlimited')?.allowanceIds).toEqual([
      'unlimited-voice',
      'unlimited-sms',
      'unlimited-data',
    ])
  })
})

test('Belgian premium tariffs stay below the legal maximum without VAT', () => {
  const maxima = {
    '070': 0.3,
    '0900': 0.5,
    '0902': 1,
    '0903': 1.5,
    '0904': 2,
    '0906': 1,
    '0907': 2,
  }
  for (const [series, maximum] of Object.entries(maxima)) {
    const [rate] = catalogue.rates.get(`premium-be-${series}`)?.versions ?? []
    const prices = [rate?.steps[0]?.price, rate?.information?.steps[0]?.price]
    const perMinute = prices.reduce((sum, price) => sum + Number(price), 0)
    expect(perMinute * 1.21).toBeLessThanOrEqual(maximum)
  }
})

test('the hash is of names and contents: any change gives another', async () => {
  expect((await loadCatalogue(SAMPLE)).hash).toBe(catalogue.hash)
  const folder = mkdtempSync(join(tmpdir(), 'tik-catalogue-'))
  try {
    const hashes = []
    for (const [file, zone] of [
      ['a.yaml', 'Europe/Amsterdam'],
      ['a.yaml', 'Europe/Brussels'],
      ['b.yaml', 'Europe/Brussels'],
    ] as const) {
      rmSync(join(folder, 'a.yaml'), { force: true })
      writeFileSync(join(folder, file), `catalogue: { timeZone: ${zone} }\n`)
      hashes.push((await loadCatalogue(folder)).hash)
    }
    expect(new Set(hashes).size).toBe(3)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('loading a catalogue with errors throws all of them, with file and line', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tik-catalogue-'))
  try {
    writeFileSync(
      join(folder, 'a.yaml'),
      'catalogue: { timeZone: Mars }\nrates: { a: { for: x } }\n',
    )
    await expect(loadCatalogue(folder)).rejects.toMatchObject({
      code: 'catalogue_invalid',
      message: expect.stringMatching(/a\.yaml:1: error: .*\na\.yaml:2: error: /),
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a folder that is not there, or has no files, is an error that says so', async () => {
  await expect(loadCatalogue('fixtures/nowhere')).rejects.toMatchObject({ code: 'file_missing' })
  const folder = mkdtempSync(join(tmpdir(), 'tik-catalogue-'))
  await expect(loadCatalogue(folder)).rejects.toMatchObject({ code: 'catalogue_invalid' })
  rmSync(folder, { recursive: true })
})
