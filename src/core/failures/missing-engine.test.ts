import { expect, test } from 'vitest'
import { missingEngine } from './missing-engine.ts'

const notFound = (name: string) =>
  Object.assign(new Error(`Cannot find package '${name}' imported from /app/dist/x.js`), {
    code: 'ERR_MODULE_NOT_FOUND',
  })

test.each([
  ['chdb', 'TIK_CLICKHOUSE_URL'],
  ['@electric-sql/pglite', 'TIK_POSTGRES_URL'],
])('%s that is not installed is named with what to do: install it, or %s', (name, setting) => {
  expect(missingEngine(notFound(name))).toMatchObject({
    code: 'engine_missing',
    message: `the embedded engine ${name} is not installed`,
    hint: expect.stringContaining(setting),
  })
})

test('another module that is missing is a bug', () => {
  expect(missingEngine(notFound('zod'))).toBeUndefined()
})
