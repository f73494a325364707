/** The sentences of the mail that a stream was paused. */
import type { Language } from '../core/accounts/accounts.ts'

interface DeadStreamTexts {
  subject(stream: string): string
  greeting(name: string): string
  intro(what: { stream: string; owner: string }): string
  readonly endpoint: string
  readonly pausedAt: string
  readonly lastTaken: string
  readonly never: string
  readonly lastFailure: string
  readonly whatNext: string
  readonly resume: string
  footer(what: { partner: string; owner: string }): string
}

export const DEAD_STREAM_TEXTS: Readonly<Record<Language, DeadStreamTexts>> = {
  nl: {
    subject: (stream) => `Datastroom ${stream} is gepauzeerd`,
    greeting: (name) => `Beste ${name},`,
    intro: ({ stream, owner }) =>
      `Het adres van de datastroom ${stream} van ${owner} heeft dagenlang niets aangenomen. ` +
      `Daarom sturen we er nu niets meer naartoe.`,
    endpoint: 'Adres',
    pausedAt: 'Gepauzeerd op',
    lastTaken: 'Laatst aangenomen',
    never: 'nooit',
    lastFailure: 'Laatste antwoord',
    whatNext: 'Wat nu',
    resume:
      'Herstel het adres en hervat de datastroom. Er gaat niets verloren: wat wacht, volgt dan.',
    footer: ({ partner, owner }) =>
      `Deze mail is automatisch verstuurd door ${partner}, omdat u gebruikers van ${owner} beheert.`,
  },
  fr: {
    subject: (stream) => `Le flux de données ${stream} est en pause`,
    greeting: (name) => `Bonjour ${name},`,
    intro: ({ stream, owner }) =>
      `L’adresse du flux de données ${stream} de ${owner} n’a rien accepté pendant plusieurs jours. ` +
      `Nous n’y envoyons donc plus rien.`,
    endpoint: 'Adresse',
    pausedAt: 'En pause depuis',
    lastTaken: 'Dernier envoi accepté',
    never: 'jamais',
    lastFailure: 'Dernière réponse',
    whatNext: 'Que faire',
    resume:
      'Réparez l’adresse et reprenez le flux. Rien n’est perdu : ce qui attend sera alors envoyé.',
    footer: ({ partner, owner }) =>
      `Ce message a été envoyé automatiquement par ${partner}, car vous gérez les utilisateurs de ${owner}.`,
  },
  de: {
    subject: (stream) => `Der Datenstrom ${stream} ist angehalten`,
    greeting: (name) => `Guten Tag ${name},`,
    intro: ({ stream, owner }) =>
      `Die Adresse des Datenstroms ${stream} von ${owner} hat tagelang nichts angenommen. ` +
      `Deshalb senden wir jetzt nichts mehr dorthin.`,
    endpoint: 'Adresse',
    pausedAt: 'Angehalten am',
    lastTaken: 'Zuletzt angenommen',
    never: 'nie',
    lastFailure: 'Letzte Antwort',
    whatNext: 'Was nun',
    resume:
      'Bringen Sie die Adresse in Ordnung und setzen Sie den Datenstrom fort. Es geht nichts verloren: Was wartet, folgt dann.',
    footer: ({ partner, owner }) =>
      `Diese E-Mail wurde automatisch von ${partner} gesendet, weil Sie die Benutzer von ${owner} verwalten.`,
  },
  en: {
    subject: (stream) => `Data stream ${stream} is paused`,
    greeting: (name) => `Dear ${name},`,
    intro: ({ stream, owner }) =>
      `The endpoint of the data stream ${stream} of ${owner} took nothing for days. ` +
      `So we send nothing to it any more.`,
    endpoint: 'Endpoint',
    pausedAt: 'Paused at',
    lastTaken: 'Last taken',
    never: 'never',
    lastFailure: 'Last answer',
    whatNext: 'What to do',
    resume: 'Mend the endpoint and resume the stream. Nothing is lost: what waits follows then.',
    footer: ({ partner, owner }) =>
      `This mail was sent automatically by ${partner}, because you manage the users of ${owner}.`,
  },
}
