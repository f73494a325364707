import { expect, test } from 'vitest'
import { directoryVersion } from './directory-version.ts'
import { openTestOperations } from '../../../test/doubles/test-operations.ts'

test('the version grows with a committed change and not with one that was rolled back', async () => {
  await using operations = await openTestOperations()
  const { store } = operations
  const before = await directoryVersion(store)
  const insert = `INSERT INTO limit_settings
    (code, scope_kind, scope_id, subject, amount, action, from_ms)
    VALUES ('account-total', 'partner', 'P1', '', 1, 'notify', 0)`
  await store.execute(insert)
  const after = await directoryVersion(store)
  expect(after).toBeGreaterThan(before)
  const failing = store.transaction(async (sql) => {
    await sql.execute('DELETE FROM limit_settings')
    throw new Error('rolled back')
  })
  await expect(failing).rejects.toThrow('rolled back')
  expect(await directoryVersion(store)).toBe(after)
})

test('a changed user is a change of the directory', async () => {
  await using operations = await openTestOperations()
  const before = await directoryVersion(operations.store)
  await operations.store.execute('DELETE FROM users')
  expect(await directoryVersion(operations.store)).toBeGreaterThan(before)
})
