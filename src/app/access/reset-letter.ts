/** The mail with a link to set a new password, in the reader's language. */
import type { Language } from '../../core/accounts/accounts.ts'
import type { Person } from '../../identity/person.ts'
import type { Letter } from '../../mail/letter.ts'

interface Texts {
  readonly tag: string
  readonly subject: string
  readonly greeting: (name: string) => string
  readonly intro: string
  readonly title: string
  readonly label: string
  readonly footer: (partner: string) => string
}

const TEXTS: Readonly<Record<Language, Texts>> = {
  nl: {
    tag: 'nl-NL',
    subject: 'Een nieuw wachtwoord instellen',
    greeting: (name) => `Beste ${name},`,
    intro:
      'Iemand, waarschijnlijk u, vroeg om een nieuw wachtwoord. Met de link hieronder stelt u het in; hij ' +
      'werkt één keer, een uur lang. Vroeg u er niet om? Dan hoeft u niets te doen: er is niets veranderd.',
    title: 'Nieuw wachtwoord',
    label: 'Link',
    footer: (partner) => `Verzonden door ${partner}.`,
  },
  fr: {
    tag: 'fr-BE',
    subject: 'Choisir un nouveau mot de passe',
    greeting: (name) => `Bonjour ${name},`,
    intro:
      'Quelqu’un, sans doute vous, a demandé un nouveau mot de passe. Le lien ci-dessous permet de le choisir ; ' +
      'il fonctionne une fois, pendant une heure. Si vous n’avez rien demandé, ne faites rien : rien n’a changé.',
    title: 'Nouveau mot de passe',
    label: 'Lien',
    footer: (partner) => `Envoyé par ${partner}.`,
  },
  de: {
    tag: 'de-DE',
    subject: 'Ein neues Passwort festlegen',
    greeting: (name) => `Guten Tag ${name},`,
    intro:
      'Jemand, wahrscheinlich Sie, hat um ein neues Passwort gebeten. Mit dem Link unten legen Sie es fest; er ' +
      'gilt einmal und eine Stunde lang. Haben Sie nicht darum gebeten, ist nichts zu tun: nichts wurde geändert.',
    title: 'Neues Passwort',
    label: 'Link',
    footer: (partner) => `Gesendet von ${partner}.`,
  },
  en: {
    tag: 'en-GB',
    subject: 'Set a new password',
    greeting: (name) => `Dear ${name},`,
    intro:
      'Somebody, probably you, asked for a new password. The link below lets you set it; it works once, for an ' +
      'hour. If it was not you there is nothing to do: nothing has changed.',
    title: 'New password',
    label: 'Link',
    footer: (partner) => `Sent by ${partner}.`,
  },
}

export function resetLetter(
  { name, language }: Pick<Person, 'name' | 'language'>,
  { link, partner }: { readonly link: string; readonly partner: string },
): Letter {
  const texts = TEXTS[language]
  return {
    tag: texts.tag,
    subject: texts.subject,
    greeting: texts.greeting(name),
    intro: texts.intro,
    sections: [
      { title: texts.title, percent: undefined, rows: [{ label: texts.label, value: link }] },
    ],
    footer: texts.footer(partner),
  }
}
