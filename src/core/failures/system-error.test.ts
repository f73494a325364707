import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { TikError } from './errors.ts'
import { systemError } from './system-error.ts'

function ofSystem(code: string, path?: string): Error {
  return Object.assign(new Error(code), { code, syscall: 'write', ...(path ? { path } : {}) })
}

test.each([
  ['ENOSPC', 'disk_full', /room on|no room left/],
  ['EDQUOT', 'disk_full', /quota/],
  ['EACCES', 'permission_denied', /may not/],
  ['EROFS', 'permission_denied', /read-only/],
  ['EMFILE', 'too_many_open', /too many files/],
])('%s is %s', (system, code, sentence) => {
  expect(systemError(ofSystem(system))).toMatchObject({
    code,
    message: expect.stringMatching(sentence),
  })
})

test('the path is named, and the cause kept', () => {
  expect(systemError(ofSystem('ENOSPC', '/data/archive'))?.message).toMatch(/^\/data\/archive: /)
  const thrown = (() => {
    try {
      return readFileSync('/no/such/file')
    } catch (error) {
      return error
    }
  })()
  expect(systemError(thrown)).toMatchObject({ code: 'file_missing', cause: thrown })
})

test('a bug stays a bug, and a failure that has a code keeps it', () => {
  expect(systemError(new TypeError('x is not a function'))).toBeUndefined()
  expect(systemError(new TikError('not_found', 'x'))).toBeUndefined()
  expect(systemError(Object.assign(new Error('x'), { code: 'ERR_ASSERTION' }))).toBeUndefined()
})
