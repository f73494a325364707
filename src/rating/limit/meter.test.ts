import { describe, expect, test } from 'vitest'
import { createHome, createSums } from '../memory/sums.ts'
import { createLimitSettings } from './limit-settings.ts'
import { arm, createMeter, METER, reportCrossed } from './meter.ts'

test('a meter reports each level once and then waits for the next', () => {
  const sums = createSums()
  const watch = {
    code: 'roaming-spend',
    scopeKind: 'subscription',
    scopeId: 'A',
    subject: '',
    activity: undefined,
  } as const
  const meter = createMeter(sums, createHome(), watch)
  const reported = new Set<string>()
  const levels = [80, 100].map((percent) => ({
    name: String(percent),
    threshold: percent,
    amount: 100,
  }))
  arm(sums.values, meter, levels, reported)
  const crossedAt = (sum: number): string[] => {
    sums.values[meter.slot + METER.sum] = sum
    return reportCrossed(sums.values, meter, reported)
  }
  expect(sums.values[meter.slot + METER.next]).toBe(80)
  expect(crossedAt(80)).toEqual(['roaming-spend|A||subscription|80|80|100'])
  expect(sums.values[meter.slot + METER.next]).toBe(100)
  expect(crossedAt(120)).toEqual(['roaming-spend|A||subscription|100|120|100'])
  expect(sums.values[meter.slot + METER.next]).toBe(Infinity)
  expect(crossedAt(130)).toEqual([])
})

describe('limit settings', () => {
  const base = { code: 'account-total', subject: '', action: 'notify' } as const
  const settings = createLimitSettings([
    { ...base, scopeKind: 'partner', scopeId: 'p', amount: 7, fromMs: 0, toMs: Infinity },
    { ...base, scopeKind: 'account', scopeId: 'a', amount: 5, fromMs: 100, toMs: 200 },
    { ...base, scopeKind: 'partner', scopeId: 'a', amount: 1, fromMs: 0, toMs: Infinity },
  ])
  const watch = {
    code: 'account-total',
    subject: '',
    subscriptionId: undefined,
    accountId: 'a',
    partnerId: 'p',
  } as const

  test.each([
    [99, 7],
    [100, 5],
    [199, 5],
    [200, 7],
  ])('at %d the amount is %d', (recordedMs, amount) => {
    expect(settings.levelsAt(recordedMs, watch).map((level) => level.amount)).toEqual([amount])
  })

  test('stretches without a change have a number each', () => {
    expect([0, 99, 100, 199, 200].map((at) => settings.epochAt(at))).toEqual([1, 1, 2, 2, 3])
  })
})
