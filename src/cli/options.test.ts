import { afterEach, expect, test, vi } from 'vitest'
import { printJson } from './options.ts'

afterEach(() => vi.restoreAllMocks())

test('integers of any size stand in JSON digit by digit', () => {
  const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true)
  printJson({ volumeBytes: 13_510_798_882_111_489n, quantity: 7n, count: 1 })
  expect(written.mock.calls.join('').replaceAll(/\s/g, '')).toBe(
    '{"volumeBytes":13510798882111489,"quantity":7,"count":1}',
  )
})
