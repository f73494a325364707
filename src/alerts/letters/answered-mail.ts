/** What the operator answered to a block or its end: one mail for each user who is registered for it. */
import { createHash } from 'node:crypto'
import type { Directory, Language, Subscription, User } from '../../core/accounts/accounts.ts'
import { letterFormat } from '../../mail/letter-format.ts'
import { mailFrom } from '../../mail/mail-sender.ts'
import type { OutgoingMail } from '../../mail/outgoing-mail.ts'
import { letterMail } from '../../mail/letter-mail.ts'
import type { ServiceRequest } from '../blocks/service-request.ts'
import { subscriptionName } from './alert-item.ts'

export interface AnsweredRequest {
  readonly request: ServiceRequest
  readonly subscription: Subscription
  /** Of a block that was refused: what is not charged after all. */
  readonly droppedMicros: number
}

/** Of a request that was confirmed or refused. */
export function answeredMails(
  answered: AnsweredRequest,
  { directory, nowMs }: { readonly directory: Directory; readonly nowMs: number },
): OutgoingMail[] {
  const { accountId } = answered.request
  return directory.users
    .filter((user) => user.accountId === accountId && user.registrations.includes('sim-block'))
    .map((user) => answeredMail(user, answered, directory, nowMs))
}

function answeredMail(
  user: User,
  { request, subscription, droppedMicros }: AnsweredRequest,
  directory: Directory,
  nowMs: number,
): OutgoingMail {
  const account = directory.accounts.get(user.accountId)
  if (account === undefined) throw new RangeError(`user ${user.userId} has no account`)
  const partner = directory.partners.get(account.partnerId)
  const format = letterFormat({ ...account, language: user.language })
  const texts = TEXTS[user.language]
  const named = subscriptionName(subscription, nowMs, subscription.subscriptionId)
  const name = named.label === '' ? named.number : `${named.number} (${named.label})`
  const { act, state, answer, requestId } = request
  const said = state === 'confirmed' ? texts[act].confirmed : texts[act].refused
  const letter = {
    tag: format.tag,
    subject: said.subject(name),
    greeting: texts.greeting(user.name),
    intro: said.intro(name),
    sections: [
      {
        title: name,
        percent: undefined,
        rows: [
          { label: texts.asked, value: format.moment(request.requestedMs) },
          { label: texts.answered, value: format.moment(nowMs) },
          ...(answer === '' ? [] : [{ label: texts.why, value: answer }]),
          ...(droppedMicros === 0
            ? []
            : [{ label: texts.fee, value: texts.noFee(format.quantity(droppedMicros, 'money')) }]),
        ],
      },
    ],
    footer: texts.footer(partner?.party.legalName ?? '', account.party.legalName),
  }
  const hash = createHash('sha256').update(`${user.userId}\n${requestId}\n${state}`)
  const mailId = hash.digest('hex').slice(0, 32)
  return {
    mailId,
    ...mailFrom(partner, mailId),
    kind: 'sim-block',
    ...letterMail(letter, user),
    attachments: [],
    createdMs: nowMs,
  }
}

interface Said {
  subject(name: string): string
  intro(name: string): string
}

interface AnsweredTexts {
  greeting(name: string): string
  readonly block: Readonly<Record<'confirmed' | 'refused', Said>>
  readonly unblock: Readonly<Record<'confirmed' | 'refused', Said>>
  readonly asked: string
  readonly answered: string
  readonly why: string
  readonly fee: string
  noFee(amount: string): string
  footer(partner: string, account: string): string
}

