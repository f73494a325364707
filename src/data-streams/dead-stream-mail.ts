/** The mail that a stream was paused: to those of its owner who manage users, who can resume it. */
import { createHash } from 'node:crypto'
import type { Directory } from '../core/accounts/accounts.ts'
import { personsOfAccount, staffOfPartner, type Person } from '../identity/person.ts'
import { rightsOf } from '../identity/rights.ts'
import { letterFormat } from '../mail/letter-format.ts'
import type { Letter } from '../mail/letter.ts'
import { mailFrom } from '../mail/mail-sender.ts'
import type { OutgoingMail } from '../mail/outgoing-mail.ts'
import { renderHtml, renderText } from '../mail/render-letter.ts'
import type { SqlRunner } from '../postgres/operations-store.ts'
import type { DataStream } from './data-stream.ts'
import { DEAD_STREAM_TEXTS } from './dead-stream-texts.ts'

export interface DeadStream {
  readonly stream: DataStream
  readonly failure: string
  readonly nowMs: number
  readonly directory: Directory
}

export async function deadStreamMails(sql: SqlRunner, dead: DeadStream): Promise<OutgoingMail[]> {
  const { ownerKind, ownerId } = dead.stream
  const persons =
    ownerKind === 'account'
      ? await personsOfAccount(sql, ownerId)
      : await staffOfPartner(sql, ownerId)
  return persons
    .filter(({ roles, isBlocked }) => !isBlocked && rightsOf(roles).has('manage-users'))
    .map((person) => deadStreamMail(person, dead))
}

function deadStreamMail(person: Person, dead: DeadStream): OutgoingMail {
  const { stream, nowMs, directory } = dead
  const account = directory.accounts.get(stream.ownerId)
  const partner = directory.partners.get(account?.partnerId ?? stream.ownerId)
  const letter = deadStreamLetter(person, dead, {
    partnerName: partner?.party.legalName ?? '',
    ownerName: (account ?? partner)?.party.legalName ?? stream.ownerId,
    country: account?.country ?? 'NL',
    timeZone: account?.timeZone ?? 'Europe/Amsterdam',
  })
  const hash = createHash('sha256').update(`${stream.streamId}\n${nowMs}\n${person.key}`)
  const mailId = hash.digest('hex').slice(0, 32)
  return {
    mailId,
    ...mailFrom(partner, mailId),
    kind: 'stream-paused',
    accountId: account === undefined ? '' : stream.ownerId,
    userId: person.key.slice(person.key.indexOf(':') + 1),
    recipient: { name: person.name, email: person.email },
    language: letter.tag,
    subject: letter.subject,
    text: renderText(letter),
    html: renderHtml(letter),
    attachments: [],
    createdMs: nowMs,
  }
}

function deadStreamLetter(
  { name, language }: Person,
  { stream, failure, nowMs }: DeadStream,
  owner: {
    partnerName: string
    ownerName: string
    country: 'NL' | 'BE'
    timeZone: string
  },
): Letter {
  const format = letterFormat({ language, ...owner })
  const texts = DEAD_STREAM_TEXTS[language]
  return {
    tag: format.tag,
    subject: texts.subject(stream.name),
    greeting: texts.greeting(name),
    intro: texts.intro({ stream: stream.name, owner: owner.ownerName }),
    sections: [
      {
        title: stream.name,
        percent: undefined,
        rows: [
          { label: texts.endpoint, value: stream.url },
          { label: texts.pausedAt, value: format.moment(nowMs) },
          {
            label: texts.lastTaken,
            value: stream.takenMs === 0 ? texts.never : format.moment(stream.takenMs),
          },
          { label: texts.lastFailure, value: failure },
          { label: texts.whatNext, value: texts.resume },
        ],
      },
    ],
    footer: texts.footer({ partner: owner.partnerName, owner: owner.ownerName }),
  }
}
