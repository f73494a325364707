import { expect, test } from 'vitest'
import type { PlanModule } from './catalogue.ts'
import { countsForModule } from './counts-for-module.ts'

function moduleOf(rateIds: readonly string[], callTypes: readonly string[]): PlanModule {
  const rates = rateIds.length === 0 ? [] : [['eu-data', rateIds.map((rateId) => ({ rateId }))]]
  return { limit: { callTypes }, rates: new Map(rates as never) } as unknown as PlanModule
}

const used = { callType: 'eu-data', rateId: 'eu-data-cheap' }
const own = { callType: 'eu-data', rateId: 'eu-data-cheap', fromMs: undefined, untilMs: undefined }

test.each([
  ['at the rate of the module', moduleOf(['eu-data-cheap'], ['eu-data']), [], true],
  ['at another rate', moduleOf(['eu-data-other'], ['eu-data']), [], false],
  ['at the own price of the account', moduleOf(['eu-data-other'], ['eu-data']), [own], true],
  ['of a module without rates', moduleOf([], ['eu-data']), [], true],
  ['of a call type that it does not watch', moduleOf(['eu-data-cheap'], ['us-data']), [], false],
  ['of a module that left the catalogue', undefined, [own], false],
])('usage %s counts for its limit or not', (_what, module, overrides, expected) => {
  expect(countsForModule(module, used, overrides as never)).toBe(expected)
})
