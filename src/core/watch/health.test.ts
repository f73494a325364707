import { expect, test } from 'vitest'
import { createHealth } from './health.ts'

test('it is ready when every part works, and says which does not', () => {
  const health = createHealth(['ledger', 'stream'])
  health.pass('ledger')
  expect(health.isReady).toBe(false)
  health.pass('stream')
  expect(health.isReady).toBe(true)
  health.fail('ledger', 'does not answer')
  expect(health.isReady).toBe(false)
  expect(health.report()).toEqual({ ledger: 'does not answer', stream: 'ok' })
})
