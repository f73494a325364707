/** The welcome mail: who somebody is here, and a link with which they set their first password. */
import { randomBytes } from 'node:crypto'
import type { Language } from '../../core/accounts/accounts.ts'
import { systemClock } from '../../core/time/clock.ts'
import { TikError } from '../../core/failures/errors.ts'
import { letterFormat } from '../../mail/letter-format.ts'
import { mailFrom } from '../../mail/mail-sender.ts'
import { queueMails } from '../../mail/mail-outbox.ts'
import { renderHtml, renderText } from '../../mail/render-letter.ts'
import { asOne } from '../as-one.ts'
import type { Desk } from '../desk.ts'
import { directoryOf } from '../known-directory.ts'
import { inviteUser, personOf } from './people.ts'

/** What was made before no longer works. `siteUrl` is where they come in. */
export async function inviteByMail(desk: Desk, userId: string, siteUrl: string): Promise<void> {
  const person = await personOf(desk, userId)
  const { accounts, partners } = await directoryOf(desk)
  const account = accounts.get(person.accountId)
  const partner = partners.get(account?.partnerId ?? '')
  if (account === undefined || person.email === '') {
    throw new TikError('usage_error', `${userId} has no address for mail`)
  }
  const texts = TEXTS[person.language]
  const format = letterFormat({ ...account, language: person.language })
  const sellerName = partner?.party.legalName ?? 'tik'
  await asOne(desk, async (within) => {
    const secret = await inviteUser(within, userId)
    const letter = {
      tag: format.tag,
      subject: texts.subject(sellerName),
      greeting: texts.greeting(person.name),
      intro: texts.intro(account.party.legalName, sellerName),
      sections: [
        {
          title: texts.title,
          percent: undefined,
          rows: [
            { label: texts.name, value: userId },
            { label: texts.link, value: `${siteUrl}/set-password#link=${secret}` },
          ],
        },
      ],
      footer: texts.footer(sellerName),
    }
    const mailId = `invite-${randomBytes(16).toString('hex')}`
    await queueMails(within.operations, [
      {
        mailId,
        ...mailFrom(partner, mailId),
        kind: INVITE_MAIL_KIND,
        accountId: person.accountId,
        userId,
        recipient: { name: person.name, email: person.email },
        language: letter.tag,
        subject: letter.subject,
        text: renderText(letter),
        html: renderHtml(letter),
        attachments: [],
        createdMs: systemClock.nowMs(),
      },
    ])
  })
}

/** Its text has a secret: it is shown in no list. */
export const INVITE_MAIL_KIND = 'invitation'

interface InviteTexts {
  subject(seller: string): string
  greeting(name: string): string
  intro(account: string, seller: string): string
  readonly title: string
  readonly name: string
  readonly link: string
  footer(seller: string): string
}

const TEXTS: Readonly<Record<Language, InviteTexts>> = {
  nl: {
    subject: (seller) => `Uw toegang tot het portaal van ${seller}`,
    greeting: (name) => `Beste ${name},`,
    intro: (account, seller) =>
      `U kunt verbruik en facturen van ${account} bekijken in het portaal van ${seller}. Stel met de link uw wachtwoord in; hij werkt één keer, zeven dagen lang.`,
    title: 'Uw toegang',
    name: 'Gebruikersnaam',
    link: 'Wachtwoord instellen',
    footer: (seller) => `Verzonden door ${seller}.`,
  },
  fr: {
    subject: (seller) => `Votre accès au portail de ${seller}`,
    greeting: (name) => `Bonjour ${name},`,
    intro: (account, seller) =>
      `Vous pouvez consulter la consommation et les factures de ${account} sur le portail de ${seller}. Choisissez votre mot de passe par le lien ; il fonctionne une fois, pendant sept jours.`,
    title: 'Votre accès',
    name: 'Nom d’utilisateur',
    link: 'Choisir le mot de passe',
    footer: (seller) => `Envoyé par ${seller}.`,
  },
  de: {
    subject: (seller) => `Ihr Zugang zum Portal von ${seller}`,
    greeting: (name) => `Guten Tag ${name},`,
    intro: (account, seller) =>
      `Sie können Nutzung und Rechnungen von ${account} im Portal von ${seller} ansehen. Legen Sie mit dem Link Ihr Passwort fest; er gilt einmal, sieben Tage lang.`,
    title: 'Ihr Zugang',
    name: 'Benutzername',
    link: 'Passwort festlegen',
    footer: (seller) => `Gesendet von ${seller}.`,
  },
  en: {
    subject: (seller) => `Your access to the portal of ${seller}`,
    greeting: (name) => `Dear ${name},`,
    intro: (account, seller) =>
      `You can see usage and invoices of ${account} in the portal of ${seller}. Set your password with the link; it works once, for seven days.`,
    title: 'Your access',
    name: 'User name',
    link: 'Set your password',
    footer: (seller) => `Sent by ${seller}.`,
  },
}