const TEXTS: Readonly<Record<Language, AnsweredTexts>> = {
  nl: {
    greeting: (name) => `Beste ${name},`,
    block: {
      confirmed: {
        subject: (name) => `Geblokkeerd: ${name}`,
        intro: (name) => `De operator heeft bevestigd dat de simkaart van ${name} geblokkeerd is.`,
      },
      refused: {
        subject: (name) => `Blokkade geweigerd: ${name}`,
        intro: (name) => `De operator heeft de simkaart van ${name} niet geblokkeerd.`,
      },
    },
    unblock: {
      confirmed: {
        subject: (name) => `Blokkade opgeheven: ${name}`,
        intro: (name) => `De simkaart van ${name} is niet meer geblokkeerd.`,
      },
      refused: {
        subject: (name) => `Opheffen geweigerd: ${name}`,
        intro: (name) => `De operator heeft de blokkade van ${name} niet opgeheven.`,
      },
    },
    asked: 'Gevraagd',
    answered: 'Beantwoord',
    why: 'Waarom',
    fee: 'Kosten',
    noFee: (amount) => `${amount} (exclusief btw) wordt niet berekend.`,
    footer: (partner, account) =>
      `Deze mail is automatisch verstuurd door ${partner}, omdat u voor ${account} bent aangemeld voor bevestigingen van blokkades.`,
  },
  fr: {
    greeting: (name) => `Bonjour ${name},`,
    block: {
      confirmed: {
        subject: (name) => `Bloquée : ${name}`,
        intro: (name) => `L’opérateur a confirmé que la carte SIM de ${name} est bloquée.`,
      },
      refused: {
        subject: (name) => `Blocage refusé : ${name}`,
        intro: (name) => `L’opérateur n’a pas bloqué la carte SIM de ${name}.`,
      },
    },
    unblock: {
      confirmed: {
        subject: (name) => `Débloquée : ${name}`,
        intro: (name) => `La carte SIM de ${name} n’est plus bloquée.`,
      },
      refused: {
        subject: (name) => `Déblocage refusé : ${name}`,
        intro: (name) => `L’opérateur n’a pas levé le blocage de ${name}.`,
      },
    },
    asked: 'Demandé',
    answered: 'Répondu',
    why: 'Pourquoi',
    fee: 'Frais',
    noFee: (amount) => `${amount} (hors TVA) ne sont pas facturés.`,
    footer: (partner, account) =>
      `Cet e-mail est envoyé automatiquement par ${partner}, parce que vous êtes inscrit pour ${account} aux confirmations de blocage.`,
  },
  de: {
    greeting: (name) => `Guten Tag ${name},`,
    block: {
      confirmed: {
        subject: (name) => `Gesperrt: ${name}`,
        intro: (name) =>
          `Der Betreiber hat bestätigt, dass die SIM-Karte von ${name} gesperrt ist.`,
      },
      refused: {
        subject: (name) => `Sperre abgelehnt: ${name}`,
        intro: (name) => `Der Betreiber hat die SIM-Karte von ${name} nicht gesperrt.`,
      },
    },
    unblock: {
      confirmed: {
        subject: (name) => `Sperre aufgehoben: ${name}`,
        intro: (name) => `Die SIM-Karte von ${name} ist nicht mehr gesperrt.`,
      },
      refused: {
        subject: (name) => `Entsperren abgelehnt: ${name}`,
        intro: (name) => `Der Betreiber hat die Sperre von ${name} nicht aufgehoben.`,
      },
    },
    asked: 'Angefragt',
    answered: 'Beantwortet',
    why: 'Warum',
    fee: 'Kosten',
    noFee: (amount) => `${amount} (ohne MwSt.) werden nicht berechnet.`,
    footer: (partner, account) =>
      `Diese E-Mail wurde automatisch von ${partner} gesendet, weil Sie für ${account} Bestätigungen von Sperren erhalten.`,
  },
  en: {
    greeting: (name) => `Dear ${name},`,
    block: {
      confirmed: {
        subject: (name) => `Blocked: ${name}`,
        intro: (name) => `The operator has confirmed that the SIM of ${name} is blocked.`,
      },
      refused: {
        subject: (name) => `Block refused: ${name}`,
        intro: (name) => `The operator has not blocked the SIM of ${name}.`,
      },
    },
    unblock: {
      confirmed: {
        subject: (name) => `Block lifted: ${name}`,
        intro: (name) => `The SIM of ${name} is no longer blocked.`,
      },
      refused: {
        subject: (name) => `Unblocking refused: ${name}`,
        intro: (name) => `The operator has not lifted the block of ${name}.`,
      },
    },
    asked: 'Asked',
    answered: 'Answered',
    why: 'Why',
    fee: 'Costs',
    noFee: (amount) => `${amount} (ex VAT) is not charged.`,
    footer: (partner, account) =>
      `This mail was sent automatically by ${partner}, because you are registered for ${account} for confirmations of blocks.`,
  },
}
