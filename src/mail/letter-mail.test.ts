import { expect, test } from 'vitest'
import { exampleUser } from '../../test/doubles/example-alerts.ts'
import { letterMail } from './letter-mail.ts'

test('a letter goes to its reader, in its language, with the same words as text and as HTML', () => {
  const user = exampleUser('fr')
  const words = { subject: 'Carte SIM bloquée', greeting: 'Bonjour,', intro: 'C’est fait.' }
  const mail = letterMail({ tag: 'fr-BE', ...words, sections: [], footer: 'Veldnet' }, user)
  expect(mail).toMatchObject({
    accountId: user.accountId,
    userId: user.userId,
    recipient: { name: user.name, email: user.email },
    language: 'fr-BE',
    subject: 'Carte SIM bloquée',
  })
  for (const text of [mail.text, mail.html]) expect(text).toContain('C’est fait.')
})
