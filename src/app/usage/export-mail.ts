/** The mail that says that an export is ready, in the language of its reader. */
import { createHash } from 'node:crypto'
import type { Directory, Language } from '../../core/accounts/accounts.ts'
import type { Person } from '../../identity/person.ts'
import { letterFormat, type LetterFormat } from '../../mail/letter-format.ts'
import type { Letter } from '../../mail/letter.ts'
import { mailFrom } from '../../mail/mail-sender.ts'
import type { OutgoingMail } from '../../mail/outgoing-mail.ts'
import { renderHtml, renderText } from '../../mail/render-letter.ts'

export interface ReadyExport {
  readonly fileName: string
  readonly rowsCount: number
  readonly bytes: number
  readonly url: string
  readonly expiresMs: number
  readonly nowMs: number
}

export function exportMail(person: Person, directory: Directory, ready: ReadyExport): OutgoingMail {
  const account = directory.accounts.get(person.accountId)
  const partner = directory.partners.get(account?.partnerId ?? person.partnerId)
  const { language } = person
  const { country = 'NL', timeZone = 'Europe/Amsterdam' } = account ?? {}
  const format = letterFormat({ language, country, timeZone })
  const letter = exportLetter(person, format, ready)
  const mailId = createHash('sha256').update(ready.url).digest('hex').slice(0, 32)
  return {
    mailId,
    ...mailFrom(partner, mailId),
    kind: 'export',
    accountId: person.accountId,
    userId: person.key.startsWith('user:') ? person.key.slice('user:'.length) : '',
    recipient: { name: person.name, email: person.email },
    language: letter.tag,
    subject: letter.subject,
    text: renderText(letter),
    html: renderHtml(letter),
    attachments: [],
    createdMs: ready.nowMs,
  }
}

function exportLetter(
  { name, language }: Person,
  format: LetterFormat,
  ready: ReadyExport,
): Letter {
  const texts = TEXTS[language]
  return {
    tag: format.tag,
    subject: texts.subject(ready.fileName),
    greeting: texts.greeting(name),
    intro: texts.intro,
    sections: [
      {
        title: ready.fileName,
        percent: undefined,
        rows: [
          { label: texts.rows, value: format.count(ready.rowsCount) },
          { label: texts.size, value: format.quantity(ready.bytes, 'byte') },
          { label: texts.link, value: ready.url },
          { label: texts.until, value: format.moment(ready.expiresMs) },
        ],
      },
    ],
    footer: texts.footer,
  }
}

interface ExportTexts {
  subject(fileName: string): string
  greeting(name: string): string
  readonly intro: string
  readonly rows: string
  readonly size: string
  readonly link: string
  readonly until: string
  readonly footer: string
}

const TEXTS: Readonly<Record<Language, ExportTexts>> = {
  nl: {
    subject: (fileName) => `Uw export is klaar: ${fileName}`,
    greeting: (name) => `Beste ${name},`,
    intro: 'De export van gebruik waarom u vroeg is klaar om te downloaden.',
    rows: 'Regels',
    size: 'Grootte',
    link: 'Downloaden',
    until: 'Beschikbaar tot',
    footer:
      'Wie deze link heeft, kan het bestand openen: stuur hem niet door. U krijgt deze e-mail omdat u erom vroeg.',
  },
  fr: {
    subject: (fileName) => `Votre export est prêt : ${fileName}`,
    greeting: (name) => `Bonjour ${name},`,
    intro: "L'export d'utilisation que vous avez demandé est prêt à être téléchargé.",
    rows: 'Lignes',
    size: 'Taille',
    link: 'Télécharger',
    until: "Disponible jusqu'au",
    footer:
      'Toute personne qui a ce lien peut ouvrir le fichier : ne le transférez pas. Vous recevez cet e-mail à votre demande.',
  },
  de: {
    subject: (fileName) => `Ihr Export ist fertig: ${fileName}`,
    greeting: (name) => `Guten Tag ${name},`,
    intro: 'Der Export der Nutzung, um den Sie gebeten haben, steht zum Herunterladen bereit.',
    rows: 'Zeilen',
    size: 'Größe',
    link: 'Herunterladen',
    until: 'Verfügbar bis',
    footer:
      'Wer diesen Link hat, kann die Datei öffnen: Leiten Sie ihn nicht weiter. Sie erhalten diese E-Mail, weil Sie darum gebeten haben.',
  },
  en: {
    subject: (fileName) => `Your export is ready: ${fileName}`,
    greeting: (name) => `Dear ${name},`,
    intro: 'The export of usage that you asked for is ready to be downloaded.',
    rows: 'Rows',
    size: 'Size',
    link: 'Download',
    until: 'Available until',
    footer:
      'Whoever has this link can open the file: do not forward it. You get this mail because you asked for it.',
  },
}
