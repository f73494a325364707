import { expect, test } from 'vitest'
import { LANGUAGES } from '../../core/accounts/accounts.ts'
import { reminderTexts } from './reminder-texts.ts'

const WORDS = {
  number: '2026-00000001',
  seller: 'Noorderlicht Telecom B.V.',
  due: '16-11-2026',
  open: '39.17',
}

test('reminders have their words in each language, of each step', async () => {
  const lines = LANGUAGES.flatMap((language) => {
    const { subjects, texts, ...labels } = reminderTexts(language)
    return [
      `== ${language}`,
      ...subjects.flatMap((subject, index) => [subject(WORDS), texts[index]?.(WORDS) ?? '']),
      ...Object.entries(labels).map(([what, label]) => `${what}: ${label}`),
    ]
  })
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(
    '../../../fixtures/invoicing/reminders.txt',
  )
})
