/** An invented mail: for tests. */
import type { OutgoingMail } from '../../src/mail/outgoing-mail.ts'

export const EXAMPLE_MAIL: OutgoingMail = {
  mailId: '0123456789abcdef0123456789abcdef',
  messageId: '<0123456789abcdef0123456789abcdef@veldnet.example>',
  kind: 'limit-alert',
  accountId: 'gist',
  userId: 'anna',
  sender: { name: 'Veldnet Telecom', email: 'noreply@veldnet.example' },
  recipient: { name: 'Anna de Vriès', email: 'anna@gist.example' },
  language: 'nl-NL',
  subject: 'Limiet bereikt – € 50,00',
  text: 'Beste Anna\n',
  html: '<!doctype html><html lang="nl"><p>Beste Anna</p></html>',
  attachments: [],
  createdMs: Date.parse('2026-11-21T13:03:00Z'),
}
