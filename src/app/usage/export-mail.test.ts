import { expect, test } from 'vitest'
import { exampleDirectory } from '../../../test/doubles/example-directory.ts'
import { LANGUAGES, type Language } from '../../core/accounts/accounts.ts'
import type { Person } from '../../identity/person.ts'
import { exportMail } from './export-mail.ts'

const NOW_MS = Date.parse('2026-11-21T12:00:00Z')
const ready = {
  fileName: 'usage-2026-10.csv',
  rowsCount: 1_234_567,
  bytes: 104_857_600,
  url: 'https://tik.example/exports/tik_link_secret',
  expiresMs: NOW_MS + 3 * 86_400_000,
  nowMs: NOW_MS,
}

function personOf(language: Language, name = 'Ann'): Person {
  return {
    key: 'user:ann',
    name,
    email: 'ann@a1.example',
    language,
    accountId: [...exampleDirectory().accounts.keys()][0] ?? '',
    partnerId: '',
    roles: [],
    isBlocked: false,
  }
}

test.each(LANGUAGES)('in %s it says which file, how large, where and until when', (language) => {
  const mail = exportMail(personOf(language), exampleDirectory(), ready)
  expect(mail).toMatchObject({ kind: 'export', userId: 'ann', createdMs: NOW_MS })
  expect(mail.recipient).toEqual({ name: 'Ann', email: 'ann@a1.example' })
  expect(mail.subject).toContain(ready.fileName)
  for (const part of [
    'Ann',
    ready.fileName,
    ready.url,
    '24',
    '2026',
    /1[.,\u00A0\u202F ]234[.,\u00A0\u202F ]567/,
  ]) {
    expect(mail.text).toMatch(part)
  }
  expect(mail.html).toContain(ready.url)
  expect(mail.html).toContain(`lang="${language}`)
})

test('each language has words of its own, and a hostile name is a text', () => {
  const mails = LANGUAGES.map((language) =>
    exportMail(personOf(language, '<b>Ann</b>'), exampleDirectory(), ready),
  )
  expect(new Set(mails.map(({ subject }) => subject)).size).toBe(LANGUAGES.length)
  for (const { html } of mails) expect(html).not.toContain('<b>Ann')
})

test('staff of a partner get it too, without an account', () => {
  const staff: Person = { ...personOf('nl'), key: 'staff:bo', accountId: '', partnerId: 'nobody' }
  expect(exportMail(staff, exampleDirectory(), ready)).toMatchObject({ userId: '', accountId: '' })
})
